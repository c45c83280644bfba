"""What an attacker learns about hidden cells: the exact range that the published sums leave to each.

Sources: Fischetti & Salazar 2001, Manage Sci 47:1008-1027, sec. 2 (the attacker's two linear programmes a cell);
US FCSM Statistical Policy Working Paper 22 (why rules of thumb do not replace this audit). Checked against
lpSolve in R.

Two programmes a cell would be 30,000 for a county. One programme asks for many cells at once instead: its
dual solution falls into connected pieces, and a piece that holds a single asked cell proves that cell's
bound by itself (weak duality on the rows of the piece), whatever the others did. Cells whose pieces merged
are asked again in smaller company, at last alone.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from .counts import Booleans, Floats, Integers
from .programmes import between, solve_programme
from .propagation import propagated_bounds
from .relations import Cells, Relations, Values, read_cells, read_mask

TOLERANCE = 1e-6
"""Solvers answer to about 1e-7; ranges are given to six decimals."""


FEW_CELLS = 40
"""Up to this many cells are asked from the true table, more from scratch; the two cost the same here."""


def audit_suppression(values: Values, mask: Values, relations: Relations = None) -> pd.DataFrame:
    """Return the range that a reader can work out for every hidden cell.

    `values` are the true counts, `mask` says which cells are hidden, `relations` which sums are published
    (see `read_cells`). The reader is taken to know every other cell, every relation, and that counts
    are not negative. One row a hidden cell, in table order: `cell` (its label), `value`, `low`, `high`
    (infinite where nothing limits it); low <= value <= high always, and low = high means the cell is
    disclosed. Ranges are those of real numbers; whole numbers may be narrower still in tables of three
    dimensions. Nothing hidden gives an empty frame. Raises ProgrammeError if the solver fails.
    """
    cells = read_cells(values, relations)
    hidden = cells.within(read_mask(mask, values, argument="mask"))
    low, high = hidden_ranges(hidden)
    return pd.DataFrame(
        {
            "cell": pd.Series(hidden.labels, dtype=object),
            "value": hidden.values.astype(np.int64),
            "low": low,
            "high": high,
        }
    )


def hidden_ranges(hidden: Cells) -> tuple[Floats, Floats]:
    """Return the lowest and highest value of each cell that the relations allow, all cells being hidden."""
    if len(hidden.values) == 0:
        return np.empty(0), np.empty(0)
    bounds = _first_bounds(hidden)
    limit, rng = len(hidden.values), np.random.default_rng(0)
    while (waiting := bounds.open_cells()).any():
        batch = _apart(hidden.matrix, rng.permutation(np.flatnonzero(waiting)), limit)
        _ask(hidden, bounds, batch)
        settled = ~bounds.open_cells()[batch]
        limit = 2 * limit if settled.mean() > 0.5 else max(1, len(batch) // 2)
    return bounds.seen_low.round(6) + 0.0, bounds.seen_high.round(6) + 0.0


@dataclass(kw_only=True, eq=False)
class _Bounds:
    """What is proved of each cell (`low`, `high`) and what a table that fits has shown (`seen_…`)."""

    low: Floats
    high: Floats
    seen_low: Floats
    seen_high: Floats

    def is_open_below(self) -> Booleans:
        return self.seen_low > self.low + TOLERANCE * np.maximum(1, self.low)

    def is_open_above(self) -> Booleans:
        return self.high > self.seen_high + TOLERANCE * np.maximum(1, self.seen_high)

    def open_cells(self) -> Booleans:
        return self.is_open_below() | self.is_open_above()

    def see(self, table: Floats) -> None:
        self.seen_low = np.minimum(self.seen_low, np.maximum(table, 0))
        self.seen_high = np.maximum(self.seen_high, table)


def _first_bounds(hidden: Cells) -> _Bounds:
    """Return bounds from single relations; cells that nothing limits are settled as infinite."""
    low, high = propagated_bounds(hidden)
    bounds = _Bounds(low=low, high=high, seen_low=hidden.values.copy(), seen_high=hidden.values.copy())
    if np.isinf(high).any():
        bounds.seen_high[_unlimited(hidden)] = np.inf
    return bounds


def _ask(hidden: Cells, bounds: _Bounds, batch: Integers) -> None:
    """Solve one programme for all cells of the batch and take over what it shows and proves."""
    upwards = bounds.is_open_above()[batch]
    objective = np.zeros(len(hidden.values))
    objective[batch] = np.where(upwards, -1.0, 1.0)
    solve = _solve_deviation if len(batch) <= FEW_CELLS else _solve_table
    table, dual = solve(hidden, objective)
    bounds.see(table)
    worth = (hidden.matrix @ hidden.values) * dual
    proved = _proved_values(hidden.matrix, batch, worth, dual)
    if len(batch) == 1:
        proved = objective[batch] * table[batch]
    above, below = upwards & ~np.isnan(proved), ~upwards & ~np.isnan(proved)
    bounds.high[batch[above]] = np.minimum(bounds.high[batch[above]], -proved[above])
    bounds.low[batch[below]] = np.maximum(bounds.low[batch[below]], proved[below])


def _solve_table(hidden: Cells, objective: Floats) -> tuple[Floats, Floats]:
    """Return the table that fits with the least objective, and the dual price of each relation."""
    known = hidden.matrix @ hidden.values
    solution = solve_programme(objective, hidden.matrix, known, limits=between(0, np.inf, len(objective)))
    return solution.unknowns, solution.duals


def _solve_deviation(hidden: Cells, objective: Floats) -> tuple[Floats, Floats]:
    """Return the same as `_solve_table`, starting from the true table instead of from nothing.

    What is sought is what to add and what to take away, at first nothing. With few cells asked only a few
    relations move then, where the other form spends thousands of steps to find the first table that fits.
    """
    n = len(objective)
    solution = solve_programme(
        np.concatenate([objective, -objective]),
        sparse.csr_array(sparse.hstack([hidden.matrix, -hidden.matrix])),
        np.zeros(hidden.matrix.shape[0]),
        limits=between(0, np.concatenate([np.full(n, np.inf), hidden.values]), 2 * n),
        presolve=False,
    )
    return hidden.values + solution.unknowns[:n] - solution.unknowns[n:], solution.duals


def _proved_values(matrix: sparse.csr_array, batch: Integers, worth: Floats, dual: Floats) -> Floats:
    """Return the dual value of each asked cell's piece where it is alone in it, else NaN."""
    support = np.flatnonzero(np.abs(dual) > 1e-9)
    pattern = abs(matrix[support])
    _, piece = connected_components(pattern @ pattern.T, directed=False)
    piece_of_row = np.full(matrix.shape[0], -1)
    piece_of_row[support] = piece
    own = _largest_by_column(matrix, piece_of_row, batch)
    values = np.bincount(piece, weights=worth[support], minlength=1)
    alone = (own >= 0) & (np.bincount(own + 1, minlength=len(values) + 1)[own + 1] == 1)
    return np.where(alone, values[own], np.nan)


