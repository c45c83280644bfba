from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import (
    ChoiceError,
    CountError,
    ShareError,
    finite_proportion_ci,
    funnel_limits,
    proportion_ci,
    rank_intervals,
)

VECTORS = Path(__file__).parent / "vectors"
FUNNEL = pd.read_csv(VECTORS / "h_funnel_limits.csv", comment="#")
RANKS = pd.read_csv(VECTORS / "k_rank_intervals.csv", comment="#")


@pytest.mark.parametrize(("clip", "column"), [(True, "limit_clipped"), (False, "limit")])
@pytest.mark.parametrize("target", FUNNEL["theta0"].unique())
def test_funnel_limits_agree_with_r(target, clip, column):
    expected = FUNNEL[FUNNEL["theta0"] == target].pivot_table(index="n", columns="p", values=column)

    got = funnel_limits(expected.index, target, clip=clip)

    assert len(got) == 2 * len(expected)
    for level, (p_low, p_high) in {0.95: (0.025, 0.975), 0.998: (0.001, 0.999)}.items():
        own = got[got["level"] == level].set_index("n")
        np.testing.assert_allclose(own["low"], expected[p_low], atol=1e-9)
        np.testing.assert_allclose(own["high"], expected[p_high], atol=1e-9)


def test_a_funnel_around_100_percent_has_no_width():
    got = funnel_limits([1, 50], 1.0)

    assert (got["low"] == 1).all()
    assert (got["high"] == 1).all()


def test_a_unit_without_answers_may_lie_anywhere():
    got = funnel_limits(0, 0.9)

    assert got["low"].tolist() == [0, 0]
    assert got["high"].tolist() == [1, 1]


def test_no_units_give_an_empty_funnel():
    assert funnel_limits([], 0.9).empty


@pytest.mark.parametrize(
    ("n", "target", "options", "error"),
    [
        ([5, -1], 0.9, {}, CountError),
        (5, 1.2, {}, ShareError),
        (5, 0.9, {"levels": (1.0,)}, ShareError),
    ],
)
def test_it_refuses_an_impossible_funnel(n, target, options, error):
    with pytest.raises(error):
        funnel_limits(n, target, **options)


@pytest.mark.parametrize("method", RANKS["method"].unique())
def test_rank_intervals_agree_with_r(method):
    expected = RANKS[RANKS["method"] == method]
    (level,) = expected["joint_level"].unique()

    got = rank_intervals(
        expected["x"], expected["n"], method=method.replace("_", "-"), confidence_level=level
    )

    np.testing.assert_allclose(got["low"], expected["lower"], atol=1e-8)
    np.testing.assert_allclose(got["high"], expected["upper"], atol=1e-8)
    for column, reference in {"rank": "rank_point", "best": "rank_best", "worst": "rank_worst"}.items():
        assert got[column].tolist() == expected[reference].tolist()


def test_equal_rates_share_the_better_rank():
    got = rank_intervals([10, 5, 9, 4], [10, 5, 10, 8])

    assert got["rank"].tolist() == [1, 1, 3, 4]


def test_the_interval_of_each_unit_spends_its_part_of_the_error():
    got = rank_intervals([48, 95], [50, 100])

    own = proportion_ci([48, 95], [50, 100], method="clopper-pearson", confidence_level=0.975)
    np.testing.assert_allclose(got[["low", "high"]].T, [own.low, own.high])


def test_a_full_count_knows_its_rank():
    got = rank_intervals([10, 18, 5], [10, 20, 10], N=[10, 20, 10])

    assert got[["rank", "best", "worst"]].to_numpy().tolist() == [[1, 1, 1], [2, 2, 2], [3, 3, 3]]


def test_full_counts_at_100_percent_are_all_first():
    got = rank_intervals([10, 7, 20, 3], [10, 7, 20, 5], N=[10, 7, 20, 5])

    assert got["rank"].tolist() == [1, 1, 1, 4]
    assert got["best"].tolist() == [1, 1, 1, 4]
    assert got["worst"].tolist() == [1, 1, 1, 4]


def test_a_roster_narrows_what_the_sample_leaves_open():
    x, n, N = [18, 10, 30], [20, 15, 40], [22, 16, 45]

    got, loose = rank_intervals(x, n, N=N), rank_intervals(x, n)

    exact = finite_proportion_ci(x, n, N, confidence_level=1 - 0.05 / 3)
    np.testing.assert_allclose(got[["low", "high"]].T, [exact.low, exact.high])
    assert (got["worst"] - got["best"]).sum() <= (loose["worst"] - loose["best"]).sum()


def test_a_unit_without_answers_has_no_rank_and_may_have_any():
    got = rank_intervals([48, 0, 10], [50, 0, 60])

    assert pd.isna(got["rank"].iloc[1])
    assert np.isnan(got["rate"].iloc[1])
    assert got.loc[1, ["best", "worst"]].tolist() == [1, 3]
    assert got["rank"].tolist()[::2] == [1, 2]


def test_one_unit_is_first():
    assert rank_intervals(3, 5)[["rank", "best", "worst"]].to_numpy().tolist() == [[1, 1, 1]]


def test_no_units_give_an_empty_table():
    assert rank_intervals([], []).empty


def test_an_unknown_method_is_refused():
    with pytest.raises(ChoiceError, match="method"):
        rank_intervals([1], [2], method="wald")


def test_true_ranks_lie_inside_as_often_as_promised():
    rng = np.random.default_rng(8)
    rates, n = np.array([0.99, 0.97, 0.97, 0.9, 0.8, 0.6]), np.array([40, 60, 200, 50, 30, 90])
    best = 1 + (rates[None, :] > rates[:, None]).sum(axis=1)
    worst = len(rates) - (rates[None, :] < rates[:, None]).sum(axis=1)
    held = 0
    for _ in range(200):
        got = rank_intervals(rng.binomial(n, rates), n)
        held += bool((got["best"] <= best).all() and (got["worst"] >= np.minimum(best, worst)).all())

    assert held / 200 >= 0.95
