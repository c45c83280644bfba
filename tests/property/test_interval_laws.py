"""The laws of the intervals, in their own sentences: by drawing counts, and by enumerating small rosters."""

from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from analysis import finite_proportion_ci, proportion_ci, responses_to_certify, verdict
from analysis.hypergeometric import tail_fraction
from analysis.levels import split_level

METHODS = ["wilson", "clopper-pearson", "jeffreys", "agresti-coull", "mid-p"]
LEVELS = st.sampled_from([0.8, 0.9, 0.95, 0.99, 0.999])
ALTERNATIVES = st.sampled_from(["two-sided", "greater", "less"])

bounded = settings(max_examples=40, deadline=None)


@st.composite
def rosters(draw, largest=2_000):
    headcount = draw(st.integers(0, largest))
    answered = draw(st.integers(0, headcount))
    return draw(st.integers(0, answered)), answered, headcount


@st.composite
def samples(draw, largest=5_000):
    answered = draw(st.integers(0, largest))
    return draw(st.integers(0, answered)), answered


def chances(n, N):
    """Return P(X = x | M), one row for each M from 0 to N, one column for each x from 0 to n."""
    return np.array(
        [[comb(M, x) * comb(N - M, n - x) / comb(N, n) for x in range(n + 1)] for M in range(N + 1)]
    )


def coverage(n, N, **options):
    """Return the coverage of the exact interval for each number satisfied, 0 to N."""
    interval = finite_proportion_ci(np.arange(n + 1), n, N, **options)
    truth = np.arange(N + 1)[:, None]
    covers = (interval.count_low <= truth) & (truth <= interval.count_high)
    return (covers * chances(n, N)).sum(axis=1)


@pytest.mark.parametrize("options", [{}, {"alternative": "greater"}, {"confidence_level": 0.9}])
def test_the_exact_interval_covers_every_truth_of_every_small_roster_at_the_level(options):
    level = options.get("confidence_level", 0.95)

    for N in (1, 2, 5, 12, 19, 20, 21, 40):
        assert all(coverage(n, N, **options).min() >= level for n in range(N + 1)), N


@pytest.mark.slow
@pytest.mark.parametrize("alternative", ["two-sided", "greater", "less"])
@pytest.mark.parametrize("level", [0.9, 0.95, 0.99])
def test_the_exact_interval_covers_every_truth_of_all_rosters_up_to_forty(level, alternative):
    for N in range(1, 41):
        for n in range(N + 1):
            covered = coverage(n, N, confidence_level=level, alternative=alternative)
            assert covered.min() >= level - 1e-12, (N, n)


def test_clopper_pearson_covers_every_share_at_the_level():
    shares = np.linspace(0, 1, 401)[:, None]
    for n in (1, 2, 5, 10, 30):
        interval = proportion_ci(np.arange(n + 1), n, method="clopper-pearson")
        covers = (interval.low <= shares + 1e-12) & (shares - 1e-12 <= interval.high)
        assert (covers * binom.pmf(np.arange(n + 1), n, shares)).sum(axis=1).min() >= 0.95


@bounded
@given(rosters(), LEVELS, ALTERNATIVES)
def test_the_limits_never_leave_what_the_answers_make_possible(roster, level, alternative):
    x, n, N = roster

    interval = finite_proportion_ci(x, n, N, confidence_level=level, alternative=alternative)

    assert x <= interval.count_low <= interval.count_high <= N - n + x
    assert not np.isnan([interval.low, interval.high]).any()


@bounded
@given(rosters(largest=300), LEVELS)
def test_a_limit_is_the_last_count_that_the_strict_rule_keeps(roster, level):
    x, n, N = roster
    error = split_level(level, "two-sided").below
    low = finite_proportion_ci(x, n, N, confidence_level=level).count_low

    assert tail_fraction(x, n, N, low) > error
    assert low == x or tail_fraction(x, n, N, low - 1) <= error


@bounded
@given(rosters(), LEVELS)
def test_the_complement_has_the_mirrored_interval(roster, level):
    x, n, N = roster

    yes = finite_proportion_ci(x, n, N, confidence_level=level)
    no = finite_proportion_ci(n - x, n, N, confidence_level=level)

    assert (no.count_low, no.count_high) == (N - yes.count_high, N - yes.count_low)


@bounded
@given(rosters(), ALTERNATIVES)
def test_a_higher_level_holds_the_lower_ones_inside(roster, alternative):
    levels = [0.5, 0.8, 0.9, 0.95, 0.99, 0.9999]

    intervals = [finite_proportion_ci(*roster, confidence_level=p, alternative=alternative) for p in levels]

    lows, highs = ([getattr(i, name) for i in intervals] for name in ("count_low", "count_high"))
    assert lows == sorted(lows, reverse=True)
    assert highs == sorted(highs)


