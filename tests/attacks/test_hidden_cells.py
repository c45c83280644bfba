"""An attacker with a solver against hidden cells: naive tables give way, ours do not."""

import numpy as np
import pytest
from scipy import sparse
from scipy.optimize import linprog

from analysis.relations import margin_relations, tree_relations
from analysis.suppression import primary_suppression, secondary_suppression

THRESHOLD = 5


def solve_cells(values, hidden, matrix):
    """Return the range of every hidden cell, from published cells and sums alone.

    Two programmes a cell, written here on purpose: the attacker does not use the defender's code.
    """
    places = np.flatnonzero(hidden)
    published = np.where(hidden, 0, values)
    left = matrix @ values - matrix @ published
    inner = matrix.toarray()[:, places]
    ranges = np.empty((len(places), 2))
    for cell in range(len(places)):
        wanted = np.zeros(len(places))
        wanted[cell] = 1
        for end, sign in enumerate((1, -1)):
            answer = linprog(sign * wanted, A_eq=inner, b_eq=left, bounds=(0, None), method="highs")
            ranges[cell, end] = sign * answer.fun if answer.status == 0 else np.inf
    return ranges


def count_recovered(values, hidden, matrix):
    ranges = solve_cells(values, hidden, matrix)
    return int((ranges[:, 1] - ranges[:, 0] < 1e-6).sum())


def draw_table(seed):
    """Return a table of 20 units by 3 answers, as small villages give it."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(8, 60, 20)
    return np.array([rng.multinomial(size, [0.8, 0.13, 0.07]) for size in sizes])


@pytest.mark.parametrize("seed", range(2))
def test_naive_tables_give_up_their_cells_and_ours_none(seed):
    table = draw_table(seed)
    matrix = margin_relations(table.shape)
    small = primary_suppression(table, threshold=THRESHOLD, complement=False)

    naive = count_recovered(table.ravel(), small.ravel(), matrix)
    ours = count_recovered(table.ravel(), secondary_suppression(table, small).ravel(), matrix)

    assert naive >= 0.2 * small.sum()
    assert ours == 0


def test_two_hidden_in_every_line_is_not_enough():
    table = np.array([[4, 3, 20, 30], [2, 4, 25, 35], [22, 31, 3, 4], [26, 37, 4, 2]])
    sum_in_another_table = np.zeros((1, 16))
    sum_in_another_table[0, [0, 5]] = 1
    matrix = sparse.csr_array(sparse.vstack([margin_relations((4, 4)), sum_in_another_table]))
    hidden = table < THRESHOLD
    assert (hidden.sum(axis=0) >= 2).all()
    assert (hidden.sum(axis=1) >= 2).all()

    ours = secondary_suppression(table, hidden, matrix)

    assert count_recovered(table.ravel(), hidden.ravel(), matrix) == 4
    assert count_recovered(table.ravel(), ours.ravel(), matrix) == 0


def test_a_parent_minus_its_other_children_gives_a_village_away():
    values = np.array([95, 40, 55, 3, 17, 20, 25, 30])
    relations = tree_relations([-1, 0, 0, 1, 1, 1, 2, 2])
    small = (values < THRESHOLD) & (values > 0)

    assert count_recovered(values, small, relations) == 1
    assert count_recovered(values, secondary_suppression(values, small, relations), relations) == 0


def test_two_exports_give_away_those_who_answered_between_them():
    before, after = np.array([12, 8, 30]), np.array([14, 9, 36])
    values = np.concatenate([before, after, after - before])
    each, all_three = np.eye(3), np.ones((1, 3))
    differences = np.hstack([each, -each, each])
    totals = np.hstack([np.kron(np.eye(2), all_three), np.zeros((2, 3))])
    matrix = sparse.csr_array(np.vstack([differences, totals]))
    small = np.array([False] * 6 + [True, True, False])

    hidden = secondary_suppression(values, small, matrix)

    assert count_recovered(values, small, matrix) == 2
    assert hidden[:6].any()
    assert count_recovered(values, hidden, matrix) == 0
