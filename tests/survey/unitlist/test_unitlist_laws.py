"""Whatever list an office could have: written down and read back, it is the same list."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from stdnum.cn import uscc

from survey.unitlist import UnitList, parse_units
from survey.words import ROSTER_GROUPS, UnitKind, name_word

CODE_HEADER = ("code", "name", "kind", "parent", "credit_code", *(group.value for group in ROSTER_GROUPS))
CHINESE_HEADER = (
    *("单位编号", "单位名称", "单位类别", "上级单位", "统一社会信用代码"),
    *(name_word(group) for group in ROSTER_GROUPS),
)
PLACES = "青石柳溪双河永安白塔龙泉云台松林金盆高桥长滩清水东岳古井马鞍凤鸣大坪沙湾"
ENDINGS = {
    UnitKind.TOWNSHIP: "镇人民政府",
    UnitKind.DEPARTMENT: "局",
    UnitKind.SOE: "公司",
    UnitKind.VILLAGE: "村村民委员会",
}

Row = tuple[Any, ...]
"""Code, name, kind, parent, credit code and the headcounts, as the CSV has them."""


@st.composite
def unit_rows(draw: st.DrawFn) -> list[Row]:
    """Draw one to twelve units with different codes, every village under a township of the list."""
    n_units = draw(st.integers(1, 12))
    kinds = [
        UnitKind.TOWNSHIP,
        *draw(st.lists(st.sampled_from(UnitKind), min_size=n_units, max_size=n_units)),
    ]
    rows = [draw_row(draw, number, kind) for number, kind in enumerate(kinds)]
    towns = [row[0] for row in rows if row[2] is UnitKind.TOWNSHIP]
    placed = [
        (*row[:3], draw(st.sampled_from(towns)), *row[4:]) if row[2] is UnitKind.VILLAGE else row
        for row in rows
    ]
    return draw(st.permutations(placed))


def draw_row(draw: st.DrawFn, number: int, kind: UnitKind) -> Row:
    name = draw(st.text(PLACES, min_size=1, max_size=6)) + ENDINGS[kind]
    body = f"11990000{number:09}"
    credit = body + uscc.calc_check_digit(body) if draw(st.booleans()) else ""
    people = draw(st.tuples(*(st.integers(0, 99_999) for _ in ROSTER_GROUPS)))
    return (f"U{number:02}", name, kind, "", credit, *people)


def write_codes(rows: Sequence[Row]) -> bytes:
    file = io.StringIO()
    csv.writer(file).writerows([CODE_HEADER, *([*row[:2], row[2].value, *row[3:]] for row in rows)])
    return file.getvalue().encode()


def write_office(rows: Sequence[Row]) -> bytes:
    """Write a workbook by kinds, each under its heading and with its subtotal, and a total at the end."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["单位名册"])
    sheet.append(CHINESE_HEADER)
    for number, kind in enumerate(UnitKind):
        units = [row for row in rows if row[2] is kind]
        sheet.append([f"{'一二三四'[number]}、{name_word(kind)}（{len(units)}个）"])
        start = sheet.max_row + 1
        for row in units:
            sheet.append([*row[:2], name_word(kind), *(cell or None for cell in row[3:])])
        if units:
            last = sheet.max_row
            sums = [f"=SUM({column}{start}:{column}{last})" for column in "FGHI"]
            sheet.append([None, "小计", None, None, None, *sums])
    sheet.append(
        [None, "合计", None, None, None, *(sum(row[place] for row in rows) for place in range(5, 9))]
    )
    sheet.append(["填表人："])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def list_rows(unit_list: UnitList) -> set[Row]:
    return {
        (
            unit.code,
            unit.name,
            unit.kind,
            unit.parent_code or "",
            unit.credit_code or "",
            *(unit.headcounts[group] for group in ROSTER_GROUPS),
        )
        for unit in unit_list.units
    }


@given(unit_rows())
@settings(max_examples=40, deadline=None)
def test_a_list_written_as_csv_reads_back_as_it_was(rows: list[Row]) -> None:
    unit_list = parse_units(write_codes(rows))

    assert [unit.code for unit in unit_list.units] == [row[0] for row in rows]
    assert list_rows(unit_list) == set(rows)


@given(unit_rows())
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_list_in_the_office_s_layout_reads_back_as_it_was(rows: list[Row]) -> None:
    assert list_rows(parse_units(write_office(rows))) == set(rows)


@given(unit_rows())
@settings(max_examples=20, deadline=None)
def test_made_codes_are_the_same_from_every_order_of_the_same_units(rows: list[Row]) -> None:
    named = [
        ("", f"{row[0]}{row[1]}", *row[2:3], "", *row[4:]) for row in rows if row[2] is not UnitKind.VILLAGE
    ]
    there = parse_units(write_codes(named)).units
    back = parse_units(write_codes(named[::-1])).units

    assert {unit.name: unit.code for unit in there} == {unit.name: unit.code for unit in back}
    assert len({unit.code for unit in there}) == len(named)
