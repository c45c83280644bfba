"""Primary and secondary suppression against proven optima, by hand, and at their edges."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import suppression
from analysis.audit import audit_suppression
from analysis.errors import ChoiceError, CountError, ShapeError
from analysis.flows import Protection, SuppressionError
from analysis.relations import margin_relations, tree_relations
from analysis.suppression import primary_suppression, secondary_suppression

VECTORS = Path(__file__).parent / "vectors"
TABLES = json.loads((VECTORS / "i_suppression.json").read_text(encoding="utf-8"))["cases"]
TREES = json.loads((VECTORS / "i_suppression_tree.json").read_text(encoding="utf-8"))["cases"]


@pytest.fixture(params=["optimal", "by flows"])
def either_way(request, monkeypatch):
    """Run a test once with the integer programme and once with flows alone."""
    if request.param == "by flows":
        monkeypatch.setattr(suppression, "SMALL_TABLE", 0)
    return request.param


def check_protection(values, primary, hidden, relations=None, protection=1):
    """Assert that the range of every marked cell reaches far enough on both sides."""
    ranges = audit_suppression(values, hidden, relations)
    marked = np.asarray(primary).ravel()[np.asarray(hidden).ravel()]
    rows = ranges[marked]
    assert (rows["low"] <= np.maximum(0, rows["value"] - protection) + 1e-6).all()
    assert (rows["high"] >= rows["value"] + protection - 1e-6).all()
    return ranges


@pytest.mark.parametrize("case", TABLES, ids=lambda case: case["id"])
def test_tables_reach_the_proven_optimum(case):
    table, primary = np.array(case["table"]), np.array(case["primary"])

    hidden = secondary_suppression(table, primary, cost=case["cost"])

    further = hidden & ~primary
    cost = table[further].sum() if case["cost"] == "value" else further.sum()
    pattern = [[row + 1, col + 1] for row, col in np.argwhere(further).tolist()]
    assert cost == case["optimal_secondary_cost"]
    assert sorted(pattern) in [sorted(optimal) for optimal in case["optimal_patterns"]]
    check_protection(table, primary, hidden)


@pytest.mark.parametrize("case", TABLES, ids=lambda case: case["id"])
def test_primary_cells_of_the_tables_are_those_below_the_threshold(case):
    marked = primary_suppression(np.array(case["table"]), threshold=case["threshold"])

    assert marked.tolist() == case["primary"]


@pytest.mark.parametrize("case", TREES, ids=lambda case: case["id"])
def test_trees_reach_the_proven_optimum(case):
    cells = pd.DataFrame(case["cells"]).set_index("cell")
    relations = {parent: list(rows.index) for parent, rows in cells.groupby("parent")}

    hidden = secondary_suppression(cells["value"], cells["primary"], relations, cost=case["cost"])

    further = hidden & ~cells["primary"]
    assert cells["value"][further].sum() == case["optimal_secondary_cost"]
    assert sorted(cells.index[further]) in [sorted(optimal) for optimal in case["optimal_patterns"]]
    check_protection(cells["value"], cells["primary"], hidden, relations)


def test_a_small_count_is_marked_and_so_is_what_all_but_a_few_chose():
    marked = primary_suppression([[57, 3, 0], [30, 20, 10], [60, 0, 0], [3, 0, 0]])

    assert marked.tolist() == [[True, True, False], [False, False, False], [False] * 3, [True, False, False]]


def test_the_complement_can_be_left_alone():
    assert primary_suppression([[57, 3]], complement=False).tolist() == [[False, True]]


def test_counts_of_several_items_have_totals_of_their_own():
    satisfied = pd.DataFrame({"q1": [57, 40], "q2": [60, 2]}, index=["甲", "乙"])

    marked = primary_suppression(satisfied, totals=[[60, 60], [60, 60]])

    assert marked.loc["甲"].tolist() == [True, False]
    assert marked.loc["乙"].tolist() == [False, True]


def test_one_dimension_without_totals_has_no_complement():
    assert primary_suppression(pd.Series({"a": 50, "b": 2})).to_dict() == {"a": False, "b": True}
    assert primary_suppression([50, 2], totals=[53, 40]).tolist() == [True, True]


def test_a_count_above_its_total_is_refused():
    with pytest.raises(CountError):
        primary_suppression([5, 9], totals=[5, 8])


@pytest.mark.parametrize("shape", [(8, 6), (30, 5), (5, 4, 3)])
def test_marked_cells_of_random_tables_are_protected(shape, either_way):
    values = np.random.default_rng(1).negative_binomial(1, 0.04, shape)
    primary = primary_suppression(values, complement=False)

    hidden = secondary_suppression(values, primary)

    assert (hidden | ~primary).all()
    assert not hidden[values == 0].any()
    check_protection(values, primary, hidden)


@pytest.mark.parametrize("distance", [1, 2, 4])
def test_protection_reaches_as_far_as_asked(distance, either_way):
    values = np.random.default_rng(2).negative_binomial(1, 0.03, (9, 6))
    primary = primary_suppression(values, complement=False)

    hidden = secondary_suppression(values, primary, protection=distance)

    check_protection(values, primary, hidden, protection=distance)


def test_every_hidden_range_is_as_wide_as_asked(either_way):
    values = np.random.default_rng(3).negative_binomial(1, 0.03, (9, 6))
    primary = primary_suppression(values, complement=False)

    hidden = secondary_suppression(values, primary, protection=Protection(distance=1, width=3))

    ranges = check_protection(values, primary, hidden)
    assert (ranges["high"] - ranges["low"] >= 3 - 1e-6).all()


def test_the_optimum_is_never_dearer_than_the_flows(monkeypatch):
    dearer = 0
    for seed in range(4):
        values = np.random.default_rng(seed).negative_binomial(1, 0.05, (10, 5))
        primary = primary_suppression(values, complement=False)
        optimal = values[secondary_suppression(values, primary) & ~primary].sum()
        with monkeypatch.context() as patched:
            patched.setattr(suppression, "SMALL_TABLE", 0)
            found = values[secondary_suppression(values, primary) & ~primary].sum()
        assert optimal <= found
        dearer += found - optimal
    assert dearer < 100


def test_a_tree_by_groups_by_answers_is_protected(either_way):
    rng = np.random.default_rng(4)
    units, groups, answers = [-1, 0, 0, 1, 1, 1, 2, 2], [-1, 0, 0], [-1, 0, 0, 0]
    values = np.zeros((8, 3, 4), dtype=int)
    values[3:, 1:, 1:] = rng.negative_binomial(1, 0.08, (5, 2, 3))
    values[:, :, 0] = values.sum(axis=2)
    values[:, 0] = values.sum(axis=1)
    values[1], values[2] = values[3:6].sum(axis=0), values[6:].sum(axis=0)
    values[0] = values[1] + values[2]
    relations = tree_relations(units, groups, answers)
    primary = (values > 0) & (values < 5)

    hidden = secondary_suppression(values, primary, relations)

    check_protection(values, primary, hidden, relations)


def test_a_cell_of_infinite_cost_stays_visible(either_way):
    values = np.array([[2, 30, 18], [25, 40, 35]])
    primary = values < 5
    cost = values.astype(float)
    cost[0, 2] = np.inf

    hidden = secondary_suppression(values, primary, cost=cost)

    assert hidden.tolist() == [[True, True, False], [True, True, False]]


def test_a_cell_alone_with_zeros_cannot_be_protected(either_way):
    with pytest.raises(SuppressionError, match=r"cell \(0, 0\) = 3"):
        secondary_suppression([[3, 0], [10, 20]], [[True, False], [False, False]])


def test_two_alone_in_a_line_can_only_trade_what_they_have(either_way):
    table = [[1, 2, 0], [9, 9, 9]]

    hidden = secondary_suppression(table, np.array(table) < 5 * (np.array(table) > 0))
    assert hidden.tolist() == [[True, True, False], [True, True, False]]
    with pytest.raises(SuppressionError):
        secondary_suppression(table, hidden, protection=3)


def test_nothing_marked_hides_nothing():
    assert not secondary_suppression([[50, 60], [70, 80]], np.zeros((2, 2), dtype=bool)).any()
    assert secondary_suppression(np.zeros((0, 3)), np.zeros((0, 3), dtype=bool)).shape == (0, 3)


def test_the_mask_has_the_form_of_the_table():
    frame = pd.DataFrame([[2, 30], [25, 40]], index=["a", "b"], columns=["x", "y"])

    hidden = secondary_suppression(frame, primary_suppression(frame))

    assert hidden.equals(pd.DataFrame(True, index=["a", "b"], columns=["x", "y"]))


def test_a_marked_zero_is_hidden_too():
    hidden = secondary_suppression([[0, 9], [9, 9]], [[True, False], [False, False]])

    assert hidden.all()


def test_costs_must_be_positive_and_fit():
    table, primary = [[2, 30], [25, 40]], [[True, False], [False, False]]

    with pytest.raises(ChoiceError):
        secondary_suppression(table, primary, cost="beauty")
    with pytest.raises(ShapeError):
        secondary_suppression(table, primary, cost=[1, 2])
    with pytest.raises(CountError, match=r"cost\[0, 1\]|cost\[0\]\[1\]"):
        secondary_suppression(table, primary, cost=[[1, 0], [1, 1]])


@pytest.mark.slow
def test_a_county_of_a_thousand_units_is_protected():
    rng = np.random.default_rng(5)
    units = np.array([-1] + [0] * 130 + list(rng.integers(1, 31, 869)))
    values = np.zeros((1000, 6, 7), dtype=int)
    values[31:, 1:, 1:] = rng.negative_binomial(0.6, 0.04, (969, 5, 6))
    values[:, :, 0] = values.sum(axis=2)
    values[:, 0] = values.sum(axis=1)
    for unit in range(999, 0, -1):
        values[units[unit]] += values[unit]
    relations = tree_relations(units, [-1] + [0] * 5, [-1] + [0] * 6)
    primary = (values > 0) & (values < 5)

    hidden = secondary_suppression(values, primary, relations)

    check_protection(values, primary, hidden, relations)
    assert (hidden & ~primary).sum() < primary.sum()


def test_margins_of_one_line_protect_in_pairs():
    hidden = secondary_suppression([3, 8, 20], [True, False, False], margin_relations((3,)))

    assert hidden.tolist() == [True, True, False]
