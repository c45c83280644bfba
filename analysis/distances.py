"""Distances between old and new weights, and the one Newton iteration that minimises each under totals.

The factor of a row is g(u), u = x b; b solves sum w g(x b) x = T. Deville & Särndal 1992 (JASA 87:376), cases 1
(linear), 2 (raking), 6 (logit) and 7 (truncated linear). Checked against R survey 4.1-1 `grake`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import linalg

from .counts import Floats
from .faults import CalibrationError

KINDS = ("raking", "linear", "logit")
TOLERANCE = 1e-11
ACCEPTED = 1e-9
"""Totals are fitted to TOLERANCE, relative; where rounding stops short of it, this much is met as well."""
STEPS = 200
STALLED = 1 - 1e-6
"""A step that leaves this share of what is missed will not be followed by one that meets the totals."""


@dataclass(frozen=True, kw_only=True)
class Distance:
    """The factor g(u) of a row and its slope, both functions of u = x b; g(0) = 1 and slope(0) = 1."""

    factor: Callable[[Floats], Floats]
    slope: Callable[[Floats], Floats]


def solve_distance(  # noqa: PLR0913  # the equation's parts, keyword-only after the three arrays
    columns: Floats,
    weights: Floats,
    totals: Floats,
    *,
    names: Sequence[str],
    kind: str,
    bounds: tuple[float, float] | None,
) -> Floats:
    """Return the factor of each row so that weighted sums of `columns` meet `totals`.

    Raises CalibrationError naming the total that is missed most, when none can be found.
    """
    distance = make_distance(kind, bounds)
    scale = np.maximum(np.abs(totals), np.abs(columns.T @ weights))
    scale = np.where(scale > 0, scale, 1.0)
    scaled, wanted = columns / scale, totals / scale
    b = np.zeros(len(totals))
    missed = wanted - scaled.T @ (weights * distance.factor(scaled @ b))
    for _ in range(STEPS):
        before = np.abs(missed).max()
        b, missed = _step(scaled, weights, wanted, distance=distance, b=b, missed=missed)
        if np.abs(missed).max() <= TOLERANCE or np.abs(missed).max() > before * STALLED:
            break
    if np.abs(missed).max() <= ACCEPTED:
        return distance.factor(scaled @ b)
    worst = int(np.abs(missed).argmax())
    reason = f"no '{kind}' weights meet the total {totals[worst]:g}; it is missed by {-missed[worst]:.2%}"
    raise CalibrationError("totals", names[worst], reason + (" within the bounds" if bounds else ""))


def make_distance(kind: str, bounds: tuple[float, float] | None) -> Distance:
    """Return the distance called `kind`; raise CalibrationError for bounds that do not go with it."""
    if kind == "raking":
        if bounds is not None:
            raise CalibrationError("bounds", "", "raking keeps no bounds; use kind 'logit' or 'linear'")
        return Distance(factor=_exponential, slope=_exponential)
    if bounds is None:
        if kind == "logit":
            raise CalibrationError(
                "bounds", "", "kind 'logit' needs bounds (low, high) around 1, such as (0.3, 4)"
            )
        return Distance(factor=lambda u: 1 + u, slope=np.ones_like)
    low, high = bounds
    if not low < 1 < high:
        raise CalibrationError("bounds", f"{low:g} to {high:g}", "must lie around 1: low < 1 < high")
    return _logit(low, high) if kind == "logit" else _truncated(low, high)


def _exponential(u: Floats) -> Floats:
    # Steps that overflow are refused by the caller; 700 is where a float64 exponential still is finite.
    return np.exp(np.minimum(u, 700))


def _truncated(low: float, high: float) -> Distance:
    def slope(u: Floats) -> Floats:
        return ((1 + u > low) & (1 + u < high)).astype(np.float64)

    return Distance(factor=lambda u: np.clip(1 + u, low, high), slope=slope)


def _logit(low: float, high: float) -> Distance:
    """Return g = (L(U-1) + U(1-L) e^{Au}) / ((U-1) + (1-L) e^{Au}), A = (U-L) / ((1-L)(U-1))."""
    steepness = (high - low) / ((1 - low) * (high - 1))

    def factor(u: Floats) -> Floats:
        raised = np.exp(np.clip(steepness * u, -700, 700))
        return (low * (high - 1) + high * (1 - low) * raised) / ((high - 1) + (1 - low) * raised)

    def slope(u: Floats) -> Floats:
        return (factor(u) - low) * (high - factor(u)) / ((1 - low) * (high - 1))

    return Distance(factor=factor, slope=slope)


def _step(  # noqa: PLR0913  # the state of one Newton iteration
    columns: Floats, weights: Floats, totals: Floats, *, distance: Distance, b: Floats, missed: Floats
) -> tuple[Floats, Floats]:
    """Return the next b and what it misses: a Newton step, halved until it misses less than before."""
    slopes = weights * distance.slope(columns @ b)
    direction = linalg.lstsq(columns.T @ (columns * slopes[:, None]), missed, cond=1e-13)[0]
    for _ in range(60):
        tried = totals - columns.T @ (weights * distance.factor(columns @ (b + direction)))
        if np.isfinite(tried).all() and np.abs(tried).max() < np.abs(missed).max():
            return b + direction, tried
        direction = direction / 2
    return b, missed
