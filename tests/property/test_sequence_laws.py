"""Laws of confidence sequences, masked questions, league tables and shrunken rates."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import (
    anytime_proportion_ci,
    confidence_sequence,
    crosswise,
    forced_response,
    funnel_limits,
    rank_intervals,
    sensitive_proportion,
    shrink_rates,
    warner,
)

LAWS = settings(max_examples=25, deadline=None)


@st.composite
def looks(draw):
    """Return satisfied, answered and headcount of one roster at one time."""
    N = draw(st.integers(1, 400))
    n = draw(st.integers(0, N))
    return draw(st.integers(0, n)), n, N


@st.composite
def tables(draw):
    """Return satisfied and answered of one to twelve units."""
    n = draw(st.lists(st.integers(0, 60), min_size=1, max_size=12))
    return np.array([draw(st.integers(0, size)) for size in n]), np.array(n)


@LAWS
@given(looks(), st.sampled_from(["two-sided", "greater", "less"]))
def test_limits_hold_the_count_that_was_seen_and_stay_possible(look, alternative):
    x, n, N = look

    got = anytime_proportion_ci(x, n, N, alternative=alternative)

    assert x <= got.count_low <= got.count_high <= N - (n - x)
    if n:
        assert got.low <= got.estimate + 1e-12
        assert got.estimate - 1e-12 <= got.high


@LAWS
@given(looks())
def test_limits_are_nested_in_the_level(look):
    narrow, wide = (anytime_proportion_ci(*look, confidence_level=level) for level in (0.8, 0.99))

    assert wide.count_low <= narrow.count_low <= narrow.count_high <= wide.count_high


@LAWS
@given(looks())
def test_one_more_satisfied_never_lowers_a_limit(look):
    x, n, N = look
    if x == n:
        return

    fewer, more = anytime_proportion_ci(x, n, N), anytime_proportion_ci(x + 1, n, N)

    assert fewer.count_low <= more.count_low
    assert fewer.count_high <= more.count_high


@LAWS
@given(st.lists(st.booleans(), min_size=1, max_size=60), st.integers(0, 30))
def test_a_sequence_never_widens_until_it_contradicts_itself(answers, silent):
    x, n = np.cumsum(answers), np.arange(1, len(answers) + 1)

    got = confidence_sequence(x, n, len(answers) + silent)

    width = (got.count_high - got.count_low)[~got.contradicted]
    assert (np.diff(width) <= 0).all()
    assert (got.count_low <= got.count_high).all()


@LAWS
@given(
    st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    st.sampled_from([warner(0.7), warner(0.2), crosswise(0.25), forced_response(yes=0.1, no=0.2)]),
)
def test_masked_limits_have_width_and_stay_inside_0_and_1(counts, item):
    got = sensitive_proportion(*counts, item)

    assert 0 <= got.low < got.high <= 1


@LAWS
@given(st.integers(1, 500), st.floats(0.01, 0.99))
def test_a_funnel_widens_with_the_level_and_holds_a_target_that_some_miss(n, target):
    inner, outer = funnel_limits(n, target).itertuples()

    assert 0 <= outer.low <= inner.low + 1e-12
    assert inner.high - 1e-12 <= outer.high <= 1
    if n * min(target, 1 - target) >= 4:
        assert inner.low <= target <= inner.high


@LAWS
@given(tables())
def test_every_rank_lies_within_its_interval(table):
    got = rank_intervals(*table)

    known = got["rank"].notna()
    assert (got["best"] <= got["rank"])[known].all()
    assert (got["rank"] <= got["worst"])[known].all()
    assert got["best"].between(1, len(got)).all()
    assert got["worst"].between(1, len(got)).all()


@LAWS
@given(tables())
def test_full_counts_have_exactly_the_rank_that_is_seen(table):
    x, n = (counts[table[1] > 0] for counts in table)

    got = rank_intervals(x, n, N=n)

    assert got["best"].tolist() == got["rank"].tolist()
    ranks = pd.Series(x / np.maximum(n, 1)).rank(method="max", ascending=False)
    assert (got["worst"] == ranks).all() or (got["worst"] == got["rank"]).all()


@settings(max_examples=8, deadline=None)
@given(tables(), st.sampled_from(["beta-binomial", "empirical-bayes"]))
def test_a_shrunken_rate_lies_between_the_own_and_the_overall_one(table, method):
    x, n = table
    if not n.sum():
        return

    got = shrink_rates(x, n, method=method)

    own = x[n > 0] / n[n > 0]
    nearer = np.minimum(own, got.overall) - 0.02, np.maximum(own, got.overall) + 0.02
    assert (got.estimate[n > 0] >= nearer[0]).all()
    assert (got.estimate[n > 0] <= nearer[1]).all()
    assert ((got.own_weight >= 0) & (got.own_weight <= 1)).all()
    assert got.estimate == pytest.approx(np.clip(got.estimate, got.low, got.high))
