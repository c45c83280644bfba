"""Weights that meet known totals: post-stratification, raking and calibration.

Sources: Holt & Smith 1979 (JRSSA 142:33); Deming & Stephan 1940; Deville & Särndal 1992 (JASA 87:376);
Deville, Särndal & Sautory 1993. Checked against R survey 4.1-1 `postStratify`, `rake`, `calibrate`. No weight
repairs a unit in which only the satisfied answer.
"""

from collections.abc import Hashable, Mapping, Sequence

import numpy as np
import pandas as pd

from .auxiliaries import build_auxiliaries, code_margin, indicate_levels, orthonormal_basis
from .columns import listed
from .counts import Floats, Integers, check_choice, check_columns
from .design import SurveyDesign
from .distances import KINDS, solve_distance
from .faults import CalibrationError
from .projections import CellProjection, LinearProjection
from .stages import find_cells, sum_groups

Margin = Mapping[Hashable, float] | pd.Series
Margins = Mapping[str | tuple[str, ...], Margin]

SAME = 1e-9
"""Totals of margins that differ by less than this, relatively, are the same but for rounding."""


def poststratify(design: SurveyDesign, cells: pd.DataFrame) -> SurveyDesign:
    """Return the design with weights that sum to the known count of every cell.

    `cells` has one row per cell: the columns that define it, named as in the data, and one column of counts
    in people (`count`, or the only column that the data lacks). The weights of a cell are multiplied by one
    factor; variances use deviations from the cells' means (Holt & Smith 1979).

    Raises CalibrationError, naming the cell, for a cell of the sample without a count, and for a cell with
    people but no weighted answer: merge it with a neighbour on purpose, it is never dropped silently. A cell
    with count 0 and no answers is ignored. Missing cell values, repeated cells or a design that already has
    negative weights are errors too.
    """
    _refuse_negative(design)
    keys, counts = _read_cells(design, cells)
    cell = code_margin(design.data, keys, counts.index)
    held = sum_groups(cell, design.weights, len(counts))
    _refuse_empty("cells", counts, held)
    factor = np.divide(counts.to_numpy(), held, out=np.zeros(len(held)), where=held > 0)
    weights = design.weights * factor[cell]
    return design.reweight(weights, CellProjection(cells=cell, weights=weights, before=design.weights))


def rake(
    design: SurveyDesign, margins: Margins, *, tolerance: float = 1e-12, rounds: int = 5000
) -> SurveyDesign:
    """Return the design with weights that sum to every count of several margins.

    `margins` maps a column (or a tuple of columns, crossed) to its levels' counts in people:
    `{"sex": {"F": 20400, "M": 19600}, "area": {...}}`; for a tuple the levels are tuples too. Margins are
    fitted in turn until all are met to `tolerance`, relative. Weights keep their sign. Variances use
    residuals of a regression on the margins (Deville & Särndal 1992).

    Raises CalibrationError when the margins' totals differ (fitting would go to and fro for ever), a level is
    in the sample but not in the margin or has people but no answer, or after `rounds` without a fit, which
    happens when empty combinations make the margins impossible together.
    """
    _refuse_negative(design)
    known = [_read_margin(design, name, margin) for name, margin in margins.items()]
    _refuse_unequal(known)
    codes = [code_margin(design.data, keys, counts.index) for keys, counts in known]
    for (keys, counts), code in zip(known, codes, strict=True):
        _refuse_empty(", ".join(keys), counts, sum_groups(code, design.weights, len(counts)))
    factors = _fit_margins(design.weights, codes, [counts for _, counts in known], tolerance, rounds)
    weights = design.weights * factors
    columns = np.concatenate(
        [indicate_levels(code, len(c)) for code, (_, c) in zip(codes, known, strict=True)], axis=1
    )
    return design.reweight(weights, _regression(columns, weights, design.weights))


def calibrate(
    design: SurveyDesign,
    totals: Mapping[str, float | Margin],
    *,
    kind: str = "raking",
    bounds: tuple[float, float] | None = None,
) -> SurveyDesign:
    """Return the design with weights that meet totals and stay as near the old ones as `kind` measures.

    `totals` maps a numeric column to its population total, or a column of groups to its levels' counts, as in
    `rake`. The factor g = new weight / old weight of a row with auxiliary values x is exp(x b) for "raking"
    (never negative), 1 + x b for "linear" (can be negative; cut at `bounds` if given), and the bounded logit
    of Deville & Särndal 1992, case 6, for "logit", which needs `bounds` (low, high) around 1.

    Raises CalibrationError where no weights meet the totals: impossible or contradictory totals, bounds too
    narrow, a group without answers, a column without variation that cannot reach its total; and for
    `bounds` that do not lie around 1 or that "raking" cannot keep.
    """
    check_choice("kind", kind, KINDS)
    _refuse_negative(design)
    columns, wanted, names = build_auxiliaries(design.data, totals)
    _refuse_unequal([([name], pd.Series(dict(t))) for name, t in totals.items() if isinstance(t, Mapping)])
    factors = solve_distance(columns, design.weights, wanted, names=names, kind=kind, bounds=bounds)
    weights = design.weights * factors
    return design.reweight(weights, _regression(columns, weights, design.weights))


