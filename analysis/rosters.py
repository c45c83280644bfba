"""Two rosters, or one roster in two waves: the difference of their shares, from answers of some.

Both exact intervals at the root of the level hold together at the level, as the answers of two waves are
independent given who was satisfied; so does the difference of any two shares within them. Combining exact
limits in squares (Zou & Donner 2008, Stat Med 27:1693-1702) is narrower and was rejected: enumerating all
answers of rosters of 60, of whom 50 answer, it covers as little as 31 % where 95 % is promised, because few
shares are possible. Coverage here is checked by the same enumeration.
"""

import math

import numpy as np
from numpy.typing import ArrayLike

from .counts import check_counts, check_level, check_part, restore
from .finite import finite_proportion_ci
from .results import DifferenceInterval

METHOD = "hypergeometric-simultaneous"


def finite_diff_ci(  # noqa: PLR0913, PLR0917 - two triples of counts and a level are the whole question
    x1: ArrayLike,
    n1: ArrayLike,
    N1: ArrayLike,  # noqa: N803 - N is the headcount everywhere in this package
    x2: ArrayLike,
    n2: ArrayLike,
    N2: ArrayLike,  # noqa: N803 - N is the headcount everywhere in this package
    *,
    confidence_level: float = 0.95,
) -> DifferenceInterval:
    """Return an interval for the difference of two rosters' shares, or of one roster's in two waves.

    x of n answered in a roster of N on each side, 0 <= x <= n <= N; counts broadcast. Two full counts give
    the point. Where one side has no answers the estimate is NaN and that side may be anything from 0 to 1.
    It covers at least at the level for any two rosters. Raises CountError, ShapeError, ShareError.

    It treats the silent as like those who answered, and the two samples of answerers as independent, which
    is conservative when the same people answer and keep their opinion.
    """
    side_level = math.sqrt(check_level(confidence_level))
    counts = check_counts(x1=x1, n1=n1, N1=N1, x2=x2, n2=n2, N2=N2)
    for part, whole in (("x1", "n1"), ("n1", "N1"), ("x2", "n2"), ("n2", "N2")):
        check_part(counts, part, whole)
    first, second = (
        finite_proportion_ci(counts[f"x{i}"], counts[f"n{i}"], counts[f"N{i}"], confidence_level=side_level)
        for i in (1, 2)
    )
    return DifferenceInterval(
        estimate=restore(np.subtract(first.estimate, second.estimate)),
        low=restore(np.subtract(first.low, second.high)),
        high=restore(np.subtract(first.high, second.low)),
        confidence_level=confidence_level,
        method=METHOD,
    )
