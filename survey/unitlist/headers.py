"""Find the header of a unit list by its words: one, two or three rows, columns in any order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from survey.unitlist.faults import Findings, Place
from survey.unitlist.labels import Column, Field, find_field, name_field
from survey.unitlist.sheets import Sheet
from survey.unitlist.spelling import clean_text
from survey.words import ROSTER_GROUPS, Group, name_word

_SEARCHED_ROWS: Final = 30
_DEEPEST: Final = 3
_REPEATABLE: Final = frozenset({Column.SERIAL, Column.REMARK, Column.TOTAL})


@dataclass(frozen=True, kw_only=True)
class Header:
    """Where a sheet's header is and what each column holds.

    ``columns`` gives the first column of each known field, ``repeats`` further columns of the same field,
    ``labels`` the lowest header text of every column that has one.
    """

    top: int
    bottom: int
    columns: Mapping[Field, int]
    repeats: Mapping[int, Field]
    labels: Mapping[int, str]

    @property
    def groups(self) -> tuple[Group, ...]:
        """The groups with a headcount column, in the order of the glossary."""
        return tuple(group for group in ROSTER_GROUPS if group in self.columns)

    @property
    def is_whole(self) -> bool:
        """Whether a unit list can be read under this header."""
        return Column.NAME in self.columns and bool(self.groups)

    @property
    def width(self) -> int:
        """The last column with a label."""
        return max(self.labels)


def find_header(sheet: Sheet) -> Header | None:
    """Return the rows near the top of a sheet whose words name the most columns.

    They must name the unit and a group's headcounts, or three fields at least, so that what is missing can
    be told. Of equally good rows the fewest and then the first win, so that titles above and units below
    stay outside. None when there is no such row.
    """
    candidates = [
        _read_header(sheet, top=row, depth=depth)
        for depth in range(1, _DEEPEST + 1)
        for row in sheet.rows[:_SEARCHED_ROWS]
    ]
    likely = [header for header in candidates if _is_likely(header)]
    return max(likely, key=lambda header: len(header.columns), default=None)


def check_header(sheet: Sheet, header: Header, findings: Findings) -> None:
    """Blame what the header lacks or has twice, and mention what is passed over."""
    place = sheet.place(header.bottom)
    if Column.NAME not in header.columns:
        findings.blame("column_missing", place, label=name_field(Column.NAME))
    if not header.groups:
        findings.blame("groups_missing", place)
    for column, field in header.repeats.items():
        _check_repeat(sheet, header, column, field, findings)
    _mention_passed(header, place, findings)


def _read_header(sheet: Sheet, *, top: int, depth: int) -> Header:
    rows = range(top, top + depth)
    columns: dict[Field, int] = {}
    repeats: dict[int, Field] = {}
    labels: dict[int, str] = {}
    for column in sorted({column for row in rows for column in sheet.columns_by_row.get(row, ())}):
        levels = _read_levels(sheet, rows, column)
        labels[column] = levels[-1]
        field = find_field("".join(levels)) or find_field(levels[-1])
        if field in columns:
            repeats[column] = field
        elif field is not None:
            columns[field] = column
    return Header(top=top, bottom=rows[-1], columns=columns, repeats=repeats, labels=labels)


def _read_levels(sheet: Sheet, rows: range, column: int) -> list[str]:
    texts = [clean_text(sheet.shown_value(row, column)) for row in rows]
    if not texts[0] and any(texts):
        texts[0] = _carry_across(sheet, rows, column)
    return list(dict.fromkeys(text for text in texts if text))


def _carry_across(sheet: Sheet, rows: range, column: int) -> str:
    """Return the upper label that spans this column in a file that has lost its merged cells (CSV)."""
    for left in range(column - 1, 0, -1):
        if clean_text(sheet.value(rows[0], left)):
            spans = any(clean_text(sheet.value(row, left)) for row in rows[1:])
            return clean_text(sheet.value(rows[0], left)) if spans else ""
    return ""


def _is_likely(header: Header) -> bool:
    # A unit's own row may hold two words that are also labels, such as 国有企业 and 合计, but not more.
    return header.is_whole or len(header.columns) >= 3


def _check_repeat(sheet: Sheet, header: Header, column: int, field: Field, findings: Findings) -> None:
    if field in _REPEATABLE or field is Group.RESIDENTS:
        return
    first = header.columns[field]
    findings.blame(
        "column_twice",
        sheet.place(header.bottom, column),
        value=header.labels[column],
        other=sheet.place(header.bottom, first),
        label=header.labels[first],
    )


def _mention_passed(header: Header, place: Place, findings: Findings) -> None:
    known = {*header.columns.values(), *header.repeats}
    ignored = [label for column, label in header.labels.items() if column not in known]
    if ignored:
        findings.mention("columns_ignored", place, value="、".join(ignored))
    if Group.RESIDENTS in header.columns:
        label = header.labels[header.columns[Group.RESIDENTS]]
        findings.mention("residents_ignored", place, value=label)
    absent = [name_word(group) for group in ROSTER_GROUPS if group not in header.groups]
    if absent and header.groups:
        findings.mention("groups_absent", place, value="、".join(absent))
