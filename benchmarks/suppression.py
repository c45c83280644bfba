"""Time suppression and audit of a county's table against an audit cell by cell, and against the goal.

Run from the folder of the project: ``OMP_NUM_THREADS=1 python benchmarks/suppression.py``. The table is 1,000 units
in a tree by 5 groups by 6 answers, with all totals: 42,000 cells, 14,302 relations, 10,903 small cells. The
goal is 60 seconds for the pattern and the exact range of every hidden cell.
"""

from __future__ import annotations

import sys
import time

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linprog
from timing import print_figure

from analysis import audit_suppression, secondary_suppression, tree_relations

GOAL = 60.0
SAMPLE = 10
TOWNSHIPS, DEPARTMENTS, UNITS = 30, 100, 1000


def main() -> int:
    """Print one line per figure; return 1 where the goal is missed."""
    values, relations = draw_county()
    primary = (values > 0) & (values < 5)
    start = time.perf_counter()
    hidden = secondary_suppression(values, primary, relations)
    chosen = time.perf_counter() - start
    ranges = audit_suppression(values, hidden, relations)
    total = time.perf_counter() - start
    cell_by_cell = time_cells(values, hidden, relations) * len(ranges)
    further = hidden & ~primary
    print(
        f"{primary.sum()} small cells, {further.sum()} more hidden, together {values[further].sum()} answers"
    )
    print(f"narrowest range of a hidden cell: {(ranges['high'] - ranges['low']).min():.0f}")
    print_figure("secondary_suppression", chosen, "the goal of 60 s", GOAL)
    print_figure("audit_suppression", total - chosen, "two programmes a cell", cell_by_cell)
    print_figure("both", total, "the goal of 60 s", GOAL)
    return int(total > GOAL)


def draw_county() -> tuple[NDArray[np.int64], sparse.csr_array]:
    """Return counts by unit, group and answer, all with their totals, and their relations."""
    rng = np.random.default_rng(1)
    above = [-1] + [0] * (TOWNSHIPS + DEPARTMENTS)
    above += rng.integers(1, TOWNSHIPS + 1, UNITS - len(above)).tolist()
    counts = np.zeros((UNITS, 6, 7), dtype=np.int64)
    for unit in range(TOWNSHIPS + 1, UNITS):
        for group in range(1, 6):
            people = int(rng.lognormal(3, 0.8)) if rng.random() < 0.8 else 0
            shares = rng.dirichlet(30 * np.array([0.55, 0.25, 0.1, 0.04, 0.03, 0.03]))
            counts[unit, group, 1:] = rng.multinomial(people, shares)
    counts[:, :, 0] = counts.sum(axis=2)
    counts[:, 0] = counts.sum(axis=1)
    for unit in range(UNITS - 1, 0, -1):
        counts[above[unit]] += counts[unit]
    return counts, tree_relations(above, [-1] + [0] * 5, [-1] + [0] * 6)


def time_cells(values: NDArray[np.int64], hidden: NDArray[np.bool_], relations: sparse.csr_array) -> float:
    """Return the seconds an attacker needs for one cell: two programmes over all hidden cells."""
    places = np.flatnonzero(hidden.ravel())
    inner = relations[:, places]
    known = inner @ values.ravel()[places]
    start = time.perf_counter()
    for cell in np.random.default_rng(0).choice(len(places), SAMPLE, replace=False):
        wanted = np.zeros(len(places))
        wanted[cell] = 1
        for sign in (1, -1):
            linprog(sign * wanted, A_eq=inner, b_eq=known, method="highs")
    return (time.perf_counter() - start) / SAMPLE


if __name__ == "__main__":
    sys.exit(main())
