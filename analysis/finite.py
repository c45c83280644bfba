"""The share of a roster, from answers of some of its people: exact limits in persons.

Everybody on the roster counts once; the answers are a simple random sample of it, or the silent are like
those who answered. Where they are not, see `nonresponse_bounds`.
"""

from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike

from .counts import Floats, Integers, check_triple, restore
from .hypergeometric import lowest_count
from .levels import split_level
from .results import FiniteInterval

METHOD = "hypergeometric"


def finite_proportion_ci(
    x: ArrayLike,
    n: ArrayLike,
    N: ArrayLike,
    *,
    confidence_level: float = 0.95,
    alternative: str = "two-sided",
) -> FiniteInterval:
    """Return exact limits for the number and share satisfied in a roster of N, when x of n said so.

    x, n and N are counts with 0 <= x <= n <= N and broadcast. A number satisfied M is kept where both
    P(X >= x | M) and P(X <= x | M) are strictly above the error of their side; ties are decided in whole
    numbers. n = N gives the point x, n = 0 gives 0 to N with a NaN estimate, and the share of an empty
    roster (N = 0) is NaN between 0 and 1. `alternative` "greater" gives a lower bound, "less" an upper
    one; the other end is then what the answers themselves leave possible: N - n + x, or x. Raises
    CountError, ShapeError, ShareError, ChoiceError.

    Coverage is at least the level for every roster; it is not repaired by more answers coming in: looking
    after each answer and stopping at a good moment breaks it.

    Source: Buonaccorsi (1987), Am Stat 41:215-218; Wright (1991), Exact Confidence Bounds when Sampling
    from Small Finite Universes. Checked against brute force in R (phyper) and by enumeration of every
    roster of up to 40 people.
    """
    sides = split_level(confidence_level, alternative)
    satisfied, answered, headcount = check_triple(x, n, N)
    low = count_below(satisfied, answered, headcount, sides.below)
    high = headcount - count_below(answered - satisfied, answered, headcount, sides.above)
    return FiniteInterval(
        estimate=restore(share_of(satisfied, answered)),
        low=restore(share_of(low, headcount, empty=0.0)),
        high=restore(share_of(high, headcount, empty=1.0)),
        count_low=restore(low),
        count_high=restore(high),
        confidence_level=confidence_level,
        method=METHOD,
        alternative=alternative,
    )


def count_below(x: Integers, n: Integers, N: Integers, error: Fraction | None) -> Integers:
    """Return the lower limit in persons, as a new array; without an error to spend, those known: x."""
    if error is None:
        return x.copy()
    return lowest_count(x, n, N, error)


def share_of(part: Integers, whole: Integers, *, empty: float = np.nan) -> Floats:
    """Return part / whole, and `empty` where the whole is 0."""
    shares = np.full(part.shape, empty)
    np.divide(part, whole, out=shares, where=whole > 0)
    return shares
