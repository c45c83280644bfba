import numpy as np
import pytest
from scipy import integrate, special, stats

from analysis import ChoiceError, CountError, shrink_rates
from analysis.betabinomial import integrate_prior
from analysis.empirical import _critical_value

METHODS = ("beta-binomial", "empirical-bayes")


@pytest.mark.parametrize("method", METHODS)
def test_a_small_unit_moves_further_than_a_large_one_with_the_same_rate(method):
    x, n = [4, 80, 90, 150, 60, 30], [5, 100, 100, 160, 75, 33]

    got = shrink_rates(x, n, method=method)

    small, large = got.estimate[0] - 0.8, got.estimate[1] - 0.8
    assert small > large > 0
    assert got.own_weight[0] < got.own_weight[1] < 1
    assert 0.8 < got.overall < 0.95


@pytest.mark.parametrize("method", METHODS)
def test_estimates_lie_inside_their_limits_and_inside_0_to_1(method):
    rng = np.random.default_rng(1)
    n = rng.integers(0, 60, 80)
    got = shrink_rates(rng.binomial(n, rng.beta(19, 1, 80)), n, method=method)

    assert (got.low >= 0).all()
    assert (got.low < got.estimate).all()
    assert (got.estimate < got.high).all()
    assert (got.high <= 1).all()


@pytest.mark.parametrize("method", METHODS)
def test_a_county_at_100_percent_is_not_proved_perfect(method):
    got = shrink_rates([10, 5, 30], [10, 5, 30], method=method)

    assert (got.estimate < 1).all()
    assert (got.low < 0.97).all()
    assert got.high == pytest.approx(1)
    assert got.low[2] > got.low[0] > got.low[1]


@pytest.mark.parametrize("method", METHODS)
def test_a_unit_without_answers_gets_the_overall_rate_and_the_widest_interval(method):
    got = shrink_rates([9, 19, 0, 30], [10, 20, 0, 40], method=method)

    assert got.estimate[2] == pytest.approx(got.overall, abs=1e-6)
    assert got.own_weight[2] == 0
    assert (got.high - got.low).argmax() == 2


@pytest.mark.parametrize("method", METHODS)
def test_equal_counts_get_equal_results_in_any_order(method):
    x, n = np.array([9, 4, 9, 30]), np.array([10, 5, 10, 40])
    turned = np.array([3, 1, 0, 2])

    got, again = shrink_rates(x, n, method=method), shrink_rates(x[turned], n[turned], method=method)

    assert got.estimate[0] == got.estimate[2]
    np.testing.assert_allclose(got.estimate[turned], again.estimate, rtol=1e-9)
    np.testing.assert_allclose(got.low[turned], again.low, rtol=1e-7)


@pytest.mark.parametrize("method", METHODS)
def test_no_units_and_nobody_anywhere_are_stated(method):
    nothing, nobody = shrink_rates([], [], method=method), shrink_rates([0, 0], [0, 0], method=method)

    assert len(nothing.estimate) == 0
    assert nobody.low.max() < 0.06
    assert nobody.high.min() > 0.94


def test_one_unit_as_a_scalar_is_a_list_of_one():
    assert shrink_rates(9, 10).estimate.shape == (1,)


@pytest.mark.parametrize(
    ("x", "n", "options", "error"), [(3, 2, {}, CountError), (1, 2, {"method": "stein"}, ChoiceError)]
)
def test_it_refuses_impossible_counts_and_unknown_methods(x, n, options, error):
    with pytest.raises(error):
        shrink_rates(x, n, **options)


def test_the_posterior_agrees_with_numerical_integration():
    x, n = np.array([9, 4, 30]), np.array([10, 9, 40])

    def weight(m, s, moment):
        # s = M / (M + n0) is uniform, n0 the median n.
        M = 10 * s / (1 - s)
        a, b = m * M, (1 - m) * M
        logs = special.betaln(x + a, n - x + b) - special.betaln(a, b)
        own = (x[0] + a) / (n[0] + M) if moment else 1.0
        return np.exp(logs.sum() + 25) * own

    above, below = (
        integrate.dblquad(weight, 1e-9, 1 - 1e-9, 1e-9, 1 - 1e-9, args=(moment,), epsrel=1e-6)[0]
        for moment in (True, False)
    )

    assert shrink_rates(x, n).estimate[0] == pytest.approx(above / below, rel=1e-6)


def test_limits_are_quantiles_of_the_posterior():
    x, n = np.array([9, 4, 30]), np.array([10, 9, 40])
    got = shrink_rates(x, n, confidence_level=0.9)

    prior = integrate_prior(x, n, np.ones(3, dtype=np.int64))
    a, b = x[1] + prior.a, n[1] - x[1] + prior.b

    assert prior.probability @ stats.beta.cdf(got.low[1], a, b) == pytest.approx(0.05, abs=1e-7)
    assert prior.probability @ stats.beta.cdf(got.high[1], a, b) == pytest.approx(0.95, abs=1e-7)


def test_many_alike_units_are_pooled_and_many_unlike_ones_are_not():
    rng = np.random.default_rng(4)
    n = np.full(300, 20)

    alike = shrink_rates(rng.binomial(n, 0.9), n)
    unlike = shrink_rates(rng.binomial(n, rng.beta(0.9, 0.1, 300)), n)

    assert alike.own_weight.max() < 0.1
    assert unlike.own_weight.min() > 0.85


@pytest.mark.parametrize(
    ("m2", "expected"), [(0.0, 1.959964), (1.0, 3.176), (4.0, 5.0)], ids=["none", "one", "four"]
)
def test_critical_values_reach_from_the_normal_to_the_robust(m2, expected):
    got = _critical_value(m2, 0.05)

    if m2 == 0:
        assert got == pytest.approx(expected, abs=1e-5)
    assert np.sqrt(1 + m2) * 1.959963 <= got <= np.sqrt((1 + m2) / 0.05)


@pytest.mark.slow
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("a", "b"), [(18, 2), (9.7, 0.3), (4.5, 0.5)])
def test_intervals_cover_on_average_as_often_as_promised(method, a, b):
    rng = np.random.default_rng(6)
    covered = []
    for _ in range(25):
        n, p = rng.integers(3, 120, 60), rng.beta(a, b, 60)
        got = shrink_rates(rng.binomial(n, p), n, method=method)
        covered.append(((got.low <= p) & (p <= got.high)).mean())

    assert np.mean(covered) >= 0.93
