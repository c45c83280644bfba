"""Timing shared by the benchmarks: the best of several runs, and one printed line per figure."""

from __future__ import annotations

import time
from collections.abc import Callable


def time_best(step: Callable[[], object], *, repeats: int = 3) -> float:
    """Return the seconds of the fastest of several runs: the one least disturbed by other programs."""
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        step()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def print_figure(name: str, seconds: float, peer: str, peer_seconds: float) -> None:
    """Print a figure as a ratio to a named peer, or to a ceiling in seconds, and its absolute time."""
    print(f"{name}: {peer_seconds / seconds:.1f} times as fast as {peer}; {seconds:.3f} s")
