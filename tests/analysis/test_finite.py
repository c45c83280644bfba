"""Expected values: brute force over M with R's phyper; ties and small rosters by exact fractions."""

import numpy as np
import pytest

from analysis import CountError, finite_proportion_ci, proportion_ci

SIDES = {"two_sided": "two-sided", "lower": "greater", "upper": "less"}


def test_every_limit_agrees_with_brute_force_in_r(read_vectors):
    for (level, side), rows in read_vectors("b_hypergeom_ci.csv").groupby(["conf_level", "side"]):
        interval = finite_proportion_ci(
            rows["x"], rows["n"], rows["N"], confidence_level=level, alternative=SIDES[side]
        )

        assert interval.count_low.tolist() == rows["M_lower"].tolist()
        assert interval.count_high.tolist() == rows["M_upper"].tolist()
        np.testing.assert_allclose(interval.low, rows["p_lower"], rtol=0, atol=1e-9)
        np.testing.assert_allclose(interval.high, rows["p_upper"], rtol=0, atol=1e-9)


def test_the_limits_beside_the_bounds_for_the_silent_agree_with_r(read_vectors):
    rows = read_vectors("j_nonresponse_bounds.csv")

    interval = finite_proportion_ci(rows["x"], rows["n"], rows["N"])

    np.testing.assert_allclose(interval.low, rows["hyper_lower95"], rtol=0, atol=1e-9)
    np.testing.assert_allclose(interval.high, rows["hyper_upper95"], rtol=0, atol=1e-9)


@pytest.mark.parametrize(
    ("x", "n", "N", "level", "count_low"),
    [
        (1, 1, 20, 0.95, 2),
        (19, 19, 20, 0.95, 20),
        (9_500, 9_500, 10_000, 0.95, 10_000),
        (1, 1, 10, 0.9, 2),
        (1, 1, 1000, 0.999, 2),
    ],
)
def test_a_tail_that_equals_the_error_exactly_is_not_above_it(x, n, N, level, count_low):
    bound = finite_proportion_ci(x, n, N, confidence_level=level, alternative="greater")

    assert bound.count_low == count_low


@pytest.mark.parametrize(("n", "certain"), [(56, False), (57, True)])
def test_all_of_sixty_are_certain_from_fifty_seven_answers(n, certain):
    bound = finite_proportion_ci(n, n, 60, alternative="greater")

    assert (bound.count_low == 60) is certain


def test_a_bound_leaves_the_other_end_where_the_answers_put_it():
    assert finite_proportion_ci(3, 5, 10, alternative="greater").count_high == 8
    assert finite_proportion_ci(3, 5, 10, alternative="less").count_low == 3


def test_a_full_count_is_a_point():
    interval = finite_proportion_ci([0, 3, 7], 7, 7)

    assert interval.count_low.tolist() == interval.count_high.tolist() == [0, 3, 7]
    assert interval.low.tolist() == interval.estimate.tolist()


def test_no_answers_give_no_estimate_and_the_whole_roster():
    interval = finite_proportion_ci(0, 0, 12)

    assert np.isnan(interval.estimate)
    assert (interval.count_low, interval.count_high) == (0, 12)
    assert (interval.low, interval.high) == (0, 1)


def test_an_empty_roster_has_no_share():
    interval = finite_proportion_ci(0, 0, 0)

    assert np.isnan(interval.estimate)
    assert (interval.count_low, interval.count_high, interval.low, interval.high) == (0, 0, 0, 1)


def test_it_broadcasts_and_keeps_the_shape():
    interval = finite_proportion_ci([[0], [5]], 5, [10, 20, 30])

    assert interval.count_low.shape == (2, 3)
    assert interval.count_low[1, 0] == finite_proportion_ci(5, 5, 10).count_low


def test_scalars_come_back_as_python_numbers():
    interval = finite_proportion_ci(4, 5, 10)

    assert type(interval.count_low) is int
    assert type(interval.low) is float


def test_an_empty_array_gives_an_empty_result():
    assert finite_proportion_ci([], [], []).to_frame().empty


def test_it_refuses_more_answers_than_people():
    with pytest.raises(CountError, match=r"n\[1\] = 11: more than N = 10; remove duplicates"):
        finite_proportion_ci(5, [10, 11], 10)


def test_a_roster_of_a_hundred_million_is_close_to_an_unknown_population():
    finite = finite_proportion_ci(950, 1000, 10**8)
    unknown = proportion_ci(950, 1000, method="clopper-pearson")

    assert finite.low == pytest.approx(unknown.low, abs=2e-7)
    assert finite.high == pytest.approx(unknown.high, abs=2e-7)
