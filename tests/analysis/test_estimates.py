import numpy as np
import pandas as pd
import pytest

from analysis import (
    ChoiceError,
    ColumnError,
    DesignError,
    ShareError,
    SurveyDesign,
    poststratify,
    survey_mean,
    survey_ratio,
    survey_total,
)


@pytest.fixture
def answers():
    rng = np.random.default_rng(7)
    unit = np.repeat(["T01", "T02", "V01"], [40, 30, 12])
    people = np.repeat([400, 90, 12], [40, 30, 12])
    return pd.DataFrame(
        {
            "unit": unit,
            "people": people,
            "weight": people / np.repeat([40, 30, 12], [40, 30, 12]),
            "sex": rng.choice(["F", "M"], 82),
            "score": rng.normal(80, 10, 82),
            "hours": rng.uniform(1, 9, 82),
        }
    )


@pytest.fixture
def sample(answers):
    return SurveyDesign(answers, weight="weight", strata="unit", fpc="people")


def textbook_se(values, people):
    return np.sqrt((1 - len(values) / people) * values.var(ddof=1) / len(values))


def test_a_stratum_has_the_textbook_standard_error(sample, answers):
    table = survey_mean(sample, "score", by="unit")

    for unit, own in answers.groupby("unit"):
        expected = textbook_se(own["score"], own["people"].iloc[0])
        assert table.loc[unit, "se"] == pytest.approx(expected, rel=1e-12, abs=1e-12)
        assert table.loc[unit, "estimate"] == pytest.approx(own["score"].mean(), rel=1e-12)


def test_a_full_count_has_no_standard_error(sample):
    row = survey_mean(sample, "score", by="unit").loc["V01"]

    assert row["se"] == 0
    assert row["low"] == row["estimate"] == row["high"]


def test_the_mean_is_a_ratio_of_totals_and_totals_add_up(sample):
    totals = survey_total(sample, "score", by="unit")["estimate"]

    assert totals.sum() == pytest.approx(survey_total(sample, "score")["estimate"].iloc[0])
    assert survey_mean(sample, "score")["estimate"].iloc[0] == pytest.approx(totals.sum() / (400 + 90 + 12))


def test_a_ratio_to_ones_is_the_mean(sample):
    mean = survey_mean(sample, "score", by="sex")

    ratio = survey_ratio(sample, "score", np.ones(len(sample)), by="sex")

    pd.testing.assert_frame_equal(ratio, mean)


def test_a_filtered_frame_loses_what_a_domain_keeps(sample, answers):
    women = answers["sex"] == "F"

    kept = survey_mean(sample, "score", where=women).iloc[0]

    dropped = SurveyDesign(answers[women], weight="weight", strata="unit")
    lost = survey_mean(dropped, "score").iloc[0]
    assert kept["estimate"] == pytest.approx(lost["estimate"])
    assert kept["df"] == 79
    assert lost["df"] == women.sum() - 3


def test_by_and_where_agree(sample, answers):
    table = survey_mean(sample, "score", by="sex")

    for sex in ("F", "M"):
        alone = survey_mean(sample, "score", where=(answers["sex"] == sex).to_numpy())
        np.testing.assert_allclose(alone.iloc[0], table.loc[sex], rtol=1e-12)


def test_a_column_of_truth_values_can_restrict(sample, answers):
    marked = SurveyDesign(answers.assign(women=answers["sex"] == "F"), weight="weight", strata="unit")

    got = survey_mean(marked, "score", where="women").iloc[0]

    assert got["n"] == (answers["sex"] == "F").sum()


def test_every_declared_unit_has_a_row_in_the_declared_order(answers):
    order = ["V01", "T09", "T02", "T01"]
    answers["unit"] = pd.Categorical(answers["unit"], categories=order)
    sample = SurveyDesign(answers, weight="weight", strata="unit", fpc="people")

    table = survey_mean(sample, "score", by="unit")

    assert list(table.index) == order
    assert table.loc["T09", "n"] == 0
    assert table.loc["T09", ["estimate", "se", "low", "high", "deff"]].isna().all()


def test_several_columns_give_the_combinations_that_occur(answers):
    answers.loc[answers["unit"] == "V01", "sex"] = "F"
    sample = SurveyDesign(answers, weight="weight", strata="unit", fpc="people")

    table = survey_mean(sample, "score", by=["unit", "sex"])

    assert list(table.index.names) == ["unit", "sex"]
    assert ("V01", "M") not in table.index
    assert len(table) == 5


def test_categorical_columns_give_all_combinations(answers):
    answers.loc[answers["unit"] == "V01", "sex"] = "F"
    answers = answers.astype({"unit": "category", "sex": "category"})
    sample = SurveyDesign(answers, weight="weight", strata="unit", fpc="people")

    table = survey_mean(sample, "score", by=["unit", "sex"])

    assert table.loc[("V01", "M"), "n"] == 0
    assert len(table) == 6


