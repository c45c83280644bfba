from itertools import permutations

import numpy as np
import pytest

from analysis import CountError, ShareError, score_sequence


def test_no_order_of_a_small_roster_is_missed_more_often_than_agreed():
    people = [100, 100, 80, 80, 60, 0]
    orders = list(permutations(people))

    missed = 0
    for order in orders:
        got = score_sequence(order, 6, confidence_level=0.5)
        missed += bool(((got.low > 70 + 1e-9) | (got.high < 70 - 1e-9)).any())

    assert missed / len(orders) <= 0.5


@pytest.mark.parametrize("shape", [(9, 1), (2, 2), (0.1, 0.1)])
def test_no_large_roster_is_missed_more_often_than_agreed(shape):
    rng = np.random.default_rng(4)
    people = 100 * rng.beta(*shape, 400)
    missed = 0
    for _ in range(200):
        got = score_sequence(rng.permutation(people), 400, confidence_level=0.9)
        missed += bool(((got.low > people.mean() + 1e-9) | (got.high < people.mean() - 1e-9)).any())

    assert missed / 200 <= 0.1


def test_it_narrows_to_the_mean_when_everybody_has_answered():
    rng = np.random.default_rng(4)
    people = rng.choice([100, 80, 60, 30, 0], 300, p=[0.5, 0.3, 0.1, 0.05, 0.05])

    got = score_sequence(people, 300)

    width = got.high - got.low
    assert (np.diff(width) <= 1e-9).all()
    assert width[150] < 20
    assert width[-1] == pytest.approx(0, abs=1e-9)
    assert got.estimate[-1] == pytest.approx(people.mean()) == pytest.approx(got.low[-1])
    assert not got.contradicted.any()


def test_limits_follow_the_unit_of_the_scores():
    stars = score_sequence([5, 4, 5, 3], 50, bounds=(1, 5))
    shares = score_sequence([1, 0.75, 1, 0.5], 50, bounds=(0, 1))

    np.testing.assert_allclose(stars.low, 1 + 4 * shares.low)
    np.testing.assert_allclose(stars.high, 1 + 4 * shares.high)


def test_a_first_half_unlike_the_second_is_told():
    got = score_sequence([0] * 400 + [100] * 400, 800)

    assert got.contradicted[-1]
    assert not got.contradicted[0]


def test_no_answers_give_empty_arrays():
    assert len(score_sequence([], 10).low) == 0


@pytest.mark.parametrize(
    ("values", "options", "error", "place"),
    [
        ([80, 101], {}, ShareError, r"values\[1\]"),
        ([80, np.nan], {}, ShareError, r"values\[1\]"),
        ([80] * 11, {}, CountError, "more than N = 10"),
        ([80], {"bounds": (100, 0)}, ShareError, "bounds"),
    ],
)
def test_it_refuses_scores_that_cannot_be(values, options, error, place):
    with pytest.raises(error, match=place):
        score_sequence(values, 10, **options)
