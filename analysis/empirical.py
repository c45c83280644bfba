"""Robust empirical Bayes: shrunken rates whose intervals cover on average, whatever the units' distribution.

Armstrong, Kolesár & Plagborg-Møller 2022 (Econometrica 90:2567-2602), sections 3 and 4, on the
arcsine scale of Anscombe 1948 (Biometrika 35:246), where the variance does not depend on the rate.
"""

import math

import numpy as np
from scipy import optimize, special

from .counts import Floats, Integers


def shrink_normal(
    x: Integers, n: Integers, repeats: Integers, confidence_level: float
) -> tuple[Floats, float]:
    """Return estimate, low, high and own weight of each pair of counts, in four rows, and the overall rate.

    y = arcsin sqrt((x + 3/8) / (n + 3/4)) has variance s2 = 1 / (4n + 2) and shrinks by w = t2 / (t2 + s2) to
    the weighted mean, t2 the variance of the units' true values; limits are w y + (1 - w) mean -+ c w s, with
    c so large that no distribution of the units with that variance is missed more often than agreed.
    """
    alpha = 1 - confidence_level
    known = n > 0
    if not known.any():
        nothing = np.zeros(len(n))
        return np.stack([nothing + np.nan, nothing, nothing + 1, nothing]), np.nan
    y = np.arcsin(np.sqrt((x + 0.375) / (n + 0.75)))
    s2 = 1 / (4 * n + 2)
    mean, t2 = _fit_spread(y[known], s2[known], repeats[known])
    w = np.where(known, t2 / (t2 + s2), 0.0)
    centre = mean + w * (y - mean)
    # Without answers the interval is Chebyshev's around the mean: the limit of c w s as s grows.
    margin = np.where(known, _critical_values(s2 / t2, alpha) * w * np.sqrt(s2), np.sqrt(t2 / alpha))
    limits = np.clip([centre, centre - margin, centre + margin], 0, np.pi / 2)
    estimate, low, high = np.sin(limits) ** 2
    # The normal scale ends short of 0 and 1; where nobody, or everybody, is satisfied the end belongs inside.
    low, high = np.where(known & (x == 0), 0.0, low), np.where(known & (x == n), 1.0, high)
    return np.stack([estimate, low, high, w]), float(np.sin(mean) ** 2)


def _fit_spread(y: Floats, s2: Floats, repeats: Integers) -> tuple[float, float]:
    """Return the mean and the variance of true values, by moments weighted with the precision.

    The variance is kept above its own error, equation 12 of the source, so that the shrinkage stays below 1.
    """
    precision = repeats / s2
    mean = float(precision @ y / precision.sum())
    moment = float(precision @ ((y - mean) ** 2 - s2) / precision.sum())
    floor = float(2 * (precision / s2 * s2**2).sum() / (precision.sum() * (precision * s2).sum()))
    return mean, max(moment, floor)


def _critical_values(m2: Floats, alpha: float) -> Floats:
    """Return c for each ratio of variances m2 = s2 / t2; equal ratios are solved once."""
    distinct, place = np.unique(m2, return_inverse=True)
    return np.array([_critical_value(float(ratio), alpha) for ratio in distinct])[place]


def _critical_value(m2: float, alpha: float) -> float:
    """Return c at which the worst distribution of a bias b with E b^2 = m2 is missed with probability alpha."""
    normal, chebyshev = float(special.ndtri(1 - alpha / 2)), math.sqrt((1 + m2) / alpha)

    def excess(c: float) -> float:
        return _worst_miss(m2, c) - alpha

    return float(optimize.brentq(excess, normal * 0.999, chebyshev, xtol=1e-9))


def _worst_miss(m2: float, c: float) -> float:
    """Return the largest expected miss over biases with E b^2 = m2: the concave envelope in b^2."""
    turn = _tangent_point(c)
    if m2 >= turn:
        return _miss(m2, c)
    return _miss(0.0, c) + m2 / turn * (_miss(turn, c) - _miss(0.0, c))


def _tangent_point(c: float) -> float:
    """Return where the line from b = 0 touches the miss as a function of b^2; 0 where that is concave."""
    if c * c <= 3:
        return 0.0

    def gap(t: float) -> float:
        return _miss(t, c) - _miss(0.0, c) - t * _slope(t, c)

    return float(optimize.brentq(gap, 1e-6, (c + 8) ** 2))


def _miss(t: float, c: float) -> float:
    b = math.sqrt(t)
    return float(special.ndtr(-c - b) + special.ndtr(b - c))


def _slope(t: float, c: float) -> float:
    b = math.sqrt(t)
    densities = math.exp(-((c - b) ** 2) / 2) - math.exp(-((c + b) ** 2) / 2)
    return densities / (math.sqrt(2 * math.pi) * 2 * b)