def test_a_missing_group_belongs_to_no_domain(answers):
    answers.loc[:4, "sex"] = None
    sample = SurveyDesign(answers, weight="weight", strata="unit", fpc="people")

    assert survey_mean(sample, "score", by="sex")["n"].sum() == 82 - 5
    assert survey_mean(sample, "score", by=["sex", "unit"])["n"].sum() == 82 - 5


def test_a_missing_answer_leaves_its_row_out_of_the_domain(answers):
    answers.loc[:9, "score"] = np.nan
    sample = SurveyDesign(answers, weight="weight", strata="unit", fpc="people")

    got = survey_mean(sample, "score").iloc[0]

    marked = survey_mean(sample, answers["score"].fillna(0), where=answers["score"].notna()).iloc[0]
    pd.testing.assert_series_equal(got, marked)
    assert got["n"] == 72


def test_all_missing_answers_give_a_row_that_says_so(answers):
    sample = SurveyDesign(answers.assign(score=np.nan), weight="weight", strata="unit", fpc="people")

    for table in (survey_mean(sample, "score"), survey_total(sample, "score")):
        assert table["n"].tolist() == [0]
        assert table[["estimate", "se", "low", "high"]].isna().all(axis=None)


def test_limits_are_infinite_where_no_variance_can_be_estimated(answers):
    alone = answers.iloc[[0, 40]]
    sample = SurveyDesign(alone, weight="weight", strata="unit", lonely_psu="adjust")

    got = survey_mean(sample, "score").iloc[0]

    assert got["df"] == 0
    assert got["se"] > 0
    assert (got["low"], got["high"]) == (-np.inf, np.inf)


def test_a_simple_random_sample_has_design_effect_one(answers):
    simple = answers[answers["unit"] == "T01"]
    sample = SurveyDesign(simple, weight="weight", fpc="people")

    assert survey_mean(sample, "score")["deff"].iloc[0] == pytest.approx(1, rel=1e-12)
    assert survey_total(sample, "score")["deff"].iloc[0] == pytest.approx(1, rel=1e-12)


def test_the_design_effect_can_be_left_out(sample):
    assert "deff" not in survey_mean(sample, "score", deff=None)


def test_weights_smaller_than_the_sample_have_no_design_effect_without_replacement(answers):
    sample = SurveyDesign(answers.assign(weight=0.5), weight="weight")

    assert survey_mean(sample, "score")["deff"].isna().all()
    assert survey_mean(sample, "score", deff="replace")["deff"].notna().all()


def test_wider_confidence_gives_wider_limits(sample):
    narrow, wide = (survey_mean(sample, "score", confidence_level=level).iloc[0] for level in (0.9, 0.99))

    assert wide["low"] < narrow["low"] < narrow["high"] < wide["high"]


def test_domains_of_a_calibrated_design_fill_more_than_one_block(answers):
    answers["hamlet"] = np.arange(len(answers)) % 40
    counts = pd.DataFrame({"sex": ["F", "M"], "count": [260, 242]})
    sample = poststratify(SurveyDesign(answers, weight="weight", strata="unit", fpc="people"), counts)

    table = survey_mean(sample, "score", by="hamlet")

    for hamlet in (0, 15, 16, 39):
        alone = survey_mean(sample, "score", where=answers["hamlet"] == hamlet).iloc[0]
        np.testing.assert_allclose(table.loc[hamlet], alone, rtol=1e-10)


@pytest.mark.parametrize(
    ("y", "options", "error", "words"),
    [
        ("age", {}, ColumnError, "age"),
        ("sex", {}, DesignError, "where numbers are needed"),
        (np.ones(3), {}, DesignError, "3 values for 82 rows"),
        (pd.Series(np.ones(82), index=range(1, 83)), {}, DesignError, "another index"),
        (np.full(82, np.inf), {}, DesignError, "infinite"),
        ("score", {"where": np.arange(82)}, DesignError, "true or false"),
        ("score", {"by": "street"}, ColumnError, "street"),
        ("score", {"deff": "kish"}, ChoiceError, "deff"),
        ("score", {"confidence_level": 1.0}, ShareError, "confidence_level"),
    ],
)
def test_it_refuses_what_it_cannot_estimate(sample, y, options, error, words):
    with pytest.raises(error, match=words):
        survey_mean(sample, y, **options)


def test_it_refuses_a_ratio_to_nothing(sample):
    with pytest.raises(DesignError, match="total is 0"):
        survey_ratio(sample, "score", np.zeros(82))
