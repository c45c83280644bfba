"""Expected values: base R (uniroot for Imbens and Manski's c); AAPOR's formulas worked by hand."""

import math

import numpy as np
import pytest

from analysis import ChoiceError, CountError, ShareError, nonresponse_bounds, response_rate

OUTCOMES = {"I": 60, "P": 10, "R": 5, "NC": 10, "O": 5, "UH": 6, "UO": 4}


def test_the_bounds_agree_with_r(read_vectors):
    rows = read_vectors("j_nonresponse_bounds.csv")

    bounds = nonresponse_bounds(rows["x"], rows["n"], rows["N"], confidence_level=0.95)

    np.testing.assert_allclose(bounds.worst, rows["worst_case"], rtol=0, atol=1e-9)
    np.testing.assert_allclose(bounds.best, rows["best_case"], rtol=0, atol=1e-9)
    np.testing.assert_allclose(bounds.low, rows["im_lower95"].fillna(rows["worst_case"]), rtol=0, atol=1e-8)
    np.testing.assert_allclose(bounds.high, rows["im_upper95"].fillna(rows["best_case"]), rtol=0, atol=1e-8)


def test_a_full_count_leaves_nothing_open():
    bounds = nonresponse_bounds(28, 30, 30)

    assert bounds.worst == bounds.best == 28 / 30


def test_nobody_leaves_everything_open():
    bounds = nonresponse_bounds([0, 0], 0, [50, 0], confidence_level=0.9)

    assert bounds.worst.tolist() == bounds.low.tolist() == [0, 0]
    assert bounds.best.tolist() == bounds.high.tolist() == [1, 1]


def test_without_a_level_the_interval_is_the_bounds():
    bounds = nonresponse_bounds(20, 25, 30)

    assert (bounds.low, bounds.high) == (bounds.worst, bounds.best) == (20 / 30, 25 / 30)


def test_a_full_count_as_a_sample_has_the_ordinary_two_sided_interval():
    bounds = nonresponse_bounds(24, 30, 30, confidence_level=0.95)

    assert 0.8 - bounds.low == pytest.approx(1.959963984540054 * math.sqrt(0.8 * 0.2 / 30))


def test_it_refuses_more_answers_than_people():
    with pytest.raises(CountError, match="n = 31: more than N = 30"):
        nonresponse_bounds(20, 31, 30)


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        ("RR1", 60 / 100),
        ("RR2", 70 / 100),
        ("RR3", 60 / 95),
        ("RR4", 70 / 95),
        ("RR5", 60 / 90),
        ("RR6", 70 / 90),
    ],
)
def test_each_definition_counts_and_divides_as_aapor_does(definition, expected):
    assert response_rate(OUTCOMES, definition=definition, eligible_share=0.5) == pytest.approx(expected)


def test_on_a_roster_the_definitions_of_complete_answers_agree():
    roster = {"I": 27, "R": 1, "NC": 2}

    assert response_rate(roster) == response_rate(roster, definition="RR5") == 27 / 30


def test_nobody_to_ask_gives_no_rate():
    assert math.isnan(response_rate({}))


def test_an_estimated_share_of_eligible_people_must_be_given():
    with pytest.raises(ShareError, match="RR3 needs an estimate"):
        response_rate(OUTCOMES, definition="RR3")


def test_it_refuses_an_outcome_it_does_not_know():
    with pytest.raises(ChoiceError, match="'complete'"):
        response_rate({"complete": 3})


def test_it_refuses_a_negative_outcome():
    with pytest.raises(CountError, match="NC = -1"):
        response_rate({"NC": -1})
