"""Exact moments of the exchange against exchanges drawn at random, and at their edges."""

import numpy as np
import pytest
from scipy import stats

from analysis.exchange import mark_test, pearson_tail, twin_test


def exchange_sheets(units, strata, rng):
    """Return unit numbers exchanged at random among the sheets of each stratum."""
    exchanged = units.copy()
    for stratum in np.unique(strata):
        rows = np.flatnonzero(strata == stratum)
        exchanged[rows] = units[rng.permutation(rows)]
    return exchanged


def draw_sheets(seed):
    rng = np.random.default_rng(seed)
    patterns = np.minimum(rng.zipf(1.6, 400), 50)
    return patterns, rng.integers(0, 8, 400), patterns % 5, rng


def test_pairs_have_the_moments_and_tail_of_random_exchanges():
    patterns, units, strata, rng = draw_sheets(1)

    tested = twin_test(patterns, units, strata)

    drawn = np.array(
        [twin_test(patterns, exchange_sheets(units, strata, rng), strata)["pairs"] for _ in range(250)]
    )
    error = drawn.std(axis=0) / np.sqrt(len(drawn))
    assert (np.abs(drawn.mean(axis=0) - tested["expected"]) < 4 * error).all()
    exceeding = (drawn >= tested["pairs"].to_numpy()).mean(axis=0)
    np.testing.assert_allclose(tested["pvalue"], exceeding, atol=0.07)


def test_marks_have_the_tail_of_a_hypergeometric_count():
    rng = np.random.default_rng(2)
    marked, units = rng.random(500) < 0.2, np.repeat(np.arange(10), 50)

    tested = mark_test(marked, units, np.zeros(500, dtype=int))

    for row in tested.itertuples():
        exact = stats.hypergeom.sf(row.marked - 1, 500, marked.sum(), 50)
        assert row.pvalue == pytest.approx(exact, abs=0.01)
        assert row.expected == pytest.approx(50 * marked.mean())


def test_honest_units_have_even_pvalues():
    patterns, units, strata, rng = draw_sheets(3)

    pvalues = np.concatenate(
        [twin_test(patterns, exchange_sheets(units, strata, rng), strata)["pvalue"] for _ in range(120)]
    )

    for level in (0.01, 0.05, 0.2):
        assert (pvalues <= level).mean() <= 1.4 * level


def test_copied_sheets_stand_out():
    rng = np.random.default_rng(4)
    patterns, units, strata = rng.integers(0, 60, 400), np.arange(400) % 8, np.zeros(400, dtype=int)
    patterns[np.flatnonzero(units == 0)[:15]] = 60

    tested = twin_test(patterns, units, strata)

    assert tested["pvalue"][0] < 1e-8
    assert tested["pvalue"][1:].min() > 0.01


def test_a_unit_where_all_are_fully_satisfied_is_no_suspect():
    units = np.repeat(np.arange(5), 40)
    patterns = np.where(units == 0, 0, np.arange(200))
    strata = np.where(units == 0, 0, 1)

    tested = twin_test(patterns, units, strata)

    assert tested["marked"][0] == 40
    assert tested["expected"][0] == tested["pairs"][0] == 40 * 39 / 2
    assert tested["pvalue"].tolist() == [1] * 5


def test_one_unit_alone_has_nobody_to_be_compared_with():
    tested = twin_test(np.array([0, 0, 1]), np.zeros(3, dtype=int), np.zeros(3, dtype=int))

    assert tested["pvalue"].tolist() == [1]
    assert tested["expected"].tolist() == [1]


def test_no_sheets_give_no_rows():
    empty = np.array([], dtype=np.int64)

    assert twin_test(empty, empty, empty).empty
    assert mark_test(empty.astype(bool), empty, empty).empty


def test_no_variance_gives_no_evidence():
    cumulants = np.array([[3.0], [0.0], [0.0]])

    assert pearson_tail(np.array([3.0]), cumulants).tolist() == [1]
