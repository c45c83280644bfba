import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis import (
    ChoiceError,
    DesignError,
    SurveyDesign,
    calibrate,
    finite_proportion_ci,
    kish_effective_n,
    poststratify,
    stratified_zero_failure_bound,
    survey_mean,
    survey_proportion_ci,
)

METHODS = ("korn-graubard", "wilson", "logit", "likelihood", "arcsine", "mean")


def draw(**strata):
    """Return a sample: name=(satisfied, answered, headcount) for each stratum."""
    rows = [
        {"unit": unit, "N": N, "weight": N / n, "satisfied": float(place < x)}
        for unit, (x, n, N) in strata.items()
        for place in range(n)
    ]
    return SurveyDesign(pd.DataFrame(rows), weight="weight", strata="unit", fpc="N")


def only(table):
    assert len(table) == 1
    return table.iloc[0]


@pytest.mark.parametrize("method", METHODS)
def test_everybody_satisfied_gives_the_exact_bound_over_strata(method):
    got = only(survey_proportion_ci(draw(A=(30, 30, 100), B=(20, 20, 20)), "satisfied", method=method))

    bound = stratified_zero_failure_bound([30, 20], [100, 20], confidence_level=0.975)
    assert got["method"] == "exact stratified"
    assert (got["estimate"], got["high"]) == (1, 1)
    assert got["low"] == pytest.approx(1 - bound.max_unsatisfied / 120)
    assert got["low"] < 1


def test_nobody_satisfied_mirrors_everybody_satisfied():
    everybody = only(survey_proportion_ci(draw(A=(30, 30, 100), B=(20, 20, 50)), "satisfied"))
    nobody = only(survey_proportion_ci(draw(A=(0, 30, 100), B=(0, 20, 50)), "satisfied"))

    assert (nobody["estimate"], nobody["low"]) == (0, 0)
    assert nobody["high"] == pytest.approx(1 - everybody["low"])


def test_one_stratum_at_100_percent_has_the_exact_limits_of_its_roster():
    got = only(survey_proportion_ci(draw(A=(30, 30, 100)), "satisfied"))

    exact = finite_proportion_ci(30, 30, 100)
    assert (got["low"], got["high"]) == pytest.approx((exact.low, exact.high))


def test_strata_counted_in_full_or_all_alike_give_a_range_in_people():
    got = only(survey_proportion_ci(draw(A=(4, 4, 15), B=(9, 10, 10), C=(0, 19, 104)), "satisfied"))

    hidden_below = stratified_zero_failure_bound([4], [15], confidence_level=0.975).max_unsatisfied
    hidden_above = stratified_zero_failure_bound([19], [104], confidence_level=0.975).max_unsatisfied
    assert got["method"] == "exact stratified"
    assert got["estimate"] == pytest.approx((15 + 9) / 129)
    assert got["low"] == pytest.approx((15 + 9 - hidden_below) / 129)
    assert got["high"] == pytest.approx((15 + 9 + hidden_above) / 129)


def test_a_full_count_is_the_share_itself():
    got = only(survey_proportion_ci(draw(A=(9, 10, 10), B=(5, 5, 5)), "satisfied"))

    assert got["method"] == "full count"
    assert got["low"] == got["high"] == got["estimate"] == pytest.approx(14 / 15)


def test_a_domain_across_strata_falls_back_on_the_kish_size():
    sample = draw(A=(30, 30, 100), B=(10, 10, 80))
    half = np.arange(40) % 2 == 0

    got = only(survey_proportion_ci(sample, "satisfied", where=half))

    n_eff = kish_effective_n(sample.weights[half])
    assert got["method"] == "clopper-pearson on kish n_eff"
    assert got["n_eff"] == pytest.approx(n_eff)
    assert got["low"] == pytest.approx(stats.beta.ppf(0.025, n_eff, 1))
    assert got["high"] == 1


