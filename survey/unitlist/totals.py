"""Check what subtotals, totals and headings claim against the units they stand for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from survey.unitlist.entries import Entry
from survey.unitlist.faults import Findings
from survey.unitlist.headcounts import HeadcountError, Unsolved, read_headcount
from survey.unitlist.labels import Column, Field
from survey.unitlist.rows import Heading, RowKind, read_heading, read_title
from survey.unitlist.spelling import clean_text, is_nothing
from survey.unitlist.tables import Table
from survey.words import Group

_HIGHEST: Final = 10**9
_BOUNDARIES: Final = frozenset({RowKind.HEADING, RowKind.SUBTOTAL})

Row = tuple[int, RowKind]
Span = tuple[Entry, ...]


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A table's rows in order, and the entries of its unit rows."""

    table: Table
    rows: Sequence[Row]
    entries: Mapping[int, Entry]

    def units_in(self, rows: Sequence[Row]) -> Span:
        """Return the entries among some rows."""
        return tuple(self.entries[row] for row, kind in rows if kind is RowKind.UNIT)

    @property
    def summed_fields(self) -> tuple[Field, ...]:
        """The columns whose sums can be checked; a total that includes residents cannot."""
        columns = self.table.header.columns
        has_total = Column.TOTAL in columns and Group.RESIDENTS not in columns
        return (*self.table.header.groups, *((Column.TOTAL,) if has_total else ()))


def check_totals(layout: Layout, findings: Findings) -> None:
    """Blame every number of a subtotal, total, heading or row total that its units do not add up to.

    A subtotal may close the units since any heading or subtotal above it, or stand before its own; a heading
    covers what follows it; a total covers the sheet. Units with a blamed headcount are not added up.
    """
    for index, (row, kind) in enumerate(layout.rows):
        if kind is RowKind.TOTAL:
            _check_row(layout, row, [layout.units_in(layout.rows)], findings)
        elif kind is RowKind.SUBTOTAL:
            _check_row(layout, row, _spans_of_subtotal(layout, index), findings)
        elif kind is RowKind.HEADING:
            spans = _spans_after(layout, index)
            _check_row(layout, row, spans, findings)
            _check_count(layout, read_heading(layout.table, row), spans, findings)
        elif kind is RowKind.UNIT and Column.TOTAL in layout.summed_fields:
            _check_unit(layout.entries[row], findings)


def _spans_of_subtotal(layout: Layout, index: int) -> list[Span]:
    """Return the spans a subtotal may stand for, the likeliest first."""
    boundaries = [place for place in range(index) if layout.rows[place][1] in _BOUNDARIES]
    before = [layout.units_in(layout.rows[start:index]) for start in [*reversed(boundaries), 0]]
    after = [] if before[0] else _spans_after(layout, index)
    follows_heading = bool(boundaries) and layout.rows[boundaries[-1]][1] is RowKind.HEADING
    spans = [*after, *before] if follows_heading else [*before, *after]
    return [span for span in spans if span] or [()]


def _spans_after(layout: Layout, index: int) -> list[Span]:
    """Return the units up to the next boundary, the next heading, the next heading of its level, the end."""
    rest = layout.rows[index + 1 :]
    to_boundary = list(takewhile(lambda row: row[1] not in _BOUNDARIES, rest))
    to_heading = list(takewhile(lambda row: row[1] is not RowKind.HEADING, rest))
    to_upper = list(takewhile(lambda row: not _is_upper(layout, row), rest))
    return [layout.units_in(rows) for rows in (to_heading, to_upper, to_boundary, rest)]


def _is_upper(layout: Layout, row: Row) -> bool:
    return row[1] is RowKind.HEADING and read_heading(layout.table, row[0]).is_upper


def _check_row(layout: Layout, row: int, spans: list[Span], findings: Findings) -> None:
    for field in layout.summed_fields:
        stated = _read_stated(layout.table, row, field, findings)
        sums = [_add_up(span, field) for span in spans]
        if stated is None or None in sums or stated in sums:
            continue
        findings.blame(
            "total_differs",
            layout.table.place(row, field),
            title=read_title(layout.table, row),
            label=layout.table.label(field),
            value=stated,
            expected=sums[0],
        )


def _read_stated(table: Table, row: int, field: Field, findings: Findings) -> int | None:
    value = table.value(row, field)
    if is_nothing(value):
        return None
    parts = {"title": read_title(table, row), "label": table.label(field), "value": clean_text(value)}
    if isinstance(value, Unsolved):
        findings.mention("total_unsolved", table.place(row, field), **parts)
        return None
    try:
        return read_headcount(value, highest=_HIGHEST)
    except HeadcountError:
        findings.blame("total_unreadable", table.place(row, field), **parts)
        return None


def _add_up(span: Span, field: Field) -> int | None:
    counts = [entry.headcounts[field] if isinstance(field, Group) else entry.total for entry in span]
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None


def _check_count(layout: Layout, heading: Heading, spans: list[Span], findings: Findings) -> None:
    if heading.stated is None or heading.stated in [len(span) for span in spans]:
        return
    findings.blame(
        "count_differs",
        layout.table.sheet.place(heading.row, layout.table.sheet.columns_by_row[heading.row][0]),
        value=heading.title,
        stated=heading.stated,
        expected=len(spans[0]),
    )


def _check_unit(entry: Entry, findings: Findings) -> None:
    stated = _read_stated(entry.table, entry.row, Column.TOTAL, findings)
    if stated is None or entry.total in {None, stated}:
        return
    findings.blame(
        "row_total_differs",
        entry.place(Column.TOTAL),
        label=entry.table.label(Column.TOTAL),
        value=stated,
        expected=entry.total,
    )
