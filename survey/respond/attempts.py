"""Looking up the code of a slip, with a limit on wrong ones that never stands in the way of a right one.

Every code is looked up. While many wrong ones come in, typed codes without a proof of work are looked up
one at a time in each process, so that a flood of them cannot take the processor from people who answer.
Scanned codes cost next to nothing and cannot be guessed: they are neither counted nor held back.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import Final

from flask import Flask, current_app, request

from survey.clock import now
from survey.db import Database
from survey.limits import Counter, Scope, count_wrong, is_exceeded, name_counter
from survey.puzzles import make_puzzle, take_solution
from survey.respond.devices import make_device, read_device
from survey.slipcodes import read_scanned, read_typed
from survey.slips import Finding, look_up

COOKIE: Final = "tries"
COOKIE_LIFE: Final = 3600
"""Seconds for which a device that sent a wrong code carries a number to count them by."""

PATIENCE: Final = 2.0
"""Seconds that a code waits for its turn before its sender is asked to try again."""

_PURPOSE: Final = "slip"


class BusyError(Exception):
    """A code that was not looked up, because too many wrong ones came in before it."""


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """What is told of a refused code: whether too many were wrong, a puzzle then, and the device's number."""

    is_limited: bool
    puzzle: str | None
    device: str


def init_app(app: Flask) -> None:
    """Give ``app`` the one place where codes without a proof of work are looked up in hard times."""
    app.extensions["narrow_way"] = BoundedSemaphore(1)


def find_code(code: str) -> Finding:
    """Return what a scanned or typed code leads to; raise BusyError when its turn did not come."""
    database = _database()
    if read_scanned(code) is None and _is_hard_time(database) and not _has_worked(database):
        with _take_narrow_way():
            return _look_up(database, code)
    return _look_up(database, code)


def refuse_code(code: str, finding: Finding) -> Refusal:
    """Count a code that let nobody answer, and return what is told of it."""
    device = read_device(request.cookies.get(COOKIE, "")) or make_device()
    if read_scanned(code) is not None:
        return Refusal(is_limited=False, puzzle=None, device=device)
    database, counters = _database(), _name_counters(device, code, finding)
    with database.read() as session:
        is_limited = is_exceeded(session, counters, now())
    if is_limited:
        # Nothing more is written in a window that is full: a flood costs no disk.
        return Refusal(is_limited=True, puzzle=make_puzzle(_read_key(), _PURPOSE, now()), device=device)
    with database.write() as session:
        count_wrong(session, counters, now())
    return Refusal(is_limited=False, puzzle=None, device=device)


def _look_up(database: Database, code: str) -> Finding:
    with database.read() as session:
        return look_up(session, code, now())


def _is_hard_time(database: Database) -> bool:
    counters = [name_counter(_read_key(), Scope.ALL)]
    device = read_device(request.cookies.get(COOKIE, ""))
    if device:
        counters.append(name_counter(_read_key(), Scope.DEVICE, device))
    with database.read() as session:
        return is_exceeded(session, counters, now())


def _has_worked(database: Database) -> bool:
    solution = request.form.get("_work", "")
    if not solution:
        return False
    with database.write() as session:
        return take_solution(session, _read_key(), _PURPOSE, solution)


@contextmanager
def _take_narrow_way() -> Iterator[None]:
    way: BoundedSemaphore = current_app.extensions["narrow_way"]
    if not way.acquire(timeout=PATIENCE):
        raise BusyError
    try:
        yield
    finally:
        way.release()


def _name_counters(device: str, code: str, finding: Finding) -> list[Counter]:
    # A code near no collector is counted with others of its first symbol, so that reaching the limit does
    # not tell which codes come near one.
    near = read_typed(code).selector[:1] if finding.collector_id is None else finding.collector_id
    return [
        name_counter(_read_key(), Scope.DEVICE, device),
        name_counter(_read_key(), Scope.COLLECTOR, near),
        name_counter(_read_key(), Scope.ALL),
    ]


def _read_key() -> str:
    return str(current_app.config["SECRET_KEY"])


def _database() -> Database:
    database: Database = current_app.extensions["database"]
    return database
