"""A small unit list in the office's layout, to be built anew and bent by every test."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

SHEET = "单位名册"
ROWS: tuple[tuple[Any, ...], ...] = (
    ("示例县食品安全满意度知晓率调查单位名册",),
    ("填报单位：县食安办　　　填报日期：2026年9月1日　　　单位：人",),
    (
        "序号",
        "单位名称",
        "单位类别",
        "上级单位",
        "统一社会信用代码",
        "应答人数",
        None,
        None,
        None,
        "单位编号",
        "备注",
    ),
    (
        None,
        None,
        None,
        None,
        None,
        "机关事业单位干部职工",
        "国有企业职工",
        "村（社区）组干部",
        "两代表一委员",
    ),
    ("一、乡镇（街道）（2个）",),
    (1, "青石镇人民政府", "乡镇（街道）", None, "11990000000000001G", 53, None, None, 48, "T01", None),
    (2, "柳溪镇人民政府", "乡镇（街道）", None, "11990000000000002K", 52, None, None, 46, "T02", None),
    (None, "小计", None, None, None, "=SUM(F6:F7)", "=SUM(G6:G7)", "=SUM(H6:H7)", "=SUM(I6:I7)"),
    ("二、县级部门（1个）",),
    (3, "县委办公室", "县级部门", None, "11990000010000001J", 16, None, None, None, "D01", None),
    (None, "小计", None, None, None, "=SUM(F10:F10)", None, None, None),
    ("三、国有企业（1个）",),
    (4, "示例县水务公司", "国有企业", None, "91990000020000004M", None, 237, None, 1, "E01", None),
    (None, "小计", None, None, None, None, "=SUM(G13)", None, "=SUM(I13)"),
    ("四、村（社区）（2个）",),
    (5, "青石镇合力村村民委员会", "村（社区）", "青石镇人民政府", None, None, None, 25, None, "T01V01", None),
    (6, "柳溪镇丰收村村民委员会", "村（社区）", "柳溪镇人民政府", None, None, None, 22, None, "T02V01", None),
    (None, "小计", None, None, None, None, None, "=SUM(H16:H17)", None),
    (None, "合计", None, None, None, 121, 237, 47, 95),
    (None,),
    ("填表人：　　　　审核人：　　　　联系电话：",),
)
HEADER_MERGES = ("A3:A4", "B3:B4", "C3:C4", "D3:D4", "E3:E4", "F3:I3", "J3:J4", "K3:K4")
MERGES = (*HEADER_MERGES, *(f"A{row}:K{row}" for row in (1, 2, 5, 9, 12, 15)))

Bend = Callable[[Worksheet], None]


def build_office_book(
    cells: Mapping[str, Any], merges: Sequence[str] = (), bend: Bend | None = None
) -> bytes:
    """Return the small list as a workbook with some cells replaced, some merged, or bent in any other way."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = SHEET
    for row in ROWS:
        sheet.append(row)
    for address, value in cells.items():
        sheet[address] = value
    for area in (*MERGES, *merges):
        sheet.merge_cells(area)
    if bend:
        bend(sheet)
    return save_book(book)


def save_book(book: Workbook) -> bytes:
    """Return a workbook as the bytes of its file."""
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def build_plain_book(*sheets: tuple[str, Sequence[Sequence[object]]]) -> bytes:
    """Return a workbook of these sheets, each a title and its rows."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    return save_book(book)


@pytest.fixture
def office_book() -> Callable[..., bytes]:
    """Return the builder of the small list in the office's layout."""
    return build_office_book


@pytest.fixture
def plain_book() -> Callable[..., bytes]:
    """Return the builder of workbooks from plain rows."""
    return build_plain_book
