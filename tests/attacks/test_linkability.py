"""The linkability game: the platform holds, and a naive way of keeping answers loses to the same attacks."""

from __future__ import annotations

import secrets
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import text

from survey.db import Database
from survey.linkability import (
    Order,
    Report,
    Truth,
    attack_postgresql,
    attack_sqlite,
    judge_orders,
    play_game,
)
from survey.linkability.attacks import Target

N_PEOPLE = 60
N_NAIVE = 300
NAIVE = Target(table="naive_answers", witness="naive_codes", arrival="w.code")


def judge_naively(orders: Sequence[Order], keys: Sequence[bytes]) -> float:
    """Return the share of people whom the attacker's chosen trick links; units of thirty are batches."""
    random = Random(7)
    people = [
        Truth(key=key, batch=number // 30, is_colluding=random.random() < 0.5)
        for number, key in enumerate(keys)
    ]
    chosen = judge_orders(orders, people, random)[0]
    assert chosen.is_won
    return chosen.hits / chosen.n_people


def play(url: str, folder: Path, seed: int) -> Report:
    folder.mkdir()
    return play_game(url, folder, n_people=N_PEOPLE, random=Random(seed))


@pytest.mark.slow
def test_nobody_is_linked_to_an_answer_by_whoever_seizes_everything(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    reports = [play(database_url, tmp_path / "first", seed=1)]
    if reports[0].is_won:
        # Luck passes three sigmas once in some hundred games, a leak in each; so luck gets a second game.
        reports.append(play(database_url, tmp_path / "second", seed=2))
    last = reports[-1]
    assert last.findings == []
    assert [scores[0] for scores in last.scores.values() if scores[0].is_won] == []
    assert last.n_people == N_PEOPLE


@pytest.fixture(params=["", "WITHOUT ROWID"])
def naive_file(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, list[bytes]]:
    """Keep answers naively in SQLite: code and answer in one transaction, in the order in which they come."""
    path, copy = tmp_path / "naive.db", tmp_path / "seized.db"
    keys = [secrets.token_bytes(16) for _ in range(N_NAIVE)]
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA wal_autocheckpoint=0")
        connection.execute("CREATE TABLE naive_codes (code INTEGER PRIMARY KEY, used INTEGER)")
        connection.execute(f"CREATE TABLE naive_answers (id BLOB PRIMARY KEY, sheet TEXT) {request.param}")
        for code, key in enumerate(keys):
            connection.execute("BEGIN")
            connection.execute("INSERT INTO naive_codes VALUES (?, 1)", [code])
            connection.execute("INSERT INTO naive_answers VALUES (?, '12112')", [key])
            connection.execute("COMMIT")
        for ending in ("", "-wal"):
            shutil.copy(f"{path}{ending}", f"{copy}{ending}")
    return copy, keys


def test_answers_kept_naively_in_sqlite_are_linked(naive_file: tuple[Path, list[bytes]]) -> None:
    path, keys = naive_file
    assert judge_naively(attack_sqlite(path, NAIVE), keys) == 1.0


@pytest.fixture
def naive_keys(postgresql_database: Database) -> Iterator[list[bytes]]:
    """Keep answers naively in PostgreSQL; the table is even rewritten in the order of its random keys."""
    keys = [secrets.token_bytes(16) for _ in range(N_NAIVE)]
    with postgresql_database.write() as session:
        session.execute(text("CREATE TABLE naive_codes (code int PRIMARY KEY, used boolean)"))
        session.execute(text("CREATE TABLE naive_answers (id bytea PRIMARY KEY, sheet text)"))
    for code, key in enumerate(keys):
        with postgresql_database.write() as session:
            session.execute(text("INSERT INTO naive_codes VALUES (:code, true)"), {"code": code})
            session.execute(text("INSERT INTO naive_answers VALUES (:key, '12112')"), {"key": key})
    with postgresql_database.write() as session:
        session.execute(text("CLUSTER naive_answers USING naive_answers_pkey"))
    yield keys
    with postgresql_database.write() as session:
        session.execute(text("DROP TABLE naive_codes, naive_answers"))


def test_answers_kept_naively_in_postgresql_are_linked(
    postgresql_database: Database, naive_keys: list[bytes]
) -> None:
    assert judge_naively(attack_postgresql(postgresql_database.engine, NAIVE), naive_keys) == 1.0


def test_answers_moved_in_the_order_in_which_they_came_are_linked(tmp_path: Path) -> None:
    path = tmp_path / "unshuffled.db"
    keys = [number.to_bytes(16, "big") for number in range(60)]
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE naive_answers (id BLOB PRIMARY KEY, sheet TEXT) WITHOUT ROWID")
        connection.executemany("INSERT INTO naive_answers VALUES (?, '1')", [[key] for key in keys])
        connection.commit()
    assert judge_naively(attack_sqlite(path, NAIVE), keys) == 1.0
