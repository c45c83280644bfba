"""Which cells of a table must not be shown, and which others must go with them.

Sources: Hundepool et al. 2012, Statistical Disclosure Control (Wiley), ch. 4; US FCSM Statistical Policy
Working Paper 22; Fischetti & Salazar 2001, Manage Sci 47:1008-1027; Cox 1995, J Am Stat Assoc 90:1453-1462.
Hiding small counts and printing their totals protects little: the attacker subtracts.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .counts import Booleans, Floats, check_choice, check_counts, check_part, first_true
from .errors import CountError, ShapeError
from .flows import Protection, flow_pattern
from .optimum import cheapest_pattern
from .relations import Cells, Relations, Values, read_cells, read_mask, shaped_mask

SMALL_TABLE = 250
"""Up to this many cells that may be hidden, the cheapest pattern is sought."""
CUT_ROUNDS = 15
"""Rounds of cuts before the best pattern so far is completed by flows."""


def primary_suppression(
    table: Values, *, threshold: int = 5, complement: bool = True, totals: ArrayLike | None = None
) -> Any:
    """Mark the counts that by themselves say too much about few people.

    `table` holds counts of answers, the answers of one question along the last axis: array, DataFrame or
    Series. Marked are counts above 0 and below `threshold` and, with `complement`, counts that all but
    a few reach (0 < total - count < threshold). `totals` is the number who answered, in a shape that
    broadcasts to the table; by default the sum along the last axis, and for a table of one dimension
    there is none, so that `complement` has nothing to look at. Zeros are never marked. Nor is a
    unanimous row at or above the threshold: it does tell everybody's answer, and whether 100 % may be
    printed is for the office to decide. Returns a mask in the table's form, a first step only: give it to
    `secondary_suppression`. Raises CountError for an impossible count.
    """
    array = np.asarray(table)
    counts = check_counts(table=array)["table"]
    marked = (counts > 0) & (counts < threshold)
    if complement and (totals is not None or counts.ndim > 1):
        whole = counts.sum(axis=-1, keepdims=True) if totals is None else totals
        pair = check_counts(table=counts, totals=whole)
        check_part(pair, "table", "totals")
        rest = pair["totals"] - pair["table"]
        marked = marked | ((counts > 0) & (rest > 0) & (rest < threshold))
    return shaped_mask(marked.ravel(), table)


def secondary_suppression(
    values: Values,
    primary: Values,
    relations: Relations = None,
    *,
    cost: str | ArrayLike = "value",
    protection: float | Protection = 1,
) -> Any:
    """Choose further cells to hide, so that no marked cell can be worked out from what stays visible.

    `values` are the counts, `primary` marks the sensitive ones, `relations` says which sums are published:
    a mapping, a matrix (`tree_relations`, `margin_relations`), or None for the sums along every axis (see
    `read_cells`). `cost` is what a hidden cell costs: "value", "count", or an array of positive numbers in
    the table's shape, infinite for a cell that must stay visible. Zeros stay visible always, as long as
    they are not marked. `protection` is how far below its value (or to 0) and above it the range of every
    marked cell must reach; a `Protection` also sets the least width of every hidden cell's range.

    Returns the mask of all hidden cells, marked ones included, in the table's form. Up to 250 cells that
    may be hidden, the pattern is the cheapest there is (integer programme with cuts from the attacker's
    programmes), unless 15 rounds of cuts leave that open, as happens in full tables of three dimensions above
    some 120 cells. Then, and above 250 cells, it is a good one, proved by flows; 1,000 units x 5 groups x 6
    answers take seconds.
    Nothing marked gives the mask as it is. Raises SuppressionError for a cell that cannot be protected.
    Protects against readers of this table and its relations only: earlier exports, other tables of the
    wave and what a respondent knows of himself must be among the relations, or they subtract.
    """
    cells = read_cells(values, relations)
    marked = read_mask(primary, values, argument="primary")
    prices = _prices(cost, cells.values, np.shape(np.asarray(values)))
    may_hide = marked | ((cells.values > 0) & np.isfinite(prices))
    wanted = protection if isinstance(protection, Protection) else Protection(distance=protection)
    hidden = np.zeros(len(marked), dtype=bool)
    hidden[may_hide] = _pattern(cells.within(may_hide), marked[may_hide], prices[may_hide], wanted)
    return shaped_mask(hidden, values)


def _pattern(cells: Cells, primary: Booleans, cost: Floats, protection: Protection) -> Booleans:
    if not primary.any():
        return primary
    prices = np.where(primary, 0.0, cost)
    rounds = CUT_ROUNDS if len(cost) <= SMALL_TABLE else 0
    cheapest = cheapest_pattern(cells, primary, prices, protection, rounds=rounds)
    if cheapest.is_proved:
        return cheapest.mask
    return flow_pattern(cells, primary, prices, protection, start=cheapest.mask)


def _prices(cost: str | ArrayLike, values: Floats, shape: tuple[int, ...]) -> Floats:
    """Return what hiding each cell costs, flat."""
    if isinstance(cost, str):
        check_choice("cost", cost, ("value", "count"))
        return values.copy() if cost == "value" else np.ones(len(values))
    prices = np.asarray(cost, dtype=float)
    if prices.shape != shape:
        raise ShapeError({"cost": prices.shape, "values": shape})
    if not (prices > 0).all():
        index = first_true(~(prices > 0))
        raise CountError("cost", float(prices[index]), index, "must be above 0 (infinite: must stay visible)")
    return prices.ravel()
