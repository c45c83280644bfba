import numpy as np
import pandas as pd
import pytest

from analysis import ChoiceError, ColumnError, DesignError, LonelyPsuError, SurveyDesign, survey_mean


def make_answers(**changes):
    answers = pd.DataFrame(
        {
            "unit": ["A", "A", "A", "B", "B", "B"],
            "village": [1, 1, 2, 3, 4, 4],
            "people": [6, 6, 6, 4, 4, 4],
            "villages": [3, 3, 3, 2, 2, 2],
            "households": [4, 4, 5, 2, 3, 3],
            "weight": [2.0, 2.0, 2.0, 4 / 3, 4 / 3, 4 / 3],
            "satisfied": [1, 0, 1, 1, 1, 0],
        }
    )
    return answers.assign(**changes)


def test_it_counts_units_and_degrees_of_freedom():
    rows = SurveyDesign(make_answers(), weight="weight", strata="unit")
    villages = SurveyDesign(make_answers(), weight="weight", strata="unit", psu="village")

    assert (len(rows), rows.n_psu, rows.degrees_of_freedom) == (6, 6, 4)
    assert (len(villages), villages.n_psu, villages.degrees_of_freedom) == (6, 4, 2)


def test_a_row_without_weight_stays_a_sampled_unit_but_answers_for_nobody():
    answers = make_answers(weight=[2.0, 2.0, 0.0, 1.0, 1.0, 1.0])

    sample = SurveyDesign(answers, weight="weight", strata="unit", fpc="people")

    assert (sample.n_psu, sample.degrees_of_freedom) == (6, 3)
    assert survey_mean(sample, "satisfied", by="unit").loc["A", ["n", "estimate"]].tolist() == [2, 0.5]


def test_changing_the_frame_afterwards_changes_nothing():
    answers = make_answers()
    sample = SurveyDesign(answers, weight="weight", strata="unit")
    before = survey_mean(sample, "satisfied")

    answers["satisfied"] = 0
    answers["weight"] = 0.0

    pd.testing.assert_frame_equal(survey_mean(sample, "satisfied"), before)


def test_its_weights_cannot_be_changed_in_place():
    sample = SurveyDesign(make_answers(), weight="weight")

    with pytest.raises(ValueError, match="read-only"):
        sample.weights[0] = 100


@pytest.mark.parametrize(
    ("changes", "options", "words"),
    [
        ({"weight": [1, 1, -1, 1, 1, 1]}, {}, "weight (row 2): weight -1"),
        ({"weight": [1, 1, np.nan, 1, 1, 1]}, {}, "weight (row 2): weight nan"),
        ({"weight": [1, 1, np.inf, 1, 1, 1]}, {}, "weight (row 2): weight inf"),
        ({"weight": 0.0}, {}, "every weight is 0"),
        ({"weight": "many"}, {}, "where numbers are needed"),
        ({"unit": ["A", "A", None, "B", "B", "B"]}, {"strata": "unit"}, "unit (row 2): is missing"),
        ({"village": [1, 1, 2, 1, 4, 4]}, {"strata": "unit", "psu": "village"}, "unit 1, row 0"),
        ({"people": [6, 6, 5, 4, 4, 4]}, {"strata": "unit", "fpc": "people"}, "differs within one stratum"),
        ({"people": [2, 2, 2, 4, 4, 4]}, {"strata": "unit", "fpc": "people"}, "remove duplicate rows"),
        ({"people": 0.5}, {"fpc": "people"}, "give counts, not fractions"),
        ({"people": [6, 6, np.nan, 4, 4, 4]}, {"strata": "unit", "fpc": "people"}, "row 2, value nan"),
        ({}, {"ssu_fpc": "households"}, "needs `psu` and `fpc`"),
        (
            {"households": [1, 1, 5, 2, 3, 3]},
            {"strata": "unit", "psu": "village", "fpc": "villages", "ssu_fpc": "households"},
            "households (row 0, value 1): more units",
        ),
    ],
)
def test_it_refuses_an_impossible_design_and_names_the_place(changes, options, words):
    with pytest.raises(DesignError) as caught:
        SurveyDesign(make_answers(**changes), weight="weight", **options)

    assert words in str(caught.value)


def test_it_refuses_a_frame_without_rows():
    with pytest.raises(DesignError, match="no rows"):
        SurveyDesign(make_answers().iloc[:0], weight="weight")


def test_it_refuses_a_column_that_is_not_there():
    with pytest.raises(ColumnError, match="stratum"):
        SurveyDesign(make_answers(), weight="weight", strata="stratum")


def test_it_refuses_an_unknown_policy():
    with pytest.raises(ChoiceError, match="lonely_psu"):
        SurveyDesign(make_answers(), weight="weight", lonely_psu="ignore")


def test_a_lonely_unit_is_refused_by_name_unless_a_policy_is_chosen():
    answers = make_answers(unit=["A", "A", "C", "B", "B", "B"], people=[6, 6, 9, 4, 4, 4])

    with pytest.raises(LonelyPsuError, match=r"unit C, row 2"):
        SurveyDesign(answers, weight="weight", strata="unit", fpc="people")


def test_a_lonely_answer_within_a_village_is_refused_at_the_second_stage():
    stages = {"strata": "unit", "psu": "village", "fpc": "villages", "ssu_fpc": "households"}

    with pytest.raises(LonelyPsuError, match=r"village 2, row 2"):
        SurveyDesign(make_answers(), weight="weight", **stages)


def test_a_stratum_counted_in_full_is_not_lonely():
    answers = make_answers(unit=["A", "A", "C", "B", "B", "B"], people=[6, 6, 1, 4, 4, 4])

    sample = SurveyDesign(answers, weight="weight", strata="unit", fpc="people")

    assert survey_mean(sample, "satisfied", by="unit").loc["C", "se"] == 0


def test_the_average_policy_tells_when_every_stratum_is_lonely():
    answers = make_answers().iloc[[0, 3]]
    sample = SurveyDesign(answers, weight="weight", strata="unit", lonely_psu="average")

    got = survey_mean(sample, "satisfied").iloc[0]

    assert np.isnan(got["se"])
    assert (got["low"], got["high"], got["df"]) == (-np.inf, np.inf, 0)


def test_an_infinite_population_is_no_correction():
    without = SurveyDesign(make_answers(), weight="weight", strata="unit")
    infinite = SurveyDesign(make_answers(people=np.inf), weight="weight", strata="unit", fpc="people")

    pd.testing.assert_frame_equal(survey_mean(without, "satisfied"), survey_mean(infinite, "satisfied"))


def test_strata_of_several_columns_are_crossed():
    answers = make_answers(half=["x", "x", "y", "x", "y", "y"])

    crossed = SurveyDesign(answers, weight="weight", strata=["unit", "half"], lonely_psu="adjust")

    assert crossed.degrees_of_freedom == 6 - 4
