"""Backups: one SQLite file with every table of the survey, whatever the database it was taken from.

A backup is taken after mixing and holds no waiting answer, no device and no private key, so that an archive
of backups gives nobody the order in which answers came. Answers that still wait for a batch are therefore
not in it, and an open wave that is restored counts its devices anew.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from alembic.util import CommandError
from sqlalchemy import Connection, Table, func, insert, inspect, select, text, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from survey.db import Database
from survey.errors import SurveyError
from survey.keys import Keys
from survey.models import Base, Collector, DeviceKey, DeviceUse, InboxEntry, Lock, Wave
from survey.models.base import table_of
from survey.schema import check_schema, is_empty, upgrade_schema
from survey.usage import make_key
from survey.verification import verify_wave
from survey.words import WaveState

_ROWS_AT_ONCE = 5000
_LEFT_OUT = (table_of(InboxEntry), table_of(DeviceKey), table_of(DeviceUse))
_MADE_BY_MIGRATION = (table_of(Lock),)


class BackupError(SurveyError):
    """A backup that cannot be written, or a file that cannot be restored."""


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What a backup or a restored database holds.

    ``n_waiting`` counts the accepted answers that waited for the mixer when the backup was taken; they are
    not in it. ``n_rows`` is all rows of all tables together.
    """

    n_waves: int
    n_responses: int
    n_rows: int
    n_waiting: int


