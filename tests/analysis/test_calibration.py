import numpy as np
import pandas as pd
import pytest

from analysis import (
    CalibrationError,
    ChoiceError,
    ColumnError,
    SurveyDesign,
    calibrate,
    poststratify,
    rake,
    survey_mean,
    survey_total,
)

SEX = {"F": 260, "M": 240}
AREA = {"north": 150, "south": 350}


@pytest.fixture
def answers():
    rng = np.random.default_rng(3)
    sex = rng.choice(["F", "M"], 60)
    area = rng.choice(["north", "south"], 60)
    return pd.DataFrame(
        {"sex": sex, "area": area, "age": rng.uniform(18, 80, 60), "w": rng.uniform(4, 12, 60)}
    )


@pytest.fixture
def sample(answers):
    return SurveyDesign(answers, weight="w")


def totals(design, column):
    return pd.Series(design.weights).groupby(design.data[column].to_numpy()).sum()


def test_poststratified_weights_meet_every_cell(sample):
    cells = pd.DataFrame(
        {"sex": ["F", "F", "M", "M"], "area": ["north", "south"] * 2, "people": [80, 180, 70, 170]}
    )

    adjusted = poststratify(sample, cells)

    got = adjusted.data.assign(w=adjusted.weights).groupby(["sex", "area"])["w"].sum()
    np.testing.assert_allclose(got, [80, 180, 70, 170], rtol=1e-12)


def test_a_poststratified_total_of_the_cells_has_no_error(sample, answers):
    adjusted = poststratify(sample, pd.DataFrame({"sex": ["F", "M"], "count": [260, 240]}))

    got = survey_total(adjusted, answers["sex"] == "F").iloc[0]

    assert got["estimate"] == pytest.approx(260)
    assert got["se"] == pytest.approx(0, abs=1e-9)


def test_raked_weights_meet_every_margin(sample):
    adjusted = rake(sample, {"sex": SEX, "area": AREA})

    assert totals(adjusted, "sex").to_dict() == pytest.approx(SEX)
    assert totals(adjusted, "area").to_dict() == pytest.approx(AREA)


def test_raking_one_margin_is_poststratification(sample, answers):
    raked = rake(sample, {"sex": SEX})
    cells = poststratify(sample, pd.DataFrame({"sex": list(SEX), "count": list(SEX.values())}))

    np.testing.assert_allclose(raked.weights, cells.weights, rtol=1e-12)
    pd.testing.assert_frame_equal(
        survey_mean(raked, "age", by="area"), survey_mean(cells, "age", by="area"), rtol=1e-10
    )


def test_a_margin_can_cross_columns(sample):
    crossed = {("F", "north"): 80, ("F", "south"): 180, ("M", "north"): 70, ("M", "south"): 170}

    adjusted = rake(sample, {("sex", "area"): crossed})

    got = adjusted.data.assign(w=adjusted.weights).groupby(["sex", "area"])["w"].sum()
    assert got.to_dict() == pytest.approx(crossed)


@pytest.mark.parametrize(
    ("kind", "bounds"), [("raking", None), ("linear", None), ("linear", (0.5, 2)), ("logit", (0.4, 2.5))]
)
def test_calibrated_weights_meet_numbers_and_levels_within_bounds(sample, kind, bounds):
    adjusted = calibrate(sample, {"sex": SEX, "age": 25_000.0}, kind=kind, bounds=bounds)

    assert totals(adjusted, "sex").to_dict() == pytest.approx(SEX)
    assert adjusted.weights @ adjusted.data["age"] == pytest.approx(25_000)
    if bounds:
        factors = adjusted.weights / sample.weights
        assert factors.min() >= bounds[0] - 1e-12
        assert factors.max() <= bounds[1] + 1e-12


def test_raking_and_calibration_by_raking_find_the_same_weights(sample):
    margins = {"sex": SEX, "area": AREA}

    np.testing.assert_allclose(rake(sample, margins).weights, calibrate(sample, margins).weights, rtol=1e-9)


def test_linear_calibration_can_make_negative_weights_and_says_so_when_calibrated_again(answers):
    sample = SurveyDesign(answers, weight="w")
    adjusted = calibrate(sample, {"sex": SEX, "age": 16_000.0}, kind="linear")

    assert adjusted.weights.min() < 0
    assert survey_mean(adjusted, answers["area"] == "north").notna().all(axis=None)
    with pytest.raises(CalibrationError, match="negative weights"):
        rake(adjusted, {"sex": SEX})


def test_totals_far_from_the_sample_are_reached(answers):
    sample = SurveyDesign(answers.assign(w=1.0), weight="w")

    adjusted = calibrate(sample, {"sex": {"F": 2.6e6, "M": 2.4e6}, "area": {"north": 1.5e6, "south": 3.5e6}})

    assert totals(adjusted, "area")["north"] == pytest.approx(1.5e6)


