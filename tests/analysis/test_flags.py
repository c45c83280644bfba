"""Integrity flags on made-up counties: whom they find, whom they must leave alone, and how they say it."""

import numpy as np
import pandas as pd
import pytest

from analysis.errors import ColumnError, CountError
from analysis.flags import SIGNALS, integrity_report
from analysis.signals import Evidence
from analysis.simulation import SCRIPTS, County, simulate_county


def judge_county(county, seed=1):
    """Return the report, and which units were coached in the order of its rows."""
    evidence, coached = simulate_county(county, np.random.default_rng(seed))
    report = integrity_report(evidence)
    return report, coached.reindex(report.units["unit"]).to_numpy()


def judge_signal(code, **evidence):
    flags = integrity_report(Evidence(**evidence)).flags
    return flags[flags["signal"] == code].set_index("unit")


def test_at_most_one_honest_unit_in_a_hundred_is_flagged():
    report, _ = judge_county(County(honest=1000))

    assert report.units["flagged"].sum() <= 10
    assert len(report.flags) == 1000 * len(SIGNALS)


@pytest.mark.parametrize(
    ("script", "strength", "least_found"),
    [("copied sheet", 0.3, 0.9), ("best answers", 0.5, 0.4), ("one person", 0.5, 0.45)],
)
def test_coached_units_are_found(script, strength, least_found):
    report, coached = judge_county(County(honest=475, coached=25, script=script, strength=strength))

    flagged = report.units["flagged"].to_numpy()
    assert flagged[coached].mean() >= least_found
    assert flagged[~coached].sum() <= 5
    assert report.units["rank"][coached].median() <= 25


@pytest.mark.slow
@pytest.mark.parametrize("contentment", [-1.0, 0.8, 3.0])
def test_honest_counties_of_every_mood_are_left_alone(contentment):
    flagged = [
        judge_county(County(honest=1000, contentment=contentment), seed)[0].units["flagged"].sum()
        for seed in range(3)
    ]

    assert max(flagged) <= 10
    assert np.mean(flagged) <= 4


@pytest.mark.slow
@pytest.mark.parametrize("script", SCRIPTS)
def test_honest_units_are_left_alone_beside_coached_ones(script):
    for strength in (0.2, 0.5, 1.0):
        report, coached = judge_county(
            County(honest=950, coached=50, script=script, strength=strength), seed=10
        )
        assert report.units["flagged"][~coached].mean() <= 0.01


def test_a_county_of_a_few_units_claims_little():
    flagged = [judge_county(County(honest=10), seed)[0].units["flagged"].sum() for seed in range(5)]

    assert sum(flagged) <= 1


def test_every_flag_ends_in_a_request_to_look_again():
    report, _ = judge_county(County(honest=190, coached=10, script="copied sheet", strength=0.6))

    raised = report.flags[report.flags["flagged"]]
    assert len(raised) >= 8
    assert raised["sentence_zh"].str.endswith("建议复核。").all()
    assert raised["sentence_en"].str.endswith("A re-check is advised.").all()
    for row in raised.to_dict("records"):
        assert f"{row['n']}份" in row["sentence_zh"]
        assert f"{row['marked']}份" in row["sentence_zh"]
        assert row["unit"] in row["sentence_zh"]
    assert (report.flags.loc[~report.flags["flagged"], "sentence_zh"] == "").all()


def test_a_flag_carries_its_number_and_share():
    report, _ = judge_county(County(honest=50))

    flags = report.flags
    assert ((flags["share"] * flags["n"] - flags["marked"]).abs().fillna(0) < 1e-9).all()
    assert flags["pvalue"].between(0, 1).all()
    assert (flags["adjusted"] >= flags["pvalue"] - 1e-12).all()
    assert (flags["marked"] <= flags["n"]).all()


