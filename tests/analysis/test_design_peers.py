"""Other people's software on the same answers: svy (Rust and polars) and statsmodels."""

from pathlib import Path

import numpy as np
import pandas as pd
import polars
import pytest
import statsmodels.api as sm
import svy
from scipy import stats
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import DescrStatsW

from analysis import (
    SurveyDesign,
    kish_effective_n,
    poststratify,
    rake,
    survey_mean,
    survey_proportion_ci,
    survey_ratio,
    survey_total,
)

VECTORS = Path(__file__).parent / "vectors"


def read_vector(name):
    return pd.read_csv(VECTORS / name, comment="#")


@pytest.fixture(scope="module")
def county():
    return read_vector("d_county_micro.csv").query("wave == 1")


@pytest.fixture(scope="module")
def villages():
    return read_vector("d_cluster_micro.csv")


@pytest.fixture(scope="module")
def volunteers():
    return read_vector("d_open_micro.csv")


def sample_of(frame, **design):
    return svy.Sample(polars.DataFrame(frame.to_dict("list")), svy.Design(**design))


def agrees(got, estimate, columns):
    theirs = estimate.to_polars()
    for ours, name in columns.items():
        np.testing.assert_allclose(got[ours], theirs[name], rtol=1e-8, atol=1e-12, err_msg=ours)


WHOLE = {"estimate": "est", "se": "se", "low": "lci", "high": "uci", "deff": "deff"}
DOMAIN = {"estimate": "est", "se": "se", "deff": "deff"}


def test_a_stratified_sample_agrees_with_svy(county):
    ours = SurveyDesign(county, weight="weight", strata="stratum", fpc="N_h")
    theirs = sample_of(county, stratum="stratum", wgt="weight", pop_size="N_h").estimation

    for variable in ("satisfied", "q1"):
        agrees(survey_mean(ours, variable), theirs.mean(variable, deff="wor"), WHOLE)
        agrees(survey_mean(ours, variable, deff="replace"), theirs.mean(variable, deff="wr"), WHOLE)
        agrees(survey_total(ours, variable), theirs.total(variable, deff="wor"), WHOLE)
    # svy gives domains their own degrees of freedom, so only estimate and standard error can agree.
    by_unit = survey_mean(ours, "satisfied", by="unit")
    agrees(by_unit, theirs.mean("satisfied", by="unit"), {"estimate": "est", "se": "se"})
    agrees(survey_ratio(ours, "satisfied", "aware"), theirs.ratio("satisfied", "aware", deff="wor"), WHOLE)


def test_two_stages_agree_with_svy(villages):
    ours = SurveyDesign(villages, weight="weight", strata="stratum", psu="psu", fpc="M_h", ssu_fpc="N_hj")
    theirs = sample_of(
        villages,
        stratum="stratum",
        psu="psu",
        ssu="id",
        wgt="weight",
        pop_size=svy.PopSize(psu="M_h", ssu="N_hj"),
    ).estimation

    agrees(survey_mean(ours, "score"), theirs.mean("score", deff="wor"), WHOLE)
    agrees(survey_mean(ours, "score", by="sex"), theirs.mean("score", by="sex", deff="wor"), DOMAIN)


@pytest.mark.parametrize(
    ("method", "cap", "name"),
    [
        ("korn-graubard", False, "beta"),
        ("korn-graubard", True, "korn-graubard"),
        ("wilson", False, "wilson"),
        ("logit", False, "logit"),
    ],
)
def test_shares_agree_with_svy(villages, method, cap, name):
    ours = SurveyDesign(villages, weight="weight", strata="stratum", psu="psu")
    theirs = sample_of(villages, stratum="stratum", psu="psu", wgt="weight").estimation

    got = survey_proportion_ci(ours, "satisfied", method=method, cap=cap)

    row = theirs.prop("satisfied", ci_method=name).to_polars().filter(polars.col("satisfied") == 1)
    expected = row.select("est", "se", "lci", "uci").row(0)
    np.testing.assert_allclose(got[["estimate", "se", "low", "high"]].iloc[0], expected, rtol=1e-8)


def test_a_cluster_sample_agrees_with_a_cluster_robust_regression(villages):
    ours = SurveyDesign(villages, weight="weight", psu="psu")
    groups = pd.get_dummies(villages["sex"]).astype(float)
    options = {"cov_type": "cluster", "cov_kwds": {"groups": villages["psu"]}}
    codes = villages["psu"].astype("category").cat.codes
    options["cov_kwds"]["groups"] = codes

    whole = sm.WLS(villages["score"], np.ones(len(villages)), weights=villages["weight"]).fit(**options)
    parts = sm.WLS(villages["score"], groups, weights=villages["weight"]).fit(**options)

    got, table = survey_mean(ours, "score").iloc[0], survey_mean(ours, "score", by="sex")
    assert (got["estimate"], got["se"]) == pytest.approx((whole.params.iloc[0], whole.bse.iloc[0]))
    # The regression multiplies by (n-1)/(n-k) for its k = 2 means, a survey does not.
    correction = np.sqrt((len(villages) - 2) / (len(villages) - 1))
    np.testing.assert_allclose(table["estimate"], parts.params)
    np.testing.assert_allclose(table["se"], parts.bse * correction)


def test_weighted_moments_agree_with_descriptive_statistics(volunteers):
    ours = SurveyDesign(volunteers.assign(w=np.linspace(1, 5, len(volunteers))), weight="w")
    theirs = DescrStatsW(volunteers["score"], weights=ours.weights)

    got = survey_mean(ours, "score", deff="replace").iloc[0]

    n = len(volunteers)
    simple = theirs.var * n / (n - 1) / n
    assert got["estimate"] == pytest.approx(theirs.mean)
    assert got["deff"] == pytest.approx(got["se"] ** 2 / simple)


@pytest.mark.parametrize(("method", "name"), [("korn-graubard", "beta"), ("wilson", "wilson")])
def test_limits_are_those_of_a_binomial_with_the_effective_number(county, method, name):
    ours = SurveyDesign(county, weight="weight", strata="stratum", fpc="N_h")

    got = survey_proportion_ci(ours, "satisfied", method=method).iloc[0]

    t = stats.t.ppf(0.975, got["df"])
    alpha = 0.05 if name == "beta" else 2 * stats.norm.sf(t)
    count = got["estimate"] * got["n_eff"]
    expected = proportion_confint(count, got["n_eff"], alpha=alpha, method=name)
    assert (got["low"], got["high"]) == pytest.approx(expected)


def test_weights_that_meet_margins_agree_with_svy(volunteers):
    margins = {"sex": {"F": 20400, "M": 19600}, "area": {"north": 12000, "south": 13000, "town": 15000}}
    ours = SurveyDesign(volunteers, weight="w0")
    theirs = sample_of(volunteers, wgt="w0").weighting

    raked = theirs.rake(controls=margins, tol=1e-12, max_iter=500)
    cells = theirs.poststratify(controls=margins["area"], cells="area")

    for adjusted, sample in (
        (rake(ours, margins), raked),
        (poststratify(ours, pd.DataFrame(margins["area"].items(), columns=["area", "count"])), cells),
    ):
        np.testing.assert_allclose(adjusted.weights, sample.data[sample.design.wgt], rtol=1e-8)


def test_the_effective_number_agrees_with_svy(volunteers):
    weights = np.linspace(1, 5, len(volunteers))
    theirs = sample_of(volunteers.assign(w=weights), wgt="w").deff_w

    assert len(weights) / kish_effective_n(weights) == pytest.approx(theirs)
