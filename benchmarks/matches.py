"""Time percent match on 3,000 sheets of 12 items against comparing every pair, and against the goal.

Run from the project's folder: ``OMP_NUM_THREADS=1 python benchmarks/matches.py``. The goal is 1 second.
"""

from __future__ import annotations

import sys

import numpy as np
from numpy.typing import NDArray
from timing import print_figure, time_best

from analysis import County, integrity_report, percent_match, simulate_county

SHEETS, ITEMS = 3000, 12
GOAL = 1.0


def main() -> int:
    """Print one line per figure; return 1 where the goal is missed."""
    answers = np.random.default_rng(20261123).integers(1, 6, (SHEETS, ITEMS))
    matched = time_best(lambda: percent_match(answers))
    pairs = time_best(lambda: compare_pairs(answers), repeats=1)
    print_figure(f"percent_match, {SHEETS} x {ITEMS}", matched, "comparing each sheet with all others", pairs)
    print_figure(f"percent_match, {SHEETS} x {ITEMS}", matched, f"the goal of {GOAL:.0f} s", GOAL)
    evidence, _ = simulate_county(County(), np.random.default_rng(0))
    report = time_best(lambda: integrity_report(evidence))
    print_figure("integrity_report, 1,000 units, 56,148 sheets", report, "five seconds", 5.0)
    return int(matched > GOAL)


def compare_pairs(answers: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return each sheet's largest share of equal answers, one sheet against all others at a time."""
    largest = np.empty(len(answers))
    for row, sheet in enumerate(answers):
        equal = (answers == sheet).mean(axis=1)
        equal[row] = -1
        largest[row] = equal.max()
    return largest


if __name__ == "__main__":
    sys.exit(main())
