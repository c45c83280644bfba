"""The statuses and numbers of a verdict, at every boundary."""

import numpy as np
import pytest

from analysis import (
    CountError,
    ShareError,
    finite_proportion_ci,
    proportion_ci,
    responses_to_certify,
    verdict,
)


@pytest.mark.parametrize(
    ("x", "n", "N", "target", "status"),
    [
        (0, 0, 10, 1.0, "none"),
        (0, 0, 0, 1.0, "none"),
        (0, 0, 10, 0.0, "none"),
        (1, 1, 10, 1.0, "too_few"),
        (4, 4, 10, 1.0, "too_few"),
        (4, 4, 4, 1.0, "too_few"),
        (0, 4, 10, 1.0, "too_few"),
        (5, 5, 5, 1.0, "certified"),
        (5, 5, 6, 1.0, "observed"),
        (4, 5, 5, 1.0, "below"),
        (56, 56, 60, 1.0, "observed"),
        (57, 57, 60, 1.0, "certified"),
        (18, 18, 20, 1.0, "observed"),
        (19, 19, 20, 1.0, "certified"),
        (9_499, 9_499, 10_000, 1.0, "observed"),
        (9_500, 9_500, 10_000, 1.0, "certified"),
        (59, 60, 60, 1.0, "below"),
        (9, 10, 10, 0.9, "certified"),
        (8, 10, 10, 0.9, "below"),
        (9, 10, 100, 0.9, "observed"),
        (90, 90, 100, 0.9, "certified"),
        (19, 20, 20, 0.95, "certified"),
        (18, 20, 20, 0.95, "below"),
        (0, 20, 20, 0.0, "certified"),
    ],
)
def test_a_roster_is_judged_in_persons(x, n, N, target, status):
    assert verdict(x, n, N, target).status == status


@pytest.mark.parametrize(
    ("x", "n", "target", "status"),
    [
        (5, 5, 1.0, "observed"),
        (10_000, 10_000, 1.0, "observed"),
        (28, 28, 0.9, "observed"),
        (29, 29, 0.9, "certified"),
        (58, 58, 0.95, "observed"),
        (59, 59, 0.95, "certified"),
        (44, 45, 0.9, "observed"),
        (45, 46, 0.9, "certified"),
        (44, 50, 0.9, "below"),
        (4, 4, 0.0, "too_few"),
    ],
)
def test_a_population_of_unknown_size_is_judged_by_its_lower_limit(x, n, target, status):
    assert verdict(x, n, target=target).status == status


def test_the_minimum_is_the_callers_to_choose():
    assert verdict(9, 9, 9, minimum_n=10).status == "too_few"
    assert verdict(3, 3, 3, minimum_n=0).status == "certified"
    assert verdict([9, 9], 9, 9, minimum_n=[10, 5]).status.tolist() == ["too_few", "certified"]


def test_a_higher_level_asks_for_more():
    assert verdict(57, 57, 60, confidence_level=0.99).status == "observed"


def test_the_numbers_are_those_of_the_functions_it_rests_on():
    x, n, N = np.array([(x, n, N) for N in range(1, 22) for n in range(N + 1) for x in range(n + 1)]).T

    judged = verdict(x, n, N, 0.9)

    bound = finite_proportion_ci(x, n, N, alternative="greater")
    needed = responses_to_certify(x, n, N, p0=0.9)
    np.testing.assert_array_equal(judged.max_dissatisfied, N - bound.count_low)
    np.testing.assert_array_equal(judged.low, bound.low)
    np.testing.assert_array_equal(judged.answers_needed, needed.more_needed)
    np.testing.assert_array_equal(judged.assumption_free, needed.assumption_free)


def test_certified_is_the_same_as_the_lower_limit_reaching_the_goal():
    x, n, N = np.array([(x, n, N) for N in range(1, 40) for n in range(N + 1) for x in range(n + 1)]).T

    for target in (0.5, 0.8, 0.95, 1.0):
        judged = verdict(x, n, N, target, minimum_n=1)
        bound = finite_proportion_ci(x, n, N, alternative="greater")
        reaches = (bound.count_low >= np.ceil(target * N - 1e-9)) & (n > 0)
        assert ((judged.status == "certified") == reaches).all()


def test_certified_is_the_same_as_the_lower_limit_reaching_the_target_without_a_roster():
    x, n = np.array([(x, n) for n in range(5, 80) for x in range(n + 1)]).T

    bound = proportion_ci(x, n, method="clopper-pearson", alternative="greater")

    assert ((verdict(x, n, target=0.9).status == "certified") == (bound.low >= 0.9)).all()


def test_the_silent_decide_between_the_worst_and_the_best_case():
    judged = verdict(40, 50, 60, 0.9)

    assert (judged.worst, judged.best) == (40 / 60, 50 / 60)
    assert (judged.short, judged.answers_needed, judged.assumption_free) == (5, None, None)


def test_without_a_roster_nothing_is_certain():
    judged = verdict(40, 40, target=0.95)

    assert (judged.worst, judged.best, judged.N, judged.max_dissatisfied) == (0, 1, None, None)
    assert (judged.answers_needed, judged.assumption_free) == (19, None)


def test_scalars_come_back_as_python_values():
    judged = verdict(50, 50, 60)

    assert type(judged.status) is str
    assert type(judged.max_dissatisfied) is int
    assert type(judged.low) is float


def test_everything_broadcasts_and_becomes_a_frame():
    judged = verdict([[5], [6]], 6, 6, [0.8, 1.0])

    assert judged.status.tolist() == [["certified", "below"], ["certified", "certified"]]
    assert judged.to_frame()["short"].tolist() == [0, 1, 0, 0]


def test_no_units_give_no_verdicts():
    assert verdict([], [], []).to_frame().empty
    assert verdict([], []).sentence().shape == (0,)


def test_it_refuses_a_target_in_percent():
    with pytest.raises(ShareError, match="target = 100"):
        verdict(5, 5, 5, target=100)


def test_it_refuses_more_answers_than_people():
    with pytest.raises(CountError, match="remove duplicates"):
        verdict(5, 6, 5)
