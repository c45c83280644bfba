"""Backups: whole, without anything that waits, and restorable into either kind of database."""

from __future__ import annotations

import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from factories import AFTER, add_open_wave, add_unit, answer_alone, open_department
from keystore import KEYS
from sqlalchemy import delete, func, select, update

from survey import collectors, mixer, waves
from survey.backups import BackupError, restore_backup, write_backup
from survey.collectors import CollectorLine
from survey.db import Database
from survey.keys import Keys
from survey.models import Base, Collector, InboxEntry, Unit, Wave
from survey.models.base import table_of
from survey.verification import verify_wave
from survey.words import UnitKind

LEFT_OUT = {"inbox", "device_keys", "device_uses"}
"""What waits, and what is told of devices while a wave is open: in no backup, if the database has it at all."""


@pytest.fixture
def line(database: Database) -> CollectorLine:
    """Open a wave with a tree of units; ten of a department's answers are mixed and three wait."""
    with database.write() as session:
        later = add_unit(session, "V01", kind=UnitKind.VILLAGE, village_cadres=5)
        town = add_unit(session, "T01", kind=UnitKind.TOWNSHIP, civil_servants=9)
        later.parent_id = town.id
        add_unit(session, "D01", civil_servants=30)
        lines = collectors.list_collectors(session, add_open_wave(session))
    line = next(line for line in lines if line.unit_code == "D01")
    for _ in range(mixer.MINIMUM_BATCH):
        answer_alone(database, line)
    mixer.mix_due(database, KEYS)
    for _ in range(3):
        answer_alone(database, line)
    return line


@pytest.fixture
def empty(tmp_path: Path, sqlite_template: Path) -> Iterator[Database]:
    """Give an empty SQLite database to restore into."""
    shutil.copy(sqlite_template, tmp_path / "empty.db")
    opened = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    yield opened
    opened.close()


