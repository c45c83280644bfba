"""Waves from draft to archive."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from factories import (
    AFTER,
    CLOSES,
    DURING,
    OPENS,
    add_open_wave,
    add_unit,
    answer_alone,
    open_department,
    plan_wave,
)
from keystore import KEYS
from sqlalchemy import select, update

from questionnaires import builtin_definition, digest, fill_parameters
from survey import collectors, waves
from survey.counts import read_versions
from survey.db import Database
from survey.models import Headcount, QuestionnaireVersion, Unit, Wave, WaveUnit
from survey.words import Group, UnitKind, WaveState

DEFINITIONS = {group: builtin_definition(group) for group in Group}


def test_a_new_wave_is_a_draft_with_its_groups(database: Database) -> None:
    with database.write() as session:
        wave = waves.create_wave(session, plan_wave(groups=[Group.DEPUTIES, Group.CIVIL_SERVANTS]))
        asked = [row.group for row in waves.list_groups(session, wave)]
    assert wave.state is WaveState.DRAFT
    assert asked == [Group.CIVIL_SERVANTS, Group.DEPUTIES]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": "  "}, "1 至 100 个可见字符"),
        ({"name": "长" * 101}, "1 至 100 个可见字符"),
        ({"name": "第一\n轮"}, "1 至 100 个可见字符"),
        ({"closes_at": OPENS}, "结束时间应晚于开始时间"),
        ({"target": 0.0}, "目标 0.0"),
        ({"target": 100.0}, "100% 写作 1"),
        ({"kinds": {}}, "至少要选择一类调查对象"),
    ],
)
def test_it_names_what_is_wrong_with_a_plan(
    database: Database, change: dict[str, object], message: str
) -> None:
    plan = replace(plan_wave(), **change)  # type: ignore[arg-type]  # The table holds valid fields.
    with database.write() as session, pytest.raises(waves.WavePlanError, match=message):
        waves.create_wave(session, plan)


def test_a_name_in_use_is_refused(database: Database) -> None:
    with database.write() as session:
        waves.create_wave(session, plan_wave())
        with pytest.raises(waves.WavePlanError, match="已有名为“第一轮”"):
            waves.create_wave(session, plan_wave())


def test_an_unknown_name_gets_the_names_there_are(database: Database) -> None:
    with database.write() as session:
        waves.create_wave(session, plan_wave("春季"))
        with pytest.raises(waves.WaveNotFoundError, match="春季"):
            waves.find_wave(session, "夏季")


def test_a_wave_over_nobody_is_refused(database: Database) -> None:
    with database.write() as session:
        wave = waves.create_wave(session, plan_wave())
        with pytest.raises(waves.WavePlanError, match="survey units import"):
            waves.open_wave(session, wave, DEFINITIONS, KEYS)


def test_opening_makes_a_collector_for_every_group_with_people(database: Database) -> None:
    with database.write() as session:
        town = add_unit(session, "T01", kind=UnitKind.TOWNSHIP, civil_servants=50, deputies=3, soe_staff=0)
        add_unit(session, "T01V01", kind=UnitKind.VILLAGE, parent=town, village_cadres=7)
        wave = add_open_wave(session)
        lines = collectors.list_collectors(session, wave)
    assert [(line.unit_code, line.group, line.headcount) for line in lines] == [
        ("T01", Group.CIVIL_SERVANTS, 50),
        ("T01", Group.DEPUTIES, 3),
        ("T01V01", Group.VILLAGE_CADRES, 7),
        ("T01V01", Group.RESIDENTS, None),
    ]
    assert lines[2].parent == "单位T01"


def test_a_retired_unit_is_not_asked(database: Database) -> None:
    with database.write() as session:
        add_unit(session, "D01", civil_servants=9)
        add_unit(session, "D02", civil_servants=9).is_retired = True
        wave = add_open_wave(session)
        assert [line.unit_code for line in collectors.list_collectors(session, wave)] == ["D01"]


def test_headcounts_and_names_stay_as_they_were_at_opening(database: Database) -> None:
    line = open_department(database, headcount=30)
    with database.write() as session:
        session.execute(update(Headcount).values(n=99))
        session.execute(update(Unit).values(name="改名后的单位"))
    with database.read() as session:
        wave = waves.find_wave(session, "第一轮")
        assert collectors.list_collectors(session, wave) == [line]
        assert session.scalars(select(WaveUnit.name)).all() == ["单位D01"]


def test_opening_freezes_the_questionnaire_with_its_local_facts(database: Database) -> None:
    open_department(database)
    expected = fill_parameters(DEFINITIONS[Group.CIVIL_SERVANTS], {"county": "示例县"})
    with database.read() as session:
        wave = waves.find_wave(session, "第一轮")
        assert read_versions(session, wave)[Group.CIVIL_SERVANTS] == expected
        digests = session.scalars(select(QuestionnaireVersion.digest)).all()
    assert digest(expected) in digests
    assert len(digests) == len(Group)


def test_two_waves_with_the_same_questionnaires_share_their_versions(database: Database) -> None:
    with database.write() as session:
        add_unit(session, "D01", civil_servants=9)
        add_open_wave(session, "第一轮")
        add_open_wave(session, "第二轮")
        assert len(session.scalars(select(QuestionnaireVersion)).all()) == len(Group)


def test_a_wave_moves_only_forward(database: Database) -> None:
    open_department(database)
    with database.write() as session:
        wave = waves.find_wave(session, "第一轮")
        with pytest.raises(waves.WaveStateError, match="状态是“进行中”，不能开始"):
            waves.open_wave(session, wave, DEFINITIONS, KEYS)
        with pytest.raises(waves.WaveStateError, match="不能归档"):
            waves.archive_wave(session, wave)
        waves.close_wave(session, wave, AFTER, KEYS)
        with pytest.raises(waves.WaveStateError, match="状态是“已结束”，不能结束"):
            waves.close_wave(session, wave, AFTER, KEYS)
        waves.archive_wave(session, wave)
        assert wave.state is WaveState.ARCHIVED


def test_closing_mixes_what_waits_however_little(database: Database) -> None:
    line = open_department(database)
    for _ in range(3):
        answer_alone(database, line)
    with database.write() as session:
        assert waves.close_wave(session, waves.find_wave(session, "第一轮"), AFTER, KEYS) == 3


@pytest.mark.parametrize(
    ("moment", "expected"),
    [(DURING, DURING), (AFTER, CLOSES), (OPENS - timedelta(days=1), CLOSES)],
    ids=["before its time", "after its time", "before it opened"],
)
def test_closing_early_keeps_the_moment(database: Database, moment: object, expected: object) -> None:
    open_department(database)
    with database.write() as session:
        waves.close_wave(session, waves.find_wave(session, "第一轮"), moment, KEYS)  # type: ignore[arg-type]  # A datetime.
    with database.read() as session:
        assert session.scalars(select(Wave.closes_at)).one() == expected
