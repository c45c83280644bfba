"""League tables: how far a unit may lie from a target by chance, and how uncertain its rank is.

Sources: Spiegelhalter 2005 (Statistics in Medicine 24:1185-1202), appendix A.1.1, for the limits; Klein, Wright
& Wieczorek 2020 (JRSSA 183:589-606) for joint rank intervals. Checked against the same formulas in R 4.2.2.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from .counts import Floats, Integers, check_choice, check_counts, check_level, check_shares, check_triple
from .finite import finite_proportion_ci
from .proportions import proportion_ci

RANK_METHODS = ("clopper-pearson", "wilson", "jeffreys", "agresti-coull", "mid-p")


def funnel_limits(
    n: ArrayLike, target: float, *, levels: Sequence[float] = (0.95, 0.998), clip: bool = True
) -> pd.DataFrame:
    """Return the limits of a funnel plot: where a unit of n answers may lie if its true rate is `target`.

    Returns columns n, target, level, low, high: a row for every n and level, n by n in the order given. Limits
    are binomial quantiles, interpolated between counts so that they fall smoothly with n, and cut to 0 to 1
    unless `clip` is false. A unit outside differs from the target by more than chance at that level.

    Where fewer than about one person is expected on one side, an interpolated limit can fall short of the target.
    At a target of 0 or 1 the funnel has no width: every person who deviates is out; draw it around the county's
    mean instead. n = 0 gives 0 to 1. Raises CountError, ShareError.
    """
    sizes = np.atleast_1d(check_counts(n=n)["n"]).ravel()
    share = float(check_shares("target", target))
    grid = [(size, check_level(level, "levels")) for size in sizes for level in levels]
    size, level = np.array(grid, dtype=np.float64).reshape(-1, 2).T
    low = _funnel_limit(size, share, (1 - level) / 2)
    high = _funnel_limit(size, share, (1 + level) / 2)
    if clip:
        low, high = np.clip(low, 0, 1), np.clip(high, 0, 1)
    columns = {"n": size.astype(np.int64), "target": share, "level": level, "low": low, "high": high}
    return pd.DataFrame(columns)


def rank_intervals(
    x: ArrayLike,
    n: ArrayLike,
    *,
    N: ArrayLike | None = None,
    confidence_level: float = 0.95,
    method: str = "clopper-pearson",
) -> pd.DataFrame:
    """Return each unit's rank by rate and the best and worst rank it may truly have, all units jointly.

    `x` of `n` people are satisfied, one entry per unit; rank 1 is the highest rate and equal rates share the
    better rank, so forty units at 100 % are all first. With the headcounts `N` the rates are those of finite
    rosters and their intervals exact (`method` is then not used); a full count has no uncertainty.

    Every unit gets an interval at 1 - (1 - level)/K, K units (Bonferroni); a unit is certainly above another
    when its lower limit exceeds the other's upper limit. All K statements best <= true rank <= worst hold
    together with probability of at least `confidence_level`.

    Returns columns rate, low, high, rank, best, worst, a row per unit in the order given. A unit without
    answers has no rate (NaN) and no rank (missing), and may have any rank. Raises CountError, ShapeError,
    ChoiceError.
    """
    check_choice("method", method, RANK_METHODS)
    satisfied, answered, people = check_triple(x, n, n if N is None else N)
    x, n = np.atleast_1d(satisfied).ravel(), np.atleast_1d(answered).ravel()
    level = 1 - (1 - check_level(confidence_level)) / max(len(n), 1)
    roster = None if N is None else np.atleast_1d(people).ravel()
    rate, low, high = _unit_intervals(x, n, roster, level=level, method=method)
    # Ranks count units: one lower limit is compared with all upper limits by their sorted order.
    best = 1 + len(n) - np.searchsorted(np.sort(low), high, side="right")
    below = np.searchsorted(np.sort(high), low, side="right") - (high <= low)
    columns = {"rate": rate, "low": low, "high": high, "rank": _competition_ranks(rate)}
    return pd.DataFrame({**columns, "best": best, "worst": len(n) - below})


def _funnel_limit(n: Floats, target: float, p: Floats) -> Floats:
    """Return (r - a) / n with r the binomial quantile of p and a = (F(r) - p) / f(r)."""
    sizes = np.maximum(n, 1)
    if target in (0, 1):
        limit = np.full(len(n), target)
    else:
        r = stats.binom.ppf(p, sizes, target)
        limit = (r - (stats.binom.cdf(r, sizes, target) - p) / stats.binom.pmf(r, sizes, target)) / sizes
    return np.where(n > 0, limit, (p > 0.5).astype(np.float64))


def _unit_intervals(
    x: Integers, n: Integers, N: Integers | None, *, level: float, method: str
) -> tuple[Floats, Floats, Floats]:
    if N is not None:
        finite = finite_proportion_ci(x, n, N, confidence_level=level)
        return np.asarray(finite.estimate), np.asarray(finite.low), np.asarray(finite.high)
    interval = proportion_ci(x, n, method=method, confidence_level=level)
    return np.asarray(interval.estimate), np.asarray(interval.low), np.asarray(interval.high)


def _competition_ranks(rate: Floats) -> "pd.Series[int]":
    """Return 1 for the highest rate, the better rank for equal ones, missing where there is no rate."""
    ranks = stats.rankdata(-rate, method="min", nan_policy="omit")
    return pd.Series(ranks).astype("Int64")
