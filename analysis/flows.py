"""Patterns of hidden cells that protect, proved by flows through the table.

A flow is a change of the table that leaves every published sum as it is. If some flow raises a sensitive
cell by what is asked and another lowers it, and all cells that change are hidden, the attacker cannot
tell the tables apart: the flow is the proof. Source: the linear programming heuristic of Kelly, Golden &
Assad 1992, Networks 22:397-417 and Fischetti & Salazar 2001, sec. 5. Theirs asks cell by cell; here one
programme moves many cells at once, with signs dealt so that neighbours cancel, and pays for each that
moves far enough; those left over are asked again with other signs, at last alone.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.random import Generator
from scipy import sparse

from .counts import Booleans, Floats, Integers
from .programmes import between, solve_programme
from .relations import Cells, Label

LITTLE = 0.95
"""Flows stay inside the pattern as long as a round leaves at most this share of the cells waiting."""
REWARDS = (0.003, 0.03, 0.3, 3.0, 30.0, 1000.0)
"""What a unit of protection may cost in each later round, the dearest cell costing 1.

A low price first: with unlucky signs, a neighbour's cheap help would be bought dearly elsewhere.
"""
FREE = 1e-6
"""Cost of what is hidden anyway; more than nothing, so that no flow runs idle in a circle."""
STILL = 1e-6


class SuppressionError(ValueError):
    """A cell that no pattern can protect. Parts: `cell` (its label), `value`."""

    def __init__(self, cell: Label, value: float) -> None:
        super().__init__(cell, value)
        self.cell = cell
        self.value = value

    def __str__(self) -> str:
        return (
            f"cell {self.cell!r} = {self.value:g} follows from the published totals whatever else is hidden; "
            "make one of its totals a cell that may be hidden, merge it with a neighbour, or leave the table out"
        )


@dataclass(frozen=True, kw_only=True)
class Protection:
    """What hidden cells must withstand.

    `distance`: the range of every sensitive cell reaches at least this far below its value (or to 0) and
    above it. `width`: the range of every hidden cell, sensitive or not, is at least this wide.
    """

    distance: float = 1
    width: float = 0


def flow_pattern(
    cells: Cells, primary: Booleans, cost: Floats, protection: Protection, *, start: Booleans
) -> Booleans:
    """Return a mask of cells to hide, sensitive ones included, that fulfils the protection.

    `cells` holds only cells that may be hidden, `cost` (finite) what each costs, `start` a pattern to keep
    to as far as it protects; cells of it that no flow needs are given back. The pattern is proved by the
    flows found, not the cheapest. Raises SuppressionError for a cell that cannot be protected.
    """
    moves = _Moves(
        cells=cells,
        cost=np.maximum(cost / cost.max(initial=1.0), 10 * FREE),
        primary=primary,
        protection=protection,
        start=start | primary,
    )
    waiting = np.inf
    while moves.n_waiting() < LITTLE * waiting:
        waiting = float(moves.n_waiting())
        moves.move_both_ways(inside=True, reward=1.0)
    for reward in REWARDS:
        moves.move_both_ways(inside=False, reward=reward)
    while (signs := moves.dealt_signs()).any():
        moves.move_alone(int(np.flatnonzero(signs)[0]), signs)
    return moves.hidden()


@dataclass(kw_only=True, eq=False)
class _Moves:
    """How far each cell has been moved up and down by flows so far."""

    cells: Cells
    cost: Floats
    primary: Booleans
    protection: Protection
    start: Booleans
    up: Floats = field(init=False)
    down: Floats = field(init=False)
    rng: Generator = field(init=False)

    def __post_init__(self) -> None:
        self.up = np.zeros(len(self.cost))
        self.down = np.zeros(len(self.cost))
        self.rng = np.random.default_rng(0)

    def hidden(self) -> Booleans:
        """Return the cells that must be hidden: sensitive, or changed by a flow."""
        return self.primary | (self.up > STILL) | (self.down > STILL)

    def targets(self) -> tuple[Floats, Floats]:
        """Return how far each cell must yet be moved up and down; 0 where it has been."""
        distance, width = self.protection.distance, self.protection.width
        up = np.where(self.primary, distance, 0.0)
        down = np.where(self.primary, np.minimum(distance, self.cells.values), 0.0)
        narrow = self.hidden() & (self.up + self.down < width - STILL)
        up = np.where(narrow, np.maximum(up, width - self.down), up)
        return np.where(self.up < up - STILL, up, 0.0), np.where(self.down < down - STILL, down, 0.0)

    def wanted_signs(self, preferred: Floats) -> Floats:
        """Return the preferred direction of each cell, +1 or -1, where it is wanted, else 0."""
        up, down = self.targets()
        return np.where(((preferred > 0) & (up > 0)) | ((preferred < 0) & (down > 0)), preferred, 0.0)

    def dealt_signs(self) -> Floats:
        """Return wanted directions, dealt so that each relation is left near balance; 0 for who must wait."""
        up, down = self.targets()
        waiting = np.flatnonzero((up > 0) | (down > 0))
        return _balanced_signs(self.cells.matrix, self.rng.permutation(waiting), up > 0, down > 0)

    def n_waiting(self) -> int:
        """Return how many moves are wanting."""
        up, down = self.targets()
        return int((up > 0).sum() + (down > 0).sum())

    def move_both_ways(self, *, inside: bool, reward: float) -> None:
        """Move as many cells as two opposite deals of signs can."""
        signs = self.dealt_signs()
        self.move(signs, inside=inside, reward=reward)
        self.move(self.wanted_signs(-signs), inside=inside, reward=reward)

    def move(self, signs: Floats, *, inside: bool, reward: float) -> None:
        """Take over one flow that moves as many cells by their targets as it can.

        `inside` lets only cells change that the pattern has already.
        """
        if not signs.any():
            return
        up, down = self.targets()
        kept = self.start | self.hidden()
        used = kept if inside else np.ones(len(signs), dtype=bool)
        prices = np.where(kept, FREE, self.cost)[used]
        flow = np.zeros(len(signs))
        flow[used] = _flow(
            self.cells.within(used), prices, np.where(signs > 0, up, signs * down)[used], reward
        )
        self.up = np.maximum(self.up, flow)
        self.down = np.maximum(self.down, -flow)

    def move_alone(self, cell: int, signs: Floats) -> None:
        """Move one cell by its target, or raise SuppressionError if that is impossible."""
        alone = np.where(np.arange(len(signs)) == cell, signs, 0.0)
        self.move(alone, inside=False, reward=REWARDS[-1])
        if self.wanted_signs(signs)[cell] == signs[cell]:
            raise SuppressionError(self.cells.labels[cell], float(self.cells.values[cell]))


def _balanced_signs(
    matrix: sparse.csr_array, order: Integers, may_rise: Booleans, may_fall: Booleans
) -> Floats:
    """Return +1 or -1 for the cells in `order`, each against the imbalance of its relations so far.

    A cell that may not move against the imbalance gets 0 and waits for another deal.
    """
    columns = sparse.csc_array(matrix)
    starts, rows, entries = columns.indptr.tolist(), columns.indices.tolist(), columns.data.tolist()
    load = [0.0] * matrix.shape[0]
    signs = np.zeros(matrix.shape[1])
    for cell in order.tolist():
        places = range(starts[cell], starts[cell + 1])
        excess = sum(load[rows[place]] * entries[place] for place in places)
        sign = _sign_against(excess, bool(may_rise[cell]), bool(may_fall[cell]))
        signs[cell] = sign
        for place in places:
            load[rows[place]] += sign * entries[place]
    return signs


def _sign_against(excess: float, may_rise: bool, may_fall: bool) -> float:
    if may_rise and excess <= 0:
        return 1.0
    return -1.0 if may_fall and excess >= 0 else 0.0


def _flow(cells: Cells, prices: Floats, targets: Floats, reward: float) -> Floats:
    """Return the flow that earns most: `reward` a unit of target reached, less the prices of all changes.

    Unknowns: what each cell gains, what it loses (at most its value), and what each cell with a target is
    paid for. A target is signed, and its cell may change in that direction only: it cannot be paid for
    a move and take it back.
    """
    n, moved = len(prices), np.flatnonzero(targets)
    sign, size = np.sign(targets[moved]), np.abs(targets[moved])
    gainable = np.where(targets < 0, 0.0, np.inf)
    losable = np.where(targets > 0, 0.0, np.maximum(0, cells.values - np.abs(targets)))
    paid = sparse.csr_array(cells.matrix[:, moved] * sign)
    found = solve_programme(
        np.concatenate([prices, prices, np.full(len(moved), -reward)]),
        sparse.csr_array(sparse.hstack([cells.matrix, -cells.matrix, paid])),
        np.zeros(cells.matrix.shape[0]),
        limits=between(0, np.concatenate([gainable, losable, size]), 2 * n + len(moved)),
    ).unknowns
    flow = found[:n] - found[n : 2 * n]
    flow[moved] += sign * found[2 * n :]
    return np.asarray(flow)
