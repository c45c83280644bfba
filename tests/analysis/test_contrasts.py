import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis import (
    ColumnError,
    DesignError,
    SurveyDesign,
    survey_chisq,
    survey_contrast,
    survey_mean,
    survey_proportion_ci,
)


@pytest.fixture
def waves():
    rng = np.random.default_rng(5)
    first = pd.DataFrame({"wave": 1, "person": np.arange(80), "N": 300, "w": 300 / 80})
    second = pd.DataFrame({"wave": 2, "person": np.arange(80), "N": 300, "w": 300 / 80})
    mood = rng.random(80)
    first["satisfied"], second["satisfied"] = (mood < 0.7).astype(int), (mood < 0.8).astype(int)
    first["score"], second["score"] = 80 + 10 * mood, 82 + 10 * mood
    return pd.concat([first, second], ignore_index=True)


def test_independent_waves_add_their_variances(waves):
    sample = SurveyDesign(waves, weight="w", strata="wave", fpc="N")

    got = survey_contrast(sample, "satisfied", wave="wave", a=2, b=1)

    table = survey_mean(sample, "satisfied", by="wave")
    assert got.estimate == pytest.approx(table.loc[2, "estimate"] - table.loc[1, "estimate"])
    assert got.se == pytest.approx(np.hypot(*table["se"]))
    t = stats.t.ppf(0.975, got.df)
    assert (got.low, got.high) == pytest.approx((got.estimate - t * got.se, got.estimate + t * got.se))


def test_people_who_answer_twice_keep_their_covariance(waves):
    together = SurveyDesign(waves, weight="w", psu="person")
    apart = SurveyDesign(waves, weight="w", strata="wave")

    same = survey_contrast(together, "score", wave="wave", a=2, b=1)

    changes = waves.query("wave == 2")["score"].to_numpy() - waves.query("wave == 1")["score"].to_numpy()
    assert same.se == pytest.approx(changes.std(ddof=1) / np.sqrt(80), abs=1e-12)
    assert same.se < survey_contrast(apart, "score", wave="wave", a=2, b=1).se


def test_exchanging_the_waves_mirrors_the_interval(waves):
    sample = SurveyDesign(waves, weight="w", strata="wave")

    there = survey_contrast(sample, "satisfied", wave="wave", a=1, b=2)
    back = survey_contrast(sample, "satisfied", wave="wave", a=2, b=1)

    assert (there.estimate, there.low, there.high) == pytest.approx((-back.estimate, -back.high, -back.low))


def test_two_perfect_waves_are_not_known_to_be_equal(waves):
    sample = SurveyDesign(waves.assign(satisfied=1), weight="w", strata="wave", fpc="N")

    got = survey_contrast(sample, "satisfied", wave="wave", a=2, b=1)

    own = survey_proportion_ci(sample, "satisfied", by="wave")
    assert got.method == "newcombe hybrid of survey_proportion_ci"
    assert got.estimate == 0
    assert got.low == pytest.approx(-(1 - own.loc[1, "low"]))
    assert got.high == pytest.approx(1 - own.loc[2, "low"])


def test_one_perfect_wave_widens_the_interval_beyond_the_other(waves):
    waves.loc[waves["wave"] == 2, "satisfied"] = 1
    sample = SurveyDesign(waves, weight="w", strata="wave", fpc="N")

    got = survey_contrast(sample, "satisfied", wave="wave", a=2, b=1)

    own = survey_proportion_ci(sample, "satisfied", by="wave")
    assert got.high - got.estimate == pytest.approx(own.loc[1, "estimate"] - own.loc[1, "low"])
    assert got.estimate - got.low > own.loc[1, "high"] - own.loc[1, "estimate"]
    assert got.high <= 1


@pytest.mark.parametrize(("y", "widest"), [("satisfied", 1), ("score", np.inf)])
def test_a_wave_without_answers_gives_the_widest_interval(waves, y, widest):
    waves = waves.astype({"satisfied": float})
    waves.loc[waves["wave"] == 2, y] = np.nan

    got = survey_contrast(SurveyDesign(waves, weight="w", strata="wave"), y, wave="wave", a=2, b=1)

    assert np.isnan(got.estimate)
    assert (got.low, got.high, got.method) == (-widest, widest, "no answers")


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"wave": "round", "a": 1, "b": 2}, ColumnError, "round"),
        ({"wave": "wave", "a": 1, "b": 3}, DesignError, "wave .3.: is not in the data"),
        ({"wave": "wave", "a": 1, "b": 1}, DesignError, "compared with itself"),
    ],
)
def test_it_refuses_waves_that_cannot_be_compared(waves, options, error, words):
    with pytest.raises(error, match=words):
        survey_contrast(SurveyDesign(waves, weight="w"), "satisfied", **options)


def test_simple_random_answers_give_pearsons_test():
    rng = np.random.default_rng(2)
    rows = pd.DataFrame({"w": 1.0, "sex": rng.choice(["F", "M"], 500), "satisfied": rng.choice([0, 1], 500)})

    got = survey_chisq(SurveyDesign(rows, weight="w"), "sex", "satisfied")

    plain = stats.chi2_contingency(pd.crosstab(rows["sex"], rows["satisfied"]), correction=False)
    # A variance with divisor n - 1 makes each design effect n/(n - 1).
    assert got.statistic == pytest.approx(plain.statistic * 499 / 500, rel=0.02)
    assert got.df_numerator == pytest.approx(1)
    assert got.df_denominator == pytest.approx(499)


def test_the_test_is_symmetric_and_skips_missing_answers():
    rng = np.random.default_rng(2)
    rows = pd.DataFrame(
        {
            "w": rng.uniform(1, 3, 300),
            "village": np.arange(300) // 10,
            "group": rng.choice(["a", "b", "c"], 300),
            "satisfied": rng.choice([0, 1, np.nan], 300),
        }
    )
    sample = SurveyDesign(rows, weight="w", psu="village")

    there, back = survey_chisq(sample, "group", "satisfied"), survey_chisq(sample, "satisfied", "group")

    assert there.statistic == pytest.approx(back.statistic)
    assert there.pvalue == pytest.approx(back.pvalue)
    kept = SurveyDesign(rows.dropna(), weight="w", psu="village")
    assert there.statistic == pytest.approx(survey_chisq(kept, "group", "satisfied").statistic)


def test_a_classification_with_one_level_cannot_be_tested():
    sample = SurveyDesign(pd.DataFrame({"w": [1, 1], "sex": ["F", "F"], "satisfied": [0, 1]}), weight="w")

    with pytest.raises(DesignError, match="sex: has 1 level"):
        survey_chisq(sample, "sex", "satisfied")
