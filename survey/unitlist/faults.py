"""Faults and reports of a unit list: where, which value, what to do, in the words of a county office."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from openpyxl.utils import get_column_letter

from survey.errors import SurveyError
from survey.unitlist.sentences import SENTENCES

LONGEST_VALUE: Final = 40
"""How many characters of a cell a message quotes."""

MOST_LINES: Final = 500
"""How many faults the text of an error lists; one wrong column can put thousands into a list."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A spot in a file: a sheet's cell, a CSV file's line and column, or as much of it as is meant.

    ``sheet`` is empty in a CSV file; ``row`` and ``column`` count from 1, 0 meaning the whole.
    """

    sheet: str = ""
    row: int = 0
    column: int = 0

    def __str__(self) -> str:
        if not self.sheet:
            return self._name_line()
        if self.row and self.column:
            return f"工作表“{self.sheet}”{get_column_letter(self.column)}{self.row}"
        return f"工作表“{self.sheet}”" + (f"第 {self.row} 行" if self.row else "")

    def _name_line(self) -> str:
        if not self.row:
            return "文件"
        return f"第 {self.row} 行" + (f"第 {self.column} 列" if self.column else "")


@dataclass(frozen=True, kw_only=True)
class Remark:
    """One sentence about one place. ``code`` is stable; ``text`` may be reworded."""

    code: str
    place: Place
    text: str

    def __str__(self) -> str:
        return f"{self.place}：{self.text}"


class UnitListError(SurveyError):
    """A unit list that cannot be taken. ``faults`` has all its faults, in the order of the file."""

    def __init__(self, faults: tuple[Remark, ...]) -> None:
        lines = [f"名册有 {len(faults)} 处需要改正，没有导入任何单位：", *map(str, faults[:MOST_LINES])]
        if len(faults) > MOST_LINES:
            lines.append(f"……另有 {len(faults) - MOST_LINES} 处，改正以上各处后再次导入就会列出。")
        super().__init__("\n".join(lines))
        self.faults = faults


@dataclass(kw_only=True)
class Findings:
    """What has been found so far; every check adds to it and goes on."""

    faults: list[Remark] = field(default_factory=list)
    reports: list[Remark] = field(default_factory=list)

    def blame(self, code: str, place: Place, **parts: object) -> None:
        """Add a fault: the list cannot be taken before it is mended."""
        self.faults.append(make_remark(code, place, **parts))

    def mention(self, code: str, place: Place, **parts: object) -> None:
        """Add a report: the list can be taken, but the clerk should know this."""
        self.reports.append(make_remark(code, place, **parts))

    def raise_faults(self) -> None:
        """Raise UnitListError when there is any fault: each once, sheet by sheet, in the order of the file."""
        if self.faults:
            sheets = list(dict.fromkeys(fault.place.sheet for fault in self.faults))
            faults = sorted(
                dict.fromkeys(self.faults),
                key=lambda fault: (sheets.index(fault.place.sheet), fault.place.row, fault.place.column),
            )
            raise UnitListError(tuple(faults))


def make_remark(code: str, place: Place, **parts: object) -> Remark:
    """Return the remark that the sentence of ``code`` makes of ``parts``."""
    quoted = {name: _shorten(str(part)) if name == "value" else part for name, part in parts.items()}
    return Remark(code=code, place=place, text=SENTENCES[code].format(**quoted))


def refuse_file(code: str, **parts: object) -> UnitListError:
    """Return the error for a file that cannot be read at all."""
    return UnitListError((make_remark(code, Place(), **parts),))


def _shorten(value: str) -> str:
    printable = "".join(symbol if symbol.isprintable() else " " for symbol in value)
    return printable if len(printable) <= LONGEST_VALUE else printable[:LONGEST_VALUE] + "…"
