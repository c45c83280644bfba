"""P-values widened by the spread between units."""

import numpy as np
import pytest
from scipy import stats

from analysis.outliers import widened_pvalues


def test_even_pvalues_stay_as_they_are():
    even = (np.arange(1000) + 0.5) / 1000

    np.testing.assert_allclose(widened_pvalues(even, harmless_share=0.75, stands_alone=True), even, rtol=0.02)


def test_a_spread_of_its_own_is_forgiven():
    scores = 3 * np.random.default_rng(1).normal(size=1000)

    widened = widened_pvalues(stats.norm.sf(scores), harmless_share=0.9, stands_alone=True)

    assert (stats.norm.sf(scores) < 0.001).sum() > 100
    assert (widened < 0.001).sum() < 5


def test_an_outlier_stays_one():
    pvalues = np.append(np.random.default_rng(2).random(500), 1e-40)

    assert widened_pvalues(pvalues, harmless_share=0.75, stands_alone=True)[-1] < 1e-20


@pytest.mark.parametrize("share", [0.75, 0.95])
def test_no_pvalue_is_sharpened(share):
    pvalues = np.random.default_rng(3).beta(3, 1, 400)

    assert (widened_pvalues(pvalues, harmless_share=share, stands_alone=True) >= pvalues).all()


def test_a_few_units_show_no_spread():
    pvalues = np.full(5, 1e-9)

    assert widened_pvalues(pvalues, harmless_share=0.75, stands_alone=True).tolist() == [1e-9] * 5
    assert widened_pvalues(pvalues, harmless_share=0.95, stands_alone=False).tolist() == [1] * 5