@bounded
@given(st.integers(1, 400), st.data())
def test_more_satisfied_answers_never_lower_a_limit(N, data):
    n = data.draw(st.integers(1, N))

    interval = finite_proportion_ci(np.arange(n + 1), n, N)

    assert (np.diff(interval.count_low) >= 0).all()
    assert (np.diff(interval.count_high) >= 0).all()


@bounded
@given(rosters(), LEVELS)
def test_one_more_satisfied_answer_never_lowers_what_is_sure(roster, level):
    x, n, N = roster
    if n < N:
        options = {"confidence_level": level, "alternative": "greater"}
        before, after = (
            finite_proportion_ci(x, n, N, **options),
            finite_proportion_ci(x + 1, n + 1, N, **options),
        )
        assert after.count_low >= before.count_low


@bounded
@given(st.integers(0, 3_000), st.data(), LEVELS)
def test_a_full_count_is_its_own_interval(N, data, level):
    x = data.draw(st.integers(0, N))

    interval = finite_proportion_ci(x, N, N, confidence_level=level)

    assert interval.count_low == interval.count_high == x


@bounded
@given(samples(largest=400), LEVELS)
def test_a_growing_roster_approaches_clopper_and_pearson(sample, level):
    limit = proportion_ci(*sample, method="clopper-pearson", confidence_level=level)

    distances = []
    for N in (10**4, 10**6, 10**8):
        finite = finite_proportion_ci(*sample, N, confidence_level=level)
        distances.append(max(abs(finite.low - limit.low), abs(finite.high - limit.high)))

    assert distances[2] <= 1e-5
    assert distances[0] + 1e-9 >= distances[1] >= distances[2] - 1e-9


@pytest.mark.parametrize("method", METHODS)
class TestUnknownSize:
    @bounded
    @given(sample=samples(), level=LEVELS, alternative=ALTERNATIVES)
    def test_the_limits_lie_within_nought_and_one_and_around_the_estimate(
        self, method, sample, level, alternative
    ):
        x, n = sample

        interval = proportion_ci(x, n, method=method, confidence_level=level, alternative=alternative)

        assert 0 <= interval.low <= interval.high <= 1
        if n:
            assert interval.low - 1e-12 <= interval.estimate <= interval.high + 1e-12

    @bounded
    @given(sample=samples(), level=LEVELS)
    def test_the_complement_has_the_mirrored_interval(self, method, sample, level):
        x, n = sample

        yes = proportion_ci(x, n, method=method, confidence_level=level)
        no = proportion_ci(n - x, n, method=method, confidence_level=level)

        assert no.low == pytest.approx(1 - yes.high, abs=1e-12)

    @bounded
    @given(n=st.integers(1, 300))
    def test_more_satisfied_answers_never_lower_a_limit(self, method, n):
        interval = proportion_ci(np.arange(n + 1), n, method=method)

        assert (np.diff(interval.low) >= -1e-12).all()
        assert (np.diff(interval.high) >= -1e-12).all()

    @bounded
    @given(sample=samples())
    def test_a_higher_level_holds_the_lower_ones_inside(self, method, sample):
        narrow = proportion_ci(*sample, method=method, confidence_level=0.9)
        wide = proportion_ci(*sample, method=method, confidence_level=0.99)

        assert wide.low <= narrow.low + 1e-12
        assert narrow.high <= wide.high + 1e-12


@bounded
@given(rosters(), st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99, 1.0]), LEVELS)
def test_the_answers_needed_are_enough_and_one_fewer_is_not(roster, p0, level):
    x, n, N = roster
    needed = responses_to_certify(x, n, N, p0=p0, confidence_level=level).more_needed
    goal = int(np.ceil(p0 * N - 1e-9))

    if needed is None:
        assert x + N - n < goal
        return
    options = {"confidence_level": level, "alternative": "greater"}
    assert finite_proportion_ci(x + needed, n + needed, N, **options).count_low >= goal
    if needed:
        assert finite_proportion_ci(x + needed - 1, n + needed - 1, N, **options).count_low < goal


@bounded
@given(rosters(), st.sampled_from([0.5, 0.9, 1.0]))
def test_a_verdict_never_claims_more_than_the_worst_case_of_its_bound(roster, target):
    x, n, N = roster
    judged = verdict(x, n, N, target)

    assert judged.worst <= judged.low <= judged.best
    if judged.status == "certified":
        assert N - judged.max_dissatisfied >= target * N - 1e-9
        assert judged.answers_needed == judged.short == 0
    if judged.status == "observed":
        assert judged.short == 0
        assert judged.answers_needed > 0
