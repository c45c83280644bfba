"""Read the cells of one unit's row, blaming each cell that cannot be right."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from survey.unitlist.credits import CreditCodeError, check_credit_code
from survey.unitlist.faults import Findings, Place
from survey.unitlist.headcounts import HIGHEST, HeadcountError, Unsolved, is_error_value, read_headcount
from survey.unitlist.labels import Column, Field, find_kind, name_field
from survey.unitlist.rows import Heading
from survey.unitlist.spelling import clean_code, clean_text, is_nothing
from survey.unitlist.tables import Table
from survey.words import Group, UnitKind, name_word

NAME_LIMIT: Final = 100
CODE_LIMIT: Final = 32
_EXACT_LIMIT: Final = 10**15
_CODE: Final = re.compile(r"[0-9A-Z\u4e00-\u9fff][0-9A-Z\u4e00-\u9fff._-]{0,31}")
_WORDY: Final = re.compile(r"[A-Za-z\u3400-\u9fff\U00020000-\U0003ffff]")
_FORMULA_STARTS: Final = "=+-@"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A unit as its row says. ``kind``, and a group's headcount, is None where the cell was blamed.

    ``code`` and ``parent`` are ``""`` where the row gives none; ``parent`` is a name or a code. ``heading``
    is the name of the nearest heading above, which may be that of the township.
    """

    table: Table
    row: int
    name: str
    kind: UnitKind | None
    has_own_kind: bool
    parent: str
    heading: str
    code: str
    credit_code: str | None
    headcounts: Mapping[Group, int | None]

    def place(self, field: Field = Column.NAME) -> Place:
        """Return where the entry's cell for a field is."""
        return self.table.place(self.row, field)

    @property
    def total(self) -> int | None:
        """The people of all groups, None when any headcount was blamed."""
        known = [n for n in self.headcounts.values() if n is not None]
        return sum(known) if len(known) == len(self.headcounts) else None


def read_entry(table: Table, row: int, heading: Heading | None, findings: Findings) -> Entry:
    """Return what a unit's row says; ``heading`` is the category it stands under."""
    _check_width(table, row, findings)
    has_own_kind = not is_nothing(table.shown_value(row, Column.KIND))
    return Entry(
        table=table,
        row=row,
        name=_read_name(table, row, findings),
        kind=_read_kind(table, row, heading, findings),
        has_own_kind=has_own_kind,
        parent=_read_parent(table, row, findings),
        heading=heading.name if heading else "",
        code=_read_code(table, row, findings),
        credit_code=_read_credit_code(table, row, findings),
        headcounts={group: _read_headcount(table, row, group, findings) for group in table.header.groups},
    )


def _check_width(table: Table, row: int, findings: Findings) -> None:
    if not table.sheet.widths:
        return
    found, expected = table.sheet.widths[row], table.sheet.widths[table.header.bottom]
    if found < max(table.header.columns.values()):
        findings.blame("row_short", table.sheet.place(row), found=found, expected=expected)
    elif any(column > expected for column in table.sheet.columns_by_row[row]):
        findings.blame("row_long", table.sheet.place(row), found=found, expected=expected)


def _read_name(table: Table, row: int, findings: Findings) -> str:
    place = table.place(row, Column.NAME)
    name = clean_text(_read_own(table, row, Column.NAME, findings))
    if is_nothing(name):
        findings.blame("name_missing", place)
    elif len(name) > NAME_LIMIT:
        findings.blame("name_long", place, value=name, limit=NAME_LIMIT)
    elif name[0] in _FORMULA_STARTS:
        findings.blame("name_start", place, value=name, symbol=name[0])
    elif not _WORDY.search(name):
        findings.blame("name_number", place, value=name)
    return name


def _read_kind(table: Table, row: int, heading: Heading | None, findings: Findings) -> UnitKind | None:
    value, place = table.shown_value(row, Column.KIND), table.place(row, Column.KIND)
    expected = heading.kind if heading else None
    if is_nothing(value):
        found = expected or find_kind(table.sheet.title)
        if found is None:
            findings.blame("kind_missing", place)
        return found
    kind = find_kind(clean_text(value))
    if kind is None:
        findings.blame("kind_unknown", place, value=clean_text(value))
    elif heading and expected not in {None, kind}:
        findings.blame(
            "kind_heading",
            place,
            value=clean_text(value),
            heading=heading.title,
            row=table.sheet.place(heading.row).row,
        )
    return kind


def _read_parent(table: Table, row: int, findings: Findings) -> str:
    value = table.shown_value(row, Column.PARENT)
    if _is_unreadable(value):
        findings.blame(
            "cell_text", table.place(row, Column.PARENT), label=name_field(Column.PARENT), value=value
        )
        return ""
    return "" if is_nothing(value) else clean_text(value)


def _read_code(table: Table, row: int, findings: Findings) -> str:
    value, place = _read_own(table, row, Column.CODE, findings), table.place(row, Column.CODE)
    if _is_inexact(value):
        findings.blame("code_exact", place, value=clean_text(value))
        return ""
    code = clean_code(value)
    if code and not _CODE.fullmatch(code):
        findings.blame("code_invalid", place, value=clean_text(value), limit=CODE_LIMIT)
    return code


def _read_credit_code(table: Table, row: int, findings: Findings) -> str | None:
    value, place = _read_own(table, row, Column.CREDIT_CODE, findings), table.place(row, Column.CREDIT_CODE)
    if _is_inexact(value):
        findings.blame("credit_exact", place, value=clean_text(value))
        return None
    code = clean_code(value)
    if not code:
        return None
    try:
        return check_credit_code(code)
    except CreditCodeError as error:
        findings.blame(f"credit_{error.code}", place, value=clean_text(value), length=len(code))
        return None


def _read_headcount(table: Table, row: int, group: Group, findings: Findings) -> int | None:
    place, label = table.place(row, group), name_word(group)
    if (merge := table.sheet.merge_over(row, table.header.columns[group])) is not None:
        findings.blame("cell_merged", place, label=label, other=table.sheet.place(*merge.anchor))
        return None
    value = table.value(row, group)
    try:
        return read_headcount(value)
    except HeadcountError as error:
        findings.blame(f"headcount_{error.code}", place, label=label, value=clean_text(value), limit=HIGHEST)
        return None


def _read_own(table: Table, row: int, field: Column, findings: Findings) -> object:
    """Return a text cell's value; a merged cell or a failed formula is blamed and read as blank."""
    column = table.header.columns.get(field)
    if column is None:
        return None
    value, label = table.sheet.value(row, column), name_field(field)
    if (merge := table.sheet.merge_over(row, column)) is not None:
        findings.blame(
            "cell_merged", table.place(row, field), label=label, other=table.sheet.place(*merge.anchor)
        )
    if _is_unreadable(value):
        findings.blame("cell_text", table.place(row, field), label=label, value=value)
        return None
    return value


def _is_unreadable(value: object) -> bool:
    return isinstance(value, Unsolved) or is_error_value(value)


def _is_inexact(value: object) -> bool:
    return isinstance(value, int | float) and abs(value) >= _EXACT_LIMIT
