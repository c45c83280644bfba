"""From the bytes of a file to the units of a list, or every fault in it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from survey.unitlist.entries import Entry, read_entry
from survey.unitlist.faults import Findings
from survey.unitlist.files import FILE_LIMIT, open_file
from survey.unitlist.headers import check_header, find_header
from survey.unitlist.lists import make_units
from survey.unitlist.records import UnitList
from survey.unitlist.rows import Heading, RowKind, read_heading, sort_rows
from survey.unitlist.sheets import Sheet
from survey.unitlist.tables import Table
from survey.unitlist.totals import Layout, check_totals


def read_units(path: Path) -> UnitList:
    """Return the units of a workbook or CSV file; see ``parse_units``. Raises OSError when it cannot be read."""
    with path.open("rb") as file:
        return parse_units(file.read(FILE_LIMIT + 1))


def parse_units(content: bytes) -> UnitList:
    """Return the units of a unit list given as the bytes of an .xlsx, .xlsm or CSV file.

    The units of all visible sheets with a header come in the order of the file. Raises UnitListError with
    every fault, each with its place, when anything in the list is wrong: then nothing of it is used.
    An accepted list is consistent in itself; whether its numbers are true nobody here can know.
    """
    findings = Findings()
    tables = _find_tables(open_file(content), findings)
    entries = [entry for table in tables for entry in _read_table(table, findings)]
    if not entries and not findings.faults:
        findings.blame("units_missing", tables[0].sheet.place(tables[0].header.bottom))
    units = make_units(entries, findings)
    findings.raise_faults()
    return UnitList(units=units, reports=tuple(findings.reports))


def _find_tables(sheets: list[Sheet], findings: Findings) -> list[Table]:
    """Return the sheets that are unit lists; a sheet that is nearly one is blamed when no other is whole."""
    visible = [sheet for sheet in sheets if not sheet.is_hidden]
    headers = [(sheet, header) for sheet in visible if (header := find_header(sheet))]
    chosen = [(sheet, header) for sheet, header in headers if header.is_whole] or headers
    for sheet, header in chosen:
        check_header(sheet, header, findings)
    if not chosen:
        place = visible[0].place(0) if visible else sheets[0].place(0)
        findings.blame("header_missing", place)
    findings.raise_faults()
    _mention_skipped(sheets, [sheet for sheet, _ in chosen], findings)
    return [Table(sheet=sheet, header=header) for sheet, header in chosen]


def _mention_skipped(sheets: list[Sheet], chosen: list[Sheet], findings: Findings) -> None:
    for sheet in sheets:
        if sheet.values and not any(sheet is used for used in chosen):
            findings.mention("sheet_hidden" if sheet.is_hidden else "sheet_skipped", sheet.place(0))


def _read_table(table: Table, findings: Findings) -> list[Entry]:
    rows = list(sort_rows(table))
    entries: dict[int, Entry] = {}
    heading: Heading | None = None
    for row, kind in rows:
        if kind is RowKind.HEADING:
            heading = _follow_heading(heading, read_heading(table, row))
        elif kind is RowKind.UNIT:
            entries[row] = read_entry(table, row, heading, findings)
    check_totals(Layout(table=table, rows=rows, entries=entries), findings)
    return list(entries.values())


def _follow_heading(before: Heading | None, heading: Heading) -> Heading:
    """Return the heading that counts from here on: one within another takes over its kind, not its name."""
    is_within = heading.kind is None and not heading.is_upper
    return replace(before, name=heading.name) if before and is_within else heading
