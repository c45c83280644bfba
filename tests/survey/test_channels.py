"""Which groups get slips and which an open code."""

from __future__ import annotations

from dataclasses import replace

import pytest
from factories import add_unit, plan_wave
from keystore import KEYS

from questionnaires import builtin_definition
from survey import collectors, waves
from survey.cli.channels import ChannelFormError, choose_channels
from survey.collectors import find_address, find_visit
from survey.db import Database
from survey.words import CollectorKind, Group, UnitKind

OPEN, SLIP = CollectorKind.OPEN, CollectorKind.SLIP
DEFINITIONS = {group: builtin_definition(group) for group in Group}


def test_staff_get_slips_and_residents_an_open_code_by_default() -> None:
    channels = choose_channels(list(Group), None, [])
    assert {group: kind for group, kind in channels.kinds.items() if kind is OPEN} == {Group.RESIDENTS: OPEN}
    assert channels.exceptions == {}


@pytest.mark.parametrize("kind", [OPEN, SLIP])
def test_one_kind_for_all_leaves_residents_open(kind: CollectorKind) -> None:
    kinds = choose_channels(list(Group), kind.value, []).kinds
    assert kinds == dict.fromkeys(Group, kind) | {Group.RESIDENTS: OPEN}


def test_a_choice_for_a_group_or_for_its_units_of_a_kind_comes_first() -> None:
    channels = choose_channels(list(Group), None, ["deputies=open", "township:civil_servants=open"])
    assert (channels.kinds[Group.DEPUTIES], channels.kinds[Group.CIVIL_SERVANTS]) == (OPEN, SLIP)
    assert channels.exceptions == {(UnitKind.TOWNSHIP, Group.CIVIL_SERVANTS): OPEN}


@pytest.mark.parametrize("text", ["", "deputies", "deputies=paper", "people=open", "city:deputies=open", "="])
def test_a_choice_that_cannot_be_read_is_explained(text: str) -> None:
    with pytest.raises(ChannelFormError, match="群体=渠道"):
        choose_channels(list(Group), None, [text])


def test_a_choice_for_a_group_that_is_not_asked_is_refused() -> None:
    with pytest.raises(waves.UnaskedGroupError, match="本轮不调查“两代表一委员”"):
        choose_channels([Group.SOE_STAFF], None, ["deputies=open"])


@pytest.mark.parametrize(
    "change",
    [
        {"kinds": {Group.RESIDENTS: SLIP}},
        {"exceptions": {(UnitKind.VILLAGE, Group.RESIDENTS): SLIP}},
    ],
)
def test_residents_cannot_have_slips(database: Database, change: dict[str, object]) -> None:
    plan = replace(plan_wave(), **change)  # type: ignore[arg-type]  # The table holds valid fields.
    with database.write() as session, pytest.raises(waves.WavePlanError, match="群众没有应答人数"):
        waves.create_wave(session, plan)


def test_an_exception_for_a_group_that_is_not_asked_is_refused(database: Database) -> None:
    plan = replace(plan_wave(groups=[Group.DEPUTIES]), exceptions={(UnitKind.SOE, Group.SOE_STAFF): OPEN})
    with database.write() as session, pytest.raises(waves.UnaskedGroupError):
        waves.create_wave(session, plan)


def test_collectors_are_of_the_kind_chosen_for_their_unit_and_group(database: Database) -> None:
    plan = replace(
        plan_wave(groups=[Group.CIVIL_SERVANTS, Group.RESIDENTS]),
        kinds={Group.CIVIL_SERVANTS: SLIP, Group.RESIDENTS: OPEN},
        exceptions={(UnitKind.TOWNSHIP, Group.CIVIL_SERVANTS): OPEN},
    )
    with database.write() as session:
        town = add_unit(session, "T01", kind=UnitKind.TOWNSHIP, civil_servants=9)
        add_unit(session, "D01", civil_servants=9)
        add_unit(session, "V01", kind=UnitKind.VILLAGE, parent=town)
        wave = waves.create_wave(session, plan)
        waves.open_wave(session, wave, DEFINITIONS, KEYS)
        lines = {line.unit_code: line for line in collectors.list_collectors(session, wave)}
        kinds = {code: line.collector for code, line in lines.items()}
        visits = {code: find_visit(session, line.token, plan.opens_at) for code, line in lines.items()}
    assert kinds == {"T01": OPEN, "D01": SLIP, "V01": OPEN}
    assert [code for code, visit in visits.items() if visit is None] == ["D01"]
    assert find_address("https://a.cn", lines["D01"]) == "https://a.cn/s"
    assert find_address("https://a.cn", lines["T01"]) == f"https://a.cn/q/{lines['T01'].token}"
