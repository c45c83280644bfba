"""Who holds the answers and the roster gets the published table again, byte for byte."""

from pathlib import Path
from random import Random

import pandas as pd
import pytest
from factories import AFTER, add_open_wave, add_unit, answer
from keystore import KEYS
from sqlalchemy import select

from analysis.__main__ import main
from questionnaires import Codebook
from survey import collectors, mixer, waves
from survey.counts import read_versions
from survey.db import Database
from survey.exports import make_csv
from survey.models import Response
from survey.results import By, make_table
from survey.words import UnitKind

UNITS = {
    "D01": {"civil_servants": 60},
    "D02": {"civil_servants": 4},
    "E01": {"soe_staff": 40},
    "D03": {"deputies": 9},
}


def add_units(session):
    town = add_unit(session, "T01", kind=UnitKind.TOWNSHIP, civil_servants=50, deputies=15)
    add_unit(session, "T01V01", kind=UnitKind.VILLAGE, parent=town, village_cadres=12)
    for code, headcounts in UNITS.items():
        add_unit(session, code, **headcounts)


def answer_at_random(session, wave, random):
    versions = read_versions(session, wave)
    for line in collectors.list_collectors(session, wave):
        for _ in range(random.randint(0, line.headcount or 30)):
            questionnaire = versions[line.group]
            chosen = {
                item.code: [random.choice([option.code for option in item.options])]
                for item in questionnaire.choice_items
                if random.random() < 0.97
            }
            answer(session, line, questionnaire, chosen)


@pytest.fixture
def closed_wave(sqlite_url):
    database = Database(sqlite_url)
    with database.write() as session:
        add_units(session)
        name = add_open_wave(session).name
        answer_at_random(session, waves.find_wave(session, name), Random(20261123))
    mixer.mix_due(database, KEYS)
    with database.write() as session:
        waves.close_wave(session, waves.find_wave(session, name), AFTER, KEYS)
    with database.read() as session:
        yield session, waves.find_wave(session, name)
    database.close()


def export_files(session, wave, folder: Path):
    """Write the answers and the roster as they would be handed to a superior."""
    versions, lines = read_versions(session, wave), collectors.list_collectors(session, wave)
    answers = []
    for line in lines:
        codebook = Codebook(versions[line.group])
        place = {"unit_code": line.unit_code, "group": line.group.value, "collector": line.collector.value}
        for sheet in session.scalars(
            select(Response.sheet).where(Response.collector_id == line.collector_id)
        ):
            decoded = codebook.decode(sheet).items()
            answers.append(place | {item: "-" if got is None else "|".join(got) for item, got in decoded})
    roster = [
        {
            "unit_code": line.unit_code,
            "unit": line.unit,
            "kind": line.kind.value,
            "parent": line.parent,
            "group": line.group.value,
            "collector": line.collector.value,
            "headcount": line.headcount,
        }
        for line in lines
    ]
    pd.DataFrame(answers).to_csv(folder / "answers.csv", index=False)
    pd.DataFrame(roster).astype({"headcount": "Int64"}).to_csv(folder / "roster.csv", index=False)
    return folder / "answers.csv", folder / "roster.csv"


def test_the_table_from_the_files_is_the_published_one(closed_wave, tmp_path, capsys):
    answers, roster = export_files(*closed_wave, tmp_path)

    code = main(["rates", str(answers), "--roster", str(roster), "--format", "csv"])

    assert code == 0
    assert capsys.readouterr().out == make_csv(make_table(*closed_wave, By.UNIT)).decode()
