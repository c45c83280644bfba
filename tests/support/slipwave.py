"""A wave whose people are asked with slips, and slips made as a print run makes them, without the paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from factories import DURING, add_unit, find_questionnaire, plan_wave
from keystore import KEYS
from smallwave import SMALL, WAVE, plan_now
from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires import builtin_definition, check_answers
from survey import collectors, responses, slips, waves
from survey.collectors import CollectorLine
from survey.db import Database
from survey.events import Deed
from survey.keys import Keys
from survey.models import Collector, Slip, Unit, Wave
from survey.slipcodes import SlipCodes, draw_selectors, make_codes, seal_codes
from survey.words import CollectorKind, Group, SlipState

DEED = Deed(actor="county-office", reason="打印", moment=DURING)


def open_slip_wave(database: Database, name: str = "第一轮", **headcounts: int) -> list[CollectorLine]:
    """Open a wave over one department per headcount given, ``D01=30`` and so on, all asked with slips."""
    plan = replace(plan_wave(name, [Group.CIVIL_SERVANTS]), kinds={Group.CIVIL_SERVANTS: CollectorKind.SLIP})
    with database.write() as session:
        for code, headcount in headcounts.items():
            add_unit(session, code, civil_servants=headcount)
        wave = waves.create_wave(session, plan)
        waves.open_wave(session, wave, {Group.CIVIL_SERVANTS: builtin_definition(Group.CIVIL_SERVANTS)}, KEYS)
        return collectors.list_collectors(session, wave)


def find_order(session: Session, line: CollectorLine) -> slips.SlipOrder:
    """Return the order of a new print run for one collector."""
    wave = session.get_one(Wave, session.get_one(Collector, line.collector_id).wave_id)
    (order,) = slips.list_orders(session, wave, unit_codes=[line.unit_code], group=line.group)
    return order


def print_slips(database: Database, line: CollectorLine, n: int | None = None) -> list[SlipCodes]:
    """Run a print run for one collector and return the codes on its slips."""
    with database.write() as session:
        order = find_order(session, line)
        codes = draw_codes(session, order.n_new if n is None else n)
        slips.issue_slips(session, order, [seal_codes(pair) for pair in codes], DEED)
    return codes


def draw_codes(session: Session, n: int) -> list[SlipCodes]:
    """Return the codes of ``n`` new slips."""
    return [make_codes(selector) for selector in draw_selectors(n, slips.read_taken(session))]


def count_states(database: Database) -> Mapping[SlipState, int]:
    """Return how many slips are in each state."""
    with database.read() as session:
        states = session.scalars(select(Slip.state)).all()
    return {state: states.count(state) for state in SlipState}


def answer_with_slip(
    database: Database,
    code: str,
    choices: Mapping[str, Sequence[str]] | None = None,
    *,
    submission_id: str,
    now: datetime = DURING,
) -> bool:
    """Answer as the pages do: find the slip, check the form, spend; raise SlipSpentError for no slip."""
    with database.read() as session:
        held = slips.find_slip(session, code, now)
        if held is None:
            raise responses.SlipSpentError
        line = next(
            line
            for wave in waves.list_waves(session)
            for line in collectors.list_collectors(session, wave)
            if line.collector_id == held.collector_id
        )
        checked = check_answers(find_questionnaire(session, line), choices or {})
    return spend(database, held, submission_id=submission_id, sheet=checked.sheet, now=now)


def spend(
    database: Database, held: slips.HeldSlip, *, submission_id: str, sheet: str, now: datetime = DURING
) -> bool:
    """Spend a slip on a sheet in a transaction of its own."""
    submission = responses.Submission(
        collector_id=held.collector_id,
        submission_id=submission_id,
        sheet=sheet,
        comments={},
        slip=held.digest,
    )
    with database.write() as session:
        return responses.save_response(session, submission, now)


def open_slips_now(
    database: Database, headcount: int = 10, name: str = WAVE, keys: Keys = KEYS
) -> list[SlipCodes]:
    """Open a small wave with slips that runs now; return the codes on them."""
    plan = replace(plan_now([Group.CIVIL_SERVANTS], name), kinds={Group.CIVIL_SERVANTS: CollectorKind.SLIP})
    with database.write() as session:
        if session.scalar(select(Unit.id)) is None:
            add_unit(session, "D01", civil_servants=headcount)
        wave = waves.create_wave(session, plan)
        waves.open_wave(session, wave, {Group.CIVIL_SERVANTS: SMALL}, keys)
        (line,) = collectors.list_collectors(session, wave)
    return print_slips(database, line)
