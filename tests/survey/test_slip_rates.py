"""Answers with slips and through an open code: a row each, and the table says which one is judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from factories import CLOSES, add_unit, answer_alone, plan_wave
from keystore import KEYS
from slipwave import answer_with_slip, print_slips

from questionnaires import builtin_definition
from survey import collectors, waves
from survey.db import Database
from survey.exports import plain_rows
from survey.results import By, make_table
from survey.results.tables import METHOD, UNJUDGED
from survey.words import CollectorKind, Group, UnitKind

OPEN, SLIP = CollectorKind.OPEN, CollectorKind.SLIP


@pytest.fixture
def rows(database: Database) -> Sequence[dict[str, Any]]:
    """Return the table of a township whose staff has slips and whose deputies share an open code."""
    plan = replace(
        plan_wave(groups=[Group.CIVIL_SERVANTS, Group.DEPUTIES, Group.RESIDENTS]),
        kinds={Group.CIVIL_SERVANTS: SLIP, Group.DEPUTIES: OPEN, Group.RESIDENTS: OPEN},
    )
    with database.write() as session:
        town = add_unit(session, "T01", kind=UnitKind.TOWNSHIP, civil_servants=20, deputies=12)
        add_unit(session, "V01", kind=UnitKind.VILLAGE, parent=town, deputies=15)
        wave = waves.create_wave(session, plan)
        waves.open_wave(session, wave, {group: builtin_definition(group) for group in Group}, KEYS)
        lines = {(line.unit_code, line.group): line for line in collectors.list_collectors(session, wave)}
    for number, codes in enumerate(print_slips(database, lines["T01", Group.CIVIL_SERVANTS])[:14]):
        answer_with_slip(database, codes.typed, {"overall": ["good"]}, submission_id=f"person-{number}")
    for _ in range(10):
        answer_alone(database, lines["T01", Group.DEPUTIES])
    with database.write() as session:
        found = waves.find_wave(session, wave.name)
        waves.close_wave(session, found, CLOSES, KEYS)
        return plain_rows(make_table(session, found, By.UNIT).rows)


def find_rows(rows: Sequence[dict[str, Any]], unit: str, group: str) -> dict[str, dict[str, Any]]:
    return {row["collector"]: row for row in rows if (row["unit_code"], row["group"]) == (unit, group)}


def test_answers_of_the_two_kinds_stand_in_rows_of_their_own(rows: Sequence[dict[str, Any]]) -> None:
    totals = find_rows(rows, "T01", "all")
    assert {kind: (row["headcount"], row["responses"]) for kind, row in totals.items()} == {
        "slip": (20, 14),
        "open": (12, 10),
    }
    assert totals["slip"]["satisfaction_rate"] == 1
    assert totals["open"]["n_satisfaction"] == 0


def test_the_row_that_is_not_judged_says_so(rows: Sequence[dict[str, Any]]) -> None:
    marked = {(row["unit_code"], row["group"], row["collector"]) for row in rows if UNJUDGED in row["note"]}
    assert marked == {("T01", "all", "open"), ("T01", "deputies", "open")}


def test_a_unit_with_an_open_code_alone_is_judged_by_it(rows: Sequence[dict[str, Any]]) -> None:
    assert {row["note"] for row in rows if row["unit_code"] == "V01"} == {"尚无作答"}


def test_the_table_says_that_the_two_are_never_pooled() -> None:
    assert any("从不合并" in sentence for sentence in METHOD)
