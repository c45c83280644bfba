"""Tell the rows under a header apart: units, category headings, subtotals, totals, and what is none of these."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from survey.unitlist.headcounts import HeadcountError, read_headcount
from survey.unitlist.labels import Column, find_field, find_kind
from survey.unitlist.spelling import clean_text, is_nothing, squeeze_text
from survey.unitlist.tables import Table
from survey.words import UnitKind

_TOTAL: Final = re.compile(r"(?P<of>.*?)(?P<word>小计|合计|总计|共计)(?:\(.*\)|:.*)?")
_WHOLE: Final = frozenset({"", "全县", "全区", "全市", "县", "总", "本表", "各单位", "人数", "应答人数"})
_NUMERAL: Final = "[一二三四五六七八九十]+"
_UPPER_ORDINAL: Final = re.compile(rf"{_NUMERAL}[、.,]")
_ORDINAL: Final = re.compile(rf"(?:{_NUMERAL}[、.,]|\({_NUMERAL}\)[、.,]?)")
_BARE_ORDINAL: Final = re.compile(rf"\(?{_NUMERAL}\)?[、.,]?")
_STATED: Final = re.compile(r"\(共?(\d{1,5})[个家]?\)$|共?(\d{1,5})[个家]$")
_FOOTER: Final = re.compile(
    r"(?:填表|制表|填报|审核|审批|复核|经办|联系|负责|单位|分管|主要|日期|电话|备注|附注|注|说明)[^:]{0,8}:"
)
_NOTE: Final = re.compile(r"(?:备注|附注|注|说明|填表说明|填报说明)[^:]{0,3}:")
_WIDE: Final = 3
_IDENTITY: Final = (Column.KIND, Column.PARENT, Column.CREDIT_CODE, Column.CODE)


class RowKind(Enum):
    """What a row is."""

    UNIT = auto()
    HEADING = auto()
    SUBTOTAL = auto()
    TOTAL = auto()
    FOOTER = auto()
    HEADER = auto()
    EMPTY = auto()


@dataclass(frozen=True, kw_only=True)
class Heading:
    """A category heading, such as ``一、乡镇（街道）（20个）``.

    ``name`` is the title without its number and count, without blanks. ``stated`` is how many units it says
    there are, if it does. ``is_upper`` tells ``一、`` from what stands within it.
    """

    row: int
    title: str
    name: str
    kind: UnitKind | None
    stated: int | None
    is_upper: bool


def sort_rows(table: Table) -> Iterator[tuple[int, RowKind]]:
    """Give the number and kind of every row under the header; text below a note belongs to the note."""
    in_note = False
    for row in table.sheet.rows:
        if row <= table.header.bottom:
            continue
        kind = _judge_row(table, row)
        if in_note and len(table.sheet.columns_by_row[row]) == 1:
            kind = RowKind.FOOTER
        in_note = kind is RowKind.FOOTER and (in_note or bool(_NOTE.match(_lead_text(table, row))))
        yield row, kind


def read_heading(table: Table, row: int) -> Heading:
    """Return what a heading says: its words, the kind of unit they name, and how many units."""
    title = read_title(table, row)
    text = squeeze_text(title)
    bare = _ORDINAL.sub("", text, count=1) if _ORDINAL.match(text) else text
    stated = _STATED.search(bare)
    return Heading(
        row=row,
        title=title,
        name=_STATED.sub("", bare),
        kind=find_kind(_STATED.sub("", bare)),
        stated=int(stated[1] or stated[2]) if stated else None,
        is_upper=bool(_UPPER_ORDINAL.match(text)),
    )


def read_title(table: Table, row: int) -> str:
    """Return the first words of a row; a heading's number in a cell of its own is put before its name."""
    lead = clean_text(table.sheet.value(row, table.sheet.columns_by_row[row][0]))
    if not _BARE_ORDINAL.fullmatch(squeeze_text(lead)):
        return lead
    return lead.rstrip("、.") + "、" + clean_text(table.value(row, Column.NAME))


def _judge_row(table: Table, row: int) -> RowKind:
    if total := _judge_total(table, row):
        return total
    if _FOOTER.match(_lead_text(table, row)):
        return RowKind.FOOTER
    if _is_header_again(table, row):
        return RowKind.HEADER
    if _is_heading(table, row):
        return RowKind.HEADING
    return RowKind.UNIT if _has_facts(table, row) else RowKind.EMPTY


def _has_facts(table: Table, row: int) -> bool:
    """Whether a row says anything of a unit; a serial number, a remark and headcounts of 0 were prepared."""
    if not all(is_nothing(table.value(row, column)) for column in (Column.NAME, *_IDENTITY)):
        return True
    return not all(_is_zero(table.value(row, group)) for group in table.header.groups)


def _is_zero(value: object) -> bool:
    try:
        return read_headcount(value) == 0
    except HeadcountError:
        return False


def _judge_total(table: Table, row: int) -> RowKind | None:
    for text in (_lead_text(table, row), squeeze_text(table.value(row, Column.NAME))):
        if total := _TOTAL.fullmatch(text):
            is_whole = total["word"] != "小计" and total["of"] in _WHOLE
            return RowKind.TOTAL if is_whole else RowKind.SUBTOTAL
    return None


def _is_header_again(table: Table, row: int) -> bool:
    """Whether the header is repeated, as at the top of a printed page."""
    labels = {field: clean_text(table.value(row, field)) for field in table.header.columns}
    found = {field: find_field(label) for field, label in labels.items() if label}
    # A unit may have a label by mistake for a headcount: that must be blamed, not passed over.
    return found.get(Column.NAME) is Column.NAME or (
        bool(found) and all(field is known for field, known in found.items())
    )


def _is_heading(table: Table, row: int) -> bool:
    columns = table.sheet.columns_by_row[row]
    identity = {table.header.columns.get(column) for column in _IDENTITY}
    if identity & set(columns[1:]):
        return False
    text = _lead_text(table, row)
    if _ORDINAL.match(text) or _BARE_ORDINAL.fullmatch(text):
        return True
    return len(columns) == 1 and (
        _is_wide(table, row, columns[0]) or find_kind(_STATED.sub("", text)) is not None
    )


def _is_wide(table: Table, row: int, column: int) -> bool:
    end = column + _WIDE - 1
    merge = table.sheet.merge_over(row, end)
    return merge is not None and merge.anchor == (row, column)


def _lead_text(table: Table, row: int) -> str:
    return squeeze_text(table.sheet.value(row, table.sheet.columns_by_row[row][0]))
