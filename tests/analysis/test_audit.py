"""The range of every hidden cell against lpSolve and against one programme a cell."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from analysis.audit import audit_suppression
from analysis.errors import ShapeError
from analysis.programmes import ProgrammeError, between, solve_programme
from analysis.relations import margin_relations, tree_relations

VECTORS = Path(__file__).parent / "vectors"
TABLES = json.loads((VECTORS / "i_suppression.json").read_text(encoding="utf-8"))["cases"]
TREES = json.loads((VECTORS / "i_suppression_tree.json").read_text(encoding="utf-8"))["cases"]


def attack_cells(values, mask, matrix):
    """Return each hidden cell's range, two programmes a cell, the way an attacker would."""
    hidden = np.flatnonzero(mask)
    inner, known = (
        matrix.toarray()[:, hidden],
        matrix @ values - matrix[:, np.flatnonzero(~mask)] @ values[~mask],
    )
    ranges = []
    for cell in range(len(hidden)):
        ends = [
            linprog(sign * np.eye(len(hidden))[cell], A_eq=inner, b_eq=known, method="highs")
            for sign in (1, -1)
        ]
        ranges.append(
            [sign * end.fun if end.status == 0 else np.inf for sign, end in zip((1, -1), ends, strict=True)]
        )
    return np.array(ranges)


@pytest.mark.parametrize("case", TABLES, ids=lambda case: case["id"])
def test_tables_agree_with_lpsolve(case):
    table = np.array(case["table"])
    mask = np.array(case["primary"])
    for row, col in case["optimal_patterns"][0]:
        mask[row - 1, col - 1] = True

    ranges = audit_suppression(table, mask).set_index("cell")

    assert len(ranges) == len(case["audit_of_first_pattern"])
    for cell in case["audit_of_first_pattern"]:
        row = ranges.loc[[(cell["row"] - 1, cell["col"] - 1)]].iloc[0]
        assert (row["value"], row["low"], row["high"]) == (cell["value"], cell["lower"], cell["upper"])


@pytest.mark.parametrize("case", TABLES, ids=lambda case: case["id"])
def test_hiding_only_the_small_cells_hides_nothing(case):
    ranges = audit_suppression(np.array(case["table"]), np.array(case["primary"]))

    exposed = ranges[ranges["low"] == ranges["high"]]
    expected = [cell for cell in case.get("audit_primary_only", []) if cell["lower"] == cell["upper"]]
    assert len(exposed) == len(expected)


@pytest.mark.parametrize("case", TREES, ids=lambda case: case["id"])
def test_trees_agree_with_lpsolve(case):
    cells = pd.DataFrame(case["cells"]).set_index("cell")
    relations = {parent: list(rows.index) for parent, rows in cells.groupby("parent")}
    mask = cells["primary"] | cells.index.isin(case["optimal_patterns"][0])

    ranges = audit_suppression(cells["value"], mask, relations).set_index("cell")

    for cell in case["audit_of_first_pattern"]:
        row = ranges.loc[cell["cell"]]
        assert (row["low"], row["high"]) == (cell["lower"], cell["upper"])


@pytest.mark.parametrize("seed", range(6))
def test_asking_many_cells_at_once_changes_no_range(seed):
    rng = np.random.default_rng(seed)
    shape = [(9, 7), (4, 5, 3), (12, 6)][seed % 3]
    values = rng.negative_binomial(0.8, 0.05, shape)
    mask = rng.random(shape) < 0.55

    ranges = audit_suppression(values, mask)

    expected = attack_cells(values.ravel().astype(float), mask.ravel(), margin_relations(shape))
    np.testing.assert_allclose(ranges[["low", "high"]], expected, atol=1e-5)


def test_a_tree_with_everything_hidden_is_unlimited():
    values = np.array([10, 4, 6, 1, 3])
    parents = [-1, 0, 0, 1, 1]

    ranges = audit_suppression(values, np.ones(5, dtype=bool), tree_relations(parents))

    assert (ranges["low"] == 0).all()
    assert np.isinf(ranges["high"]).all()


def test_what_is_limited_beside_the_unlimited_is_told_apart():
    values = np.array([10, 4, 6, 1, 3])
    mask = np.array([True, False, True, True, True])

    ranges = audit_suppression(values, mask, tree_relations([-1, 0, 0, 1, 1])).set_index("cell")

    assert np.isinf(ranges.loc[[0, 2], "high"]).all()
    assert ranges.loc[[3, 4], "high"].tolist() == [4, 4]
    assert ranges["low"].tolist() == [4, 0, 0, 0]


def test_nothing_hidden_gives_no_rows():
    ranges = audit_suppression([[1, 2], [3, 4]], np.zeros((2, 2), dtype=bool))

    assert ranges.empty
    assert list(ranges.columns) == ["cell", "value", "low", "high"]


def test_a_hidden_cell_without_relations_is_unlimited():
    ranges = audit_suppression([5, 7], [True, False], tree_relations([-1, -1]))

    assert ranges.loc[0, ["low", "high"]].tolist() == [0, np.inf]


def test_a_mask_must_have_the_tables_shape():
    with pytest.raises(ShapeError):
        audit_suppression([1, 2, 3], [True])


def test_a_programme_without_an_end_is_an_error():
    matrix = margin_relations((2,)) * 0.0

    with pytest.raises(ProgrammeError, match="do not publish"):
        solve_programme(np.array([-1.0, 0.0]), matrix, np.zeros(1), limits=between(0, np.inf, 2))
