"""Time the exact intervals and verdicts of 100,000 units against SciPy's tail and against the goal.

Run from the project's folder: ``OMP_NUM_THREADS=1 python benchmarks/intervals.py``. The goal is 2 seconds
for 100,000 triples with rosters of up to 10,000 people.
"""

from __future__ import annotations

import sys

import numpy as np
from scipy.stats import hypergeom
from statsmodels.stats.proportion import proportion_confint
from timing import print_figure, time_best

from analysis import finite_proportion_ci, proportion_ci, verdict
from analysis.counts import Integers

TRIPLES = 100_000
LARGEST = 10_000
GOAL = 2.0
PEER_TRIPLES = 500


def main() -> int:
    """Print one line per figure; return 1 where a goal is missed."""
    x, n, N = draw_rosters(TRIPLES)
    interval = time_best(lambda: finite_proportion_ci(x, n, N))
    peer = time_best(lambda: bisect_with_scipy(*draw_rosters(PEER_TRIPLES)), repeats=1)
    per_triple = peer / PEER_TRIPLES * TRIPLES
    print_figure(
        f"finite_proportion_ci, {TRIPLES} rosters", interval, "bisection with hypergeom.sf", per_triple
    )
    print_figure(f"finite_proportion_ci, {TRIPLES} rosters", interval, "the goal of 2 s", GOAL)
    judged = time_best(lambda: verdict(x, n, N, 0.95))
    print_figure(f"verdict at 95 %, {TRIPLES} rosters", judged, "the goal of 2 s", GOAL)
    satisfied = time_best(lambda: verdict(n, n, N))
    print_figure(f"verdict at 100 %, {TRIPLES} rosters all satisfied", satisfied, "the goal of 2 s", GOAL)
    wilson = time_best(lambda: proportion_ci(x, n))
    known = time_best(lambda: proportion_confint(x, np.maximum(n, 1), method="wilson"))
    print_figure(f"proportion_ci, {TRIPLES} Wilson intervals", wilson, "statsmodels", known)
    return int(max(interval, judged, satisfied) > GOAL)


def draw_rosters(count: int) -> tuple[Integers, Integers, Integers]:
    """Return satisfied, answered and headcount of so many rosters, each uniform up to the next."""
    random = np.random.default_rng(20261123)
    N = random.integers(1, LARGEST + 1, count)
    n = random.integers(0, N + 1)
    return random.integers(0, n + 1), n, N


def bisect_with_scipy(x: Integers, n: Integers, N: Integers) -> tuple[Integers, Integers]:
    """Return the same limits by the plain way: halve the range of M with SciPy's tail, each side."""
    return lowest_by_halves(x, n, N), N - lowest_by_halves(n - x, n, N)


def lowest_by_halves(x: Integers, n: Integers, N: Integers) -> Integers:
    """Return the smallest M with P(X >= x | M) > 0.025."""
    low, high = x.copy(), N - n + x
    while (low < high).any():
        middle = (low + high) // 2
        is_enough = hypergeom.sf(x - 1, N, middle, n) > 0.025
        low, high = np.where(is_enough, low, middle + 1), np.where(is_enough, middle, high)
    return low


if __name__ == "__main__":
    sys.exit(main())
