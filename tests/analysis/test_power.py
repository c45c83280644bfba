import numpy as np
import pytest
from scipy import stats

from analysis import (
    CountError,
    ShareError,
    crosswise,
    forced_response,
    precision_sample_size,
    sensitive_power,
    sensitive_proportion,
    sensitive_sample_size,
    warner,
)
from analysis.sensitive import DIRECT

ITEMS = [warner(0.7), crosswise(0.25), forced_response(yes=0.125, no=0.125), DIRECT]


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.design)
@pytest.mark.parametrize(("share", "null"), [(0.2, 0.05), (0.7, 0.95)])
@pytest.mark.parametrize("n", [1, 17, 90])
def test_power_is_the_chance_of_a_count_in_the_rejection_region(item, share, null, n):
    x = np.arange(n + 1)
    under_null, truth = (stats.binom.pmf(x, n, float(item.yes_rate(rate))) for rate in (null, share))
    if item.yes_rate(share) < item.yes_rate(null):
        under_null, truth = under_null[::-1], truth[::-1]
    tails = np.cumsum(under_null[::-1])[::-1]

    assert sensitive_power(n, item, share=share, null=null) == pytest.approx(
        truth[tails <= 0.05 + 1e-12].sum()
    )


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.design)
@pytest.mark.parametrize(("share", "null"), [(0.2, 0.05), (0.9, 0.97)])
def test_the_sample_size_is_the_first_from_which_the_power_holds(item, share, null):
    n = sensitive_sample_size(item, share=share, null=null, power=0.9)

    assert sensitive_power(n - 1, item, share=share, null=null) < 0.9
    later = sensitive_power(np.arange(n, 2 * n), item, share=share, null=null)
    assert later.min() >= 0.9


def test_a_mask_costs_answers():
    sizes = [sensitive_sample_size(item, share=0.2, null=0.1) for item in ITEMS]

    assert sizes[0] > sizes[1] > sizes[2] > sizes[3]
    assert sizes[1] == pytest.approx(620, rel=0.1)


def test_without_answers_there_is_no_power():
    assert sensitive_power(0, crosswise(0.25), share=0.2, null=0.1) == 0.0


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.design)
def test_the_precision_is_reached_and_not_before(item):
    n = precision_sample_size(item, share=0.1, standard_error=0.03)

    rate = float(item.yes_rate(0.1))
    reached, missed = (np.sqrt(rate * (1 - rate) / (size - 1)) / abs(item.slope) for size in (n, n - 1))
    assert reached <= 0.03 + 1e-12 < missed


def test_the_precision_is_that_of_the_estimator():
    item = crosswise(0.25)
    n = precision_sample_size(item, share=0.1, standard_error=0.03)

    got = sensitive_proportion(round(n * float(item.yes_rate(0.1))), n, item)

    assert got.standard_error == pytest.approx(0.03, rel=0.01)


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: sensitive_power(-1, DIRECT, share=0.2, null=0.1), CountError),
        (lambda: sensitive_power(10, DIRECT, share=0.1, null=0.1), ShareError),
        (lambda: sensitive_sample_size(DIRECT, share=0.2, null=0.1, power=1.0), ShareError),
        (lambda: sensitive_sample_size(DIRECT, share=1.2, null=0.1), ShareError),
        (lambda: precision_sample_size(DIRECT, share=0.2, standard_error=0.0), ShareError),
    ],
)
def test_it_refuses_questions_without_an_answer(call, error):
    with pytest.raises(error):
        call()
