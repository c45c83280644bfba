"""Collectors: the address of each unit's group in a wave, and what its questionnaire is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

from sqlalchemy import Row, Select, bindparam, insert, select
from sqlalchemy.orm import Session

from questionnaires import Questionnaire, parse_canonical
from survey.codes import make_code, read_code
from survey.models import (
    Collector,
    CollectorChoice,
    Headcount,
    QuestionnaireVersion,
    Unit,
    Wave,
    WaveGroup,
    WaveUnit,
)
from survey.words import CollectorKind, Group, UnitKind, WaveState

TOKEN_LENGTH = 8
"""Seven random symbols of 31 and a check symbol: short enough to type, 1 in 2.7e10 to hit one blindly."""

RESIDENT_KINDS = (UnitKind.VILLAGE,)
"""Residents are asked through the villages and communities they live in."""


class Doorway(StrEnum):
    """What somebody who arrives at a collector finds."""

    EARLY = "early"
    OPEN = "open"
    FULL = "full"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A collector as a respondent meets it at one moment."""

    collector_id: int
    wave_id: int
    wave: str
    opens_at: datetime
    closes_at: datetime
    unit: str
    group: Group
    county: str
    organiser: str
    contact: str
    doorway: Doorway
    version_id: int


@dataclass(frozen=True, kw_only=True)
class CollectorLine:
    """One line of the list of collectors; ``headcount`` is None for residents.

    ``mixed`` of the ``accepted`` answers have left the inbox.
    """

    collector_id: int
    unit_code: str
    unit: str
    kind: UnitKind
    parent: str | None
    group: Group
    collector: CollectorKind
    headcount: int | None
    accepted: int
    mixed: int
    token: str


# Built once: putting such a statement together takes longer than running it, and every visitor needs it.
_VISIT = (
    select(Collector, Wave, WaveUnit.name, WaveGroup.version_id)
    .join(Wave, Wave.id == Collector.wave_id)
    .join(WaveUnit, (WaveUnit.wave_id == Wave.id) & (WaveUnit.unit_id == Collector.unit_id))
    .join(WaveGroup, (WaveGroup.wave_id == Wave.id) & (WaveGroup.group == Collector.group))
)
_VISIT_BY_ID = _VISIT.where(Collector.id == bindparam("id"))
_VISIT_BY_TOKEN = _VISIT.where(Collector.token == bindparam("token"), Collector.kind == CollectorKind.OPEN)


def make_collectors(session: Session, wave: Wave, groups: Sequence[WaveGroup]) -> int:
    """Copy the roster of today into the wave and give every unit's group an address; return how many.

    A group of a unit without a person gets none. Retired units are left out.
    """
    units = session.scalars(select(Unit).where(Unit.is_retired.is_(False)).order_by(Unit.position)).all()
    headcounts = _read_headcounts(session)
    kinds = _read_kinds(session, wave, groups)
    rows = [row for unit in units for row in _collector_rows(wave, unit, kinds, headcounts)]
    if not rows:
        return 0
    asked_units = {row["unit_id"] for row in rows}
    session.execute(insert(WaveUnit), [_roster_row(wave, unit) for unit in units if unit.id in asked_units])
    session.execute(insert(Collector), rows)
    return len(rows)


def find_visit(session: Session, code: str, now: datetime) -> Visit | None:
    """Return what a visitor with this code meets now; None when no open collector has it.

    Raises DamagedCodeError for a code that was mistyped or cut off. Collectors of slips are not found here:
    they are entered with a slip alone.
    """
    return _read_visit(session, _VISIT_BY_TOKEN, {"token": read_code(code, TOKEN_LENGTH)}, now)


def read_visit(session: Session, collector_id: int, now: datetime) -> Visit | None:
    """Return what somebody meets now who may answer at a collector; None when there is none."""
    return _read_visit(session, _VISIT_BY_ID, {"id": collector_id}, now)


def list_collectors(session: Session, wave: Wave) -> list[CollectorLine]:
    """Return a wave's collectors in the order of the unit list, groups in the glossary's order."""
    statement = (
        select(Collector, WaveUnit, Unit.code)
        .join(WaveUnit, (WaveUnit.wave_id == Collector.wave_id) & (WaveUnit.unit_id == Collector.unit_id))
        .join(Unit, Unit.id == Collector.unit_id)
        .where(Collector.wave_id == wave.id)
    )
    rows = session.execute(statement).all()
    names = {unit.unit_id: unit.name for _, unit, _ in rows}
    order = list(Group)
    rows = sorted(rows, key=lambda row: (row[1].position, order.index(row[0].group)))
    return [_describe_line(collector, unit, code, names) for collector, unit, code in rows]