def test_a_fully_satisfied_unit_is_not_flagged_for_agreeing():
    rng = np.random.default_rng(5)
    answers = rng.integers(3, 6, (400, 8))
    units = np.repeat([f"u{number}" for number in range(40)], 10)
    answers[units == "u0"] = 5
    best = judge_signal("identical_sheets", answers=answers, units=units).loc["u0"]

    assert best["marked"] == best["n"] == 10
    assert not best["flagged"]


def test_groups_are_compared_with_their_own():
    rng = np.random.default_rng(6)
    answers = np.vstack([rng.integers(1, 6, (300, 6)), np.repeat([[4, 5, 4, 5, 4, 5]], 100, axis=0)])
    units = np.concatenate([np.repeat(np.arange(30), 10), np.repeat(np.arange(30, 40), 10)])
    groups = np.repeat(["civil_servants", "residents"], [300, 100])

    apart = judge_signal("identical_sheets", answers=answers, units=units, groups=groups)
    together = judge_signal("identical_sheets", answers=answers, units=units)

    assert not apart["flagged"].any()
    assert (apart["expected"][30:] == apart["observed"][30:]).all()
    assert (together["expected"][30:] < together["observed"][30:]).all()


def test_the_same_errors_in_one_unit_are_flagged():
    rng = np.random.default_rng(7)
    answers = pd.DataFrame({f"k{item}": rng.choice([1, 2, 3, 4], 600) for item in range(5)})
    units = np.repeat(np.arange(30), 20)
    answers.loc[units == 3, :] = [1, 3, 4, 1, 2]

    errors = judge_signal(
        "identical_errors", answers=answers, units=units, answer_key=dict.fromkeys(answers, 1)
    )

    assert errors["flagged"].to_dict() == {unit: unit == 3 for unit in range(30)}


def test_unasked_signals_are_left_out():
    report = integrity_report(Evidence(answers=[[1, 2], [2, 1], [1, 1]], units=["a", "a", "b"]))

    assert set(report.flags["signal"]) == {"identical_sheets", "best_sheets"}


def test_units_without_a_count_have_no_evidence():
    counts = pd.DataFrame({"unit": ["a"], "marked": [1], "n": [4]})

    devices = judge_signal("shared_devices", answers=[[1], [2]], units=["a", "b"], shared_devices=counts)

    assert devices.loc["b", ["n", "marked", "pvalue"]].tolist() == [0, 0, 1]


def test_blank_sheets_are_no_copies():
    answers = np.vstack([np.full((20, 4), np.nan), np.random.default_rng(8).integers(1, 6, (80, 4))])
    units = np.repeat(np.arange(5), 20)

    tested = judge_signal("identical_sheets", answers=answers, units=units)

    assert tested.loc[0, ["n", "marked"]].tolist() == [0, 0]


def test_no_sheets_give_a_report_without_rows():
    report = integrity_report(Evidence(answers=np.ones((0, 3)), units=[]))

    assert report.units.empty
    assert report.flags.empty


def test_it_refuses_evidence_that_does_not_fit():
    answers, units = pd.DataFrame({"a": [1, 2]}), ["u", "v"]

    with pytest.raises(ColumnError, match="answers: missing column b"):
        integrity_report(Evidence(answers=answers, units=units, battery=("a", "b")))
    counts = pd.DataFrame({"unit": ["u"], "marked": [3], "n": [2]})
    with pytest.raises(ColumnError, match="counts: missing column n"):
        integrity_report(Evidence(answers=answers, units=units, speeders=counts.drop(columns="n")))
    with pytest.raises(CountError, match="marked"):
        integrity_report(Evidence(answers=answers, units=units, speeders=counts))


def test_a_made_up_county_is_the_same_for_the_same_seed():
    first, second = (simulate_county(County(honest=20), np.random.default_rng(9))[0] for _ in range(2))

    pd.testing.assert_frame_equal(first.answers, second.answers)
    pd.testing.assert_frame_equal(first.arrivals, second.arrivals)
