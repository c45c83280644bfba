"""Laws of weighted estimates, each under its own sentence."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analysis import (
    SurveyDesign,
    kish_effective_n,
    poststratify,
    rake,
    survey_contrast,
    survey_mean,
    survey_proportion_ci,
    survey_total,
    trim_weights,
)

LAWS = settings(max_examples=15, deadline=None)


@st.composite
def samples(draw, *, binary=False):
    """Return a stratified sample of one to five strata, with or without villages and corrections."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    sizes = draw(st.lists(st.integers(2, 12), min_size=1, max_size=5))
    stratum = np.repeat(np.arange(len(sizes)), sizes)
    extra = rng.integers(0, 30, len(sizes))
    rows = pd.DataFrame(
        {
            "stratum": stratum,
            "village": np.concatenate([np.arange(size) // 2 for size in sizes]),
            "N": np.repeat(np.array(sizes) + extra, sizes),
            "w": rng.uniform(0.5, 20, len(stratum)),
            "sex": rng.choice(["F", "M"], len(stratum)),
            "y": rng.integers(0, 2, len(stratum)) if binary else rng.normal(50, 20, len(stratum)),
        }
    )
    clustered = draw(st.booleans())
    options = {"psu": ["stratum", "village"]} if clustered else {"fpc": draw(st.sampled_from(["N", None]))}
    return SurveyDesign(rows, weight="w", strata="stratum", lonely_psu="adjust", **options)


def numbers(table):
    return table.select_dtypes("number").to_numpy(dtype=float)


@LAWS
@given(samples(), st.floats(0.001, 1000))
def test_the_unit_of_the_weights_changes_no_mean(sample, factor):
    scaled = SurveyDesign(
        sample.data.assign(w=sample.data["w"] * factor),
        weight="w",
        strata="stratum",
        psu=sample.psu,
        fpc=sample.fpc,
        lonely_psu="adjust",
    )

    before, after = (survey_mean(design, "y", by="sex", deff=None) for design in (sample, scaled))

    np.testing.assert_allclose(numbers(after), numbers(before), rtol=1e-8, atol=1e-9)


@LAWS
@given(samples(), st.floats(-50, 50), st.floats(0.1, 10))
def test_a_linear_change_of_the_answers_changes_the_mean_alike(sample, shift, factor):
    before = survey_mean(sample, "y").iloc[0]

    after = survey_mean(sample, sample.data["y"] * factor + shift).iloc[0]

    assert after["estimate"] == pytest.approx(before["estimate"] * factor + shift, abs=1e-7)
    assert after["se"] == pytest.approx(before["se"] * factor, rel=1e-6, abs=1e-7)


@LAWS
@given(samples(), st.integers(0, 2**32 - 1))
def test_the_order_of_the_rows_changes_nothing(sample, seed):
    shuffled = SurveyDesign(
        sample.data.sample(frac=1, random_state=seed),
        weight="w",
        strata="stratum",
        psu=sample.psu,
        fpc=sample.fpc,
        lonely_psu="adjust",
    )

    before, after = (survey_mean(design, "y", by="sex") for design in (sample, shuffled))

    np.testing.assert_allclose(numbers(after), numbers(before), rtol=1e-8, atol=1e-9)


@LAWS
@given(samples())
def test_totals_of_domains_add_up_to_the_total(sample):
    parts = survey_total(sample, "y", by=["stratum", "sex"])["estimate"]

    assert parts.sum() == pytest.approx(survey_total(sample, "y")["estimate"].iloc[0], rel=1e-9, abs=1e-6)


@LAWS
@given(samples(binary=True))
def test_satisfied_and_dissatisfied_mirror_each_other(sample):
    share, rest = (survey_proportion_ci(sample, y, by="sex") for y in ("y", 1 - sample.data["y"]))

    np.testing.assert_allclose(share["low"], 1 - rest["high"], atol=1e-9)
    np.testing.assert_allclose(share["high"], 1 - rest["low"], atol=1e-9)
    assert share["method"].tolist() == rest["method"].tolist()


@LAWS
@given(samples(binary=True), st.sampled_from(["korn-graubard", "wilson", "logit", "likelihood", "arcsine"]))
def test_limits_of_a_share_hold_the_estimate_and_stay_inside_0_and_1(sample, method):
    table = survey_proportion_ci(sample, "y", by=["stratum", "sex"], method=method)

    assert table[["low", "high"]].notna().all(axis=None)
    assert (table["low"] >= 0).all()
    assert (table["low"] <= table["estimate"] + 1e-12).all()
    assert (table["estimate"] <= table["high"] + 1e-12).all()
    assert (table["high"] <= 1).all()
    counted = (table["method"] == "full count").to_numpy()
    assert ((table["high"] > table["low"]).to_numpy() | counted).all()


@LAWS
@given(samples(binary=True))
def test_limits_widen_with_the_level(sample):
    narrow, wide = (survey_proportion_ci(sample, "y", by="sex", confidence_level=c) for c in (0.8, 0.99))

    assert (wide["low"] <= narrow["low"] + 1e-12).all()
    assert (wide["high"] >= narrow["high"] - 1e-12).all()


@LAWS
@given(samples())
def test_strata_are_independent(sample):
    table = survey_total(sample, "y", by="stratum")

    whole = survey_total(sample, "y")["se"].iloc[0]

    assert whole == pytest.approx(np.sqrt((table["se"] ** 2).sum()), rel=1e-8, abs=1e-9)


@LAWS
@given(samples())
def test_a_contrast_of_strata_adds_their_variances(sample):
    if sample.data["stratum"].nunique() < 2:
        return
    table = survey_mean(sample, "y", by="stratum")

    got = survey_contrast(sample, "y", wave="stratum", a=0, b=1)

    assert got.estimate == pytest.approx(table.loc[0, "estimate"] - table.loc[1, "estimate"], abs=1e-9)
    assert got.se == pytest.approx(np.hypot(table.loc[0, "se"], table.loc[1, "se"]), rel=1e-8, abs=1e-9)


@LAWS
@given(samples())
def test_post_strata_are_met_and_their_totals_have_no_error(sample):
    counts = sample.data["sex"].value_counts() * 7.0
    cells = pd.DataFrame({"sex": counts.index, "count": counts.to_numpy()})

    adjusted = poststratify(sample, cells)

    table = survey_total(adjusted, np.ones(len(sample)), by="sex")
    np.testing.assert_allclose(table["estimate"], counts[table.index], rtol=1e-9)
    np.testing.assert_allclose(table["se"], 0, atol=1e-7)


@LAWS
@given(samples())
def test_post_stratifying_twice_changes_nothing_more(sample):
    counts = sample.data["sex"].value_counts() * 7.0
    cells = pd.DataFrame({"sex": counts.index, "count": counts.to_numpy()})

    once = poststratify(sample, cells)
    twice = poststratify(once, cells)

    np.testing.assert_allclose(twice.weights, once.weights, rtol=1e-9)
    before, after = (survey_mean(design, "y", deff=None) for design in (once, twice))
    np.testing.assert_allclose(numbers(after), numbers(before), rtol=1e-7, atol=1e-7)


@LAWS
@given(samples())
def test_margins_that_already_hold_leave_the_weights(sample):
    held = {
        column: pd.Series(sample.weights).groupby(sample.data[column].to_numpy()).sum().to_dict()
        for column in ("sex", "stratum")
    }

    np.testing.assert_allclose(rake(sample, held).weights, sample.weights, rtol=1e-9)


@LAWS
@given(st.lists(st.floats(0.01, 1e6), min_size=2, max_size=40), st.floats(1.05, 20))
@example([1.0, 2.0, 3.0], 1.05)
def test_trimming_keeps_the_total_and_raises_the_effective_number(weights, times):
    sample = SurveyDesign(pd.DataFrame({"w": weights}), weight="w")

    trimmed = trim_weights(sample, upper=times * float(np.mean(weights)), strict=True)

    assert trimmed.weights.sum() == pytest.approx(sum(weights))
    assert trimmed.weights.max() <= times * np.mean(weights) * (1 + 1e-9)
    assert kish_effective_n(trimmed.weights) >= kish_effective_n(weights) * (1 - 1e-9)


@LAWS
@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=40))
def test_the_effective_number_lies_between_one_and_n(weights):
    n_eff = kish_effective_n(weights)

    assert n_eff == 0 or 1 - 1e-9 <= n_eff <= len(weights) * (1 + 1e-9)
