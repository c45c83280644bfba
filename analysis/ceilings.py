"""More sheets with the best answers than the unit's other sheets let one expect.

A unit where everybody is content has the best answers throughout, and its least content third is content too. A
unit that was coached in part has the best answers on many sheets while the rest are as elsewhere. So the
share of best sheets is compared with units whose lowest third scores alike: a running median over
neighbours, as in a funnel plot around a curve (Spiegelhalter 2005, Stat Med 24:1185-1202), with a binomial tail.
"""

import numpy as np
import pandas as pd
from scipy import stats

from .counts import Floats, Integers

NEIGHBOURS = 41
"""Units that the running median covers; with fewer units than this nothing is claimed."""
LOWEST = 1 / 3


def ceiling_test(levels: Floats, units: Integers, groups: Integers) -> pd.DataFrame:
    """Test whether a unit has more best sheets than units whose lowest third is like its own.

    One entry a sheet: its level (sum of scores), its unit and group, numbered from 0. A best sheet has the highest
    level seen in its group. One row a unit number: `n` sheets, `marked` best ones, `expected` from the
    neighbours, `pvalue`. It is 1, and `expected` what was seen, where nothing can be said: best sheets reach into
    the lowest third, so that no ordinary ones are left to measure by; the 20 best units, which have no
    neighbours above them; everywhere with fewer than 41 units.
    """
    n_units = int(units.max(initial=-1)) + 1
    places = _places(levels, groups)
    n = np.bincount(units, minlength=n_units)
    best = np.bincount(units, weights=places == 1, minlength=n_units).astype(float)
    share = _neighbours_share(_lowest_means(places, units, n), best, n)
    measured = ~np.isnan(share) & (best > 0) & (best <= n - _lowest_sizes(n))
    tail = stats.binom.sf(best - 1, n, np.where(measured, share, 1.0))
    return pd.DataFrame(
        {
            "n": n,
            "marked": best.astype(int),
            "expected": np.where(measured, n * share, best),
            "pvalue": np.where(measured, tail, 1.0),
        }
    )


def _places(levels: Floats, groups: Integers) -> Floats:
    """Return levels as places between the lowest (0) and the highest (1) of the group; all alike is 1."""
    frame = pd.Series(levels).groupby(groups)
    low, high = frame.transform("min").to_numpy(), frame.transform("max").to_numpy()
    span = np.where(high > low, high - low, 1)
    return np.asarray(np.where(high > low, (levels - low) / span, 1.0), dtype=float)


def _lowest_means(places: Floats, units: Integers, n: Integers) -> Floats:
    """Return the mean place of the lowest third of each unit's sheets, one sheet at least."""
    order = np.lexsort((places, units))
    within = np.arange(len(units)) - np.repeat(np.cumsum(n) - n, n)
    low = within < _lowest_sizes(n)[units[order]]
    total = np.bincount(units[order], weights=np.where(low, places[order], 0), minlength=len(n))
    return np.asarray(total / _lowest_sizes(n), dtype=float)


def _lowest_sizes(n: Integers) -> Floats:
    return np.asarray(np.maximum(1, np.floor(n * LOWEST)))


def _neighbours_share(lowest: Floats, best: Floats, n: Integers) -> Floats:
    """Return the median share of best sheets among the units that are next in their lowest third.

    It never falls as the lowest third rises: otherwise many units coached to one imperfect sheet would be the
    measure for the honest ones beside them. The best 20 units have no neighbours above them and get NaN, and
    so do units without sheets.
    """
    medians = np.full(len(n), np.nan)
    filled = np.flatnonzero(n > 0)
    order = filled[np.argsort(lowest[filled], kind="stable")]
    shares = pd.Series((best[order] + 0.5) / (n[order] + 1))
    running = shares.rolling(NEIGHBOURS, center=True).median()
    top = len(order) - NEIGHBOURS // 2
    medians[order[:top]] = running.bfill().cummax()[:top]
    return medians
