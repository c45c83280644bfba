"""What a unit list says once it has been read and found without fault."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from survey.unitlist.faults import Place, Remark
from survey.words import Group, UnitKind


@dataclass(frozen=True, kw_only=True)
class UnitRecord:
    """One unit of the list.

    ``headcounts`` has a number of people, 0 or more, for every group that has a column in the file; a group
    without a column is absent, which means "the file says nothing", not "nobody". ``position`` counts from 1
    in the order of the file. ``place`` is where the unit's name stands.
    """

    code: str
    name: str
    kind: UnitKind
    parent_code: str | None
    credit_code: str | None
    headcounts: Mapping[Group, int]
    position: int
    place: Place


@dataclass(frozen=True, kw_only=True)
class UnitList:
    """A whole list: its units in the order of the file, and what the clerk should know of the reading."""

    units: tuple[UnitRecord, ...]
    reports: tuple[Remark, ...]
