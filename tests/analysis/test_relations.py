"""Relations between cells: margins, trees, mappings, and what does not fit."""

import numpy as np
import pandas as pd
import pytest

from analysis.errors import CountError, ShapeError
from analysis.relations import RelationError, margin_relations, read_cells, tree_relations


def test_two_dimensions_have_row_and_column_sums():
    table = np.arange(12).reshape(3, 4)

    sums = margin_relations((3, 4)) @ table.ravel()

    assert sums.tolist() == [*table.sum(axis=0), *table.sum(axis=1)]


def test_three_dimensions_have_sums_along_every_axis():
    table = np.arange(24).reshape(2, 3, 4)

    sums = margin_relations((2, 3, 4)) @ table.ravel()

    assert sums.tolist() == [
        *table.sum(axis=0).ravel(),
        *table.sum(axis=1).ravel(),
        *table.sum(axis=2).ravel(),
    ]


def test_every_relation_of_a_tree_of_sums_is_zero():
    units, groups = [-1, 0, 0, 1, 1, 1], [-1, 0, 0]
    table = np.random.default_rng(0).integers(0, 9, (6, 3))
    table[:, 0] = table[:, 1:].sum(axis=1)
    table[1] = table[3:].sum(axis=0)
    table[0] = table[1:3].sum(axis=0)

    matrix = tree_relations(units, groups)

    assert matrix.shape == (2 * 3 + 6 * 1, 18)
    assert not (matrix @ table.ravel()).any()


def test_separate_items_do_not_add_up():
    assert tree_relations([-1, 0, 0], [-1, -1]).shape == (2, 6)
    assert tree_relations([-1, -1]).shape == (0, 2)


@pytest.mark.parametrize("parents", [[-1, 5], [-1, -2], [1, 0], [-1, 1]])
def test_a_parent_must_be_above(parents):
    with pytest.raises(RelationError):
        tree_relations(parents)


def test_a_mapping_may_name_totals_outside_the_table():
    cells = read_cells(pd.Series({"a": 3, "b": 4, "sum": 7}), {"sum": ["a", "b"], "county": ["sum"]})

    assert cells.matrix.toarray().tolist() == [[1, 1, -1], [0, 0, 1]]


def test_a_mapping_names_pairs_of_a_frame():
    frame = pd.DataFrame({"yes": [1, 2], "no": [3, 4]}, index=["a", "b"])

    cells = read_cells(frame, {"all yes": [("a", "yes"), ("b", "yes")]})

    assert cells.matrix.toarray().tolist() == [[1, 0, 1, 0]]


def test_parts_must_be_cells_and_add_up():
    values = pd.Series({"a": 3, "b": 4, "sum": 8})

    with pytest.raises(RelationError, match="'c' is no cell"):
        read_cells(values, {"sum": ["a", "c"]})
    with pytest.raises(RelationError, match="it is 8, but its parts add up to 7"):
        read_cells(values, {"sum": ["a", "b"]})


def test_a_matrix_needs_a_column_a_cell():
    assert read_cells([1, 2, 3], [[1, 1, 0]]).matrix.shape == (1, 3)
    with pytest.raises(ShapeError):
        read_cells([1, 2, 3], [[1, 1]])
    with pytest.raises(CountError):
        read_cells([1, -2, 3])
