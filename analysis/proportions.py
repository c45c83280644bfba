"""The share in a population of unknown size: five intervals, all closed at 0 and 1.

Sources: Clopper & Pearson (1934), Biometrika 26:404-413. Wilson (1927), JASA 22:209-212. Agresti & Coull
(1998), Am Stat 52:119-126. Brown, Cai & DasGupta (2001), Stat Sci 16:101-133, for the Jeffreys interval
with its rule at the ends. Lancaster (1961), JASA 56:223-234, for mid-P. Newcombe (1998), Stat Med
17:857-872, compares them. Checked against R (tests/analysis/vectors/a_*.csv).
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from .counts import Booleans, Floats, check_choice, check_pair, restore
from .finite import share_of
from .levels import split_level
from .results import ProportionInterval
from .roots import bisect


def proportion_ci(
    x: ArrayLike,
    n: ArrayLike,
    *,
    method: str = "wilson",
    confidence_level: float = 0.95,
    alternative: str = "two-sided",
) -> ProportionInterval:
    """Return a confidence interval for a share, when x of n answered yes and N is unknown.

    x and n are counts with 0 <= x <= n and broadcast. `method` is "wilson" (to show), "clopper-pearson"
    (to certify: covers at least at the level), "jeffreys", "agresti-coull" or "mid-p". `alternative`
    "greater" gives a lower bound and "less" an upper one, at the full error on that side. n = 0 gives 0
    to 1 with a NaN estimate. Raises CountError, ShapeError, ShareError, ChoiceError.

    The answers must be like a random sample; the interval knows nothing of those who stayed silent.
    """
    lower_limit = LOWER_LIMITS[check_choice("method", method, LOWER_LIMITS)]
    sides = split_level(confidence_level, alternative)
    satisfied, answered = check_pair(x, n)
    k, total = satisfied.astype(np.float64), answered.astype(np.float64)
    low, high = np.zeros_like(k), np.ones_like(k)
    if sides.below is not None:
        low = limit_share(lower_limit, k, total, float(sides.below))
    if sides.above is not None:
        high = 1 - limit_share(lower_limit, total - k, total, float(sides.above))
    return ProportionInterval(
        estimate=restore(share_of(satisfied, answered)),
        low=restore(low),
        high=restore(high),
        confidence_level=confidence_level,
        method=method,
        alternative=alternative,
    )


LowerLimit = Callable[[Floats, Floats, float], Floats]


def limit_share(lower_limit: LowerLimit, k: Floats, n: Floats, error: float) -> Floats:
    """Return a lower limit, 0 where nobody answered; an upper limit is 1 less that of the complement."""
    return np.where(n > 0, np.clip(lower_limit(k, np.maximum(n, 1), error), 0, 1), 0)


def _wilson(k: Floats, n: Floats, error: float) -> Floats:
    """Wilson (1927): the root p of (k/n - p)^2 = z^2 p (1 - p) / n on the side of z.

    Written as the product of the roots over the other one, which keeps its digits near 0.
    """
    z = -special.ndtri(error)
    other = k + z * z / 2 + z * np.sqrt(k * (n - k) / n + z * z / 4)
    return np.divide(k * k / n, other, out=np.zeros_like(k), where=k > 0)


def _agresti_coull(k: Floats, n: Floats, error: float) -> Floats:
    """Agresti & Coull (1998), with the exact z: Wald's limit after adding z^2 / 2 to each side."""
    z = -special.ndtri(error)
    size = n + z * z
    share = (k + z * z / 2) / size
    return np.asarray(share - z * np.sqrt(share * (1 - share) / size))


def _clopper_pearson(k: Floats, n: Floats, error: float) -> Floats:
    """Clopper & Pearson (1934): the p with P(X >= k | p) equal to the error."""
    return np.where(k > 0, special.betaincinv(np.maximum(k, 1), n - k + 1, error), 0)


def _jeffreys(k: Floats, n: Floats, error: float) -> Floats:
    """Brown, Cai & DasGupta (2001): a quantile of Beta(k + 1/2, n - k + 1/2), 0 at k = 0."""
    return np.where(k > 0, special.betaincinv(k + 0.5, n - k + 0.5, error), 0)


def _mid_p(k: Floats, n: Floats, error: float) -> Floats:
    """Lancaster (1961): the p with P(X > k | p) + P(X = k | p) / 2 equal to the error; 0 at k = 0.

    Half of P(X >= k) and half of P(X > k), each an incomplete beta integral.
    """
    some, rest = np.maximum(k, 1), np.maximum(n - k, 1)

    def is_below(p: Floats) -> Booleans:
        at_least = special.betainc(some, n - k + 1, p)
        more = np.where(k < n, special.betainc(k + 1, rest, p), 0)
        return np.asarray((at_least + more) / 2 < error)

    return np.where(k > 0, bisect(is_below, np.zeros_like(k), np.ones_like(k)), 0)


LOWER_LIMITS: dict[str, LowerLimit] = {
    "wilson": _wilson,
    "clopper-pearson": _clopper_pearson,
    "jeffreys": _jeffreys,
    "agresti-coull": _agresti_coull,
    "mid-p": _mid_p,
}
