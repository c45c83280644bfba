"""Percent match and identical sheets against base R, and at their edges."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.errors import ShapeError
from analysis.matches import percent_match

VECTORS = Path(__file__).parent / "vectors"
ANSWERS = pd.read_csv(VECTORS / "m_answers.csv", comment="#")
EXPECTED = pd.read_csv(VECTORS / "m_quality.csv", comment="#")


def test_it_agrees_with_r():
    table = percent_match(ANSWERS)

    np.testing.assert_allclose(table["max_percent_match"], EXPECTED["max_percent_match"], atol=1e-9)
    assert table["duplicate_group_size"].tolist() == EXPECTED["duplicate_group_size"].tolist()


def test_it_compares_sheets_of_one_unit_only():
    units = np.arange(len(ANSWERS)) % 3

    table = percent_match(ANSWERS, by=units)

    for unit in range(3):
        pd.testing.assert_frame_equal(table[units == unit], percent_match(ANSWERS[units == unit]))


def test_it_is_the_same_for_labels_and_numbers():
    labels = ANSWERS.replace({1: "甲", 2: "乙", 3: "丙", 4: "丁", 5: "戊"})

    pd.testing.assert_frame_equal(percent_match(labels), percent_match(ANSWERS))


def test_a_missing_answer_matches_nothing():
    table = percent_match([[1, np.nan], [1, np.nan], [1, 2]])

    assert table["max_percent_match"].tolist() == [0.5, 0.5, 0.5]
    assert table["duplicate_group_size"].tolist() == [2, 2, 1]


def test_blank_sheets_are_no_twins():
    table = percent_match(np.full((3, 4), np.nan))

    assert table["max_percent_match"].tolist() == [0, 0, 0]
    assert table["duplicate_group_size"].tolist() == [1, 1, 1]


@pytest.mark.parametrize("answers", [np.ones((1, 3)), np.ones((0, 3)), np.ones((2, 0))])
def test_nothing_to_compare_gives_no_match(answers):
    table = percent_match(answers, permutations=3, rng=np.random.default_rng(0))

    assert (table["max_percent_match"] == 0).all()
    assert (table["duplicate_group_size"] == 1).all()


def test_a_fully_satisfied_unit_matches_its_reference():
    table = percent_match(np.ones((40, 12)), permutations=5, rng=np.random.default_rng(0))

    assert (table["max_percent_match"] == 1).all()
    assert (table["expected_match"] == 1).all()
    assert (table["reference_share"] == 1).all()


def test_the_reference_tells_copied_sheets_from_chance():
    rng = np.random.default_rng(5)
    answers = rng.integers(1, 6, (60, 12))
    answers[:10] = answers[0]

    table = percent_match(answers, permutations=40, rng=rng)

    assert (table["reference_share"][:10] < 0.001).all()
    assert table["reference_share"][10:].median() > 0.1


def test_the_reference_of_independent_answers_is_calibrated():
    rng = np.random.default_rng(11)
    answers = rng.integers(1, 4, (200, 10))

    table = percent_match(answers, permutations=20, rng=rng)

    assert table["max_percent_match"].mean() == pytest.approx(table["expected_match"].iloc[0], abs=0.02)


def test_it_asks_for_a_generator():
    with pytest.raises(TypeError, match="random generator"):
        percent_match(ANSWERS, permutations=2)


def test_it_refuses_labels_of_another_length():
    with pytest.raises(ShapeError):
        percent_match(ANSWERS, by=[1, 2])
