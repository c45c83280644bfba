"""Erasure: what mixed answers leave on the disk goes, and a server that keeps commit times is refused."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from factories import answer_alone, open_department
from keystore import KEYS
from sqlalchemy import select, text

from survey import mixer
from survey.db import Database
from survey.erasure import CommitTimesError, erase_traces, refuse_commit_times
from survey.models import InboxEntry, Response


def read_ids(database: Database) -> list[bytes]:
    with database.read() as session:
        return list(session.scalars(select(InboxEntry.id)))


def read_inbox_bytes(database: Database) -> bytes:
    """Return every byte that the database keeps of the inbox on the disk, and of SQLite all it keeps."""
    if database.is_sqlite:
        path = Path(database.engine.url.database or "")
        return b"".join(file.read_bytes() for file in sorted(path.parent.glob(f"{path.name}*")))
    statement = text("SELECT pg_read_binary_file(pg_relation_filepath('inbox'))")
    with database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("CHECKPOINT"))
        return bytes(connection.execute(statement).scalar_one())


@pytest.fixture
def mixed_ids(database: Database) -> list[bytes]:
    """Mix ten answers and leave one more waiting; return the ids that the ten had in the inbox."""
    line = open_department(database)
    for _ in range(mixer.MINIMUM_BATCH):
        answer_alone(database, line)
    ids = read_ids(database)
    assert all(entry in read_inbox_bytes(database) for entry in ids)
    mixer.mix_due(database, KEYS)
    answer_alone(database, line)
    return ids


def test_nothing_of_a_mixed_entry_is_left_on_the_disk(database: Database, mixed_ids: list[bytes]) -> None:
    assert erase_traces(database)
    kept = read_inbox_bytes(database)
    assert [entry for entry in mixed_ids if entry in kept] == []
    (waiting,) = read_ids(database)
    assert waiting in kept


def test_it_gives_way_to_a_reader_and_says_so(database: Database, mixed_ids: list[bytes]) -> None:
    with closing(Database(database.engine.url.render_as_string(hide_password=False))) as other:
        with other.engine.connect() as reader:
            reader.execute(select(InboxEntry.id)).all()
            answer_row = erase_traces(_impatient(database))
        assert not answer_row
    assert erase_traces(database)


def _impatient(database: Database) -> Database:
    if database.is_sqlite:
        with closing(database.engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
            cursor.execute("PRAGMA busy_timeout=20")
    return database


def test_the_rows_of_a_batch_share_one_transaction_and_stand_in_shuffled_order(
    postgresql_database: Database,
) -> None:
    line = open_department(postgresql_database)
    for _ in range(20):
        answer_alone(postgresql_database, line)
    mixer.mix_due(postgresql_database, KEYS)
    with postgresql_database.read() as session:
        rows = session.execute(text("SELECT xmin::text, ctid::text, id FROM responses ORDER BY ctid")).all()
        n_responses = len(session.scalars(select(Response.id)).all())
    assert len({row[0] for row in rows}) == 1
    assert len(rows) == n_responses == 20


def test_an_ordinary_server_is_accepted(database: Database) -> None:
    refuse_commit_times(database)


class _Answer:
    """A server that says what its setting is; the real one would have to be restarted to change it."""

    def __init__(self, value: str) -> None:
        self._value = value

    def __enter__(self) -> _Answer:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def exec_driver_sql(self, statement: str) -> _Answer:
        assert statement == "SHOW track_commit_timestamp"
        return self

    def scalar(self) -> str:
        return self._value


@pytest.fixture
def timekeeping_database(monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """Give a PostgreSQL database whose server keeps the time of every commit."""
    database = Database("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    monkeypatch.setattr(database.engine, "connect", lambda: _Answer("on"))
    yield database
    database.close()


def test_a_server_that_keeps_commit_times_is_refused(timekeeping_database: Database) -> None:
    with pytest.raises(CommitTimesError, match="track_commit_timestamp"):
        refuse_commit_times(timekeeping_database)


def test_the_erased_log_is_empty(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    line = open_department(database)
    for _ in range(mixer.MINIMUM_BATCH):
        answer_alone(database, line)
    mixer.mix_due(database, KEYS)
    assert erase_traces(database)
    assert os.path.getsize(f"{database.engine.url.database}-wal") == 0
    database.close()
