"""Devices and hours of arrival: counted by unit, never beside an answer, destroyed or coarse at the end."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from factories import AFTER, DURING, add_open_wave, add_unit, find_questionnaire, open_department
from keystore import KEYS
from sqlalchemy import Table, literal_column, select, text

from questionnaires import check_answers
from survey import collectors, mixer, responses, usage, waves
from survey.collectors import CollectorLine
from survey.db import Database
from survey.erasure import erase_traces
from survey.models import Arrival, DeviceKey, DeviceShare, DeviceUse, Receipt
from survey.models.base import table_of
from survey.usage import UnitHour, UnitShare, hash_device
from survey.words import UnitKind

HOUR = timedelta(hours=1)
_numbers = count(1)


def send(
    database: Database, line: CollectorLine, phone: str | None = None, now: datetime = DURING, name: str = ""
) -> bool:
    """Send one blank form from a phone; None is a browser that keeps no number."""
    with database.write() as session:
        submission = responses.Submission(
            collector_id=line.collector_id,
            submission_id=name or f"use-{next(_numbers)}",
            sheet=check_answers(find_questionnaire(session, line), {}).sheet,
            comments={},
            device=None if phone is None else hash_device("signing-key", phone),
        )
        return responses.save_response(session, submission, now)


def close(database: Database) -> None:
    with database.write() as session:
        waves.close_wave(session, waves.find_wave(session, "第一轮"), AFTER, KEYS)


def read_uses(database: Database) -> list[int]:
    with database.read() as session:
        return sorted(session.scalars(select(DeviceUse.n)))


def read_shares(database: Database) -> list[UnitShare]:
    with database.read() as session:
        return usage.list_shares(session, 1)


def test_it_counts_the_answers_of_each_device(database: Database) -> None:
    line = open_department(database)
    for phone in ("one", "one", "one", "two", None):
        send(database, line, phone)
    assert read_uses(database) == [1, 3]
    assert [(share.answers, share.repeated) for share in read_shares(database)] == [(4, 3)]


def test_an_answer_sent_again_is_not_counted_again(database: Database) -> None:
    line = open_department(database)
    assert send(database, line, "one", name="the same")
    assert not send(database, line, "one", name="the same")
    assert read_uses(database) == [1]
    with database.read() as session:
        assert [hour.n for hour in usage.list_hours(session, 1)] == [1]


def test_a_refused_answer_is_not_counted(database: Database) -> None:
    line = open_department(database, headcount=1)
    send(database, line, "one")
    with pytest.raises(responses.RefusedError):
        send(database, line, "two")
    assert read_uses(database) == [1]


def test_arrivals_hold_nothing_finer_than_an_hour(database: Database) -> None:
    line = open_department(database)
    start = DURING.replace(minute=0, second=0, microsecond=0)
    for moment in (start, start + timedelta(minutes=59, seconds=59), start + HOUR):
        send(database, line, now=moment)
    first = int(start.timestamp()) // 3600
    with database.read() as session:
        rows = sorted(usage.list_hours(session, 1), key=lambda row: row.hour)
        stored = session.execute(text("SELECT hour FROM arrivals ORDER BY hour")).scalars().all()
    assert [(row.hour, row.n) for row in rows] == [(first, 2), (first + 1, 1)]
    assert stored == [first, first + 1]
    assert all(isinstance(row, UnitHour) for row in rows)


def test_closing_keeps_a_share_and_destroys_the_devices_and_their_key(database: Database) -> None:
    line = open_department(database)
    for phone in ("one", "one", "two"):
        send(database, line, phone)
    close(database)
    with database.read() as session:
        assert session.scalars(select(DeviceUse)).all() == []
        assert session.scalars(select(DeviceKey)).all() == []
        (share,) = session.scalars(select(DeviceShare)).all()
    assert (share.answers, share.repeated) == (3, 2)
    assert [(kept.answers, kept.repeated) for kept in read_shares(database)] == [(3, 2)]


def test_a_closing_that_fails_keeps_the_devices(database: Database) -> None:
    line = open_department(database)
    send(database, line, "one")
    with database.read() as session:
        waves.close_wave(session, waves.find_wave(session, "第一轮"), AFTER, KEYS)
        assert session.scalars(select(DeviceUse)).all() == []
    assert read_uses(database) == [1]
    with database.read() as session:
        assert len(session.scalars(select(DeviceKey)).all()) == 1


def test_the_same_phone_has_another_hash_in_another_wave(database: Database) -> None:
    line = open_department(database)
    with database.write() as session:
        second = add_open_wave(session, "第二轮")
        (other, *_) = collectors.list_collectors(session, second)
    for collector in (line, other):
        send(database, collector, "one")
    with database.read() as session:
        hashes = session.scalars(select(DeviceUse.device)).all()
    assert len(set(hashes)) == 2
    assert {len(kept) for kept in hashes} == {16}


def test_the_hash_needs_the_key_of_the_installation() -> None:
    assert hash_device("signing-key", "one") == hash_device("signing-key", "one")
    assert hash_device("another key", "one") != hash_device("signing-key", "one")


def test_nothing_of_the_devices_is_left_on_the_disk_after_closing(database: Database) -> None:
    line = open_department(database)
    send(database, line, "one")
    with database.read() as session:
        kept = [*session.scalars(select(DeviceUse.device)), *session.scalars(select(DeviceKey.secret))]
    assert all(piece in read_bytes(database) for piece in kept)
    close(database)
    assert erase_traces(database)
    left = read_bytes(database)
    assert [piece for piece in kept if piece in left] == []


def read_bytes(database: Database) -> bytes:
    """Return every byte kept on the disk: the files of SQLite, PostgreSQL's files of devices and keys."""
    if database.is_sqlite:
        path = database.engine.url.database or ""
        return b"".join(file.read_bytes() for file in sorted(Path(path).parent.glob(f"{Path(path).name}*")))
    with database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("CHECKPOINT"))
        return b"".join(
            bytes(
                connection.execute(
                    text(f"SELECT pg_read_binary_file(pg_relation_filepath('{table}'))")
                ).scalar_one()
            )
            for table in ("device_uses", "device_keys")
        )


