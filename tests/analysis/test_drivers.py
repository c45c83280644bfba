"""Importance of items against R (relaimpo, Johnson's weights) and at its edges."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.drivers import DriverCountError, key_drivers
from analysis.errors import ChoiceError, ShapeError

VECTORS = Path(__file__).parent / "vectors"
DATA = pd.read_csv(VECTORS / "l_drivers_data.csv", comment="#")
EXPECTED = pd.read_csv(VECTORS / "l_drivers.csv", comment="#")
ITEMS, OVERALL = DATA.drop(columns="overall"), DATA["overall"]


@pytest.mark.parametrize(
    ("method", "importance", "share"),
    [("lmg", "lmg", "lmg_share"), ("johnson", "johnson_weight", "johnson_share")],
)
def test_it_agrees_with_r(method, importance, share):
    table = key_drivers(ITEMS, OVERALL, method=method)

    assert table["driver"].tolist() == EXPECTED["driver"].tolist()
    np.testing.assert_allclose(table["importance"], EXPECTED[importance], atol=1e-9)
    np.testing.assert_allclose(table["share"], EXPECTED[share], atol=1e-9)
    for column in ("r_squared", "pearson_r", "std_beta"):
        np.testing.assert_allclose(table[column], EXPECTED[column], atol=1e-9)


@pytest.mark.parametrize("method", ["lmg", "johnson"])
def test_importance_adds_up_to_the_explained_share(method):
    rng = np.random.default_rng(7)
    items = rng.integers(1, 6, (80, 9)) + rng.normal(size=(80, 1))
    overall = items @ rng.random(9) + rng.normal(size=80)

    table = key_drivers(items, overall, method=method)

    assert table["importance"].sum() == pytest.approx(table["r_squared"][0])
    assert table["share"].sum() == pytest.approx(1)


@pytest.mark.parametrize("method", ["lmg", "johnson"])
def test_an_item_asked_twice_shares_its_importance(method):
    table = key_drivers(ITEMS.assign(again=ITEMS["q1"]), OVERALL, method=method).set_index("driver")

    assert table.loc["q1", "importance"] == pytest.approx(table.loc["again", "importance"])
    assert table["importance"].sum() == pytest.approx(EXPECTED["r_squared"][0])
    assert "伪逆" in table["note"].iloc[0]


def test_an_item_without_variation_has_no_importance():
    table = key_drivers(ITEMS.assign(flat=5), OVERALL).set_index("driver")

    assert table.loc["flat", "importance"] == pytest.approx(0, abs=1e-12)
    np.testing.assert_allclose(table["importance"][:4], EXPECTED["lmg"], atol=1e-9)


@pytest.mark.parametrize(
    ("items", "overall", "reason"),
    [
        (ITEMS, np.full(len(ITEMS), 10), "总体评价没有差异"),
        (np.full((6, 2), 5), [1, 2, 3, 4, 5, 6], "各题目的作答没有差异"),
        (ITEMS.head(0), [], "太少"),
        (ITEMS.head(1), [10], "太少"),
    ],
)
def test_it_says_why_there_is_nothing_to_divide(items, overall, reason):
    table = key_drivers(items, overall)

    assert reason in table["note"].iloc[0]
    assert table[["importance", "share", "r_squared"]].isna().all(axis=None)
    assert not table["reliable"].any()


def test_it_drops_sheets_with_a_missing_answer():
    holed = ITEMS.astype(float)
    holed.iloc[0, 1] = np.nan

    table = key_drivers(holed, OVERALL)

    assert table["n"].tolist() == [len(ITEMS) - 1] * 4
    pd.testing.assert_frame_equal(table, key_drivers(ITEMS.iloc[1:], OVERALL.iloc[1:]))


def test_it_calls_a_ranking_from_a_few_dissatisfied_people_unreliable():
    rng = np.random.default_rng(1)
    items = rng.integers(1, 6, (500, 3))
    few, many = np.zeros(500), np.zeros(500)
    few[:29], many[:30] = 1, 1

    assert not key_drivers(items, few)["reliable"].any()
    assert key_drivers(items, many)["reliable"].all()


def test_it_refuses_more_items_than_lmg_can_take():
    items = np.random.default_rng(0).normal(size=(30, 13))

    with pytest.raises(DriverCountError, match="13 drivers"):
        key_drivers(items, items.sum(axis=1))
    assert len(key_drivers(items, items.sum(axis=1), method="johnson")) == 13


def test_it_refuses_what_it_does_not_know():
    with pytest.raises(ChoiceError):
        key_drivers(ITEMS, OVERALL, method="stepwise")
    with pytest.raises(ShapeError):
        key_drivers(ITEMS, OVERALL.iloc[1:])
