"""A county that answered honestly, and one phone that fills in a unit's answers, both from a seed."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from random import Random

from factories import DURING, add_open_wave, add_unit, find_questionnaire
from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from questionnaires import Codebook, Questionnaire, check_answers
from survey import collectors, responses
from survey.collectors import CollectorLine
from survey.db import Database, add_counts
from survey.models import Arrival, Collector, DeviceUse, Response, Wave, WaveGroup
from survey.models.base import table_of
from survey.usage import hash_device

N_UNITS = 40
N_ANSWERS = 30
HEADCOUNT = 60
STUFFED = "D07"


def fill_county(database: Database, seed: int = 7) -> list[CollectorLine]:
    """Open a wave over 40 departments in each of which 30 people have answered as they think; mixed already."""
    random = Random(seed)
    with database.write() as session:
        for number in range(1, N_UNITS + 1):
            add_unit(session, f"D{number:02d}", civil_servants=HEADCOUNT)
        wave = add_open_wave(session)
        lines = collectors.list_collectors(session, wave)
        for line in lines:
            _fill_unit(session, wave, line, random)
    return lines


def stuff_unit(database: Database, line: CollectorLine, n: int = 20) -> None:
    """Answer ``n`` times on one phone within an hour, always the same, through the use case of the form."""
    with database.write() as session:
        asked = find_questionnaire(session, line)
        choices = {
            item.code: [item.options[number % 3].code] for number, item in enumerate(asked.choice_items)
        }
        sheet = check_answers(asked, choices).sheet
        for number in range(n):
            submission = responses.Submission(
                collector_id=line.collector_id,
                submission_id=f"stuffed-{number}",
                sheet=sheet,
                comments={},
                device=hash_device("signing-key", "one phone"),
            )
            responses.save_response(session, submission, DURING)


def _fill_unit(session: Session, wave: Wave, line: CollectorLine, random: Random) -> None:
    questionnaire = find_questionnaire(session, line)
    codebook = Codebook(questionnaire)
    mood = random.gauss(0.5, 0.4)
    sheets = [codebook.encode(_draw_answers(questionnaire, mood, random)) for _ in range(N_ANSWERS)]
    version = session.get_one(WaveGroup, (wave.id, line.group)).version_id
    rows = [
        {
            "collector_id": line.collector_id,
            "id": secrets.token_bytes(16),
            "version_id": version,
            "sheet_length": len(sheet),
            "sheet": sheet,
        }
        for sheet in sheets
    ]
    session.execute(insert(table_of(Response)), rows)
    of_line = update(table_of(Collector)).where(Collector.id == line.collector_id)
    session.execute(of_line.values(accepted=N_ANSWERS, mixed=N_ANSWERS))
    place = {"wave_id": wave.id, "unit_id": session.get_one(Collector, line.collector_id).unit_id}
    start = int(DURING.timestamp()) // 3600
    hours = [place | {"hour": start + random.randrange(100), "n": 1} for _ in range(N_ANSWERS)]
    add_counts(session, table_of(Arrival), hours, ["n"])
    devices = [place | {"device": random.randbytes(16), "n": n} for n in _draw_devices(random)]
    add_counts(session, table_of(DeviceUse), devices, ["n"])


def _draw_devices(random: Random) -> Iterator[int]:
    left = N_ANSWERS
    while left:
        n = 2 if left > 1 and random.random() < 0.04 else 1
        left -= n
        yield n


def _draw_answers(questionnaire: Questionnaire, mood: float, random: Random) -> dict[str, tuple[str, ...]]:
    person = mood + random.gauss(0, 1)
    answers = {}
    for item in questionnaire.choice_items:
        codes = [option.code for option in item.options if option.meaning != "unsure"]
        felt = 0.35 - 0.13 * person + random.gauss(0, 0.15)
        place = min(len(codes) - 1, max(0, int(felt * len(codes))))
        is_tested = item.topic in {"knowledge", "routing"}
        answers[item.code] = (random.choice(codes) if is_tested else codes[place],)
    return answers
