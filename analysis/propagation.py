"""Bounds of hidden cells that follow from single relations, passed on from one to the next.

The first thing an attacker does with a pencil: in each sum, a cell can be no larger than what is left when
the others are as small as possible. Source: Buzzigoli & Giusti 1999 (the shuttle algorithm) for tables;
the same step is bound propagation in integer programming.
"""

import numpy as np

from .counts import Floats, Integers
from .relations import Cells

MOST_PASSES = 50
"""Bounds may creep for ever; what is left open is decided by the audit's programmes."""


def propagated_bounds(hidden: Cells) -> tuple[Floats, Floats]:
    """Return a lower and an upper bound of each hidden cell; infinite where single relations give none.

    The bounds are valid but not always attained. All cells are counts, so the first bounds are 0 and infinity.
    """
    low, high = np.zeros(len(hidden.values)), np.full(len(hidden.values), np.inf)
    known = hidden.matrix @ hidden.values
    for _ in range(MOST_PASSES):
        tighter_low, tighter_high = _one_pass(hidden, known, low, high)
        if np.array_equal(tighter_low, low) and np.array_equal(tighter_high, high):
            break
        low, high = tighter_low, tighter_high
    return low, high


def _one_pass(hidden: Cells, known: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    entries = hidden.matrix.tocoo()
    row, column = entries.row.astype(np.int64), entries.col.astype(np.int64)
    sign = np.asarray(entries.data, dtype=float)
    least = np.where(sign > 0, sign * low[column], sign * high[column])
    most = np.where(sign > 0, sign * high[column], sign * low[column])
    at_most = (known[row] - _sum_of_others(row, least)) / sign
    at_least = (known[row] - _sum_of_others(row, most)) / sign
    tighter_low, tighter_high = low.copy(), high.copy()
    np.minimum.at(tighter_high, column, np.where(sign > 0, at_most, at_least))
    np.maximum.at(tighter_low, column, np.where(sign > 0, at_least, at_most))
    return tighter_low, tighter_high


def _sum_of_others(row: Integers, terms: Floats) -> Floats:
    """Return for each entry the sum of the other terms of its relation, infinite if one of them is."""
    infinite = np.isinf(terms)
    finite = np.where(infinite, 0.0, terms)
    others = np.bincount(row, weights=finite)[row] - finite
    n_infinite = np.bincount(row, weights=infinite)[row] - infinite
    ends = np.bincount(row, weights=np.where(infinite, np.sign(terms), 0.0))[row]
    return np.asarray(np.where(n_infinite > 0, np.copysign(np.inf, ends), others), dtype=float)