def dump(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table that a backup holds, in the order of the keys."""
    with database.read() as session:
        return {
            table.name: [
                tuple(row) for row in session.execute(select(table).order_by(*table.primary_key.columns))
            ]
            for table in Base.metadata.sorted_tables
            if table.name not in LEFT_OUT
        }


def test_a_backup_restores_to_the_same_tables(
    database: Database, line: CollectorLine, empty: Database, tmp_path: Path
) -> None:
    written = write_backup(database, tmp_path / "backup.db")
    restored = restore_backup(empty, tmp_path / "backup.db", KEYS)
    assert (written.n_responses, written.n_waiting, restored.n_waiting) == (10, 3, 0)
    with database.write() as session:
        # In the backup as many were accepted as were mixed; otherwise nothing differs.
        session.execute(delete(table_of(InboxEntry)))
        session.execute(update(table_of(Collector)).values(accepted=Collector.mixed))
    assert dump(empty) == dump(database)


def test_a_restored_database_takes_and_mixes_answers(
    database: Database, line: CollectorLine, empty: Database, tmp_path: Path
) -> None:
    write_backup(database, tmp_path / "backup.db")
    restore_backup(empty, tmp_path / "backup.db", KEYS)
    for _ in range(mixer.MINIMUM_BATCH):
        answer_alone(empty, line)
    assert mixer.mix_due(empty, KEYS) == mixer.MINIMUM_BATCH
    with empty.read() as session:
        assert verify_wave(session, waves.find_wave(session, "第一轮")) == []


def test_a_backup_of_sqlite_restores_into_postgresql_and_numbers_go_on(
    sqlite_url: str, postgresql_database: Database, tmp_path: Path
) -> None:
    source = Database(sqlite_url)
    line = open_department(source)
    for _ in range(mixer.MINIMUM_BATCH):
        answer_alone(source, line)
    mixer.mix_due(source, KEYS)
    write_backup(source, tmp_path / "backup.db")
    assert restore_backup(postgresql_database, tmp_path / "backup.db", KEYS).n_responses == 10
    assert dump(postgresql_database) == dump(source)
    source.close()
    with postgresql_database.write() as session:
        add_unit(session, "D02", civil_servants=5)
        assert add_open_wave(session, "第二轮").id == 2


def test_a_wave_whose_private_key_is_lost_gets_a_new_pair(
    database: Database, line: CollectorLine, empty: Database, tmp_path: Path
) -> None:
    write_backup(database, tmp_path / "backup.db")
    elsewhere = Keys(tmp_path / "keys")
    restore_backup(empty, tmp_path / "backup.db", elsewhere)
    with empty.read() as session:
        assert elsewhere.has_private(session.scalars(select(Wave.seal_key)).one() or b"")


def test_a_backup_holds_no_inbox_no_private_key_and_no_bytes_of_either(
    database: Database, line: CollectorLine, tmp_path: Path
) -> None:
    write_backup(database, tmp_path / "backup.db")
    content = (tmp_path / "backup.db").read_bytes()
    with database.read() as session:
        entries = session.scalars(select(InboxEntry)).all()
        public = session.scalars(select(Wave.seal_key)).one() or b""
    private = bytes(KEYS.read_private(public))
    assert len(entries) == 3
    assert [entry.id for entry in entries if entry.id in content or entry.payload in content] == []
    assert private not in content
    assert private.hex().encode() not in content
    with closing(sqlite3.connect(tmp_path / "backup.db")) as connection:
        assert connection.execute("SELECT count(*) FROM inbox").fetchone() == (0,)


def test_a_backup_is_one_file_for_its_owner_alone(
    database: Database, line: CollectorLine, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    write_backup(database, folder / "backup.db")
    (file,) = folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_an_existing_file_is_never_overwritten(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "backup.db"
    path.write_bytes(b"precious")
    with pytest.raises(BackupError, match="已存在"):
        write_backup(database, path)
    assert path.read_bytes() == b"precious"


def test_a_backup_that_fails_leaves_nothing(
    database: Database, line: CollectorLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("survey.backups._sync", fail)
    with pytest.raises(BackupError, match="No space left"):
        write_backup(database, folder / "backup.db")
    assert list(folder.iterdir()) == []


def test_a_folder_that_is_not_there_is_named(database: Database, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="写不了备份文件"):
        write_backup(database, tmp_path / "nowhere" / "backup.db")


def test_a_database_with_rows_is_left_alone(database: Database, line: CollectorLine, tmp_path: Path) -> None:
    write_backup(database, tmp_path / "backup.db")
    before = dump(database)
    with pytest.raises(BackupError, match="不是空的"):
        restore_backup(database, tmp_path / "backup.db", KEYS)
    assert dump(database) == before


@pytest.mark.parametrize("content", [None, b"", b"not a database at all", b"SQLite format 3\0" + b"\1" * 200])
def test_a_file_that_is_no_backup_is_refused(empty: Database, tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "other.db"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BackupError, match=r"other\.db"):
        restore_backup(empty, path, KEYS)


def test_counts_that_were_changed_in_the_file_are_found_and_nothing_is_restored(
    database: Database, line: CollectorLine, empty: Database, tmp_path: Path
) -> None:
    path = tmp_path / "backup.db"
    write_backup(database, path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE cells SET n = n + 1 WHERE item = 'overall'")
        connection.commit()
    with pytest.raises(BackupError, match="计数与答卷不一致"):
        restore_backup(empty, path, KEYS)
    with empty.read() as session:
        assert session.scalars(select(func.count()).select_from(Unit)).one() == 0


def test_a_backup_of_a_newer_version_is_refused(
    database: Database, line: CollectorLine, empty: Database, tmp_path: Path
) -> None:
    path = tmp_path / "backup.db"
    write_backup(database, path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    with pytest.raises(BackupError, match="更新的版本"):
        restore_backup(empty, path, KEYS)


def test_a_database_without_tables_is_prepared_first(
    database: Database, line: CollectorLine, tmp_path: Path
) -> None:
    write_backup(database, tmp_path / "backup.db")
    new = Database(f"sqlite:///{tmp_path / 'new' / 'survey.db'}")
    assert restore_backup(new, tmp_path / "backup.db", KEYS).n_waves == 1
    new.close()


def test_rows_stand_in_the_order_of_their_keys_not_of_their_arrival(
    database: Database, line: CollectorLine, tmp_path: Path
) -> None:
    write_backup(database, tmp_path / "backup.db")
    with closing(sqlite3.connect(tmp_path / "backup.db")) as connection:
        for table, key in (("responses", "id"), ("receipts", "digest")):
            stored = [row[0] for row in connection.execute(f"SELECT {key} FROM {table}")]  # noqa: S608 - Names of our own.
            assert stored == sorted(stored)


def test_a_closed_wave_is_wholly_in_its_backup(
    database: Database, line: CollectorLine, tmp_path: Path
) -> None:
    with database.write() as session:
        waves.close_wave(session, waves.find_wave(session, "第一轮"), AFTER, KEYS)
    contents = write_backup(database, tmp_path / "backup.db")
    assert (contents.n_responses, contents.n_waiting) == (13, 0)
