"""The engine and its transactions: the same promises on SQLite and on PostgreSQL.

Python 3.11's sqlite3 begins transactions by itself, too late and never for a read: two writers that both
read first then lose updates without an error. So its own handling is switched off and every transaction is
begun here: ``BEGIN IMMEDIATE`` for a write, which waits for its turn, ``BEGIN`` for a read.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from sqlalchemy import Connection, DateTime, Dialect, Engine, Table, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert
from sqlalchemy.types import TypeDecorator

SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",  # NORMAL may lose acknowledged answers when the power fails.
    "busy_timeout=10000",
    "foreign_keys=ON",
    "secure_delete=ON",
    "cell_size_check=ON",
    "trusted_schema=OFF",
)

# "off" may lose acknowledged answers when the database server fails; "local" and the like are left alone.
_WAIT_FOR_DISK = (
    "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
)

# "On conflict" is spelt alike in both dialects, but SQLAlchemy has it in each dialect's own insert.
_UpsertInsert: TypeAlias = sqlite.Insert | postgresql.Insert
_INSERTS: dict[str, Callable[[Table], _UpsertInsert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


class Database:
    """One database: an engine, and the only two ways to begin a transaction."""

    def __init__(self, url: str) -> None:
        self.engine = _make_engine(url)
        self._writing = self.engine.execution_options(write=True)

    @property
    def is_sqlite(self) -> bool:
        """Whether transactions are SQLite's."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Give a session for reading; whatever it changed is rolled back."""
        with Session(self.engine) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Give a session that commits at the end, durably, or rolls back on any error."""
        with Session(self._writing, expire_on_commit=False) as session, session.begin():
            yield session

    def close(self) -> None:
        """Give every connection back to the operating system."""
        self.engine.dispose()


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept in UTC; SQLite has no time zones, so the zone is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive time: it would mean another moment on another machine."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"moment {value!r} has no time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the moment back as UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def insert_new(session: Session, table: Table, values: Mapping[str, Any]) -> bool:
    """Insert one row unless its key is there already; say whether it was new."""
    statement = _make_insert_new(table, session.get_bind().dialect.name)
    return session.connection().execute(statement, dict(values)).first() is not None


def add_counts(
    session: Session, table: Table, rows: Sequence[Mapping[str, Any]], counts: Sequence[str]
) -> None:
    """Insert rows of counts; where a row's key is there already, add to its ``counts`` columns."""
    if rows:
        statement = _make_add_counts(table, session.get_bind().dialect.name, tuple(counts))
        session.connection().execute(statement, list(rows))


@cache
def _make_insert_new(table: Table, dialect: str) -> ReturningInsert[Any]:
    return _INSERTS[dialect](table).on_conflict_do_nothing().returning(*table.primary_key)


@cache
def _make_add_counts(table: Table, dialect: str, counts: tuple[str, ...]) -> _UpsertInsert:
    statement = _INSERTS[dialect](table)
    sums = {name: table.c[name] + statement.excluded[name] for name in counts}
    return statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=sums)


def _make_engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        engine = create_engine(parsed, pool_pre_ping=True, hide_parameters=True)
        event.listen(engine, "connect", _prepare_postgresql)
        return engine
    if parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    # Errors carry their parameters into whatever log they reach, unless they are hidden.
    engine = create_engine(parsed, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_postgresql(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute(_WAIT_FOR_DISK)
    cursor.close()
    connection.commit()


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    for pragma in SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    is_write = connection.get_execution_options().get("write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_write else "BEGIN")
