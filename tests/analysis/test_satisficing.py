"""Straight lines and speeders against R's careless, and at their edges."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.errors import CountError, ShareError
from analysis.satisficing import speeders, straightlining

VECTORS = Path(__file__).parent / "vectors"
ANSWERS = pd.read_csv(VECTORS / "m_answers.csv", comment="#")
EXPECTED = pd.read_csv(VECTORS / "m_quality.csv", comment="#")


def test_straightlining_agrees_with_r():
    table = straightlining(ANSWERS)

    assert table["longstring"].tolist() == EXPECTED["longstring"].tolist()
    np.testing.assert_allclose(table["irv_sd"], EXPECTED["irv_sd"], atol=1e-9)
    assert table["straightline"].tolist() == EXPECTED["straightline"].tolist()


def test_a_missing_answer_ends_a_run():
    table = straightlining([[5, 5, np.nan, 5, 5, 5], [np.nan] * 6])

    assert table["longstring"].tolist() == [3, 0]
    assert table["straightline"].tolist() == [False, False]
    assert np.isnan(table["irv_sd"][1])


def test_one_item_is_no_straight_line():
    assert straightlining([[5], [5]])["straightline"].tolist() == [False, False]


def test_no_sheets_give_no_rows():
    assert straightlining(np.ones((0, 3))).empty
    assert speeders([]).empty


def test_a_third_of_the_median_is_the_limit():
    table = speeders([90, 90, 90, 90, 30, 29])

    assert table["median"].tolist() == [90] * 6
    assert table["speeder"].tolist() == [False, False, False, False, False, True]


def test_each_version_has_its_own_median():
    table = speeders([100, 100, 20, 20], by=["long", "long", "short", "short"])

    assert table["speeder"].tolist() == [False] * 4
    assert table["median"].tolist() == [100, 100, 20, 20]


def test_unknown_times_are_no_speeders():
    table = speeders(pd.Series([60.0, np.nan, 60.0, 0.0], index=list("abcd")))

    assert table["speeder"].to_dict() == {"a": False, "b": False, "c": False, "d": True}
    assert np.isnan(table.loc["b", "ratio"])


def test_times_that_cannot_be_are_refused():
    with pytest.raises(CountError, match=r"seconds\[1\] = -3"):
        speeders([5, -3])
    with pytest.raises(ShareError, match="factor"):
        speeders([5, 3], factor=1.5)
