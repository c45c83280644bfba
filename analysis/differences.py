"""Two shares from independent answers of populations of unknown size: their difference.

Sources: Newcombe (1998), Stat Med 17:873-890, methods 10 and 11; Miettinen & Nurminen (1985), Stat Med
4:213-226; Mee (1984), Biometrics 40:1175-1176; Agresti & Caffo (2000), Am Stat 54:280-288. Checked against
R (tests/analysis/vectors/c_diff_ci.csv) and the printed table II of Newcombe.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from .counts import Floats, check_choice, check_counts, check_part, restore
from .finite import share_of
from .levels import two_sided_z
from .proportions import LOWER_LIMITS
from .results import DifferenceInterval
from .roots import bisect

Limits = tuple[Floats, Floats]
FourCounts = tuple[Floats, ...]
"""x1, n1, x2 and n2, with nobody missing on either side."""


class Sides(NamedTuple):
    """One side of a difference: its estimate and its limits, shares from 0 to 1."""

    estimate: Floats
    low: Floats
    high: Floats


def diff_proportion_ci(  # noqa: PLR0913 - two pairs of counts and two settings are the whole question
    x1: ArrayLike,
    n1: ArrayLike,
    x2: ArrayLike,
    n2: ArrayLike,
    *,
    method: str = "newcombe",
    confidence_level: float = 0.95,
) -> DifferenceInterval:
    """Return an interval for p1 - p2 from x1 of n1 and x2 of n2 independent answers.

    Counts with 0 <= x <= n broadcast. `method` is "newcombe" (to show), "newcombe-cc" (with continuity
    correction), "miettinen-nurminen", "mee" (the same without N/(N - 1)) or "agresti-caffo"; limits stay
    within -1 to 1. Where one side has no answers the estimate is NaN and the interval -1 to 1. Raises
    CountError, ShapeError, ShareError, ChoiceError.

    For two rosters see `finite_diff_ci`; for the same people twice see `paired_diff_ci`.
    """
    find_limits = METHODS[check_choice("method", method, METHODS)]
    z = two_sided_z(confidence_level)
    counts = check_counts(x1=x1, n1=n1, x2=x2, n2=n2)
    check_part(counts, "x1", "n1")
    check_part(counts, "x2", "n2")
    is_known = (counts["n1"] > 0) & (counts["n2"] > 0)
    low, high = np.full(is_known.shape, -1.0), np.ones(is_known.shape)
    if is_known.any():
        sides = tuple(counts[name][is_known].astype(np.float64) for name in ("x1", "n1", "x2", "n2"))
        low[is_known], high[is_known] = find_limits(sides, z)
    estimate = share_of(counts["x1"], counts["n1"]) - share_of(counts["x2"], counts["n2"])
    return DifferenceInterval(
        estimate=restore(np.asarray(estimate)),
        low=restore(np.clip(low, -1, 1)),
        high=restore(np.clip(high, -1, 1)),
        confidence_level=confidence_level,
        method=method,
    )


def square_and_add(first: Sides, second: Sides) -> Limits:
    """Return the limits of a difference from the estimate and limits of each side (Newcombe 1998).

    The distance from the estimate to each limit adds up as standard errors do: in squares.
    """
    estimate = first.estimate - second.estimate
    below = np.hypot(first.estimate - first.low, second.high - second.estimate)
    above = np.hypot(first.high - first.estimate, second.estimate - second.low)
    return np.asarray(estimate - below), np.asarray(estimate + above)


def _newcombe(counts: FourCounts, z: float) -> Limits:
    """Newcombe (1998), method 10: square and add Wilson's limits."""
    x1, n1, x2, n2 = counts
    return square_and_add(wilson_sides(x1, n1, z), wilson_sides(x2, n2, z))


def _newcombe_cc(counts: FourCounts, z: float) -> Limits:
    """Newcombe (1998), method 11: square and add Wilson's limits with continuity correction."""
    x1, n1, x2, n2 = counts
    return square_and_add(_corrected_sides(x1, n1, z), _corrected_sides(x2, n2, z))


