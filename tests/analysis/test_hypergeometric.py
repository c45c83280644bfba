from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from scipy.stats import hypergeom

from analysis.hypergeometric import log_pmf, lowest_count, tail_fraction


def make_rosters(largest):
    triples = [(x, n, N) for N in range(largest + 1) for n in range(N + 1) for x in range(n + 1)]
    return np.array(triples).T


def search_linearly(x, n, N, level):
    return next(M for M in range(x, N - n + x + 1) if tail_fraction(x, n, N, M) > level)


@pytest.mark.parametrize("level", [Fraction(1, 40), Fraction(1, 20), Fraction(1, 10**9), Fraction(4, 5)])
def test_it_finds_the_first_count_whose_exact_tail_exceeds_the_level(level):
    x, n, N = make_rosters(14)

    lowest = lowest_count(x, n, N, level)

    assert lowest.tolist() == [search_linearly(*map(int, row), level) for row in zip(x, n, N, strict=True)]


@pytest.mark.parametrize("level", [Fraction(1, 40), Fraction(1, 1000), Fraction(999, 1000)])
@pytest.mark.parametrize("largest", [300, 10_000, 10**7])
def test_it_is_the_first_count_also_in_large_rosters(level, largest):
    random = np.random.default_rng(4)
    N = random.integers(1, largest, 60)
    n = np.minimum(random.integers(0, N + 1), 400)
    x = np.where(random.random(60) < 0.3, n, random.integers(0, n + 1))

    for triple in zip(x, n, N, lowest_count(x, n, N, level), strict=True):
        satisfied, answered, headcount, M = map(int, triple)
        assert tail_fraction(satisfied, answered, headcount, M) > level
        assert satisfied == M or tail_fraction(satisfied, answered, headcount, M - 1) <= level


def test_the_exact_tail_agrees_with_scipy():
    for x in range(8):
        assert float(tail_fraction(x, 7, 30, 18)) == pytest.approx(hypergeom.sf(x - 1, 30, 18, 7), rel=1e-12)


def test_the_exact_tail_is_one_at_nought_and_nought_beyond_reach():
    assert tail_fraction(0, 5, 10, 3) == 1
    assert tail_fraction(4, 5, 10, 3) == 0


def test_the_log_of_the_probability_keeps_its_digits_in_a_roster_of_a_million():
    x, n, N, M = 497, 500, 1_000_000, 990_000
    exact = tail_fraction(x, n, N, M) - tail_fraction(x + 1, n, N, M)

    found = log_pmf(*(np.array([float(part)]) for part in (x, n, N, M)))

    assert np.exp(found[0]) == pytest.approx(float(exact), rel=1e-12)


def test_the_probabilities_of_a_roster_add_up_to_one():
    x = np.arange(3.0, 8.0)

    assert np.exp(log_pmf(x, np.full(5, 7.0), np.full(5, 12.0), np.full(5, 8.0))).sum() == pytest.approx(1)


def test_the_tail_never_falls_as_more_people_are_satisfied():
    tails = [tail_fraction(5, 9, 40, M) for M in range(41)]

    assert all(first <= second for first, second in pairwise(tails))
