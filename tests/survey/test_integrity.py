"""Integrity flags from the database: a stuffed unit is named, honest ones are not, and nothing is given away."""

from __future__ import annotations

import pytest
from counties import N_ANSWERS, N_UNITS, STUFFED, fill_county, stuff_unit
from factories import AFTER, add_open_wave, add_unit, answer, find_questionnaire, plan_wave
from keystore import KEYS
from sqlalchemy import func, select

from questionnaires import builtin_definition
from survey import collectors, waves
from survey.db import Database
from survey.models import Response
from survey.results import FlagTable, list_flags
from survey.results.sheets import read_sheets
from survey.waves import WaveStateError
from survey.words import Group, UnitKind


def read_flags(database: Database) -> FlagTable:
    with database.read() as session:
        return list_flags(session, waves.find_wave(session, "第一轮"))


def close(database: Database) -> None:
    with database.write() as session:
        waves.close_wave(session, waves.find_wave(session, "第一轮"), AFTER, KEYS)


def test_a_unit_stuffed_from_one_phone_is_flagged_and_no_other(database: Database) -> None:
    lines = fill_county(database)
    stuff_unit(database, next(line for line in lines if line.unit_code == STUFFED))
    close(database)
    table = read_flags(database)
    (unit,) = table.units[table.units["flagged"]].to_dict("records")
    assert (unit["unit_code"], unit["n"], unit["rank"]) == (STUFFED, N_ANSWERS + 20, 1)
    assert unit["sentence"].endswith("建议复核。")
    raised = table.signals[table.signals["flagged"]].set_index("signal")
    assert {"identical_sheets", "shared_devices", "arrival_peaks"} <= set(raised.index)
    assert raised.loc["shared_devices", "n"] == N_ANSWERS + 20
    assert raised.loc["shared_devices", "marked"] >= 20
    assert raised["adjusted"].max() <= table.false_discovery_rate


def test_an_honest_county_raises_no_flag_and_loses_no_answer(database: Database) -> None:
    fill_county(database)
    close(database)
    table = read_flags(database)
    assert (table.is_final, table.n_units, table.units["n_flags"].sum()) == (True, N_UNITS, 0)
    assert set(table.units["sentence"]) == {""}
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Response)) == N_UNITS * N_ANSWERS


def test_an_open_wave_says_that_it_is_not_final_and_counts_its_devices(database: Database) -> None:
    lines = fill_county(database)
    stuff_unit(database, lines[0])
    table = read_flags(database)
    devices = table.signals[table.signals["signal"] == "shared_devices"].set_index("unit_code")
    assert not table.is_final
    assert devices.loc[lines[0].unit_code, "flagged"]


def test_a_unit_with_few_sheets_has_a_row_and_no_figure(database: Database) -> None:
    lines = fill_county(database)
    with database.write() as session:
        session.execute(Response.__table__.delete().where(Response.collector_id == lines[0].collector_id))
        questionnaire = find_questionnaire(session, lines[0])
        for _ in range(4):
            answer(session, lines[0], questionnaire, {"overall": ["good"]})
    close(database)
    table = read_flags(database)
    first = table.units.iloc[0]
    assert (first["unit_code"], first["n"], first["flagged"]) == (lines[0].unit_code, 0, False)
    assert len(table.units) == N_UNITS
    assert lines[0].unit_code not in set(table.signals["unit_code"])


def test_a_wave_without_answers_has_a_row_for_every_unit(database: Database) -> None:
    with database.write() as session:
        for code in ("D01", "D02"):
            add_unit(session, code, civil_servants=9)
        add_open_wave(session)
    table = read_flags(database)
    assert table.units["unit_code"].tolist() == ["D01", "D02"]
    assert table.units["n"].tolist() == [0, 0]
    assert table.signals.empty


def test_a_draft_has_no_flags(database: Database) -> None:
    with database.write() as session:
        waves.create_wave(session, plan_wave())
    with pytest.raises(WaveStateError, match="草稿"):
        read_flags(database)


def test_sheets_of_two_groups_share_the_scale_and_nothing_else(database: Database) -> None:
    with database.write() as session:
        add_unit(session, "T01", kind=UnitKind.TOWNSHIP, civil_servants=9, deputies=9)
        wave = add_open_wave(session)
        for line in collectors.list_collectors(session, wave):
            asked = find_questionnaire(session, line)
            for _ in range(3):
                answer(session, line, asked, {"overall": ["good"], "main_duty": ["producer"]})
    close(database)
    with database.read() as session:
        sheets = read_sheets(session, waves.find_wave(session, "第一轮"), minimum_n=5)
    civil = sheets.answers[sheets.groups == "civil_servants"]
    assert len(sheets.answers) == 6
    assert civil["scale.1"].tolist() == [2.0, 2.0, 2.0]
    assert civil[[name for name in civil if str(name).startswith("deputies.")]].isna().all(axis=None)
    assert sheets.answer_key["deputies.main_duty"] == 3
    assert sheets.scores["civil_servants.overall"].dropna().tolist() == [3.0, 3.0, 3.0]
    assert sheets.scores["civil_servants.main_duty"].dropna().tolist() == [1.0, 1.0, 1.0]


def test_the_longest_scale_of_all_groups_gives_the_common_scale(database: Database) -> None:
    with database.write() as session:
        add_unit(session, "T01", kind=UnitKind.TOWNSHIP, civil_servants=9, deputies=9)
        wave = add_open_wave(session)
        sheets = read_sheets(session, wave, minimum_n=5)
    satisfied = [i for i in builtin_definition(Group.DEPUTIES).choice_items if len(i.options) == 6]
    assert len(sheets.scale) == len(satisfied)
