"""Erasure: taking away what mixed answers leave on the disk, and the keys that nobody needs any more.

A deleted row lives on in SQLite's write-ahead log and in PostgreSQL's pages. What is left there is sealed
and without a name, but its place tells the order of arrival, so it goes as soon as a batch is mixed.
"""

from __future__ import annotations

from contextlib import closing

from sqlalchemy import exists, select, text
from sqlalchemy.exc import OperationalError

from survey.db import Database
from survey.errors import SurveyError
from survey.keys import Keys
from survey.models import InboxEntry, Wave
from survey.words import WaveState

_LOCK_PATIENCE = "2s"
_TRACED = ("inbox", "arrivals", "device_uses", "device_keys")


class CommitTimesError(SurveyError):
    """A PostgreSQL server that keeps the time of every commit, and so of every answer."""

    def __init__(self) -> None:
        super().__init__(
            "PostgreSQL 的 track_commit_timestamp 是 on，会记下每份答卷的提交时间，破坏匿名；"
            "请在 postgresql.conf 中设为 off 并重启数据库后再试"
        )


def refuse_commit_times(database: Database) -> None:
    """Raise CommitTimesError when PostgreSQL keeps the time of every commit; SQLite never does."""
    if database.is_sqlite:
        return
    with database.engine.connect() as connection:
        if connection.exec_driver_sql("SHOW track_commit_timestamp").scalar() == "on":
            raise CommitTimesError


def erase_traces(database: Database) -> bool:
    """Erase what mixed answers leave in the pages of the inbox and of the counts, and in the write-ahead log.

    Return False when somebody was reading or writing just then, so that it must be done another time.
    """
    return _truncate_log(database) if database.is_sqlite else _rewrite_tables(database)


def destroy_keys(database: Database, keys: Keys) -> int:
    """Destroy the private keys of waves that are over and have nothing waiting; return how many were there."""
    waits = exists().where(InboxEntry.wave_id == Wave.id)
    is_over = Wave.state.in_([WaveState.CLOSED, WaveState.ARCHIVED])
    with database.read() as session:
        spent = session.scalars(select(Wave.seal_key).where(is_over, ~waits)).all()
    return sum(keys.destroy_private(public) for public in spent if public is not None)


def _truncate_log(database: Database) -> bool:
    # Outside any transaction, which the engine would begin; freed pages are zeroed by secure_delete.
    with closing(database.engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        row = cursor.fetchone()
    # The first of three figures says whether readers or writers kept the log from being emptied.
    return row is not None and row[0] == 0


def _rewrite_tables(database: Database) -> bool:
    """Give each table a new file with the rows that are left, in a random order.

    A plain VACUUM leaves the old bytes in the holes of a page, and a full one keeps the rows that somebody's
    open snapshot may still see; truncating drops the old file whoever is looking. The tables are small, so
    answers on their way in wait some milliseconds; a long reader makes this give way.
    """
    try:
        with database.engine.begin() as connection:
            connection.execute(text(f"SET LOCAL lock_timeout = '{_LOCK_PATIENCE}'"))
            connection.execute(text(f"LOCK TABLE {', '.join(_TRACED)} IN ACCESS EXCLUSIVE MODE"))
            for name in _TRACED:
                kept = (
                    f"CREATE TEMP TABLE kept_{name} ON COMMIT DROP AS SELECT * FROM {name} ORDER BY random()"  # noqa: S608 - Our own names.
                )
                connection.execute(text(kept))
            connection.execute(text(f"TRUNCATE {', '.join(_TRACED)}"))
            for name in _TRACED:
                connection.execute(text(f"INSERT INTO {name} SELECT * FROM kept_{name}"))  # noqa: S608 - Our own names.
    except OperationalError:
        return False
    return True
