"""A clock that is set back or forward by a day: no early and no late answer is taken."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
import servers
from factories import CLOSES, DURING, OPENS, answer_alone, open_department
from keystore import KEYS
from phones import Answer, Diary, Phone
from servers import Installation, wait_until
from smallwave import WAVE, count_answers, move_wave, open_small_wave
from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from survey import waves
from survey.clock import now
from survey.collectors import CollectorLine, Doorway
from survey.db import Database
from survey.keys import Keys
from survey.models import InboxEntry, Wave
from survey.models.base import table_of
from survey.responses import RefusedError
from survey.words import WaveState

DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
LEFT_OPEN = timedelta(seconds=3)
PROGRAM = Path(servers.__file__).with_name("setclock.py")


@pytest.mark.parametrize(
    ("moment", "doorway"),
    [
        (OPENS - DAY, Doorway.EARLY),
        (OPENS - TICK, Doorway.EARLY),
        (CLOSES, Doorway.CLOSED),
        (CLOSES + DAY, Doorway.CLOSED),
    ],
)
def test_no_answer_is_taken_outside_the_period(
    database: Database, moment: datetime, doorway: Doorway
) -> None:
    line = open_department(database)
    with pytest.raises(RefusedError) as refused:
        answer_alone(database, line, now=moment)
    assert refused.value.doorway is doorway
    assert count_answers(database) == 0


@pytest.mark.parametrize("moment", [OPENS, OPENS + DAY, CLOSES - DAY, CLOSES - TICK])
def test_an_answer_is_taken_up_to_both_ends_of_the_period(database: Database, moment: datetime) -> None:
    assert answer_alone(database, open_department(database), now=moment)


@pytest.mark.parametrize("moment", [OPENS - DAY, DURING - DAY, DURING, DURING + DAY])
def test_no_clock_opens_a_closed_wave_again(database: Database, moment: datetime) -> None:
    line = open_department(database)
    answer_alone(database, line)
    close(database, DURING)
    with pytest.raises(RefusedError) as refused:
        answer_alone(database, line, now=moment)
    assert refused.value.doorway is Doorway.CLOSED


def test_the_database_itself_refuses_an_answer_to_a_closed_wave(database: Database) -> None:
    line = open_department(database)
    close(database, DURING)
    for state in (WaveState.OPEN, WaveState.CLOSED):
        with pytest.raises(IntegrityError), database.write() as session:
            session.execute(insert(table_of(InboxEntry)), [entry(line, state)])


def test_the_database_itself_refuses_to_close_over_a_waiting_answer(database: Database) -> None:
    answer_alone(database, open_department(database))
    with pytest.raises(IntegrityError), database.write() as session:
        session.execute(update(Wave).values(state=WaveState.CLOSED))


def close(database: Database, moment: datetime) -> None:
    with database.write() as session:
        waves.close_wave(session, waves.find_wave(session, WAVE), moment, KEYS)


def entry(line: CollectorLine, state: WaveState) -> dict[str, object]:
    return {
        "id": b"1" * 16,
        "wave_id": 1,
        "wave_state": state,
        "collector_id": line.collector_id,
        "payload": b"late",
    }


class Clock:
    """The clock on the wall of a server, which can be set while the server runs."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "clock"
        self.program = (str(PROGRAM), str(self._file))
        self.set(timedelta())

    def set(self, offset: timedelta) -> None:
        """Set the clock so far off the true time."""
        fresh = self._file.with_suffix(".new")
        fresh.write_text(str(offset.total_seconds()), encoding="ascii")
        fresh.replace(self._file)


@pytest.fixture
def clock(tmp_path: Path) -> Clock:
    """Return a clock for a server."""
    return Clock(tmp_path)


@pytest.fixture
def installation(clock: Clock, sqlite_url: str, tmp_path: Path) -> Iterator[Installation]:
    """Give an installation whose server goes by that clock."""
    installed = Installation(sqlite_url, tmp_path, clock.program)
    yield installed
    installed.clean_up()


@pytest.mark.slow
def test_a_running_server_takes_no_late_answer_when_its_clock_is_set_back(
    installation: Installation, clock: Clock, sqlite_url: str, tmp_path: Path
) -> None:
    database = Database(sqlite_url)
    line = open_small_wave(database, headcount=10_000, keys=Keys.beside(tmp_path / "instance"))
    diary = Diary()
    phone = Phone(0, installation.port, [line.token], diary)
    installation.start()
    assert send(phone, line, 1)
    move_wave(database, opens_at=now() - 3 * DAY, closes_at=now() + LEFT_OPEN)
    numbers = count(2)
    wait_until(lambda: not send(phone, line, next(numbers)))
    n_answers = count_answers(database)
    for offset in (-DAY, -DAY / 24, DAY):
        clock.set(offset)
        assert not any(send(phone, line, next(numbers)) for _ in range(8))
    phone.hang_up()
    assert count_answers(database) == n_answers
    assert installation.stop() == 0
    database.close()


@pytest.mark.slow
def test_a_running_server_takes_no_early_answer_and_ends_nothing_when_its_clock_is_set_forward(
    installation: Installation, clock: Clock, sqlite_url: str, tmp_path: Path
) -> None:
    database = Database(sqlite_url)
    line = open_small_wave(database, headcount=100, keys=Keys.beside(tmp_path / "instance"))
    phone = Phone(0, installation.port, [line.token], Diary())
    installation.start()
    clock.set(DAY)
    move_wave(database, opens_at=now() + DAY / 2, closes_at=now() + 9 * DAY)
    assert not any(send(phone, line, number) for number in range(1, 9))
    move_wave(database, opens_at=now() - DAY, closes_at=now() + DAY / 2)
    assert all(send(phone, line, number) for number in range(9, 17))
    phone.hang_up()
    assert count_answers(database) == 8
    assert installation.stop() == 0
    database.close()


def send(phone: Phone, line: CollectorLine, number: int) -> bool:
    """Send one answer once; return whether the phone was thanked."""
    answer = Answer(token=line.token, submission_id=f"{number:064x}", serial=str(number), option="good")
    return phone.send(answer)