def _largest_by_column(matrix: sparse.csr_array, row_value: Integers, columns: Integers) -> Integers:
    """Return for each column the largest value of the rows it stands in, -1 if none."""
    chosen = sparse.csc_array(matrix[:, columns])
    largest = np.full(len(columns), -1)
    owner = np.repeat(np.arange(len(columns)), np.diff(chosen.indptr))
    np.maximum.at(largest, owner, row_value[chosen.indices])
    return largest


def _apart(matrix: sparse.csr_array, order: Integers, limit: int) -> Integers:
    """Return cells, in the order given and at most `limit`, of which no two share a relation."""
    columns = sparse.csc_array(matrix)
    starts, rows = columns.indptr.tolist(), columns.indices.tolist()
    taken = bytearray(matrix.shape[0])
    apart: list[int] = []
    for cell in order.tolist():
        own = rows[starts[cell] : starts[cell + 1]]
        if any(taken[row] for row in own):
            continue
        apart.append(cell)
        if len(apart) == limit:
            break
        for row in own:
            taken[row] = 1
    return np.array(apart, dtype=np.int64)


def _unlimited(hidden: Cells) -> Booleans:
    """Return the cells that can grow without end: those in the support of some direction that fits.

    Maximises the number of cells that grow by one, other growth being free; its optimum has every
    such cell in its support, because directions that fit add up.
    """
    n = len(hidden.values)
    solution = solve_programme(
        np.concatenate([-np.ones(n), np.zeros(n)]),
        sparse.csr_array(sparse.hstack([hidden.matrix, hidden.matrix])),
        np.zeros(hidden.matrix.shape[0]),
        limits=between(0, np.concatenate([np.ones(n), np.full(n, np.inf)]), 2 * n),
    )
    return np.asarray(solution.unknowns[:n] + solution.unknowns[n:] > 0.5)
