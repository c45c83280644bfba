"""Expected values: R 4.2.2, binom.test and uniroot."""

import numpy as np
import pytest

from analysis import ChoiceError, CountError, ShapeError, mcnemar_test, paired_diff_ci

METHODS = {
    "newcombe_paired_8": ("newcombe-uncorrected", 1e-9),
    "newcombe_paired_10": ("newcombe", 1e-9),
    "tango": ("tango", 1e-8),
    "bonett_price": ("bonett-price", 1e-9),
}


def tables_of(rows):
    return rows[["a", "b", "c", "d"]].to_numpy().reshape(-1, 2, 2)


@pytest.mark.parametrize("name", METHODS)
def test_every_interval_agrees_with_r(read_vectors, name):
    method, tolerance = METHODS[name]
    vectors = read_vectors("c_paired_ci.csv")

    for level, rows in vectors[vectors["method"] == name].groupby("conf_level"):
        interval = paired_diff_ci(tables_of(rows), method=method, confidence_level=level)

        np.testing.assert_allclose(interval.estimate, rows["estimate"], rtol=0, atol=1e-9)
        np.testing.assert_allclose(interval.low, rows["lower"].clip(-1, 1), rtol=0, atol=tolerance)
        np.testing.assert_allclose(interval.high, rows["upper"].clip(-1, 1), rtol=0, atol=tolerance)


@pytest.mark.parametrize(("method", "column"), [("mid-p", "mcnemar_midp"), ("exact", "mcnemar_exact")])
def test_every_pvalue_agrees_with_r(read_vectors, method, column):
    rows = read_vectors("c_mcnemar.csv")

    result = mcnemar_test(tables_of(rows), method=method)

    np.testing.assert_allclose(result.pvalue, rows[column], rtol=0, atol=1e-9)


@pytest.mark.parametrize("method", [method for method, _ in METHODS.values()])
class TestLaws:
    def test_swapping_the_waves_mirrors_the_interval(self, method):
        there = paired_diff_ci([[30, 5], [2, 8]], method=method)
        back = paired_diff_ci([[30, 2], [5, 8]], method=method)

        assert there.low == pytest.approx(-back.high, abs=1e-12)
        assert there.high == pytest.approx(-back.low, abs=1e-12)

    def test_all_satisfied_twice_leaves_a_change_possible(self, method):
        interval = paired_diff_ci([[20, 0], [0, 0]], method=method)

        assert interval.low < 0 < interval.high
        assert interval.estimate == 0

    def test_nobody_leaves_everything_open(self, method):
        interval = paired_diff_ci(np.zeros((2, 2)), method=method)

        assert np.isnan(interval.estimate)
        assert (interval.low, interval.high) == (-1, 1)


def test_nobody_who_changed_gives_a_pvalue_of_one():
    for method in ("mid-p", "exact"):
        assert mcnemar_test([[9, 0], [0, 3]], method=method).pvalue == 1
        assert mcnemar_test([[0, 0], [0, 0]], method=method).pvalue == 1


def test_the_statistic_is_the_smaller_number_of_changers():
    assert mcnemar_test([[59, 6], [16, 80]]).statistic == 6


def test_scalars_come_back_for_one_table_and_arrays_for_many():
    assert type(mcnemar_test([[1, 2], [3, 4]]).pvalue) is float
    assert mcnemar_test([[[1, 2], [3, 4]]]).pvalue.shape == (1,)
    assert paired_diff_ci(np.ones((3, 1, 2, 2))).low.shape == (3, 1)


def test_no_tables_give_an_empty_result():
    assert paired_diff_ci(np.empty((0, 2, 2))).low.shape == (0,)
    assert mcnemar_test(np.empty((0, 2, 2))).pvalue.shape == (0,)


def test_it_refuses_a_table_that_is_not_two_by_two():
    with pytest.raises(ShapeError, match=r"table \(2, 3\)"):
        mcnemar_test([[1, 2, 3], [4, 5, 6]])


def test_it_refuses_a_negative_count():
    with pytest.raises(CountError, match=r"table\[1\]\[0\] = -3"):
        paired_diff_ci([[1, 2], [-3, 4]])


def test_it_does_not_offer_the_asymptotic_test():
    with pytest.raises(ChoiceError, match="mid-p, exact"):
        mcnemar_test([[1, 2], [3, 4]], method="asymptotic")