def _regression(columns: Floats, weights: Floats, before: Floats) -> LinearProjection:
    root = np.sqrt(before)
    lift = np.divide(weights, root, out=np.zeros(len(root)), where=root > 0)
    return LinearProjection(basis=orthonormal_basis(columns * root[:, None]), lift=lift)


def _fit_margins(
    weights: Floats,
    codes: Sequence[Integers],
    margins: Sequence["pd.Series[float]"],
    tolerance: float,
    rounds: int,
) -> Floats:
    """Return the factor of each row. Rows that share all levels share a factor, so cells are fitted."""
    sizes = [len(margin) for margin in margins]
    cell, keys = find_cells(np.ravel_multi_index(list(codes), sizes), int(np.prod(sizes)))
    levels = np.unravel_index(keys, sizes)
    held = sum_groups(cell, weights, len(keys))
    fitted = held.copy()
    for _ in range(rounds):
        worst = 0.0
        for level, margin in zip(levels, margins, strict=True):
            sums = sum_groups(level, fitted, len(margin))
            ratio = np.divide(margin.to_numpy(), sums, out=np.ones(len(sums)), where=sums > 0)
            fitted = fitted * ratio[level]
            worst = max(worst, float(np.abs(ratio - 1).max()))
        if worst <= tolerance:
            factors = np.divide(fitted, held, out=np.zeros(len(held)), where=held > 0)
            return np.asarray(factors[cell], dtype=np.float64)
    reason = f"not met after {rounds} rounds, off by {worst:.2g}; merge levels whose combinations are empty"
    raise CalibrationError("margins", "", reason)


def _read_cells(design: SurveyDesign, cells: pd.DataFrame) -> tuple[list[str], "pd.Series[float]"]:
    others = [column for column in cells.columns if column not in design.data.columns]
    count = "count" if "count" in cells.columns else others[0] if len(others) == 1 else None
    keys = [column for column in cells.columns if column != count]
    if count is None or not keys:
        raise CalibrationError(
            "cells", "", "needs the columns of the data that define a cell, and one `count`"
        )
    check_columns("data", design.data.columns, keys)
    counts = cells.set_index(keys)[count]
    return keys, _check_counts("cells", counts)


def _read_margin(
    design: SurveyDesign, name: str | tuple[str, ...], margin: Margin
) -> tuple[list[str], "pd.Series[float]"]:
    keys = listed(name)
    check_columns("data", design.data.columns, keys)
    return keys, _check_counts(", ".join(keys), pd.Series(dict(margin)))


def _check_counts(name: str, counts: "pd.Series[float]") -> "pd.Series[float]":
    counts = counts.astype(np.float64)
    wrong = ~(counts.to_numpy() >= 0) | np.isinf(counts.to_numpy())
    if wrong.any():
        raise CalibrationError(name, f"{counts.index[int(wrong.argmax())]}", "count must be 0 or more")
    if not counts.index.is_unique:
        raise CalibrationError(name, f"{counts.index[counts.index.duplicated()][0]}", "is given twice")
    return counts


def _refuse_empty(name: str, counts: "pd.Series[float]", held: Floats) -> None:
    empty = (counts.to_numpy() > 0) & (held <= 0)
    if empty.any():
        label = counts.index[int(empty.argmax())]
        reason = f"{counts[label]:g} people but no weighted answer; merge it with a like cell"
        raise CalibrationError(name, f"{label}", reason)


def _refuse_unequal(margins: Sequence[tuple[list[str], "pd.Series[float]"]]) -> None:
    sums = {", ".join(keys): float(counts.sum()) for keys, counts in margins}
    if sums and max(sums.values()) - min(sums.values()) > SAME * max(sums.values()):
        listed_sums = ", ".join(f"{name} {total:g}" for name, total in sums.items())
        raise CalibrationError("margins", "", f"add up to different totals ({listed_sums}); make them agree")


def _refuse_negative(design: SurveyDesign) -> None:
    if (design.weights < 0).any():
        reason = (
            "negative weights cannot be calibrated again; use kind 'raking' or 'logit' instead of 'linear'"
        )
        raise CalibrationError("design", f"row {int((design.weights < 0).argmax())}", reason)