def write_backup(database: Database, path: Path) -> Contents:
    """Write a backup to a new file, whole or not at all, readable by its owner alone.

    The caller mixes first. Each collector's count of accepted answers is that of its mixed ones in the
    backup, so that the copy agrees with itself; slips used for answers that waited stay used. Raises
    BackupError when the file exists or cannot be written.
    """
    if path.exists():
        raise BackupError(f"备份文件 {path} 已存在；请换一个文件名，例如加上日期")
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        os.close(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        contents = _fill_file(database, partial)
        _sync(partial)
        partial.rename(path)
        _sync(path.parent)
    except OSError as error:
        raise BackupError(f"写不了备份文件 {path}：{error.strerror}") from error
    finally:
        for left in path.parent.glob(f"{partial.name}*"):
            left.unlink()
    return contents


def restore_backup(database: Database, path: Path, keys: Keys) -> Contents:
    """Fill an empty database of either kind from a backup and recount everything; all or nothing.

    A wave that is open gets a new key pair when its private key is no longer here: nothing waits for the old
    one. Raises BackupError for a database that is not empty, a file that is no backup of this version, and
    counts that do not agree.
    """
    if not path.is_file():
        raise BackupError(f"找不到备份文件 {path}")
    if is_empty(database):
        upgrade_schema(database)
    check_schema(database)
    with TemporaryDirectory() as folder, _open_copy(path, Path(folder)) as source:
        try:
            with source.read() as old, database.write() as session:
                _refuse_rows(session)
                contents = _copy_tables(old.connection(), session.connection())
                _verify(old, session)
                _renew_keys(session, keys)
        except DatabaseError as error:
            raise BackupError(f"{path} 恢复失败（{type(error.orig).__name__}）；没有恢复任何数据") from error
    return contents


def _fill_file(database: Database, path: Path) -> Contents:
    target = Database(f"sqlite:///{path}")
    try:
        upgrade_schema(target)
        with _read_snapshot(database) as old, target.write() as new:
            contents = _copy_tables(old.connection(), new.connection())
            new.execute(update(table_of(Collector)).values(accepted=Collector.mixed))
        # A file that keeps a log beside it could not be copied alone.
        _leave_log(target)
    finally:
        target.close()
    return contents


def _read_snapshot(database: Database) -> Session:
    """Begin to read a database as it is at one moment; SQLite's transactions always do."""
    if database.is_sqlite:
        return Session(database.engine)
    return Session(database.engine.execution_options(isolation_level="REPEATABLE READ"))


def _leave_log(database: Database) -> None:
    with closing(database.engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
        cursor.execute("PRAGMA journal_mode=DELETE")


def _copy_tables(old: Connection, new: Connection) -> Contents:
    counts = {}
    for table in Base.metadata.sorted_tables:
        if table not in (*_LEFT_OUT, *_MADE_BY_MIGRATION):
            counts[table.name] = _copy_table(table, old, new)
    if new.dialect.name == "postgresql":
        _advance_numbers(new)
    n_waiting = old.execute(select(func.count()).select_from(InboxEntry)).scalar_one()
    return Contents(
        n_waves=counts["waves"],
        n_responses=counts["responses"],
        n_rows=sum(counts.values()),
        n_waiting=n_waiting,
    )


def _copy_table(table: Table, old: Connection, new: Connection) -> int:
    """Copy the rows in the order of their keys: the order in which they stand may be that of their arrival."""
    n_rows = 0
    for rows in _read_rows(table, old):
        new.execute(insert(table), rows)
        n_rows += len(rows)
    return n_rows


def _read_rows(table: Table, old: Connection) -> Iterator[Sequence[dict[str, Any]]]:
    statement = select(table).order_by(*table.primary_key.columns)
    own = [
        column for column in table.columns if any(key.column.table is table for key in column.foreign_keys)
    ]
    if own:
        rows = [dict(row) for row in old.execute(statement).mappings()]
        if rows:
            yield _put_parents_first(rows, own[0].name)
        return
    result = old.execution_options(yield_per=_ROWS_AT_ONCE).execute(statement)
    for part in result.mappings().partitions(_ROWS_AT_ONCE):
        yield [dict(row) for row in part]


def _put_parents_first(rows: Sequence[dict[str, Any]], parent: str) -> list[dict[str, Any]]:
    placed: dict[Any, dict[str, Any]] = {}
    waiting = list(rows)
    while waiting:
        ready = [row for row in waiting if row[parent] is None or row[parent] in placed]
        if not ready:
            raise BackupError("备份中的单位互为上级，无法恢复")
        placed |= {row["id"]: row for row in ready}
        waiting = [row for row in waiting if row["id"] not in placed]
    return list(placed.values())


def _advance_numbers(connection: Connection) -> None:
    """Let PostgreSQL number new rows after those that were copied with their numbers."""
    for table in Base.metadata.sorted_tables:
        column = table.autoincrement_column
        if column is not None:
            connection.execute(
                text(
                    "SELECT setval(pg_get_serial_sequence(:table, :column), "  # noqa: S608 - Names of our own tables.
                    f'(SELECT max("{column.name}") FROM "{table.name}")) '
                    "WHERE pg_get_serial_sequence(:table, :column) IS NOT NULL"
                ),
                {"table": table.name, "column": column.name},
            )


@contextmanager
def _open_copy(path: Path, folder: Path) -> Iterator[Database]:
    """Give a copy of the backup that has the newest schema; the backup itself is only read."""
    copy = folder / "backup.db"
    shutil.copyfile(path, copy)
    source = Database(f"sqlite:///{copy}")
    try:
        _check_source(source, path)
        yield source
    finally:
        source.close()


def _check_source(source: Database, path: Path) -> None:
    try:
        if not inspect(source.engine).has_table("waves"):
            raise BackupError(f"{path} 不是 survey backup 写的备份文件")
        with source.engine.connect() as connection:
            fault = connection.exec_driver_sql("PRAGMA integrity_check").scalar()
        if fault != "ok":
            raise BackupError(f"备份文件 {path} 已损坏：{fault}")
        upgrade_schema(source)
    except DatabaseError as error:
        raise BackupError(f"{path} 不是备份文件，或已损坏（{error.orig}）") from error
    except CommandError as error:
        raise BackupError(f"备份文件 {path} 来自更新的版本；请先升级本程序") from error


def _refuse_rows(session: Session) -> None:
    for table in Base.metadata.sorted_tables:
        if table not in _MADE_BY_MIGRATION and session.execute(select(table).limit(1)).first() is not None:
            raise BackupError(f"数据库不是空的（表 {table.name} 已有数据）；恢复只能写入空的数据库")


def _verify(old: Session, session: Session) -> None:
    session.expire_all()
    for table in Base.metadata.sorted_tables:
        counts = [part.scalar(select(func.count()).select_from(table)) for part in (old, session)]
        if counts[0] != counts[1]:
            raise BackupError(f"表 {table.name} 应有 {counts[0]} 行，恢复了 {counts[1]} 行；没有恢复任何数据")
    faults = [str(line) for wave in session.scalars(select(Wave)) for line in verify_wave(session, wave)]
    if faults:
        raise BackupError(f"备份中的计数与答卷不一致，没有恢复任何数据：{'；'.join(faults[:3])}")


def _renew_keys(session: Session, keys: Keys) -> None:
    for wave in session.scalars(select(Wave).where(Wave.state == WaveState.OPEN)):
        if wave.seal_key is None or not keys.has_private(wave.seal_key):
            wave.seal_key = keys.make_pair()
        make_key(session, wave.id)
    session.flush()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