@pytest.mark.parametrize("change", ["calibrated", "clustered", "weights off", "no correction"])
def test_everything_but_a_stratified_sample_falls_back_on_the_kish_size(change):
    answers = draw(A=(30, 30, 100), B=(10, 10, 80)).data.assign(village=np.arange(40) // 2)
    options = {"strata": "unit", "fpc": "N"}
    if change == "weights off":
        answers["weight"] *= np.linspace(1, 2, 40)
    if change == "no correction":
        options = {"strata": "unit"}
    if change == "clustered":
        options = {"strata": "unit", "psu": "village"}
    sample = SurveyDesign(answers, weight="weight", **options)
    if change == "calibrated":
        sample = poststratify(sample, pd.DataFrame({"unit": ["A", "B"], "count": [110, 80]}))

    got = only(survey_proportion_ci(sample, "satisfied"))

    assert got["method"] == "clopper-pearson on kish n_eff"
    assert 0.8 < got["low"] < got["high"] == 1


def test_one_unsatisfied_person_leaves_the_fallback():
    got = only(survey_proportion_ci(draw(A=(29, 30, 100), B=(20, 20, 20)), "satisfied"))

    assert got["method"] == "korn-graubard"
    assert got["low"] < got["estimate"] < got["high"] <= 1


def test_the_cap_keeps_the_effective_size_at_most_n_and_says_so():
    sample = draw(A=(40, 50, 60), B=(20, 50, 60))

    free, capped = (only(survey_proportion_ci(sample, "satisfied", cap=cap)) for cap in (False, True))

    assert free["n_eff"] > free["n"] == capped["n_eff"] == 100
    assert (free["method"], capped["method"]) == ("korn-graubard", "korn-graubard, n_eff capped at n")
    assert capped["low"] < free["low"] < free["high"] < capped["high"]


def test_simple_random_answers_give_the_textbook_intervals():
    rows = pd.DataFrame({"w": 1.0, "satisfied": [1.0] * 45 + [0.0] * 5})
    sample = SurveyDesign(rows, weight="w")
    n_eff = 49  # p(1-p) over p(1-p)/(n-1)

    exact = only(survey_proportion_ci(sample, "satisfied"))
    wilson = only(survey_proportion_ci(sample, "satisfied", method="wilson"))

    assert exact["n_eff"] == pytest.approx(n_eff)
    assert exact["low"] == pytest.approx(stats.beta.ppf(0.025, 0.9 * n_eff, 0.1 * n_eff + 1))
    assert exact["high"] == pytest.approx(stats.beta.ppf(0.975, 0.9 * n_eff + 1, 0.1 * n_eff))
    t = stats.t.ppf(0.975, 49)
    for limit in (wilson["low"], wilson["high"]):
        # Wilson's limits solve (p - q)^2 = t^2 q(1-q)/n.
        assert (0.9 - limit) ** 2 == pytest.approx(t**2 * limit * (1 - limit) / n_eff)


def test_missing_answers_and_missing_people_are_told_apart():
    rows = pd.DataFrame(
        {
            "unit": pd.Categorical(["A"] * 6 + ["B"] * 4, categories=["A", "B", "C"]),
            "w": 2.0,
            "satisfied": [1, 1, 0, None, None, 1] + [None] * 4,
        }
    )
    sample = SurveyDesign(rows, weight="w", strata="unit")

    table = survey_proportion_ci(sample, "satisfied", by="unit")

    assert table["n"].tolist() == [4, 0, 0]
    for unit in "BC":
        assert np.isnan(table.loc[unit, "estimate"])
        assert table.loc[unit, ["low", "high", "method"]].tolist() == [0, 1, "no answers"]


def test_negative_weights_can_carry_a_share_beyond_its_limits_but_not_these_beyond_0_and_1():
    rows = pd.DataFrame({"w": 1.0, "one": 1.0, "age": [30, 40, 50, 80.0], "satisfied": [1, 1, 1, 0]})
    sample = calibrate(SurveyDesign(rows, weight="w"), {"one": 4.0, "age": 100.0}, kind="linear")

    got = only(survey_proportion_ci(sample, "satisfied"))

    assert sample.weights.min() < 0
    assert got["estimate"] > 1
    assert 0 < got["low"] < got["high"] == 1


def test_it_never_returns_nan_or_zero_width_for_a_sample():
    rng = np.random.default_rng(11)
    rows = pd.DataFrame({"unit": np.repeat(np.arange(40), 4), "N": 9, "w": 9 / 4})
    rows["satisfied"] = rng.random(160) < 0.9
    sample = SurveyDesign(rows, weight="w", strata="unit", fpc="N")

    for method in METHODS[:-1]:
        table = survey_proportion_ci(sample, "satisfied", by="unit", method=method)
        assert (table["low"] < table["high"]).all()
        assert table["low"].between(0, table["estimate"]).all()
        assert table["high"].between(table["estimate"], 1).all()


def test_the_estimate_is_that_of_the_mean():
    sample = draw(A=(29, 30, 100), B=(10, 20, 80))

    share, mean = only(survey_proportion_ci(sample, "satisfied")), only(survey_mean(sample, "satisfied"))

    assert (share["estimate"], share["se"]) == pytest.approx((mean["estimate"], mean["se"]))


def test_a_share_in_strata_of_one_has_limits_although_no_variance():
    rows = pd.DataFrame({"unit": list("AB"), "w": 3.0, "satisfied": [1, 0]})
    sample = SurveyDesign(rows, weight="w", strata="unit", lonely_psu="adjust")

    got = only(survey_proportion_ci(sample, "satisfied"))

    assert got["df"] == 0
    assert got["method"] == "clopper-pearson on kish n_eff"
    assert 0 < got["low"] < 0.5 < got["high"] < 1


@pytest.mark.parametrize(
    ("y", "options", "error", "words"),
    [
        (np.array([1.0, 0.5, 0.0]), {}, DesignError, "row 1"),
        ("satisfied", {"method": "wald"}, ChoiceError, "method"),
    ],
)
def test_it_refuses_what_is_no_share(y, options, error, words):
    with pytest.raises(error, match=words):
        survey_proportion_ci(draw(A=(2, 3, 9)), y, **options)


def test_limits_cover_near_100_percent_where_those_of_the_mean_do_not():
    rng = np.random.default_rng(12)
    population = rng.random((60, 40)) < 0.96
    truth = population.mean(axis=1)
    share_hits, mean_hits = [], []
    for _ in range(20):
        drawn = rng.permuted(population, axis=1)[:, :12]
        rows = pd.DataFrame({"unit": np.repeat(np.arange(60), 12), "N": 40, "w": 40 / 12})
        sample = SurveyDesign(rows.assign(y=drawn.ravel()), weight="w", strata="unit", fpc="N")
        share, mean = survey_proportion_ci(sample, "y", by="unit"), survey_mean(sample, "y", by="unit")
        share_hits.append(((share["low"] <= truth + 1e-9) & (truth - 1e-9 <= share["high"])).mean())
        mean_hits.append(((mean["low"] <= truth + 1e-9) & (truth - 1e-9 <= mean["high"])).mean())

    assert np.mean(share_hits) >= 0.97
    assert np.mean(mean_hits) < 0.75
