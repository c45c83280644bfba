"""Expected values: R 4.2.2, qbeta / qnorm / pbinom + uniroot; Newcombe (1998a) Table I as printed."""

import numpy as np
import pytest

from analysis import ChoiceError, CountError, proportion_ci

SIDES = {"two_sided": "two-sided", "lower": "greater", "upper": "less"}
TOLERANCES = {"mid-p": 1e-8}


def limits_of(rows, method):
    (level,), (side,) = rows["conf_level"].unique(), rows["side"].unique()
    interval = proportion_ci(
        rows["x"], rows["n"], method=method, confidence_level=level, alternative=SIDES[side]
    )
    return np.stack([interval.low, interval.high])


@pytest.mark.parametrize("method", ["clopper-pearson", "wilson", "agresti-coull", "jeffreys", "mid-p"])
def test_every_limit_agrees_with_r(read_vectors, method):
    vectors = read_vectors("a_binomial_ci.csv")
    vectors = vectors[vectors["method"] == method.replace("-", "_")]

    for _, rows in vectors.groupby(["conf_level", "side"]):
        expected = rows[["lower", "upper"]].to_numpy().T
        np.testing.assert_allclose(
            limits_of(rows, method), expected, rtol=0, atol=TOLERANCES.get(method, 1e-9)
        )


def test_jeffreys_differs_from_plain_quantiles_only_at_the_ends(read_vectors):
    vectors = read_vectors("a_binomial_ci.csv")
    vectors = vectors[vectors["method"] == "jeffreys_raw"]

    for _, rows in vectors.groupby(["conf_level", "side"]):
        low, high = limits_of(rows, "jeffreys")
        np.testing.assert_allclose(low, rows["lower"].where(rows["x"] > 0, 0), rtol=0, atol=1e-9)
        np.testing.assert_allclose(high, rows["upper"].where(rows["x"] < rows["n"], 1), rtol=0, atol=1e-9)


@pytest.mark.parametrize(
    ("number", "method"),
    [("3_wilson", "wilson"), ("5_clopper_pearson", "clopper-pearson"), ("6_mid_p", "mid-p")],
)
def test_the_printed_table_of_newcombe_is_reproduced(read_vectors, number, method):
    table = read_vectors("a_newcombe1998a_table1.csv")
    table = table[table["method"] == number]

    interval = proportion_ci(table["x"], table["n"], method=method)

    np.testing.assert_allclose(interval.low, table["lower"], rtol=0, atol=1e-8)
    np.testing.assert_allclose(interval.high, table["upper"], rtol=0, atol=1e-8)
    np.testing.assert_allclose(interval.low, table["paper_lower_4dp"], rtol=0, atol=6e-5)
    np.testing.assert_allclose(interval.high, table["paper_upper_4dp"], rtol=0, atol=6e-5)


def test_the_exact_bound_when_all_are_satisfied_is_sharper_than_the_rule_of_three(read_vectors):
    table = read_vectors("a_rule_of_three.csv")

    bound = proportion_ci(table["n"], table["n"], method="clopper-pearson", alternative="greater")

    np.testing.assert_allclose(bound.low, table["exact_lower"], rtol=0, atol=1e-9)
    np.testing.assert_allclose(1 - bound.low, table["exact_max_unsatisfied_share"], rtol=0, atol=1e-9)
    assert (bound.low >= table["rule_of_three_lower"] - 1e-12).all()


@pytest.mark.parametrize("method", ["wilson", "clopper-pearson", "jeffreys", "agresti-coull", "mid-p"])
class TestEdges:
    def test_nobody_gives_no_estimate_and_the_whole_range(self, method):
        interval = proportion_ci(0, 0, method=method)

        assert np.isnan(interval.estimate)
        assert (interval.low, interval.high) == (0, 1)

    def test_everybody_satisfied_reaches_one_exactly(self, method):
        interval = proportion_ci([1, 7, 1000], [1, 7, 1000], method=method)

        assert interval.high.tolist() == [1, 1, 1]
        assert (interval.low < 1).all()

    def test_nobody_satisfied_reaches_nought_exactly(self, method):
        assert proportion_ci([0, 0], [1, 1000], method=method).low.tolist() == [0, 0]

    def test_an_empty_array_gives_an_empty_result(self, method):
        assert proportion_ci([], [], method=method).low.shape == (0,)

    def test_a_one_sided_bound_is_the_end_of_a_wider_two_sided_one(self, method):
        bound = proportion_ci(17, 20, method=method, alternative="greater")
        interval = proportion_ci(17, 20, method=method, confidence_level=0.9)

        assert bound.low == pytest.approx(interval.low, abs=1e-14)
        assert bound.high == 1

    def test_scalars_come_back_as_floats(self, method):
        interval = proportion_ci(17, 20, method=method)

        assert type(interval.low) is type(interval.high) is type(interval.estimate) is float


def test_it_offers_the_methods_for_an_unknown_one():
    with pytest.raises(ChoiceError, match="method = 'wald': choose one of wilson"):
        proportion_ci(1, 2, method="wald")


def test_it_offers_the_alternatives_for_the_reversed_names_of_other_libraries():
    with pytest.raises(ChoiceError, match="two-sided, greater, less"):
        proportion_ci(1, 2, alternative="larger")


def test_it_refuses_more_satisfied_than_answered():
    with pytest.raises(CountError, match=r"x\[1\] = 3: more than n = 2"):
        proportion_ci([1, 3], 2)
