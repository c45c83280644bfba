"""Expected values: linear search with brute-force inversion in R; small cases by enumeration."""

from fractions import Fraction
from itertools import product
from math import comb, prod

import numpy as np
import pytest

from analysis import (
    CountError,
    ShareError,
    finite_proportion_ci,
    proportion_ci,
    responses_to_certify,
    stratified_zero_failure_bound,
)


def test_the_answers_a_roster_still_needs_agree_with_r(read_vectors):
    vectors = read_vectors("b_certify_more_finite.csv")

    for (p0, level), rows in vectors.groupby(["p0", "conf_level"]):
        needed = responses_to_certify(rows["x"], rows["n"], rows["N"], p0=p0, confidence_level=level)
        np.testing.assert_array_equal(needed.more_needed, rows["more_needed"])

        more = needed.more_needed[rows["more_needed"].notna()]
        reachable = rows.dropna()
        bound = finite_proportion_ci(
            reachable["x"] + more,
            reachable["n"] + more,
            reachable["N"],
            confidence_level=level,
            alternative="greater",
        )
        np.testing.assert_allclose(bound.low, reachable["lower_after"], rtol=0, atol=1e-9)


def test_the_answers_a_population_of_unknown_size_still_needs_agree_with_r(read_vectors):
    for (p0, level), rows in read_vectors("b_certify_more_infinite.csv").groupby(["p0", "conf_level"]):
        needed = responses_to_certify(rows["x"], rows["n"], p0=p0, confidence_level=level)

        np.testing.assert_array_equal(needed.more_needed, rows["more_needed"])


def test_the_bound_over_strata_agrees_with_r(read_vectors):
    for case in read_vectors("b_stratified_all_satisfied.csv").itertuples():
        sizes, answers = ([int(part) for part in str(text).split(";")] for text in (case.N, case.n))

        bound = stratified_zero_failure_bound(answers, sizes, confidence_level=case.conf_level)

        assert bound.max_unsatisfied == case.max_unsatisfied
        assert bound.low == pytest.approx(case.p_lower, abs=1e-9)


@pytest.mark.parametrize("p0", [0.0, 0.5, 0.9, 1.0])
def test_one_answer_fewer_does_not_certify_a_roster(p0):
    x, n, N = np.array(
        [(n - d, n, N) for N in range(1, 26) for n in range(N + 1) for d in range(min(n, 2) + 1)]
    ).T
    needed = responses_to_certify(x, n, N, p0=p0).more_needed
    goal = np.ceil(p0 * N)

    for shift, is_certified in ((0, True), (-1, False)):
        tried = needed + shift >= 0
        tried[np.isnan(needed)] = False
        more = np.where(tried, needed + shift, 0)[tried]
        bound = finite_proportion_ci(x[tried] + more, n[tried] + more, N[tried], alternative="greater")
        assert ((bound.count_low >= goal[tried]) == is_certified).all()


def test_out_of_reach_means_not_even_a_full_count_would_do():
    x, n, N = np.array([(x, n, N) for N in range(12) for n in range(N + 1) for x in range(n + 1)]).T

    needed = responses_to_certify(x, n, N, p0=0.9)

    out_of_reach = x + N - n < np.ceil(0.9 * N - 1e-9)
    assert (np.isnan(needed.more_needed) == out_of_reach).all()
    assert (np.isnan(needed.assumption_free) == out_of_reach).all()


@pytest.mark.parametrize("p0", [0.3, 0.8, 0.95, 0.999])
def test_one_answer_fewer_does_not_certify_an_unknown_population(p0):
    x, n = np.array([(n - d, n) for n in range(30) for d in range(min(n, 4) + 1)]).T
    needed = responses_to_certify(x, n, p0=p0).more_needed

    reached = proportion_ci(x + needed, n + needed, method="clopper-pearson", alternative="greater")
    short = needed > 0
    missed = proportion_ci(
        (x + needed - 1)[short], (n + needed - 1)[short], method="clopper-pearson", alternative="greater"
    )

    assert (reached.low >= p0 - 1e-12).all()
    assert (missed.low < p0).all()


@pytest.mark.parametrize(
    ("p0", "level", "answers"), [(0.05, 0.95, 1), (0.5, 0.9375, 4), (0.1, 0.999, 3), (0.2, 0.992, 3)]
)
def test_a_tail_that_equals_the_error_exactly_is_enough(p0, level, answers):
    assert responses_to_certify(0, 0, p0=p0, confidence_level=level).more_needed == answers


def test_no_sample_certifies_that_all_of_an_unknown_population_are_satisfied():
    assert responses_to_certify(500, 500, p0=1.0).more_needed is None


def test_a_share_a_hair_below_all_takes_more_answers_than_there_are_people():
    assert responses_to_certify(0, 0, p0=1 - 1e-16).more_needed is None
    assert responses_to_certify([0, 0], [0, 0], p0=[0.9999, 1 - 1e-12]).more_needed[0] == 29_956


def test_a_target_of_nought_needs_nobody():
    assert responses_to_certify(0, 0, p0=0).more_needed == 0
    assert responses_to_certify(0, 3, 10, p0=0).more_needed == 0


def test_it_shows_the_number_without_an_assumption_beside_it():
    needed = responses_to_certify(50, 50, 60, p0=1.0)

    assert (needed.more_needed, needed.assumption_free) == (7, 10)
    assert type(needed.more_needed) is int


def test_an_unknown_size_has_no_number_without_an_assumption():
    assert responses_to_certify(50, 50, p0=0.9).assumption_free is None


def test_a_share_that_is_no_whole_person_is_rounded_up_but_not_for_float_noise():
    assert responses_to_certify(0, 0, 10, p0=0.7).assumption_free == 7
    assert responses_to_certify(0, 0, 10, p0=0.71).assumption_free == 8


def test_it_refuses_a_share_in_percent():
    with pytest.raises(ShareError, match="p0 = 95"):
        responses_to_certify(1, 2, p0=95)


def largest_unseen(answers, sizes, error):
    splits = product(*(range(N - n + 1) for n, N in zip(answers, sizes, strict=True)))
    chance = {
        split: prod(
            Fraction(comb(N - d, n), comb(N, n)) for d, n, N in zip(split, answers, sizes, strict=True)
        )
        for split in splits
    }
    return max((sum(split) for split, p in chance.items() if p > error), default=0)


@pytest.mark.parametrize(
    ("answers", "sizes"),
    [([3, 2], [6, 5]), ([0, 4], [2, 8]), ([5, 5, 2], [6, 7, 4]), ([19], [20]), ([1], [1])],
)
def test_no_split_over_strata_hides_more_people(answers, sizes):
    bound = stratified_zero_failure_bound(answers, sizes)

    assert bound.max_unsatisfied == largest_unseen(answers, sizes, Fraction(1, 20))


def test_one_stratum_gives_the_bound_of_the_roster():
    bound = stratified_zero_failure_bound([59], [120])

    assert 120 - bound.max_unsatisfied == finite_proportion_ci(59, 59, 120, alternative="greater").count_low


def test_no_strata_leave_nobody_unsatisfied():
    bound = stratified_zero_failure_bound([], [])

    assert (bound.max_unsatisfied, bound.low) == (0, 1)


def test_it_refuses_more_answers_than_people_in_a_stratum():
    with pytest.raises(CountError, match=r"n_h\[1\] = 9: more than N_h = 8"):
        stratified_zero_failure_bound([1, 9], [8, 8])
