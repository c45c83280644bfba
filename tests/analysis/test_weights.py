from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import DesignError, SurveyDesign, kish_effective_n, trim_weights

CASES = pd.read_csv(Path(__file__).parent / "vectors" / "g_kish.csv", comment="#")


@pytest.mark.parametrize("row", [pytest.param(row, id=row.case) for row in CASES.itertuples()])
def test_the_effective_number_agrees_with_arithmetic_in_r(row):
    weights = [float(weight) for weight in row.weights.split(";")]

    assert len(weights) == row.n
    assert kish_effective_n(weights) == pytest.approx(row.n_eff, rel=1e-9)
    assert len(weights) / kish_effective_n(weights) == pytest.approx(row.deff_w, rel=1e-9)
    assert 1 + np.var(weights) / np.mean(weights) ** 2 == pytest.approx(row.one_plus_cv2, rel=1e-9)


@pytest.mark.parametrize(("weights", "expected"), [([], 0.0), ([0, 0], 0.0), ([5], 1.0), ([2, -1], 0.2)])
def test_degenerate_weights_have_a_stated_worth(weights, expected):
    assert kish_effective_n(weights) == pytest.approx(expected)


def test_the_unit_of_the_weights_does_not_matter():
    weights = np.array([1.0, 3.0, 7.0])

    assert kish_effective_n(weights * 1e200) == pytest.approx(kish_effective_n(weights))
    assert kish_effective_n(weights * 1e-200) == pytest.approx(kish_effective_n(weights))


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_a_weight_that_is_no_number_is_refused_by_row(wrong):
    with pytest.raises(DesignError, match="row 1"):
        kish_effective_n([1, wrong])


def weigh(*weights):
    return SurveyDesign(pd.DataFrame({"w": weights}), weight="w")


def test_what_is_cut_off_is_shared_by_the_rest():
    trimmed = trim_weights(weigh(1.0, 1.0, 1.0, 9.0), upper=6)

    np.testing.assert_allclose(trimmed.weights, [2, 2, 2, 6])


def test_nothing_is_cut_below_the_limit():
    sample = weigh(1.0, 2.0, 3.0)

    assert trim_weights(sample, upper=3) is sample


def test_sharing_can_pass_the_limit_unless_it_is_strict():
    sample = weigh(1.0, 5.9, 9.0)

    np.testing.assert_allclose(trim_weights(sample, upper=6).weights, [2.5, 7.4, 6])
    np.testing.assert_allclose(trim_weights(sample, upper=6, strict=True).weights, [3.9, 6, 6])


def test_a_row_without_weight_gets_none():
    trimmed = trim_weights(weigh(0.0, 1.0, 9.0), upper=6)

    np.testing.assert_allclose(trimmed.weights, [0, 4, 6])


@pytest.mark.parametrize("upper", [0.0, -1.0, np.nan, 1.5])
def test_a_limit_that_cannot_hold_the_total_is_refused(upper):
    with pytest.raises(DesignError, match="upper"):
        trim_weights(weigh(1.0, 2.0, 3.0), upper=upper)
