"""``kill -9`` in the middle of mixing: at every statement, and anywhere between two."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import Counter
from itertools import count
from random import Random

import pytest
from audits import assert_accounts_agree
from factories import answer
from keystore import KEYS
from smallwave import SMALL, WAVE, close_wave, open_small_wave
from sqlalchemy import event, select

from survey import erasure, mixer, waves
from survey.clock import now
from survey.collectors import CollectorLine
from survey.db import Database
from survey.models import Comment
from survey.verification import verify_wave

N_ANSWERS = 20
N_ROUNDS = 20
HEADCOUNT = 10_000
EVENTS = ("before_cursor_execute", "after_cursor_execute", "commit")
_FORK = multiprocessing.get_context("fork")


@pytest.fixture
def line(database: Database) -> CollectorLine:
    """Open a wave over one department."""
    return open_small_wave(database, headcount=HEADCOUNT)


def add_answers(database: Database, line: CollectorLine, n: int, first: int = 0) -> None:
    """Take in so many answers, each with its number as its remark."""
    with database.write() as session:
        for serial in range(first, first + n):
            answer(session, line, SMALL, {"overall": ["good"], "remark": [str(serial)]}, now=now())


def mix_until(url: str, n_events: int | None) -> None:
    """Mix and erase as the mixer's process does, and die at the ``n_events``-th event on the way."""
    database = Database(url)
    seen = count(1)

    def die_in_time(*_: object) -> None:
        if next(seen) == n_events:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in EVENTS:
        event.listen(database.engine, name, die_in_time)
    mixer.mix_due(database, KEYS)
    erasure.erase_traces(database)


def start_mixing(database: Database, n_events: int | None = None) -> multiprocessing.process.BaseProcess:
    """Start a process that mixes and, perhaps, dies on the way."""
    url = database.engine.url.render_as_string(hide_password=False)
    database.close()
    process = _FORK.Process(target=mix_until, args=(url, n_events))
    process.start()
    return process


def read_serials(database: Database) -> Counter[str]:
    """Return the remarks of all mixed answers."""
    with database.read() as session:
        return Counter(session.scalars(select(Comment.text)))


def assert_sound(database: Database) -> None:
    """Demand that every count agrees."""
    assert_accounts_agree(database)
    with database.read() as session:
        assert verify_wave(session, waves.find_wave(session, WAVE)) == []


def test_a_mixer_killed_at_any_statement_changes_all_or_nothing(
    database: Database, line: CollectorLine
) -> None:
    add_answers(database, line, N_ANSWERS)
    n_killed = 0
    for n_events in count(1):
        process = start_mixing(database, n_events)
        process.join()
        assert process.exitcode in (0, -signal.SIGKILL)
        assert_sound(database)
        n_mixed = read_serials(database).total()
        assert n_mixed in (0, N_ANSWERS)
        if process.exitcode == 0:
            break
        n_killed += 1
    assert n_killed > 2 * len(EVENTS)
    assert read_serials(database) == Counter(str(serial) for serial in range(N_ANSWERS))


@pytest.mark.slow
def test_a_mixer_killed_anywhere_loses_and_doubles_nothing(database: Database, line: CollectorLine) -> None:
    random = Random(20261123)
    exits: Counter[int | None] = Counter()
    for number in range(N_ROUNDS):
        add_answers(database, line, N_ANSWERS, first=number * N_ANSWERS)
        process = start_mixing(database)
        process.join(0.1 * random.random())
        process.kill()
        process.join()
        exits[process.exitcode] += 1
        assert_accounts_agree(database)
    close_wave(database)
    assert_sound(database)
    assert exits[-signal.SIGKILL] > 0
    assert read_serials(database) == Counter(str(serial) for serial in range(N_ROUNDS * N_ANSWERS))
