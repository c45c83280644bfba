"""Counting wrong codes: by device, near a collector and of everybody, in windows that are forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest
from factories import DURING
from sqlalchemy import select

from survey.db import Database
from survey.limits import LIMITS, Counter, Scope, count_wrong, is_exceeded, name_counter
from survey.models import WrongCode

KEY = "key"
EVERYBODY = name_counter(KEY, Scope.ALL)


def count(database: Database, counter: Counter, n: int = 1, later: int = 0) -> None:
    for _ in range(n):
        with database.write() as session:
            count_wrong(session, [counter], DURING + timedelta(seconds=later))


def is_over(database: Database, counter: Counter, later: int = 0) -> bool:
    with database.read() as session:
        return is_exceeded(session, [EVERYBODY, counter], DURING + timedelta(seconds=later))


@pytest.mark.parametrize("scope", [Scope.DEVICE, Scope.COLLECTOR])
def test_a_limit_is_reached_with_the_last_code_it_allows(database: Database, scope: Scope) -> None:
    counter = name_counter(KEY, scope, "one")
    count(database, counter, LIMITS[scope].n - 1)
    assert not is_over(database, counter)
    count(database, counter)
    assert is_over(database, counter)
    assert not is_over(database, name_counter(KEY, scope, "other"))


def test_a_window_ends_and_is_forgotten(database: Database) -> None:
    device = name_counter(KEY, Scope.DEVICE, "one")
    count(database, device, LIMITS[Scope.DEVICE].n)
    seconds = LIMITS[Scope.DEVICE].seconds
    assert not is_over(database, device, later=seconds)
    count(database, name_counter(KEY, Scope.DEVICE, "other"), later=seconds)
    with database.read() as session:
        assert len(session.scalars(select(WrongCode)).all()) == 1


def test_the_ceiling_of_everybody_is_ten_a_second() -> None:
    assert LIMITS[Scope.ALL].n / LIMITS[Scope.ALL].seconds == 10


def test_what_is_counted_cannot_be_told_without_the_key(database: Database) -> None:
    count(database, name_counter(KEY, Scope.DEVICE, "0" * 32))
    with database.read() as session:
        row = session.scalars(select(WrongCode)).one()
    assert row.key == name_counter(KEY, Scope.DEVICE, "0" * 32).key
    assert row.key != name_counter("another", Scope.DEVICE, "0" * 32).key
    assert row.key != name_counter(KEY, Scope.COLLECTOR, "0" * 32).key
    assert len(row.key) == 16


def test_no_time_finer_than_its_window_is_kept(database: Database) -> None:
    device = name_counter(KEY, Scope.DEVICE, "one")
    count(database, device)
    count(database, device, later=LIMITS[Scope.DEVICE].seconds - 1)
    with database.read() as session:
        (row,) = session.scalars(select(WrongCode)).all()
    assert (row.n, row.window * LIMITS[Scope.DEVICE].seconds) == (2, DURING.timestamp())
