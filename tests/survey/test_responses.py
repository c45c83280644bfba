"""Taking answers in: once, in time, never past the headcount, durable constraints behind it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from factories import AFTER, CLOSES, DURING, OPENS, answer, answer_alone, find_questionnaire, open_department
from keystore import KEYS
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import IntegrityError

from survey import mixer, waves
from survey.collectors import Doorway
from survey.db import Database
from survey.models import Collector, InboxEntry, Receipt, Response
from survey.models.base import table_of
from survey.responses import RefusedError, is_received


def count_rows(database: Database, model: type) -> int:
    with database.read() as session:
        return session.scalars(select(func.count()).select_from(model)).one()


def test_an_answer_is_taken_in_once_however_often_it_is_sent(database: Database) -> None:
    line = open_department(database)
    assert answer_alone(database, line, submission_id="same")
    assert not answer_alone(database, line, submission_id="same")
    assert count_rows(database, InboxEntry) == 1


def test_a_repeated_answer_is_known_after_mixing_and_after_closing(database: Database) -> None:
    line = open_department(database)
    answer_alone(database, line, submission_id="same")
    with database.write() as session:
        waves.close_wave(session, waves.find_wave(session, "第一轮"), AFTER, KEYS)
    assert not answer_alone(database, line, submission_id="same", now=AFTER)
    with database.read() as session:
        assert is_received(session, "same")
        assert not is_received(session, "other")


@pytest.mark.parametrize(
    ("moment", "doorway"),
    [(OPENS - timedelta(seconds=1), Doorway.EARLY), (CLOSES, Doorway.CLOSED)],
)
def test_an_answer_out_of_time_is_refused_and_leaves_nothing(
    database: Database, moment: datetime, doorway: Doorway
) -> None:
    line = open_department(database)
    with pytest.raises(RefusedError) as refused:
        answer_alone(database, line, now=moment)
    assert refused.value.doorway is doorway
    assert count_rows(database, InboxEntry) == count_rows(database, Receipt) == 0


def test_an_answer_past_the_headcount_is_refused_and_leaves_nothing(database: Database) -> None:
    line = open_department(database, headcount=2)
    answer_alone(database, line)
    answer_alone(database, line)
    with pytest.raises(RefusedError) as refused:
        answer_alone(database, line)
    assert refused.value.doorway is Doorway.FULL
    assert count_rows(database, InboxEntry) == count_rows(database, Receipt) == 2


def test_a_race_for_the_last_places_fills_exactly_those(database: Database) -> None:
    line = open_department(database, headcount=7)

    def race(_: int) -> bool:
        try:
            return answer_alone(database, line)
        except RefusedError:
            return False

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(race, range(40)))

    assert sum(taken) == 7
    assert count_rows(database, InboxEntry) == 7


def test_a_race_of_one_submission_makes_one_response(database: Database) -> None:
    line = open_department(database)
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: answer_alone(database, line, submission_id="same"), range(24)))
    assert sum(taken) == 1
    assert count_rows(database, InboxEntry) == 1


def test_answers_that_race_with_closing_are_counted_or_refused(database: Database) -> None:
    line = open_department(database, headcount=200)

    def race(number: int) -> bool:
        if number == 20:
            with database.write() as session:
                waves.close_wave(session, waves.find_wave(session, "第一轮"), DURING, KEYS)
            return False
        try:
            return answer_alone(database, line)
        except RefusedError:
            return False

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(race, range(60)))

    assert count_rows(database, Response) == sum(taken)
    assert count_rows(database, InboxEntry) == 0


def test_the_database_refuses_an_answer_to_a_closed_wave(database: Database) -> None:
    line = open_department(database)
    with database.write() as session:
        wave = waves.find_wave(session, "第一轮")
        waves.close_wave(session, wave, AFTER, KEYS)
    row = {
        "id": b"0" * 16,
        "wave_id": wave.id,
        "wave_state": "open",
        "collector_id": line.collector_id,
        "payload": b"",
    }
    with pytest.raises(IntegrityError), database.write() as session:
        session.execute(insert(table_of(InboxEntry)), row)


def test_the_database_refuses_to_close_a_wave_with_a_waiting_answer(database: Database) -> None:
    line = open_department(database)
    answer_alone(database, line)
    with pytest.raises(IntegrityError), database.write() as session:
        session.execute(text("UPDATE waves SET state = 'closed'"))


def test_the_database_refuses_a_sheet_of_another_length(database: Database) -> None:
    line = open_department(database)
    with database.read() as session:
        version_id = session.scalars(select(Response.version_id)).first() or 1
    row = {"collector_id": line.collector_id, "id": b"1" * 16, "version_id": version_id}
    for sheet_length, sheet in ((3, "000"), (12, "000")):
        with pytest.raises(IntegrityError), database.write() as session:
            session.execute(insert(table_of(Response)), row | {"sheet_length": sheet_length, "sheet": sheet})


def test_the_database_refuses_more_answers_than_people(database: Database) -> None:
    open_department(database, headcount=5)
    with pytest.raises(IntegrityError), database.write() as session:
        session.execute(text("UPDATE collectors SET accepted = 6"))


def test_the_database_refuses_a_second_collector_for_the_same_group(database: Database) -> None:
    open_department(database)
    with database.read() as session:
        row = session.execute(select(table_of(Collector))).mappings().one()
    with pytest.raises(IntegrityError), database.write() as session:
        session.execute(insert(table_of(Collector)), dict(row) | {"id": 99, "token": "OTHER"})


def test_a_blank_sheet_is_a_response(database: Database) -> None:
    line = open_department(database)
    with database.write() as session:
        assert answer(session, line, find_questionnaire(session, line), {})
    with database.write() as session:
        assert mixer.mix_rest(session, waves.find_wave(session, "第一轮"), KEYS) == 1
    with database.read() as session:
        assert set(session.scalars(select(Response.sheet)).one()) <= {"0", "-"}