def read_questionnaire(session: Session, version_id: int) -> Questionnaire:
    """Return a frozen questionnaire, parsed once a process."""
    content = session.scalars(
        select(QuestionnaireVersion.content).where(QuestionnaireVersion.id == version_id)
    ).one()
    return _parse_content(content)


@lru_cache(maxsize=64)
def _parse_content(content: str) -> Questionnaire:
    return parse_canonical(content)


def make_address(public_url: str, token: str) -> str:
    """Return the address of an open collector, as its QR code carries it."""
    return f"{public_url}/q/{token}"


def find_address(public_url: str, line: CollectorLine) -> str:
    """Return the address at which a collector's people begin; everybody with a slip begins at the same."""
    return f"{public_url}/s" if line.collector is CollectorKind.SLIP else make_address(public_url, line.token)


def _read_visit(
    session: Session,
    statement: Select[Collector, Wave, str, int | None],
    key: dict[str, object],
    now: datetime,
) -> Visit | None:
    row = session.execute(statement, key).one_or_none()
    return None if row is None else _describe_visit(row, now)


def _read_kinds(
    session: Session, wave: Wave, groups: Sequence[WaveGroup]
) -> dict[tuple[UnitKind, Group], CollectorKind]:
    """Return how each group is reached in each kind of unit."""
    kinds = {(kind, asked.group): asked.collector_kind for kind in UnitKind for asked in groups}
    choices = session.scalars(select(CollectorChoice).where(CollectorChoice.wave_id == wave.id))
    return kinds | {(choice.unit_kind, choice.group): choice.collector_kind for choice in choices}


def _read_headcounts(session: Session) -> dict[tuple[int, Group], int]:
    return {(row.unit_id, row.group): row.n for row in session.scalars(select(Headcount))}


def _collector_rows(
    wave: Wave,
    unit: Unit,
    kinds: Mapping[tuple[UnitKind, Group], CollectorKind],
    headcounts: Mapping[tuple[int, Group], int],
) -> Iterator[dict[str, object]]:
    for (unit_kind, group), kind in kinds.items():
        if unit_kind is not unit.kind:
            continue
        headcount = headcounts.get((unit.id, group), 0)
        is_residents = group is Group.RESIDENTS
        if unit.kind in RESIDENT_KINDS if is_residents else headcount > 0:
            yield {
                "wave_id": wave.id,
                "unit_id": unit.id,
                "group": group,
                "kind": kind,
                "token": make_code(TOKEN_LENGTH),
                "headcount": None if is_residents else headcount,
            }


def _roster_row(wave: Wave, unit: Unit) -> dict[str, object]:
    return {
        "wave_id": wave.id,
        "unit_id": unit.id,
        "name": unit.name,
        "kind": unit.kind,
        "parent_id": unit.parent_id,
        "position": unit.position,
    }


def _describe_visit(row: Row[Collector, Wave, str, int | None], now: datetime) -> Visit:
    collector, wave, unit, version_id = row
    return Visit(
        collector_id=collector.id,
        wave_id=wave.id,
        wave=wave.name,
        opens_at=wave.opens_at,
        closes_at=wave.closes_at,
        unit=unit,
        group=collector.group,
        county=wave.parameters.get("county", ""),
        organiser=wave.organiser,
        contact=wave.contact,
        doorway=_find_doorway(collector, wave, now),
        version_id=version_id or 0,
    )


def _find_doorway(collector: Collector, wave: Wave, now: datetime) -> Doorway:
    if wave.state is not WaveState.OPEN or now >= wave.closes_at:
        return Doorway.CLOSED
    if now < wave.opens_at:
        return Doorway.EARLY
    if collector.headcount is not None and collector.accepted >= collector.headcount:
        return Doorway.FULL
    return Doorway.OPEN


def _describe_line(
    collector: Collector, unit: WaveUnit, code: str, names: Mapping[int, str]
) -> CollectorLine:
    return CollectorLine(
        collector_id=collector.id,
        unit_code=code,
        unit=unit.name,
        kind=unit.kind,
        parent=names.get(unit.parent_id) if unit.parent_id else None,
        group=collector.group,
        collector=collector.kind,
        headcount=collector.headcount,
        accepted=collector.accepted,
        mixed=collector.mixed,
        token=collector.token,
    )