def wilson_sides(x: Floats, n: Floats, z: float) -> Sides:
    error = float(special.ndtr(-z))
    lower_limit = LOWER_LIMITS["wilson"]
    return Sides(x / n, lower_limit(x, n, error), 1 - lower_limit(n - x, n, error))


def _corrected_sides(x: Floats, n: Floats, z: float) -> Sides:
    return Sides(x / n, _corrected_limit(x, n, z), 1 - _corrected_limit(n - x, n, z))


def _corrected_limit(x: Floats, n: Floats, z: float) -> Floats:
    """Newcombe (1998), Stat Med 17:857-872, method 4: Wilson's lower limit for |x - np| less a half."""
    root = np.sqrt(np.maximum(z * z - 2 - 1 / n + 4 * x / n * (n - x + 1), 0))
    limit = (2 * x + z * z - 1 - z * root) / (2 * (n + z * z))
    return np.where(x > 0, np.clip(limit, 0, 1), 0)


def _agresti_caffo(counts: FourCounts, z: float) -> Limits:
    """Agresti & Caffo (2000): Wald's limits after one answer more of each kind on each side."""
    x1, n1, x2, n2 = counts
    first, second = (x1 + 1) / (n1 + 2), (x2 + 1) / (n2 + 2)
    error = np.sqrt(first * (1 - first) / (n1 + 2) + second * (1 - second) / (n2 + 2))
    return first - second - z * error, first - second + z * error


def _miettinen_nurminen(counts: FourCounts, z: float) -> Limits:
    """Miettinen & Nurminen (1985): Mee's limits with the variance times N / (N - 1)."""
    total = counts[1] + counts[3]
    return _score_limits(counts, z, total / (total - 1))


def _mee(counts: FourCounts, z: float) -> Limits:
    """Mee (1984): the differences that a score test at the level does not reject."""
    return _score_limits(counts, z, np.ones_like(counts[1]))


def _score_limits(counts: FourCounts, z: float, inflation: Floats) -> Limits:
    """Return the ends of the differences d with |x1/n1 - x2/n2 - d| at most z standard errors under d.

    Where nothing varies (0 of 10 and 0 of 20 at d = 0) the error is 0 and the difference is kept.
    """
    x1, n1, x2, n2 = counts
    observed = x1 / n1 - x2 / n2

    def reach(difference: Floats) -> Floats:
        p1, p2 = _restricted_shares(counts, difference)
        variance = inflation * (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
        return np.asarray(z * np.sqrt(variance))

    ends = np.full_like(observed, -1.0), np.ones_like(observed)
    low = bisect(lambda d: observed - d > reach(d), *ends)
    return low, bisect(lambda d: observed - d >= -reach(d), *ends)


def _restricted_shares(counts: FourCounts, difference: Floats) -> tuple[Floats, Floats]:
    """Return the likeliest shares with that difference: the cubic of Miettinen & Nurminen (1985), app. I."""
    x1, n1, x2, n2 = counts
    total, satisfied = n1 + n2, x1 + x2
    square = ((n1 + 2 * n2) * difference - total - satisfied) / (3 * total)
    linear = ((n2 * difference - total - 2 * x2) * difference + satisfied) / (3 * total)
    constant = x2 * difference * (1 - difference) / (2 * total)
    q = square**3 - 1.5 * linear * square + constant
    p = np.copysign(np.sqrt(np.maximum(square**2 - linear, 0)), q)
    ratio = np.divide(q, p**3, out=np.zeros_like(q), where=p != 0)
    angle = (np.pi + np.arccos(np.clip(ratio, -1, 1))) / 3
    second = np.clip(
        2 * p * np.cos(angle) - square, np.maximum(-difference, 0), np.minimum(1 - difference, 1)
    )
    return np.clip(second + difference, 0, 1), second


METHODS: dict[str, Callable[[FourCounts, float], Limits]] = {
    "newcombe": _newcombe,
    "newcombe-cc": _newcombe_cc,
    "miettinen-nurminen": _miettinen_nurminen,
    "mee": _mee,
    "agresti-caffo": _agresti_caffo,
}
