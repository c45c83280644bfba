"""The simulated county: the page and its picture are what the program makes, and say what is so."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "模拟县.md"


@pytest.fixture(scope="module")
def county():
    spec = importlib.util.spec_from_file_location("county", ROOT / "tools" / "county.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    return tool


@pytest.fixture(scope="module")
def table(county):
    return county.judge_units(county.draw_county(np.random.default_rng(county.SEED)))


def covered(rows, low, high):
    return ((rows[low] <= rows["truth"]) & (rows["truth"] <= rows[high])).mean()


def test_the_page_has_the_table_that_the_program_makes(county, table):
    page = PAGE.read_text(encoding="utf-8")

    assert county.fill_page(page, table) == page


def test_the_picture_is_the_one_the_program_draws(county, table):
    assert (ROOT / "docs" / "images" / "county.svg").read_text(encoding="utf-8") == county.draw_picture(table)


def test_intervals_hold_where_people_answer_honestly(table):
    assert covered(table[table["kind"] == "honest"], "low", "high") >= 0.9


def test_coached_units_are_certified_against_the_truth(table):
    coached = table[table["kind"] == "coached"]

    assert set(coached["status"]) == {"certified"}
    assert coached["truth"].mean() < 0.9
    assert covered(coached, "low", "high") < 0.5


def test_bounds_hold_where_only_the_dissatisfied_are_silent_and_intervals_do_not(table):
    silent = table[table["kind"] == "silent"]

    assert covered(silent, "worst", "best") == 1
    assert covered(silent, "low", "high") < 0.5


def test_signals_rise_where_answers_are_not_peoples_own(table):
    means = table.groupby("kind")[["alike", "straight"]].mean()
    bursts = (table["burst"] < 0.05).groupby(table["kind"]).mean()

    assert (means.loc[["coached", "stuffed"], "alike"] > 2 * means.loc["honest", "alike"]).all()
    assert means.loc["coached", "straight"] > 2 * means.loc["honest", "straight"]
    assert bursts["coached"] == bursts["stuffed"] == 1
    assert bursts["silent"] == 0


@pytest.mark.slow
def test_honest_units_are_covered_at_the_level_over_many_counties(county):
    rng = np.random.default_rng(3)
    honest = [unit for _ in range(60) for unit in county.draw_county(rng) if unit.kind == "honest"]

    assert covered(county.judge_units(honest), "low", "high") >= 0.95
