"""Killing a server under load, again and again, at random: what ``make torture`` does at length."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from random import Random

from phones import Diary, finish_phones, start_phones
from servers import Installation

N_PHONES = 24
LONGEST_LIFE = 2.0
STILLBORN_RATE = 0.1


@dataclass(frozen=True, kw_only=True)
class Ordeal:
    """How long a run is: so many kills, so many acknowledged answers, and the seconds it may take at most."""

    n_kills: int
    n_answers: int
    seconds: float
    seed: int = 20261123


@dataclass
class Toll:
    """What a run did: who was killed how often, how long the server was away, and what the phones saw."""

    diary: Diary
    kills: Counter[str] = field(default_factory=Counter)
    recoveries: list[float] = field(default_factory=list)
    seconds: float = 0.0

    def describe(self) -> str:
        """Return the figures as a table."""
        recoveries = sorted(self.recoveries) or [0.0]
        rows = {
            "acknowledged answers": len(self.diary.acknowledged),
            "given up by phones": len(self.diary.abandoned),
            "sent again though acknowledged": self.diary.n_repeated,
            "requests cut off": self.diary.n_broken,
            "replies by status": dict(sorted(self.diary.statuses.items())),
            "kills": f"{self.kills.total()} {dict(self.kills)}",
            "away, median and worst seconds": f"{recoveries[len(recoveries) // 2]:.1f} {recoveries[-1]:.1f}",
            "seconds": f"{self.seconds:.0f}",
        }
        return "\n".join(f"{name:32} {value}" for name, value in rows.items())


def torture(installation: Installation, tokens: list[str], ordeal: Ordeal) -> Toll:
    """Kill the server again and again while phones answer; return what happened, the server stopped."""
    random = Random(ordeal.seed)
    toll = Toll(diary=Diary())
    begin = time.monotonic()
    installation.start()
    phones = start_phones(N_PHONES, installation.port, tokens, toll.diary)
    while not _is_enough(toll, ordeal, begin):
        time.sleep(LONGEST_LIFE * random.random())
        if toll.kills.total() < ordeal.n_kills:
            _kill_something(installation, random, toll)
        _show_progress(toll, ordeal)
    finish_phones(phones, patience=60)
    toll.seconds = time.monotonic() - begin
    assert installation.stop() == 0
    return toll


def _is_enough(toll: Toll, ordeal: Ordeal, begin: float) -> bool:
    is_over = time.monotonic() - begin > ordeal.seconds
    is_done = toll.kills.total() >= ordeal.n_kills and len(toll.diary.acknowledged) >= ordeal.n_answers
    return is_over or is_done


def _kill_something(installation: Installation, random: Random, toll: Toll) -> None:
    victim = random.choice(("all", "all", "master", "child"))
    toll.kills[victim] += 1
    if victim == "child":
        # A worker is replaced by the master; a mixer is missed until the next start.
        os.kill(random.choice(installation.list_children()), signal.SIGKILL)
        return
    begin = time.monotonic()
    if victim == "all":
        installation.kill_all()
    else:
        installation.kill_master()
    if random.random() < STILLBORN_RATE:
        installation.start(is_awaited=False)
        time.sleep(LONGEST_LIFE * random.random())
        installation.kill_all()
        toll.kills["starting"] += 1
    installation.start()
    toll.recoveries.append(time.monotonic() - begin)


def _show_progress(toll: Toll, ordeal: Ordeal) -> None:
    # The real one: a test's captured stream would swallow the progress of a run of an hour.
    terminal = sys.__stderr__
    if terminal is None or not terminal.isatty():
        return
    counts = f"kills {toll.kills.total()}/{ordeal.n_kills}"
    terminal.write(f"\r{counts}, acknowledged {len(toll.diary.acknowledged)}/{ordeal.n_answers} ")
    terminal.flush()
