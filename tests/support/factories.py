"""Small records for tests: units, an open wave, answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count

from keystore import KEYS
from sqlalchemy.orm import Session

from questionnaires import Questionnaire, builtin_definition, check_answers
from survey import collectors, responses, waves
from survey.collectors import CollectorLine
from survey.counts import read_versions
from survey.db import Database
from survey.keys import Keys
from survey.models import Headcount, Unit, Wave
from survey.words import CollectorKind, Group, UnitKind

OPENS = datetime(2026, 12, 1, tzinfo=UTC)
DURING = OPENS + timedelta(days=1)
CLOSES = OPENS + timedelta(days=10)
AFTER = CLOSES + timedelta(seconds=1)

_submissions = count(1)


def add_unit(
    session: Session,
    code: str,
    *,
    kind: UnitKind = UnitKind.DEPARTMENT,
    parent: Unit | None = None,
    **headcounts: int,
) -> Unit:
    """Add a unit with headcounts by group."""
    position = session.query(Unit).count()
    unit = Unit(
        code=code, name=f"单位{code}", kind=kind, parent_id=parent.id if parent else None, position=position
    )
    session.add(unit)
    session.flush()
    for group, n in headcounts.items():
        session.add(Headcount(unit_id=unit.id, group=Group(group), n=n))
    session.flush()
    return unit


def plan_wave(name: str = "第一轮", groups: Sequence[Group] = tuple(Group)) -> waves.WavePlan:
    """Return a plan of a wave that asks these groups through open collectors."""
    return waves.WavePlan(
        name=name,
        opens_at=OPENS,
        closes_at=CLOSES,
        organiser="示例县食安办",
        contact="12315",
        kinds=dict.fromkeys(groups, CollectorKind.OPEN),
        parameters={"county": "示例县"},
    )


def add_open_wave(session: Session, name: str = "第一轮", keys: Keys = KEYS) -> Wave:
    """Create and open a wave over the units there are."""
    wave = waves.create_wave(session, plan_wave(name))
    waves.open_wave(session, wave, {group: builtin_definition(group) for group in Group}, keys)
    return wave


def open_department(database: Database, headcount: int = 30) -> CollectorLine:
    """Make one department whose civil servants are asked in an open wave; return their collector."""
    with database.write() as session:
        add_unit(session, "D01", civil_servants=headcount)
        wave = add_open_wave(session)
        return collectors.list_collectors(session, wave)[0]


def answer(
    session: Session,
    line: CollectorLine,
    questionnaire: Questionnaire,
    choices: Mapping[str, Sequence[str]] | None = None,
    *,
    submission_id: str | None = None,
    now: datetime = DURING,
) -> bool:
    """Send one filled form; without choices it is blank."""
    checked = check_answers(questionnaire, choices or {})
    assert not checked.problems
    submission = responses.Submission(
        collector_id=line.collector_id,
        submission_id=submission_id or f"submission-{next(_submissions)}",
        sheet=checked.sheet,
        comments=checked.comments,
    )
    return responses.save_response(session, submission, now)


def answer_alone(database: Database, line: CollectorLine, **kwargs: object) -> bool:
    """Send one blank form in a transaction of its own."""
    with database.write() as session:
        return answer(session, line, find_questionnaire(session, line), **kwargs)  # type: ignore[arg-type]  # Passed on.


def find_questionnaire(session: Session, line: CollectorLine) -> Questionnaire:
    """Return the frozen questionnaire behind a collector."""
    wave = waves.list_waves(session)[0]
    return read_versions(session, wave)[line.group]
