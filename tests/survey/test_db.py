"""The promises of a transaction, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.dialects import sqlite

from survey.db import Database, Moment, add_counts, insert_new
from survey.models import Lock, QuestionnaireVersion
from survey.models.base import table_of


def _add_version(database: Database, length: int) -> None:
    with database.write() as session:
        session.add(QuestionnaireVersion(id=1, digest="d", content="{}", sheet_length=length))


def test_read_then_write_loses_no_update_over_threads(database: Database) -> None:
    _add_version(database, 1)

    def add_one(_: int) -> None:
        with database.write() as session:
            version = session.get_one(QuestionnaireVersion, 1, with_for_update=True)
            version.sheet_length += 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add_one, range(80)))

    with database.read() as session:
        assert session.get_one(QuestionnaireVersion, 1).sheet_length == 81


def test_an_error_leaves_nothing_behind(database: Database) -> None:
    def fail_halfway() -> None:
        with database.write() as session:
            session.add(Lock(name="half"))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_halfway()
    with database.read() as session:
        assert session.get(Lock, "half") is None


def test_what_a_reading_session_changes_is_not_kept(database: Database) -> None:
    with database.read() as session:
        session.add(Lock(name="stray"))
        session.flush()
    with database.read() as session:
        assert session.get(Lock, "stray") is None


def test_sqlite_waits_for_the_disk_and_checks_references(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with database.read() as session:
        found = {
            name: session.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout")
        }
    database.close()
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "busy_timeout": 10000,
    }


def test_inserting_a_key_again_changes_nothing_and_says_so(database: Database) -> None:
    with database.write() as session:
        assert insert_new(session, table_of(Lock), {"name": "once"})
        assert not insert_new(session, table_of(Lock), {"name": "once"})


def test_counts_add_up_where_the_key_is_known(database: Database) -> None:
    table = table_of(QuestionnaireVersion)
    row = {"id": 1, "digest": "d", "content": "{}", "sheet_length": 4}
    with database.write() as session:
        add_counts(session, table, [row], ["sheet_length"])
        add_counts(session, table, [row], ["sheet_length"])
        add_counts(session, table, [], ["sheet_length"])
    with database.read() as session:
        assert session.get_one(QuestionnaireVersion, 1).sheet_length == 8


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        Moment().process_bind_param(datetime(2026, 1, 1), sqlite.dialect())  # noqa: DTZ001 - The naive time is the point.


def test_a_moment_comes_back_in_utc() -> None:
    naive = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
    assert Moment().process_result_value(naive, sqlite.dialect()) == datetime(2026, 1, 1, tzinfo=UTC)
