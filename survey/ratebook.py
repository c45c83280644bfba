"""The workbook of a table: title, period, header, rows, and under them the rules and the method."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import IO, Any, Final

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from survey.clock import show_deadline, show_moment
from survey.columns import Kind, kind_of_column, name_code, title_column
from survey.figures import NO_FIGURE, round_share
from survey.results import Table

# Text is text: a unit's name or an answer must never become a formula, a link or a number.
_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_HEADER_ROW: Final = 2
_WIDTHS: Final = {
    "unit": 20,
    "parent": 14,
    "group": 13,
    "kind": 10,
    "collector": 9,
    "question": 52,
    "label": 14,
    "certified": 9,
    "note": 22,
}
_NARROW: Final = 7.5
_HEADER_HEIGHT: Final = 30
_NUMBER_FORMATS: Final = {Kind.SHARE: "0.00%", Kind.SCORE: "0.00", Kind.COUNT: "0"}
_FRAME: Final = {"border": 1, "valign": "vcenter", "font_name": "宋体", "font_size": 10}


def make_workbook(file: IO[bytes], table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write a table as a workbook of one sheet, landscape A4, one page wide, header repeated on each page.

    A figure that does not exist stands as ``—``. A share is rounded to what two decimals of percent may say,
    so that no cell shows 100.00% unless it is everyone.
    """
    with xlsxwriter.Workbook(file, _OPTIONS) as book:
        sheet = book.add_worksheet("统计表")
        formats = {kind: book.add_format(_FRAME | _cell_style(kind)) for kind in Kind}
        header = book.add_format(
            _FRAME | {"bold": True, "text_wrap": True, "align": "center", "bg_color": "#EEEEEE"}
        )
        names = list(table.rows.columns)
        _write_head(sheet, table, names, book.add_format({"bold": True, "font_size": 16, "align": "center"}))
        for column, name in enumerate(names):
            sheet.write_string(_HEADER_ROW, column, title_column(name), header)
            sheet.set_column(column, column, _WIDTHS.get(name, _NARROW))
        sheet.set_row(_HEADER_ROW, _HEADER_HEIGHT)
        for number, row in enumerate(rows, start=_HEADER_ROW + 1):
            for column, name in enumerate(names):
                _write_cell(sheet, (number, column), row[name], name, formats)
        _write_foot(sheet, table, _HEADER_ROW + 2 + len(rows), len(names), book)
        _set_page(sheet, len(names))


def _cell_style(kind: Kind) -> dict[str, object]:
    if kind in _NUMBER_FORMATS:
        return {"num_format": _NUMBER_FORMATS[kind], "align": "right"}
    # Shrinking keeps rows at one line, so that a page holds as many units as it can and none overlaps.
    return {"shrink": True, "align": "left"}


def _write_head(sheet: Worksheet, table: Table, names: Sequence[str], title: Format) -> None:
    sheet.merge_range(0, 0, 0, len(names) - 1, "", title)
    sheet.write_string(0, 0, f"食品安全满意度和知晓率统计表（{table.wave}）", title)
    opens, closes = (datetime.fromisoformat(moment) for moment in table.period)
    sheet.write_string(1, 0, f"统计时间：{show_moment(opens)} 至 {show_deadline(closes)}　　单位：人、%")


def _write_cell(
    sheet: Worksheet, place: tuple[int, int], value: Any, name: str, formats: Mapping[Kind, Format]
) -> None:
    kind = kind_of_column(name)
    if value is None:
        sheet.write_string(*place, NO_FIGURE if kind in _NUMBER_FORMATS else "", formats[kind])
    elif kind is Kind.SHARE:
        sheet.write_number(*place, round_share(value), formats[kind])
    elif kind in _NUMBER_FORMATS:
        sheet.write_number(*place, value, formats[kind])
    else:
        sheet.write_string(*place, name_code(value) if kind is Kind.WORD else value, formats[kind])


def _write_foot(sheet: Worksheet, table: Table, first: int, width: int, book: xlsxwriter.Workbook) -> None:
    style = book.add_format({"text_wrap": True, "valign": "top", "font_name": "宋体", "font_size": 10})
    for number, line in enumerate(["口径与方法：", *table.rules, *table.method], start=first):
        sheet.merge_range(number, 0, number, width - 1, "", style)
        sheet.write_string(number, 0, line, style)


def _set_page(sheet: Worksheet, width: int) -> None:
    sheet.freeze_panes(_HEADER_ROW + 1, 2)
    sheet.repeat_rows(_HEADER_ROW)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer("&C第 &P 页，共 &N 页")
    sheet.autofilter(_HEADER_ROW, 0, _HEADER_ROW, width - 1)
