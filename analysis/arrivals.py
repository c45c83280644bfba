"""Do answers arrive in a burst: scan statistic over times, and peaks of hourly counts.

Sources: Naus 1965, J Am Stat Assoc 60:532-538 (scan statistic); Wallenstein & Neff 1987, Stat Med 6:197-207
(its approximate P-value). Checked against a computation in base R and against simulation.
Working hours, a reminder or a staff meeting make harmless bursts: compare with a profile of the others.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.random import Generator
from numpy.typing import ArrayLike
from scipy import stats

from .counts import Floats, Integers, check_counts
from .errors import ShapeError, ShareError

SIMULATIONS = 999
"""Draws from a profile: the smallest P-value is 1 in 1,000."""


class SpreadError(ValueError):
    """Times that lie further apart than the period, or are missing. Parts: `spread`, `period`."""

    def __init__(self, spread: float, period: float) -> None:
        super().__init__(spread, period)
        self.spread = spread
        self.period = period

    def __str__(self) -> str:
        return f"times spread over {self.spread}, more than the period {self.period}; test each period apart"


@dataclass(frozen=True, kw_only=True)
class BurstTest:
    """The fullest window of a series of times.

    `statistic` is the largest count in a window [t, t + window), `start` the t of the first such window
    (None without times), `n` the number of times, `pvalue` the chance of so full a window, `method`
    "wallenstein-neff" or "profile".
    """

    statistic: int
    pvalue: float
    start: float | None
    n: int
    window: float
    period: float
    method: str

    def to_frame(self) -> pd.DataFrame:
        """Return one row with every figure."""
        return pd.DataFrame([vars(self)])


def arrival_burst_test(
    times: ArrayLike,
    *,
    window: float,
    period: float,
    profile: ArrayLike | None = None,
    rng: Generator | None = None,
) -> BurstTest:
    """Test whether more answers fall into one window than chance would bring.

    `times`, `window` and `period` are in one unit, such as seconds; the times lie within one `period`.
    Without `profile` the null is an even spread over the period, P by Wallenstein & Neff 1987:
    (k/r - N - 1) b(k; N, r) + 2 P(X >= k), r = window / period, cut to [0, 1]; good below 0.1, and an
    upper-hand guide above. With `profile`, times of others over the same period, the null is a random
    draw of as many of theirs by `rng` (required then), P = (1 + draws as full) / 1,000.
    No times, or a fullest window of one, give P = 1. Raises ShareError unless 0 < window < period,
    SpreadError where the times spread wider than the period, ShapeError for a profile shorter than the times.
    """
    ordered = _ordered(times, period)
    if not 0 < window < period:
        raise ShareError("window", window, (), f"must lie strictly between 0 and the period {period}")
    fullest, start = _fullest_window(ordered, window)
    if profile is None or fullest < 2:
        pvalue, method = _wallenstein_neff(fullest, len(ordered), window / period), "wallenstein-neff"
    else:
        draws = _drawn_windows(_ordered(profile, period), len(ordered), window, rng)
        pvalue, method = (1 + int((draws >= fullest).sum())) / (1 + SIMULATIONS), "profile"
    return BurstTest(
        statistic=fullest,
        pvalue=pvalue,
        start=start,
        n=len(ordered),
        window=window,
        period=period,
        method=method,
    )


def hourly_peaks(counts: pd.DataFrame) -> pd.DataFrame:
    """Find each unit's fullest hour against the hours of all other units.

    `counts` has a row a unit and a column an hour (or any class of time): answers that arrived. One row
    a unit, in the order given: `n`, `peak` (the column least expected), `peak_count`, `peak_share`,
    `expected` (share the other units had then), `pvalue`: binomial tail, times the number of hours
    (Bonferroni), cut to 1. Units without answers, or without others to compare with, have P = 1, no
    peak. Honest people answer together in meetings: this P-value holds for people who come singly.
    """
    table = check_counts(counts=counts.to_numpy())["counts"]
    shares = _others_shares(table)
    n = table.sum(axis=1, keepdims=True)
    tails = np.asarray(stats.binom.sf(table - 1, n, shares))
    tails[table == 0] = 1.0
    peak = tails.argmin(axis=1)
    rows = np.arange(len(table))
    filled = (n.ravel() > 0) & (n.sum() > n.ravel())
    return pd.DataFrame(
        {
            "n": n.ravel(),
            "peak": [counts.columns[hour] if full else None for hour, full in zip(peak, filled, strict=True)],
            "peak_count": table[rows, peak],
            "peak_share": table[rows, peak] / np.maximum(n.ravel(), 1),
            "expected": np.where(filled, shares[rows, peak], np.nan),
            "pvalue": np.where(filled, np.minimum(1, tails[rows, peak] * table.shape[1]), 1.0),
        },
        index=counts.index,
    )


def _ordered(times: ArrayLike, period: float) -> Floats:
    ordered = np.sort(np.asarray(times, dtype=float).ravel())
    if len(ordered) and not ordered[-1] - ordered[0] <= period:
        raise SpreadError(float(ordered[-1] - ordered[0]), period)
    return ordered


def _fullest_window(ordered: Floats, window: float) -> tuple[int, float | None]:
    if len(ordered) == 0:
        return 0, None
    counts = np.searchsorted(ordered, ordered + window, side="left") - np.arange(len(ordered))
    first = int(counts.argmax())
    return int(counts[first]), float(ordered[first])


def _wallenstein_neff(k: int, n: int, r: float) -> float:
    if k < 2:
        return 1.0
    exceeding = (k / r - n - 1) * stats.binom.pmf(k, n, r) + 2 * stats.binom.sf(k - 1, n, r)
    return float(np.clip(exceeding, 0, 1))


def _drawn_windows(profile: Floats, n: int, window: float, rng: Generator | None) -> Integers:
    if rng is None:
        raise TypeError("a profile needs a random generator: pass rng=numpy.random.default_rng(seed)")
    if len(profile) < n:
        raise ShapeError({"times": (n,), "profile (as many at least)": profile.shape})
    draws = (np.sort(rng.choice(profile, size=n, replace=False)) for _ in range(SIMULATIONS))
    return np.array([_fullest_window(draw, window)[0] for draw in draws], dtype=np.int64)


def _others_shares(table: Integers) -> Floats:
    """Return for each unit the share of each hour among all other units, half an answer added to each.

    The half keeps an hour that only this unit used from being impossible.
    """
    others = table.sum(axis=0) - table + 0.5
    return np.asarray(others / others.sum(axis=1, keepdims=True), dtype=float)