def test_after_a_mix_no_count_names_the_commit_of_an_answer(postgresql_database: Database) -> None:
    database = postgresql_database
    line = open_department(database)
    for number in range(mixer.MINIMUM_BATCH):
        send(database, line, f"phone {number}")
    before = read_writers(database, table_of(Receipt))
    assert read_writers(database, table_of(DeviceUse)) <= before
    mixer.mix_due(database, KEYS)
    erase_traces(database)
    for table in (table_of(DeviceUse), table_of(Arrival)):
        assert read_writers(database, table).isdisjoint(before)


def test_answers_of_one_unit_and_mixing_at_once_lose_no_count(database: Database) -> None:
    with database.write() as session:
        add_unit(session, "T01", kind=UnitKind.TOWNSHIP, civil_servants=60, deputies=60)
        lines = collectors.list_collectors(session, add_open_wave(session))

    def answer_often(number: int) -> None:
        for turn in range(12):
            send(database, lines[number % 2], f"phone {turn % 3}", name=f"{number}-{turn}")

    with ThreadPoolExecutor(9) as pool:
        answering = [pool.submit(answer_often, number) for number in range(8)]
        mixing = pool.submit(lambda: [mixer.mix_due(database, KEYS) for _ in range(12)])
        for task in (*answering, mixing):
            task.result(timeout=60)
    assert read_uses(database) == [32, 32, 32]
    with database.read() as session:
        assert sum(row.n for row in usage.list_hours(session, 1)) == 96


def read_writers(database: Database, table: Table) -> set[int]:
    with database.read() as session:
        return set(session.execute(select(literal_column("xmin::text::bigint")).select_from(table)).scalars())


def test_arrivals_of_every_wave_stay(database: Database) -> None:
    line = open_department(database)
    send(database, line)
    close(database)
    with database.read() as session:
        assert [row.n for row in session.scalars(select(Arrival))] == [1]
