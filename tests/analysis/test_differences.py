"""Expected values: R (closed-form restricted maximum likelihood and uniroot); Newcombe (1998b) Table II."""

import numpy as np
import pytest

from analysis import ChoiceError, CountError, diff_proportion_ci

METHODS = {
    "newcombe10": ("newcombe", 1e-9),
    "newcombe11_cc": ("newcombe-cc", 1e-9),
    "agresti_caffo": ("agresti-caffo", 1e-9),
    "miettinen_nurminen": ("miettinen-nurminen", 1e-8),
    "mee": ("mee", 1e-8),
}


@pytest.mark.parametrize("name", METHODS)
def test_every_interval_agrees_with_r(read_vectors, name):
    method, tolerance = METHODS[name]
    vectors = read_vectors("c_diff_ci.csv")

    for level, rows in vectors[vectors["method"] == name].groupby("conf_level"):
        interval = diff_proportion_ci(
            rows["x1"], rows["n1"], rows["x2"], rows["n2"], method=method, confidence_level=level
        )

        np.testing.assert_allclose(interval.estimate, rows["estimate"], rtol=0, atol=1e-9)
        np.testing.assert_allclose(interval.low, rows["lower"].clip(-1, 1), rtol=0, atol=tolerance)
        np.testing.assert_allclose(interval.high, rows["upper"].clip(-1, 1), rtol=0, atol=tolerance)


@pytest.mark.parametrize(("number", "method"), [(10, "newcombe"), (11, "newcombe-cc")])
def test_the_printed_table_of_newcombe_is_reproduced(read_vectors, number, method):
    table = read_vectors("c_newcombe1998b_table2.csv")
    table = table[table["method"] == number]

    interval = diff_proportion_ci(table["x1"], table["n1"], table["x2"], table["n2"], method=method)

    np.testing.assert_allclose(interval.low, table["lower"], rtol=0, atol=1e-9)
    np.testing.assert_allclose(interval.high, table["upper"], rtol=0, atol=1e-9)
    np.testing.assert_allclose(interval.low, table["paper_lower_4dp"], rtol=0, atol=6e-5)
    np.testing.assert_allclose(interval.high, table["paper_upper_4dp"], rtol=0, atol=6e-5)


@pytest.mark.parametrize("method", [method for method, _ in METHODS.values()])
class TestLaws:
    def test_swapping_the_sides_mirrors_the_interval(self, method):
        x1, n1, x2, n2 = [3, 10, 0, 1], [10, 10, 7, 1], [9, 0, 7, 0], [10, 20, 7, 1]

        there = diff_proportion_ci(x1, n1, x2, n2, method=method)
        back = diff_proportion_ci(x2, n2, x1, n1, method=method)

        np.testing.assert_allclose(there.low, -back.high, atol=1e-12)
        np.testing.assert_allclose(there.high, -back.low, atol=1e-12)

    def test_everybody_against_nobody_stays_within_one(self, method):
        interval = diff_proportion_ci(10, 10, 0, 10, method=method)

        assert 0 < interval.low < interval.high <= 1

    def test_equal_shares_of_all_have_an_interval_around_nought(self, method):
        interval = diff_proportion_ci(10, 10, 10, 10, method=method)

        assert interval.low < 0 < interval.high
        assert interval.low == pytest.approx(-interval.high, abs=1e-12)

    def test_a_side_without_answers_leaves_everything_open(self, method):
        interval = diff_proportion_ci([5, 0], [5, 0], 0, [0, 4], method=method)

        assert np.isnan(interval.estimate).all()
        assert interval.low.tolist() == [-1, -1]
        assert interval.high.tolist() == [1, 1]

    def test_a_higher_level_widens_the_interval(self, method):
        narrow = diff_proportion_ci(17, 20, 12, 20, method=method, confidence_level=0.9)
        wide = diff_proportion_ci(17, 20, 12, 20, method=method, confidence_level=0.99)

        assert wide.low < narrow.low < narrow.high < wide.high


def test_scalars_come_back_as_floats():
    assert type(diff_proportion_ci(1, 2, 3, 4).low) is float


def test_empty_arrays_give_an_empty_result():
    assert diff_proportion_ci([], [], [], []).to_frame().empty


def test_it_names_the_side_of_an_impossible_count():
    with pytest.raises(CountError, match=r"x2\[0\] = 5: more than n2 = 4"):
        diff_proportion_ci([1], [2], [5], [4])


def test_it_offers_the_methods_for_an_unknown_one():
    with pytest.raises(ChoiceError, match="newcombe"):
        diff_proportion_ci(1, 2, 3, 4, method="wald")
