"""The units as the office's list has them: comparing a new list with what is kept, taking it over, listing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.models import Headcount, Unit, Wave
from survey.unitlist import UnitList, UnitRecord
from survey.unitlist.faults import Findings
from survey.words import Group, UnitKind, WaveState, name_word

HeadcountKey = tuple[int, Group]


class Aspect(StrEnum):
    """What of a unit an import changes."""

    NAME = "name"
    PARENT = "parent"
    CREDIT_CODE = "credit_code"
    HEADCOUNT = "headcount"
    RETIRED = "is_retired"


@dataclass(frozen=True, kw_only=True)
class UnitChange:
    """One thing that an import changes of one unit.

    ``name`` is the name in the list. ``before`` and ``after`` are for people to read: names, a parent's code,
    a number of people; ``""`` stands for nothing. ``group`` is given for a headcount only.
    """

    code: str
    name: str
    aspect: Aspect
    before: str
    after: str
    group: Group | None = None


@dataclass(frozen=True, kw_only=True)
class ImportPlan:
    """What taking over a list would do.

    ``missing`` has the code and name of the units in use that the list does not have; they stay as they are
    unless they are retired on request. ``is_reordered`` tells that units already kept change places.
    """

    units: tuple[UnitRecord, ...]
    added: tuple[UnitRecord, ...]
    changes: tuple[UnitChange, ...]
    missing: tuple[tuple[str, str], ...]
    is_reordered: bool

    @property
    def n_unchanged(self) -> int:
        """How many units of the list are kept already exactly so, apart from their place in the order."""
        touched = {unit.code for unit in self.added} | {change.code for change in self.changes}
        return len(self.units) - len(touched)

    @property
    def is_empty(self) -> bool:
        """Whether taking the list over would change nothing."""
        return not (self.added or self.changes or self.is_reordered)


@dataclass(frozen=True, kw_only=True)
class UnitLine:
    """One unit as it is kept; ``headcounts`` has the groups with at least one person."""

    code: str
    name: str
    kind: UnitKind
    parent_code: str | None
    parent: str | None
    credit_code: str | None
    headcounts: Mapping[Group, int]
    is_retired: bool


def plan_import(session: Session, unit_list: UnitList) -> ImportPlan:
    """Return what taking over a list would change; nothing is written.

    Units are matched by code alone. A group without a column in the list keeps its headcounts.
    Raises UnitListError with every unit whose code now stands for another kind of unit, and with every credit
    code that belongs to a kept unit which the list does not have.
    """
    kept = {unit.code: unit for unit in session.scalars(select(Unit))}
    codes = {unit.id: unit.code for unit in kept.values()}
    _refuse_conflicts(kept, unit_list.units)
    headcounts = _read_headcounts(session)
    known = [unit for unit in unit_list.units if unit.code in kept]
    listed = {unit.code for unit in unit_list.units}
    missing = [unit for unit in kept.values() if unit.code not in listed and not unit.is_retired]
    return ImportPlan(
        units=unit_list.units,
        added=tuple(unit for unit in unit_list.units if unit.code not in kept),
        changes=tuple(
            change for unit in known for change in _compare_unit(unit, kept[unit.code], codes, headcounts)
        ),
        missing=tuple((unit.code, unit.name) for unit in sorted(missing, key=lambda unit: unit.position)),
        is_reordered=not missing and _is_reordered(known, kept),
    )


def apply_import(session: Session, plan: ImportPlan, *, retire_missing: bool = False) -> None:
    """Take over a list, in the transaction that made its plan; all of it or, on any error, nothing.

    When the list has every unit in use, its order becomes the order of the units; otherwise the kept units
    stay where they are and new ones follow. A headcount of 0 is kept as no headcount. Waves that are open
    keep the names and headcounts they were opened with. With ``retire_missing`` the units that the list does
    not have are asked no more in later waves; what they answered before stays.
    """
    kept = {unit.code: unit for unit in session.scalars(select(Unit))}
    _release_credit_codes(session, kept, plan.units)
    positions = _place_units(kept, plan)
    for unit in plan.units:
        kept[unit.code] = _write_unit(session, unit, kept.get(unit.code), positions[unit.code])
    if retire_missing:
        for code, _ in plan.missing:
            kept[code].is_retired = True
    session.flush()
    for unit in plan.units:
        kept[unit.code].parent_id = kept[unit.parent_code].id if unit.parent_code else None
    _write_headcounts(session, {kept[unit.code].id: unit for unit in plan.units})
    session.flush()


def list_units(session: Session, *, with_retired: bool = False) -> list[UnitLine]:
    """Return the units in their order; none before the first import."""
    units = session.scalars(select(Unit).order_by(Unit.position, Unit.code)).all()
    by_id = {unit.id: unit for unit in units}
    headcounts: dict[int, dict[Group, int]] = {unit.id: {} for unit in units}
    for (unit_id, group), n in _read_headcounts(session).items():
        headcounts[unit_id][group] = n
    return [
        _describe_unit(unit, by_id.get(unit.parent_id or 0), headcounts[unit.id])
        for unit in units
        if with_retired or not unit.is_retired
    ]


def list_open_waves(session: Session) -> Sequence[str]:
    """Return the names of the open waves, which keep the roster they were opened with."""
    return session.scalars(select(Wave.name).where(Wave.state == WaveState.OPEN).order_by(Wave.id)).all()


def _refuse_conflicts(kept: Mapping[str, Unit], units: Sequence[UnitRecord]) -> None:
    findings = Findings()
    listed = {unit.code for unit in units}
    owners = {
        unit.credit_code: unit for unit in kept.values() if unit.code not in listed and unit.credit_code
    }
    for unit in units:
        known = kept.get(unit.code)
        if known and known.kind is not unit.kind:
            findings.blame(
                "kind_changed",
                unit.place,
                value=unit.code,
                name=known.name,
                kind=name_word(known.kind),
                other=name_word(unit.kind),
            )
        if unit.credit_code and (owner := owners.get(unit.credit_code)):
            findings.blame(
                "credit_owned", unit.place, value=unit.credit_code, other=owner.code, name=owner.name
            )
    findings.raise_faults()


def _compare_unit(
    unit: UnitRecord, kept: Unit, codes: Mapping[int, str], headcounts: Mapping[HeadcountKey, int]
) -> Iterator[UnitChange]:
    parent = codes[kept.parent_id] if kept.parent_id else ""
    pairs = {
        Aspect.NAME: (kept.name, unit.name),
        Aspect.PARENT: (parent, unit.parent_code or ""),
        Aspect.CREDIT_CODE: (kept.credit_code or "", unit.credit_code or ""),
        Aspect.RETIRED: ("停用" if kept.is_retired else "在用", "在用"),
    }
    for aspect, (before, after) in pairs.items():
        if before != after:
            yield UnitChange(code=unit.code, name=unit.name, aspect=aspect, before=before, after=after)
    for group, n in unit.headcounts.items():
        known = headcounts.get((kept.id, group), 0)
        if known != n:
            yield UnitChange(
                code=unit.code,
                name=unit.name,
                aspect=Aspect.HEADCOUNT,
                before=str(known),
                after=str(n),
                group=group,
            )


def _is_reordered(known: Sequence[UnitRecord], kept: Mapping[str, Unit]) -> bool:
    positions = [kept[unit.code].position for unit in known]
    return positions != sorted(positions)


def _place_units(kept: Mapping[str, Unit], plan: ImportPlan) -> dict[str, int]:
    if not plan.missing:
        return {unit.code: unit.position for unit in plan.units}
    last = max(unit.position for unit in kept.values())
    added = {unit.code: last + number for number, unit in enumerate(plan.added, start=1)}
    return {unit.code: added.get(unit.code) or kept[unit.code].position for unit in plan.units}


def _release_credit_codes(session: Session, kept: Mapping[str, Unit], units: Sequence[UnitRecord]) -> None:
    """Clear the credit codes that change, or two units that swap theirs would collide on the way."""
    for unit in units:
        known = kept.get(unit.code)
        if known and known.credit_code != unit.credit_code:
            known.credit_code = None
    session.flush()


def _write_unit(session: Session, unit: UnitRecord, kept: Unit | None, position: int) -> Unit:
    if kept is None:
        kept = Unit(code=unit.code, kind=unit.kind)
        session.add(kept)
    kept.name = unit.name
    kept.credit_code = unit.credit_code
    kept.position = position
    kept.is_retired = False
    return kept


def _write_headcounts(session: Session, units: Mapping[int, UnitRecord]) -> None:
    kept = {(row.unit_id, row.group): row for row in session.scalars(select(Headcount))}
    for unit_id, unit in units.items():
        for group, n in unit.headcounts.items():
            row = kept.get((unit_id, group))
            if row and n:
                row.n = n
            elif row:
                session.delete(row)
            elif n:
                session.add(Headcount(unit_id=unit_id, group=group, n=n))


def _read_headcounts(session: Session) -> dict[HeadcountKey, int]:
    return {(row.unit_id, row.group): row.n for row in session.scalars(select(Headcount))}


def _describe_unit(unit: Unit, parent: Unit | None, headcounts: Mapping[Group, int]) -> UnitLine:
    return UnitLine(
        code=unit.code,
        name=unit.name,
        kind=unit.kind,
        parent_code=parent.code if parent else None,
        parent=parent.name if parent else None,
        credit_code=unit.credit_code,
        headcounts=headcounts,
        is_retired=unit.is_retired,
    )
