import numpy as np
import pytest

from analysis import (
    ChoiceError,
    CountError,
    ShareError,
    coaching_gap,
    crosswise,
    diff_proportion_ci,
    forced_response,
    proportion_ci,
    sensitive_proportion,
    unrelated_question,
    warner,
)
from analysis.sensitive import DIRECT

DESIGNS = {
    "direct": DIRECT,
    "warner 0.7": warner(0.7),
    "crosswise 0.25": crosswise(0.25),
    "crosswise 0.15": crosswise(0.15),
    "forced 0.75": forced_response(yes=0.125, no=0.125),
}
# Standard errors in percentage points at a true share of 10 %, as an independent simulation measured them: the
# spread of a few hundred to a thousand estimates, so each is known to about 4 %, and rounded to 0.1.
MEASURED = {
    20: [6.9, 26.0, 20.1, 13.4, 11.5],
    100: [2.9, 11.9, 8.9, 6.1, 5.3],
    300: [1.7, 6.7, 5.3, 3.5, 3.1],
    1000: [0.9, 3.7, 2.9, 1.9, 1.7],
    3000: [0.5, 2.1, 1.7, 1.1, 0.9],
}


def spread_of(item, n):
    rate = item.yes_rate(0.1)
    return 100 * np.sqrt(rate * (1 - rate) / n) / abs(item.slope)


def noise_of(measured):
    return 0.05 + 0.04 * measured


@pytest.mark.parametrize("n", MEASURED)
def test_the_spread_of_the_estimates_is_that_of_the_measured_table(n):
    for item, measured in zip(DESIGNS.values(), MEASURED[n], strict=True):
        assert abs(spread_of(item, n) - measured) <= noise_of(measured)


@pytest.mark.parametrize("n", MEASURED)
def test_the_measured_table_can_be_simulated_again(n):
    rng = np.random.default_rng(n)
    for item, measured in zip(DESIGNS.values(), MEASURED[n], strict=True):
        x = rng.binomial(n, item.yes_rate(0.1), 20_000)

        got = sensitive_proportion(x, n, item)

        assert got.estimate.mean() == pytest.approx(0.1, abs=0.01)
        assert abs(100 * got.estimate.std() - measured) <= noise_of(measured) + 0.01 * measured
        # The squared standard error is unbiased for the squared spread.
        assert np.sqrt((got.standard_error**2).mean()) * 100 == pytest.approx(spread_of(item, n), rel=0.02)


@pytest.mark.parametrize("item", DESIGNS.values(), ids=DESIGNS)
@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.97])
def test_limits_cover_as_often_as_promised(item, share):
    n = 150
    x = np.arange(n + 1)
    rate = float(item.yes_rate(share))
    chance = np.exp([k * np.log(max(rate, 1e-300)) + (n - k) * np.log(max(1 - rate, 1e-300)) for k in x])
    ways = np.cumprod(np.append(1.0, (n - x[:-1]) / (x[:-1] + 1)))

    got = sensitive_proportion(x, n, item, method="clopper-pearson")

    covered = (got.low <= share + 1e-12) & (share - 1e-12 <= got.high)
    assert (chance * ways)[covered].sum() >= 0.95


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (warner(0.7), np.log(0.7 / 0.3)),
        (crosswise(0.25), np.log(3)),
        (forced_response(yes=0.125, no=0.125), 1.95),
        (unrelated_question(asked=0.7, innocent=0.25), 2.34),
        (DIRECT, np.inf),
    ],
)
def test_what_one_answer_reveals_is_known(item, expected):
    assert item.epsilon == pytest.approx(expected, abs=0.005)


