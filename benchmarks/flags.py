"""Count false and found integrity flags in made-up counties, as docs/integrity-flags.md prints them.

Run from the project's folder: ``python benchmarks/flags.py [SEEDS]`` (default 4 counties a row, some minutes).
The goal is at most 1 % of 1,000 honest units flagged.
"""

from __future__ import annotations

import sys

import numpy as np

from analysis import County, integrity_report, simulate_county
from analysis.simulation import SCRIPTS

STRENGTHS = (0.1, 0.2, 0.3, 0.5, 0.8, 1.0)
MOODS = {"discontent": -1.0, "mixed": 0.8, "very content": 3.0}
GOAL = 0.01


def main() -> int:
    """Print one line per figure; return 1 where the goal is missed in any county of honest units."""
    seeds = range(int(sys.argv[1]) if len(sys.argv) > 1 else 4)
    worst = 0.0
    for mood, contentment in MOODS.items():
        false = [count_flags(County(contentment=contentment), seed)[1] for seed in seeds]
        worst = max(worst, *false)
        print(f"1,000 honest units, {mood}: {np.mean(false):.2%} flagged, at most {max(false):.2%}")
    for script in SCRIPTS:
        for strength in STRENGTHS:
            print_county(County(honest=950, coached=50, script=script, strength=strength), seeds)
    print(f"worst county of honest units: {worst:.2%} flagged, the goal is {GOAL:.0%}")
    return int(worst > GOAL)


def print_county(county: County, seeds: range) -> None:
    """Print how many of the coached and of the honest units of such counties are flagged."""
    counted = np.array([count_flags(county, seed) for seed in seeds])
    found, false, first = counted.mean(axis=0)
    print(
        f"{county.script}, {county.strength:.0%} of the sheets: {found:.0%} of {county.coached} coached units found, "
        f"{first:.0%} among the first {county.coached} by rank; {false:.2%} of {county.honest} honest ones flagged"
    )


def count_flags(county: County, seed: int) -> tuple[float, float, float]:
    """Return the shares of coached and of honest units flagged, and of coached ones among the first by rank."""
    evidence, coached = simulate_county(county, np.random.default_rng(seed))
    units = integrity_report(evidence).units.set_index("unit")
    is_coached = coached.reindex(units.index).to_numpy()
    flagged = units["flagged"].to_numpy()
    first = units["rank"].to_numpy()[is_coached] <= county.coached
    return (
        float(flagged[is_coached].mean()) if county.coached else 0.0,
        float(flagged[~is_coached].mean()),
        float(first.mean()) if county.coached else 0.0,
    )


if __name__ == "__main__":
    sys.exit(main())
