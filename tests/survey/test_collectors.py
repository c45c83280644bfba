"""What somebody meets who arrives with a code."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from factories import AFTER, CLOSES, DURING, OPENS, answer_alone, open_department
from keystore import KEYS

from survey import waves
from survey.codes import DamagedCodeError, make_code
from survey.collectors import TOKEN_LENGTH, Doorway, find_visit, make_address
from survey.db import Database
from survey.words import Group


@pytest.mark.parametrize(
    ("moment", "doorway"),
    [
        (OPENS - timedelta(seconds=1), Doorway.EARLY),
        (OPENS, Doorway.OPEN),
        (CLOSES - timedelta(microseconds=1), Doorway.OPEN),
        (CLOSES, Doorway.CLOSED),
    ],
)
def test_the_doorway_is_open_from_the_first_moment_to_the_last(
    database: Database, moment: datetime, doorway: Doorway
) -> None:
    line = open_department(database)
    with database.read() as session:
        visit = find_visit(session, line.token, moment)
    assert visit is not None
    assert visit.doorway is doorway
    assert (visit.unit, visit.group, visit.wave, visit.county) == (
        "单位D01",
        Group.CIVIL_SERVANTS,
        "第一轮",
        "示例县",
    )


def test_a_closed_wave_is_closed_whatever_the_clock_says(database: Database) -> None:
    line = open_department(database)
    with database.write() as session:
        waves.close_wave(session, waves.find_wave(session, "第一轮"), AFTER, KEYS)
    with database.read() as session:
        visit = find_visit(session, line.token, DURING)
    assert visit is not None
    assert visit.doorway is Doorway.CLOSED


def test_the_doorway_is_full_when_as_many_have_answered_as_there_are(database: Database) -> None:
    line = open_department(database, headcount=1)
    answer_alone(database, line)
    with database.read() as session:
        visit = find_visit(session, line.token, DURING)
    assert visit is not None
    assert visit.doorway is Doorway.FULL


def test_a_whole_code_that_nobody_has_finds_nothing(database: Database) -> None:
    with database.read() as session:
        assert find_visit(session, make_code(TOKEN_LENGTH), DURING) is None


def test_a_cut_off_code_is_named_as_damaged(database: Database) -> None:
    line = open_department(database)
    with database.read() as session, pytest.raises(DamagedCodeError):
        find_visit(session, line.token[:-1], DURING)


def test_an_address_is_the_public_one_with_the_code() -> None:
    assert make_address("https://wj.example.gov.cn", "ABCD2345") == "https://wj.example.gov.cn/q/ABCD2345"
