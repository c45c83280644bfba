from itertools import permutations

import numpy as np
import pytest

from analysis import (
    ChoiceError,
    CountError,
    ShareError,
    anytime_proportion_ci,
    confidence_sequence,
    finite_proportion_ci,
)

ALTERNATIVES = ("two-sided", "greater", "less")


def limits_of_all_looks(N, **options):
    """Return count limits for every n (rows) and x (columns) of a roster; impossible ones hold those of 0."""
    n, x = np.mgrid[: N + 1, : N + 1]
    n, x = np.where(x <= n, n, 0), np.where(x <= n, x, 0)
    got = anytime_proportion_ci(x, n, N, **options)
    return got.count_low, got.count_high


def chance_ever_missed(low, high, M):
    """Return the exact probability, over all orders of N people, that M is outside at some n from 0 to N."""
    N = len(low) - 1
    x, alive = np.arange(N + 1), np.eye(N + 1)[0]
    for n in range(N + 1):
        alive = np.where((low[n] <= M) & (high[n] >= M), alive, 0)
        if n < N:
            satisfied = np.clip((M - x) / (N - n), 0, 1)
            alive = alive * (1 - satisfied) + np.append(0, (alive * satisfied)[:-1])
    return 1 - alive.sum()


@pytest.mark.parametrize("alternative", ALTERNATIVES)
@pytest.mark.parametrize("level", [0.8, 0.95])
@pytest.mark.parametrize("N", [1, 2, 3, 7, 16, 30])
def test_no_roster_is_ever_missed_more_often_than_agreed(N, level, alternative):
    low, high = limits_of_all_looks(N, confidence_level=level, alternative=alternative)

    missed = [chance_ever_missed(low, high, M) for M in range(N + 1)]

    assert max(missed) <= 1 - level


@pytest.mark.slow
@pytest.mark.parametrize("alternative", ALTERNATIVES)
@pytest.mark.parametrize("prior", [(1, 1), (9, 1), (0.5, 0.5)])
def test_no_roster_up_to_40_is_missed_more_often_than_agreed(prior, alternative):
    for N in range(1, 41):
        low, high = limits_of_all_looks(N, alternative=alternative, prior=prior)

        assert max(chance_ever_missed(low, high, M) for M in range(N + 1)) <= 0.05


def test_the_chance_is_that_of_all_orders_written_out():
    N, M = 7, 5
    low, high = limits_of_all_looks(N, confidence_level=0.6)
    orders = set(permutations([1] * M + [0] * (N - M)))

    missed = 0
    for order in orders:
        x = np.cumsum((0, *order))
        missed += any(not low[n, x[n]] <= M <= high[n, x[n]] for n in range(N + 1))

    assert missed / len(orders) == pytest.approx(chance_ever_missed(low, high, M))
    assert missed > 0


def test_a_fixed_time_interval_looked_at_often_misses_and_the_sequence_does_not():
    rng = np.random.default_rng(3)
    people = np.repeat([1, 0], [930, 70])
    looks = np.arange(10, 1001, 10)
    x = np.cumsum(rng.permuted(np.tile(people, (200, 1)), axis=1), axis=1)[:, looks - 1]

    anytime, fixed = anytime_proportion_ci(x, looks, 1000), finite_proportion_ci(x, looks, 1000)

    missed = [((got.count_low > 930) | (got.count_high < 930)).any(axis=1).mean() for got in (anytime, fixed)]
    assert missed[0] <= 0.05
    assert missed[1] > 0.25


def test_the_ratio_is_that_of_prior_and_posterior():
    x, n, N, error = 12, 15, 20, 0.05
    M = np.arange(N + 1)
    prior = np.full(N + 1, 1 / (N + 1))
    ways = [
        float(np.prod([(m - i) for i in range(x)]) * np.prod([(N - m - i) for i in range(n - x)])) for m in M
    ]
    ways = np.where((x <= M) & (n - x <= N - M), ways, 0)
    posterior = prior * ways / (prior * ways).sum()
    kept = M[posterior > error * prior]

    got = anytime_proportion_ci(x, n, N)

    assert (got.count_low, got.count_high) == (kept.min(), kept.max())


def test_everybody_answered_is_the_count_itself():
    got = anytime_proportion_ci([0, 7, 10], 10, 10)

    assert got.count_low.tolist() == got.count_high.tolist() == [0, 7, 10]


