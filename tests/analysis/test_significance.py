"""Expected values: R's fisher.test, p.adjust, and a grid with optimize for Boschloo's test."""

import numpy as np
import pytest

from analysis import ChoiceError, CountError, ShareError, adjust_pvalues, diff_proportion_test

COLUMNS = {
    ("boschloo", "two-sided"): "boschloo_two_central",
    ("boschloo", "greater"): "boschloo_greater",
    ("boschloo", "less"): "boschloo_less",
    ("fisher", "two-sided"): "fisher_two",
    ("fisher", "greater"): "fisher_greater",
    ("fisher", "less"): "fisher_less",
    ("n-1-chi2", "two-sided"): "n_minus_1_chisq_p",
}


@pytest.mark.parametrize(("method", "alternative"), COLUMNS)
def test_every_pvalue_agrees_with_r(read_vectors, method, alternative):
    rows = read_vectors("c_diff_pvalues.csv")
    expected = rows[COLUMNS[method, alternative]].fillna(1.0)

    result = diff_proportion_test(
        rows["x1"], rows["n1"], rows["x2"], rows["n2"], method=method, alternative=alternative
    )

    np.testing.assert_allclose(result.pvalue, expected, rtol=0, atol=1e-6 if method == "boschloo" else 1e-9)


def test_the_chi_square_of_one_side_is_half_of_both():
    two = diff_proportion_test(56, 70, 48, 80, method="n-1-chi2")
    greater = diff_proportion_test(56, 70, 48, 80, method="n-1-chi2", alternative="greater")
    less = diff_proportion_test(56, 70, 48, 80, method="n-1-chi2", alternative="less")

    assert greater.pvalue == pytest.approx(two.pvalue / 2)
    assert less.pvalue == pytest.approx(1 - greater.pvalue)
    assert two.statistic > 0


def test_auto_is_exact_for_small_samples_and_says_so():
    result = diff_proportion_test([9, 900], [10, 1000], [3, 850], [10, 1000])

    assert result.method.tolist() == ["boschloo", "n-1-chi2"]
    assert result.pvalue[0] == pytest.approx(0.00795555, abs=1e-7)


@pytest.mark.parametrize("method", ["auto", "boschloo", "fisher", "n-1-chi2"])
def test_nothing_speaks_for_a_difference_where_there_is_no_contrast(method):
    result = diff_proportion_test([0, 0, 5, 3], [0, 4, 5, 4], [0, 0, 7, 0], [3, 4, 7, 0], method=method)

    assert result.pvalue.tolist() == [1, 1, 1, 1]


def test_scalars_come_back_as_python_values():
    result = diff_proportion_test(9, 10, 3, 10)

    assert type(result.pvalue) is float
    assert result.method == "boschloo"


def test_empty_arrays_give_an_empty_result():
    assert diff_proportion_test([], [], [], []).pvalue.shape == (0,)


def test_it_names_the_side_of_an_impossible_count():
    with pytest.raises(CountError, match="x1 = 3: more than n1 = 2"):
        diff_proportion_test(3, 2, 0, 4)


def test_it_does_not_offer_barnards_test():
    with pytest.raises(ChoiceError, match="auto, boschloo, fisher, n-1-chi2"):
        diff_proportion_test(1, 2, 0, 4, method="barnard")


@pytest.mark.parametrize("method", ["holm", "BH", "BY", "hommel", "hochberg", "bonferroni"])
def test_adjusted_pvalues_agree_with_r(read_vectors, method):
    for _, rows in read_vectors("e_p_adjust.csv").groupby("set"):
        adjusted = adjust_pvalues(rows["p"], method=method)

        np.testing.assert_allclose(adjusted, rows[method], rtol=0, atol=1e-9)


@pytest.mark.parametrize("method", ["holm", "BH", "BY", "hommel", "hochberg", "bonferroni"])
def test_a_question_not_asked_is_kept_and_not_counted(method):
    adjusted = adjust_pvalues([[0.01, np.nan], [0.03, np.nan]], method=method)

    assert np.isnan(adjusted[:, 1]).all()
    assert adjusted[:, 0].tolist() == adjust_pvalues([0.01, 0.03], method=method).tolist()


def test_no_pvalues_give_none():
    assert adjust_pvalues([]).tolist() == []
    assert np.isnan(adjust_pvalues([np.nan])).all()


def test_the_given_pvalues_stay_as_they_were():
    given = np.array([0.01, 0.04])

    adjust_pvalues(given)

    assert given.tolist() == [0.01, 0.04]


def test_it_refuses_what_is_no_pvalue():
    with pytest.raises(ShareError, match=r"p\[1\] = 1.2"):
        adjust_pvalues([0.1, 1.2])