def test_rows_without_weight_stay_without(answers):
    answers.loc[:4, "w"] = 0.0
    sample = SurveyDesign(answers, weight="w")

    for adjusted in (rake(sample, {"sex": SEX, "area": AREA}), calibrate(sample, {"sex": SEX, "area": AREA})):
        assert (adjusted.weights[:5] == 0).all()
        assert np.isfinite(survey_mean(adjusted, "age")["se"]).all()


def test_steps_follow_each_other(sample):
    raked = rake(sample, {"sex": SEX, "area": AREA})
    again = poststratify(raked, pd.DataFrame({"sex": ["F", "M"], "count": [260, 240]}))

    np.testing.assert_allclose(again.weights, raked.weights, rtol=1e-9)
    assert len(again.projections) == 2
    assert survey_total(again, raked.data["sex"] == "F")["se"].iloc[0] == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"sex": ["F", "M", "X"], "count": [1, 1, 1]}, "cells (X): 1 people but no weighted answer"),
        ({"sex": ["F"], "count": [1]}, "is in the sample but has no count"),
        ({"sex": ["F", "M", "F"], "count": [1, 1, 1]}, "cells (F): is given twice"),
        ({"sex": ["F", "M"], "count": [1, -1]}, "cells (M): count must be 0 or more"),
        ({"sex": ["F", "M"], "count": [1, np.nan]}, "cells (M): count must be 0 or more"),
        ({"sex": ["F", "M"]}, "one `count`"),
        ({"count": [1, 2]}, "one `count`"),
    ],
)
def test_post_strata_that_cannot_be_met_are_refused_by_name(sample, cells, words):
    with pytest.raises(CalibrationError) as caught:
        poststratify(sample, pd.DataFrame(cells))

    assert words in str(caught.value)


def test_an_empty_post_stratum_without_people_is_ignored(sample):
    adjusted = poststratify(sample, pd.DataFrame({"sex": ["F", "M", "X"], "count": [260, 240, 0]}))

    assert adjusted.weights.sum() == pytest.approx(500)


@pytest.mark.parametrize("adjust", [rake, calibrate])
@pytest.mark.parametrize(
    ("margins", "words"),
    [
        ({"sex": SEX, "area": {"north": 150, "south": 400}}, "different totals (sex 500, area 550)"),
        ({"sex": {"F": 500}}, "is in the sample but has no count"),
        ({"sex": {"F": 200, "M": 200, "X": 100}}, "X"),
        ({"sex": {"F": 500, "M": np.inf}}, "sex"),
    ],
)
def test_margins_that_cannot_be_met_are_refused_by_name(sample, adjust, margins, words):
    with pytest.raises(CalibrationError) as caught:
        adjust(sample, margins)

    assert words in str(caught.value)


def test_margins_that_empty_combinations_make_impossible_are_refused(answers):
    answers["area"] = np.where(answers["sex"] == "F", "north", "south")
    sample = SurveyDesign(answers, weight="w")

    with pytest.raises(CalibrationError, match="merge levels"):
        rake(sample, {"sex": SEX, "area": {"north": 300, "south": 200}}, rounds=50)
    with pytest.raises(CalibrationError, match="no 'raking' weights"):
        calibrate(sample, {"sex": SEX, "area": {"north": 300, "south": 200}})


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"kind": "logit"}, "needs bounds"),
        ({"kind": "logit", "bounds": (1.2, 3)}, "must lie around 1"),
        ({"kind": "raking", "bounds": (0.5, 2)}, "raking keeps no bounds"),
        ({"kind": "logit", "bounds": (0.99, 1.01)}, "within the bounds"),
        ({"kind": "linear", "bounds": (0.99, 1.01)}, "within the bounds"),
    ],
)
def test_bounds_that_cannot_hold_are_refused(sample, options, words):
    with pytest.raises(CalibrationError, match=words):
        calibrate(sample, {"sex": SEX, "area": AREA}, **options)


def test_a_total_that_no_positive_weights_reach_is_refused(sample):
    with pytest.raises(CalibrationError, match=r"no 'raking' weights meet the total"):
        calibrate(sample, {"sex": SEX, "age": 500 * 81.0})


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ({}, CalibrationError, "is empty"),
        ({"height": 1.0}, ColumnError, "height"),
        ({"age": "many"}, CalibrationError, "neither a number nor counts"),
        ({"sex": 1.0}, ValueError, "where numbers are needed"),
    ],
)
def test_totals_that_say_nothing_are_refused(sample, given, error, words):
    with pytest.raises(error, match=words):
        calibrate(sample, given)


def test_a_missing_auxiliary_value_is_refused_by_row(answers):
    answers.loc[3, "age"] = np.nan

    with pytest.raises(CalibrationError, match="row 3"):
        calibrate(SurveyDesign(answers, weight="w"), {"age": 25_000.0})


def test_an_unknown_distance_is_refused(sample):
    with pytest.raises(ChoiceError, match="kind"):
        calibrate(sample, {"sex": SEX}, kind="entropy")