def test_nobody_answered_says_nothing():
    for alternative in ALTERNATIVES:
        got = anytime_proportion_ci(0, 0, 25, alternative=alternative)

        assert np.isnan(got.estimate)
        assert (got.low, got.high, got.count_low, got.count_high) == (0.0, 1.0, 0, 25)


def test_an_empty_roster_is_stated():
    got = anytime_proportion_ci(0, 0, 0)

    assert (got.low, got.high, got.count_low, got.count_high) == (0.0, 1.0, 0, 0)


@pytest.mark.parametrize("alternative", ALTERNATIVES)
def test_it_costs_width_against_a_look_fixed_beforehand(alternative):
    x, n = np.array([27, 57, 90]), np.array([30, 60, 95])

    anytime = anytime_proportion_ci(x, n, 100, alternative=alternative)
    fixed = finite_proportion_ci(x, n, 100, alternative=alternative)

    assert (anytime.count_low <= fixed.count_low).all()
    assert (anytime.count_high >= fixed.count_high).all()


def test_satisfied_and_dissatisfied_mirror_each_other():
    n, x = np.array([10, 20, 40]), np.array([7, 20, 33])

    there = anytime_proportion_ci(x, n, 50, prior=(3, 1))
    back = anytime_proportion_ci(n - x, n, 50, prior=(1, 3))

    assert (there.count_low == 50 - back.count_high).all()
    below = anytime_proportion_ci(x, n, 50, alternative="greater").count_low
    assert (below == 50 - anytime_proportion_ci(n - x, n, 50, alternative="less").count_high).all()


def test_one_side_alone_is_tighter_on_that_side():
    both = anytime_proportion_ci(60, 60, 100)
    lower = anytime_proportion_ci(60, 60, 100, alternative="greater")

    assert lower.count_low > both.count_low
    assert lower.count_high == 100


def test_a_prior_that_expected_it_is_tighter():
    bold = anytime_proportion_ci(60, 60, 100, prior=(19, 1))

    assert bold.count_low > anytime_proportion_ci(60, 60, 100).count_low


def test_looks_narrow_each_other():
    x, n = [9, 18, 40, 58], [10, 20, 45, 65]

    got, alone = confidence_sequence(x, n, 80), anytime_proportion_ci(x, n, 80)

    assert (np.diff(got.count_low) >= 0).all()
    assert (np.diff(got.count_high) <= 0).all()
    assert (got.count_low >= alone.count_low).all()
    assert not got.contradicted.any()
    assert list(got.to_frame().columns[-1:]) == ["contradicted"]


def test_an_order_that_cannot_be_random_is_told():
    satisfied_last = np.concatenate([np.zeros(60, int), np.ones(40, int)])

    got = confidence_sequence(np.cumsum(satisfied_last), np.arange(1, 101), 100)

    assert got.contradicted[-1]
    assert (got.count_low <= got.count_high).all()
    assert got.count_low[-1] == got.count_high[-1] == 40


def test_one_look_is_the_interval_of_that_look():
    got, alone = confidence_sequence(9, 10, 30), anytime_proportion_ci(9, 10, 30)

    assert (got.count_low.tolist(), got.count_high.tolist()) == ([alone.count_low], [alone.count_high])


@pytest.mark.parametrize(
    ("x", "n", "argument"), [([3, 2], [5, 6], "x"), ([3, 3], [6, 5], "n"), ([3, 6], [5, 7], "x")]
)
def test_counts_that_cannot_follow_each_other_are_refused(x, n, argument):
    with pytest.raises(CountError) as caught:
        confidence_sequence(x, n, 20)

    assert (caught.value.argument, caught.value.index) == (argument, (1,))


@pytest.mark.parametrize(
    ("counts", "options", "error"),
    [
        ((3, 2, 9), {}, CountError),
        ((1, 2, 9), {"alternative": "upper"}, ChoiceError),
        ((1, 2, 9), {"prior": (0, 1)}, ShareError),
        ((1, 2, 9), {"confidence_level": 0}, ShareError),
    ],
)
def test_it_refuses_impossible_counts_and_options(counts, options, error):
    with pytest.raises(error):
        anytime_proportion_ci(*counts, **options)
