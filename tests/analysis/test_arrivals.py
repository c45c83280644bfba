"""Bursts of arrivals against base R and simulation, and at their edges."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.arrivals import SpreadError, arrival_burst_test, hourly_peaks
from analysis.errors import ShapeError, ShareError

VECTORS = Path(__file__).parent / "vectors"
TIMES = pd.read_csv(VECTORS / "m_arrivals.csv", comment="#")["t_s"]
EXPECTED = pd.read_csv(VECTORS / "m_scan.csv", comment="#")


@pytest.mark.parametrize("row", list(EXPECTED.itertuples()), ids=lambda row: f"window-{row.window_s}")
def test_it_agrees_with_r(row):
    result = arrival_burst_test(TIMES, window=row.window_s, period=row.T_s)

    assert (result.n, result.statistic, result.start) == (row.N, row.max_count, row.start_s)
    assert result.pvalue == pytest.approx(row.wallenstein_neff_p, rel=1e-9)


def test_its_pvalue_is_what_chance_brings():
    rng = np.random.default_rng(2)
    fullest = [arrival_burst_test(rng.random(40), window=0.05, period=1).statistic for _ in range(4000)]
    for k in (7, 8):
        times = np.concatenate(
            [np.linspace(0.5, 0.549, k), np.linspace(0, 0.49, 20), np.linspace(0.56, 1, 20 - k)]
        )
        expected = arrival_burst_test(times, window=0.05, period=1)
        assert expected.statistic == k
        assert np.mean(np.array(fullest) >= k) == pytest.approx(expected.pvalue, rel=0.25)


def test_a_window_is_open_at_its_end():
    assert arrival_burst_test([0, 10], window=10, period=100).statistic == 1
    assert arrival_burst_test([0, 9.5], window=10, period=100).statistic == 2


@pytest.mark.parametrize("times", [[], [5], [5, 50]])
def test_single_arrivals_are_no_burst(times):
    result = arrival_burst_test(times, window=10, period=100)

    assert result.pvalue == 1
    assert result.statistic == min(len(times), 1)
    assert result.start == (5 if times else None)


def test_a_burst_that_others_share_is_harmless():
    rng = np.random.default_rng(4)
    others = np.concatenate([rng.normal(36_000, 600, 400), rng.uniform(0, 86_400, 100)]) % 86_400
    like_others = rng.choice(others, 40, replace=False)
    at_night = rng.normal(3_600, 120, 40)

    alone = arrival_burst_test(like_others, window=1800, period=86_400)
    harmless = arrival_burst_test(like_others, window=1800, period=86_400, profile=others, rng=rng)
    strange = arrival_burst_test(at_night, window=1800, period=86_400, profile=others, rng=rng)

    assert alone.pvalue < 1e-6
    assert harmless.pvalue > 0.01
    assert strange.pvalue == pytest.approx(0.001)
    assert harmless.method == "profile"


def test_it_refuses_times_and_windows_that_do_not_fit():
    with pytest.raises(SpreadError, match="test each period apart"):
        arrival_burst_test([0, 90_000], window=60, period=86_400)
    with pytest.raises(SpreadError):
        arrival_burst_test([0, np.nan], window=60, period=86_400)
    with pytest.raises(ShareError):
        arrival_burst_test([0, 5], window=0, period=86_400)
    with pytest.raises(TypeError, match="random generator"):
        arrival_burst_test([0, 5], window=60, period=600, profile=[1, 2, 3])
    with pytest.raises(ShapeError):
        arrival_burst_test([0, 5, 6], window=60, period=600, profile=[1], rng=np.random.default_rng(0))


def test_an_hour_of_its_own_is_a_peak():
    counts = pd.DataFrame(
        [[0, 20, 20], [0, 19, 21], [25, 8, 7], [0, 0, 0]], index=list("ABCD"), columns=[3, 9, 10]
    )

    table = hourly_peaks(counts)

    assert table.loc["C", "peak"] == 3
    assert table.loc["C", "peak_share"] == pytest.approx(25 / 40)
    assert table.loc["C", "pvalue"] < 1e-12
    assert table.loc["A", "pvalue"] > 0.05


def test_a_unit_without_answers_has_no_peak():
    table = hourly_peaks(pd.DataFrame([[0, 0], [3, 4]], index=["silent", "other"]))

    assert table.loc["silent", "peak"] is None
    assert table["pvalue"].tolist() == [1, 1]


def test_no_units_give_no_rows():
    assert hourly_peaks(pd.DataFrame(columns=[9, 10], dtype=int)).empty
