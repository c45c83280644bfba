"""The cheapest pattern of hidden cells, proved: an integer programme with cuts from the audit.

Source: Fischetti & Salazar 2001, Manage Sci 47:1008-1027 (the model, and the cuts from the attacker's dual,
eq. 12-14); their bridgeless inequalities start it. Checked against exhaustive search in R (lpSolve).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from .counts import Booleans, Floats, Integers
from .flows import Protection
from .programmes import between, solve_programme
from .relations import Cells

MOST_NODES = 2000
"""Branches of the search before the best pattern so far is taken; a count, so that it runs alike everywhere."""
NEAR = 0.005
"""In a large table a pattern within this share of the bound is good enough to start from."""
ENOUGH = 1e-6
"""A range that lacks less than this of what is asked lacks nothing but the solver's last digits."""


@dataclass(frozen=True, kw_only=True)
class Cheapest:
    """A pattern of hidden cells; `is_proved` says that it protects and that none is cheaper."""

    mask: Booleans
    is_proved: bool


def cheapest_pattern(
    cells: Cells, primary: Booleans, cost: Floats, protection: Protection, *, rounds: int
) -> Cheapest:
    """Return the cheapest mask of cells to hide that the audit has not refuted in `rounds` rounds of cuts.

    Arguments as of `flow_pattern`. With 0 rounds nothing is audited: the pattern then only hides no cell
    alone in a relation, and where even that cannot be had it is `primary` itself.
    """
    rows = [_bridgeless_cuts(cells.matrix)]
    found = Cheapest(mask=primary, is_proved=False)
    for audited in range(rounds + 1):
        mask = _cheapest(sparse.csr_array(sparse.vstack(rows)), cost, primary, gap=0.0 if rounds else NEAR)
        if mask is None:
            break
        violated = list(_violated_cuts(cells, mask, primary, protection)) if audited < rounds else []
        found = Cheapest(mask=mask, is_proved=audited < rounds and not violated)
        if not violated:
            break
        rows.append(sparse.csr_array(np.array(violated)))
    return found


def _cheapest(cuts: sparse.csr_array, cost: Floats, primary: Booleans, *, gap: float) -> Booleans | None:
    """Return the cheapest pattern that fulfils the cuts (row by row: coefficients times pattern >= 0).

    The last column of the cuts is their constant, with the sign of the left-hand side. None where there is
    no such pattern, or where exactness (a gap of 0) was asked and the search was cut off.
    """
    answer = milp(
        cost,
        integrality=np.ones(len(cost), dtype=int),
        bounds=Bounds(primary.astype(float), np.ones(len(cost))),
        constraints=LinearConstraint(cuts[:, :-1], -cuts[:, [-1]].toarray().ravel(), np.inf),
        options={"node_limit": MOST_NODES, "mip_rel_gap": gap},
    )
    if answer.x is None or (gap == 0.0 and answer.status != 0):
        return None
    return np.asarray(answer.x > 0.5)


def _bridgeless_cuts(matrix: sparse.csr_array) -> sparse.csr_array:
    """Return the cuts that no cell is hidden alone in a relation: the others' sum >= the cell."""
    pattern = (abs(matrix) > 0).astype(float)
    entries = pattern.tocoo()
    n = len(entries.row)
    others = sparse.csr_array(pattern[entries.row])
    own = sparse.csr_array((np.full(n, 2.0), (np.arange(n), entries.col)), shape=others.shape)
    return sparse.csr_array(sparse.hstack([others - own, sparse.csr_array((n, 1))]))


def _violated_cuts(
    cells: Cells, hidden: Booleans, primary: Booleans, protection: Protection
) -> Iterator[Floats]:
    """Yield a cut for each cell that the pattern leaves too narrow a range."""
    for cell in np.flatnonzero(primary):
        asked = ((1.0, protection.distance), (-1.0, min(protection.distance, cells.values[cell])))
        for sign, distance in asked:
            reach, prices = _reach(cells, hidden, int(cell), sign * distance)
            if reach < distance - ENOUGH:
                yield np.append(np.minimum(prices, distance), -distance) / distance
    if protection.width > 0:
        yield from _width_cuts(cells, np.flatnonzero(hidden), hidden, protection.width)


def _width_cuts(cells: Cells, chosen: Integers, hidden: Booleans, width: float) -> Iterator[Floats]:
    """Yield for each hidden cell with too narrow a range the cut: hidden only if others make room."""
    for cell in chosen:
        above, prices_above = _reach(cells, hidden, int(cell), width)
        below, prices_below = _reach(cells, hidden, int(cell), -width)
        if above + below < width - ENOUGH:
            cut = np.append(np.minimum(prices_above + prices_below, width), 0.0)
            cut[cell] -= width
            yield cut / width


def _reach(cells: Cells, hidden: Booleans, cell: int, target: float) -> tuple[float, Floats]:
    """Return how far towards the signed target the attacker can move a cell, and what hiding others is worth.

    The worth of a cell is the dual price of its limits times their room: weak duality bounds the reach by
    the sum over the hidden cells. Room upwards has no limit, so a price there counts in full.
    """
    n, sign = len(hidden), np.sign(target)
    objective = np.zeros(n)
    objective[cell] = -sign
    low = np.where(hidden, -cells.values, 0.0)
    high = np.where(hidden, np.inf, 0.0)
    (high if sign > 0 else low)[cell] = target if sign > 0 else max(target, low[cell])
    solution = solve_programme(
        objective, cells.matrix, np.zeros(cells.matrix.shape[0]), limits=between(low, high, n)
    )
    reduced = cells.matrix.T @ solution.duals - objective
    worth = np.where(reduced > 1e-9, np.inf, 0.0)
    falling = reduced < -1e-9
    worth[falling] = -reduced[falling] * cells.values[falling]
    return -solution.objective, worth
