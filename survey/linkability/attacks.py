"""Attacks: every order that a database keeps besides the one that a query asks for.

Each function returns the orders it finds in one table of answers; what gives no order is left out.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, quoted_name, text
from sqlalchemy.exc import DBAPIError

from survey.linkability.scores import Order


@dataclass(frozen=True, kw_only=True)
class Target:
    """A table of answers with the random key of its rows.

    ``witness`` is a table that is written when an answer arrives, ``arrival`` an expression
    over its rows ``w`` that tells when; None where there is no such table.
    """

    table: str
    key: str = "id"
    witness: str | None = None
    arrival: str = "w.xmin::text::bigint"


def attack_sqlite(path: Path, target: Target, name: str = "SQLite") -> list[Order]:
    """Return the orders in a seized SQLite file and the ``-wal`` beside it, which is read but not replayed."""
    log = path.with_name(f"{path.name}-wal")
    raw = {"文件": path.read_bytes(), "WAL": log.read_bytes() if log.exists() else b""}
    with closing(sqlite3.connect(path)) as connection:
        stored = _read_keys(connection, f"SELECT {target.key} FROM {target.table}")  # noqa: S608 - The names are the program's own.
        orders = [
            Order(trick=f"{name} 存储顺序", keys=stored),
            Order(trick=f"{name} rowid", keys=_read_rowids(connection, target)),
            Order(trick=f"{name} 编号大小", keys=sorted(stored)),
        ]
    for place, content in raw.items():
        orders += _find_places(f"{name} {place}", content, stored)
    return orders


def attack_postgresql(engine: Engine, target: Target, log: bytes = b"") -> list[Order]:
    """Return the orders in a PostgreSQL table: place, transaction, raw pages, and the given piece of log.

    Raw pages need a superuser or the extension pageinspect; without them the row's place must do.
    """
    with engine.connect() as connection:
        stored = _list_keys(connection, target, "ctid")
        orders = [
            Order(trick="PostgreSQL ctid", keys=stored),
            Order(trick="PostgreSQL xmin", keys=_list_keys(connection, target, "xmin::text::bigint, ctid")),
            Order(trick="PostgreSQL 编号大小", keys=sorted(stored)),
        ]
        if target.witness is not None:
            orders.append(Order(trick=f"PostgreSQL xmin={target.witness}", keys=_join(connection, target)))
        pages = read_pages(connection, target.table)
    orders += _find_places("PostgreSQL 页面", pages, stored)
    return orders + list(_find_places("PostgreSQL WAL", log, stored))


def read_pages(connection: Connection, table: str) -> bytes:
    """Return the bytes of a table's pages on the disk, dead rows and holes included; empty if not allowed."""
    connection.rollback()
    try:
        connection.execute(text("CHECKPOINT"))
        statement = text("SELECT pg_read_binary_file(pg_relation_filepath(:table))")
        return bytes(connection.execute(statement, {"table": table}).scalar_one())
    except DBAPIError:
        connection.rollback()
        return b""


def _find_places(name: str, content: bytes, keys: Sequence[bytes]) -> Iterator[Order]:
    first = {key: place for key in keys if (place := content.find(key)) >= 0}
    last = {key: content.rfind(key) for key in first}
    if first:
        yield Order(trick=f"{name}首次出现", keys=sorted(first, key=first.__getitem__))
        yield Order(trick=f"{name}末次出现", keys=sorted(last, key=last.__getitem__))


def _read_keys(connection: sqlite3.Connection, statement: str) -> list[bytes]:
    with closing(connection.execute(statement)) as rows:
        return [row[0] for row in rows]


def _read_rowids(connection: sqlite3.Connection, target: Target) -> list[bytes]:
    try:
        return _read_keys(connection, f"SELECT {target.key} FROM {target.table} ORDER BY rowid")  # noqa: S608 - As above.
    except sqlite3.OperationalError:
        # A table WITHOUT ROWID has none.
        return []


def _list_keys(connection: Connection, target: Target, order: str) -> list[bytes]:
    table = quoted_name(target.table, quote=True)
    statement = text(f'SELECT {target.key} FROM "{table}" ORDER BY {order}')  # noqa: S608 - As above.
    return [bytes(key) for key in connection.execute(statement).scalars()]


def _join(connection: Connection, target: Target) -> list[bytes]:
    statement = text(
        f"SELECT a.{target.key} FROM {target.table} a JOIN {target.witness} w "  # noqa: S608 - As above.
        f"ON a.xmin = w.xmin ORDER BY {target.arrival}"
    )
    return [bytes(key) for key in connection.execute(statement).scalars()]