def test_the_closed_formulas_of_each_design():
    x, n = 40, 120
    r = x / n

    assert sensitive_proportion(x, n, warner(0.7)).estimate == pytest.approx((r + 0.7 - 1) / (2 * 0.7 - 1))
    assert sensitive_proportion(x, n, crosswise(0.25)).estimate == pytest.approx((r + 0.25 - 1) / -0.5)
    forced = sensitive_proportion(x, n, forced_response(yes=0.1, no=0.2))
    assert forced.estimate == pytest.approx((r - 0.1) / 0.7)
    assert forced.standard_error == pytest.approx(np.sqrt(r * (1 - r) / (0.7**2 * 119)))
    unrelated = sensitive_proportion(x, n, unrelated_question(asked=0.6, innocent=0.3))
    assert unrelated.estimate == pytest.approx((r - 0.4 * 0.3) / 0.6)


def test_a_direct_question_has_the_plain_interval():
    got, plain = sensitive_proportion([9, 30], [10, 30], DIRECT), proportion_ci([9, 30], [10, 30])

    np.testing.assert_allclose([got.low, got.high], [plain.low, plain.high])


def test_no_yes_at_all_still_leaves_room():
    got = sensitive_proportion(25, 200, forced_response(yes=0.125, no=0.125))

    assert got.estimate == pytest.approx(0)
    assert 0 == got.low < got.high < 0.1


def test_answers_that_contradict_the_design_are_told_and_leave_everything_open():
    got = sensitive_proportion([2, 60], [200, 200], forced_response(yes=0.25, no=0.25))

    assert got.is_consistent.tolist() == [False, True]
    assert (got.low[0], got.high[0]) == (0, 1)


def test_too_few_answers_are_stated():
    got = sensitive_proportion([0, 1], [0, 1], crosswise(0.25))

    assert np.isnan(got.estimate[0])
    assert np.isnan(got.standard_error).all()
    assert (got.low[0], got.high[0]) == (0, 1)
    assert got.low[1] < got.high[1]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: warner(0.5), "p = 0.5: leaves nothing"),
        (lambda: crosswise(1.2), "p = 1.2"),
        (lambda: forced_response(yes=0.5, no=0.5), "leaves nothing"),
        (lambda: forced_response(yes=0.8, no=0.4), "leaves nothing"),
        (lambda: unrelated_question(asked=0, innocent=0.5), "leaves nothing"),
    ],
)
def test_a_design_that_hides_everything_is_refused(make, words):
    with pytest.raises(ShareError, match=words):
        make()


@pytest.mark.parametrize(
    ("x", "options", "error"), [(11, {}, CountError), (1, {"method": "jeffreys"}, ChoiceError)]
)
def test_it_refuses_impossible_counts_and_unknown_methods(x, options, error):
    with pytest.raises(error):
        sensitive_proportion(x, 10, warner(0.8), **options)


def test_coaching_shows_as_a_gap_between_the_direct_and_the_masked_answer():
    gap = coaching_gap(970, 1000, 420, 1000, crosswise(0.25))

    masked = sensitive_proportion(420, 1000, crosswise(0.25))
    assert gap.estimate == pytest.approx(0.97 - masked.estimate)
    assert 0 < gap.low < gap.estimate < gap.high < 1
    assert gap.standard_error == pytest.approx(np.hypot(np.sqrt(0.97 * 0.03 / 999), masked.standard_error))


def test_a_gap_between_two_direct_questions_is_newcombes_difference():
    gap, plain = coaching_gap(48, 50, 40, 50, DIRECT), diff_proportion_ci(48, 50, 40, 50)

    assert (gap.estimate, gap.low, gap.high) == pytest.approx((plain.estimate, plain.low, plain.high))


def test_a_side_without_answers_leaves_the_gap_open():
    gap = coaching_gap([9, 0], [10, 0], [40, 40], [100, 100], crosswise(0.25))

    assert np.isnan(gap.estimate[1])
    assert (gap.low[1], gap.high[1]) == (-1, 1)


def test_the_gap_covers_the_truth_as_often_as_promised():
    rng = np.random.default_rng(9)
    item = crosswise(0.2)
    direct = rng.binomial(800, 0.95, 4000)
    masked = rng.binomial(800, float(item.yes_rate(0.8)), 4000)

    gap = coaching_gap(direct, 800, masked, 800, item)

    assert ((gap.low <= 0.15) & (gap.high >= 0.15)).mean() >= 0.94
