"""Loot: everything that somebody takes away who seizes the machine at one moment, except the key folder."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, select, text
from sqlalchemy.exc import DBAPIError

from survey.db import Database
from survey.linkability.attacks import Target, attack_postgresql, attack_sqlite, read_pages
from survey.linkability.scores import Order
from survey.linkability.stage import Stage
from survey.models import Comment, InboxEntry, Response

RESPONSES = Target(table="responses", witness="receipts")
COMMENTS = Target(table="comments", witness="receipts")
INBOX = Target(table="inbox", witness="receipts")
_SEEN_TABLES = ("inbox", "receipts", "responses", "comments", "collectors", "cells", "slips")


@dataclass(frozen=True, kw_only=True)
class Loot:
    """What was seized: raw files by name, the rows that can be read, and the orders found in each table.

    ``rows`` gives for ``responses`` and ``comments`` each row's key, collector and content; ``payloads`` what
    waits in the inbox. ``logs`` are among the files, and named so that they can be searched by themselves.
    ``position`` is where PostgreSQL's write-ahead log stood.
    """

    position: str
    files: Mapping[str, bytes]
    logs: Sequence[str]
    rows: Mapping[str, Sequence[tuple[bytes, int, str]]]
    payloads: Sequence[bytes]
    orders: Mapping[str, Sequence[Order]]


def read_position(database: Database) -> str:
    """Return where PostgreSQL's write-ahead log stands now; empty for SQLite and where that is not allowed."""
    if database.is_sqlite:
        return ""
    with database.engine.connect() as connection:
        return str(connection.execute(text("SELECT pg_current_wal_lsn()")).scalar_one())


def seize(stage: Stage, database: Database, *, since: Loot | str, extra: Mapping[str, bytes]) -> Loot:
    """Take everything now. ``since`` is the seizure before, or the log's position when the game began.

    ``extra`` are exports and backups. PostgreSQL throws its log away in pieces, so that what an earlier
    seizure got of it is carried on.
    """
    position = read_position(database)
    if database.is_sqlite:
        files, orders = _seize_file(stage, Path(database.engine.url.database or ""))
    else:
        files, orders = _seize_server(database.engine, since)
    logs = _read_logs(stage)
    with database.read() as session:
        connection = session.connection()
        return Loot(
            position=position,
            files={**files, **logs, **extra},
            logs=list(logs),
            rows={
                "responses": _plain(connection, select(Response.id, Response.collector_id, Response.sheet)),
                "comments": _plain(connection, select(Comment.id, Comment.collector_id, Comment.text)),
            },
            payloads=session.scalars(select(InboxEntry.payload)).all(),
            orders=orders,
        )


def _plain(connection: Connection, statement: object) -> list[tuple[bytes, int, str]]:
    rows = connection.execute(statement)  # type: ignore[call-overload]  # Each select has these three columns.
    return [(row[0], row[1], row[2]) for row in rows]


def _seize_file(stage: Stage, path: Path) -> tuple[dict[str, bytes], dict[str, list[Order]]]:
    taken = stage.folder / "taken"
    taken.mkdir(exist_ok=True)
    for file in path.parent.glob(f"{path.name}*"):
        if not file.name.endswith("-shm"):
            shutil.copy(file, taken / file.name)
    files = {file.name: file.read_bytes() for file in sorted(taken.iterdir())}
    orders = {}
    for target in (RESPONSES, COMMENTS, INBOX):
        # Looking into a copy folds its log into the file, so each look takes a copy of its own.
        copy = stage.folder / f"look-{target.table}.db"
        for name, content in files.items():
            copy.with_name(name.replace(path.name, copy.name)).write_bytes(content)
        orders[target.table] = attack_sqlite(copy, target)
    shutil.rmtree(taken)
    return files, orders


def _seize_server(engine: Engine, since: Loot | str) -> tuple[dict[str, bytes], dict[str, list[Order]]]:
    earlier, start = (since.files["WAL"], since.position) if isinstance(since, Loot) else (b"", since)
    with engine.connect() as connection:
        # Before the pages: reading those makes a checkpoint, which throws old pieces of the log away.
        log = earlier + _read_log(connection, start)
        files = {f"表 {table}": read_pages(connection, table) for table in _SEEN_TABLES} | {"WAL": log}
    orders = {target.table: attack_postgresql(engine, target, log) for target in (RESPONSES, COMMENTS, INBOX)}
    return files, orders


def _read_log(connection: Connection, since: str) -> bytes:
    """Return the segments of the write-ahead log that were written since; empty if not allowed."""
    statement = text(
        "SELECT pg_read_binary_file('pg_wal/' || name) FROM pg_ls_waldir() WHERE name BETWEEN "
        "pg_walfile_name(CAST(:since AS pg_lsn)) AND pg_walfile_name(pg_current_wal_lsn()) ORDER BY name"
    )
    try:
        segments = [bytes(part) for part in connection.execute(statement, {"since": since}).scalars()]
    except DBAPIError:
        connection.rollback()
        return b""
    _, _, low = since.partition("/")
    start = int(low or "0", 16) % (len(segments[0]) if segments else 1)
    return b"".join(segments)[start:]


def _read_logs(stage: Stage) -> dict[str, bytes]:
    places = [stage.talk, *sorted((stage.instance / "logs").glob("*"))]
    return {f"日志 {place.name}": place.read_bytes() for place in places if place.is_file()}
