"""Files in and out: answers, rosters and definitions as a superior receives them, and the rate table."""

import csv
import json
import unicodedata
from fractions import Fraction
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd

from questionnaires import GROUPS, Questionnaire, builtin_definition, parse_canonical

from .sentences import format_share

ENCODINGS = ("utf-8-sig", "gb18030")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
APOSTROPHE = r"^'(?=[=+\-@\t\r])"
SHOWN = (
    "unit",
    "group",
    "collector",
    "headcount",
    "responses",
    "response_rate",
    "satisfaction_rate",
    "satisfaction_low",
    "satisfaction_high",
    "awareness_rate",
    "persons_to_target",
    "certified",
    "rank",
    "note",
)
SHARES = tuple(name for name in SHOWN if name.endswith(("_rate", "_low", "_high")))
TEXTS = ("unit_code", "unit", "parent", "note")


class FileFormatError(ValueError):
    """A file that cannot be read as what it should be. Parts: `path`, `reason`."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.path}：{self.reason}"


def read_table(path: Path) -> pd.DataFrame:
    """Return a CSV file as text, "" where a field is empty; UTF-8, or the Chinese encoding Excel writes.

    The apostrophe that keeps a spreadsheet from running a field as a formula is taken off. Raises
    FileFormatError where it is no such file.
    """
    text = _decode(path)
    try:
        table = pd.read_csv(StringIO(text), dtype=str, keep_default_na=False)
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise FileFormatError(path, f"不是 CSV 表格：{error}") from error
    for name in table.columns:
        table[name] = table[name].str.replace(APOSTROPHE, "", regex=True).str.strip()
    return table


def read_roster(path: Path) -> pd.DataFrame:
    """Return the roster with whole headcounts, missing for residents; raises FileFormatError."""
    roster = read_table(path)
    if "headcount" not in roster:
        raise FileFormatError(path, "缺少“headcount”（应答人数）一列")
    given = roster["headcount"]
    is_wrong = ~given.str.fullmatch(r"\d{0,9}")
    if is_wrong.any():
        row = int(is_wrong.to_numpy().argmax())
        raise FileFormatError(path, f"第 {row + 2} 行“headcount”应是整数或空白，现在是“{given.iloc[row]}”")
    return roster.assign(headcount=pd.to_numeric(given.replace("", None)).astype("Int64"))


def read_definitions(path: Path | None) -> dict[str, Questionnaire]:
    """Return the questionnaire of each group: those shipped, or a JSON object of canonical forms by group.

    Raises FileFormatError for a file that is no such object, DefinitionError for a definition with faults.
    """
    if path is None:
        return {group: builtin_definition(group) for group in GROUPS}
    try:
        content: Any = json.loads(_decode(path))
    except ValueError as error:
        raise FileFormatError(path, f"不是有效的 JSON：{error}") from error
    if not isinstance(content, dict):
        raise FileFormatError(path, "应是按群体给出问卷的 JSON 对象")
    return {group: parse_canonical(_canonical_text(form)) for group, form in content.items()}


def write_csv(table: pd.DataFrame) -> str:
    """Return a rate table as CSV: shares from 0 to 1 in full precision, empty where there is no figure."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.columns)
    for row in table.astype(object).itertuples(index=False):
        fields = zip(table.columns, row, strict=True)
        writer.writerow(["" if pd.isna(value) else _guard(str(name), value) for name, value in fields])
    return text.getvalue()


def write_text(table: pd.DataFrame) -> str:
    """Return the columns of a rate table that fit a terminal, aligned; shares as percentages."""
    rows = table[list(SHOWN)].astype(object).to_dict("records")
    lines = [list(SHOWN), *([_show(str(name), row[name]) for name in SHOWN] for row in rows)]
    widths = [max(map(_measure, column)) for column in zip(*lines, strict=True)]
    padded = [
        "  ".join(cell + " " * (width - _measure(cell)) for cell, width in zip(line, widths, strict=True))
        for line in lines
    ]
    return "".join(f"{line.rstrip()}\n" for line in padded)


FORMATS = {"csv": write_csv, "table": write_text}


def _decode(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FileFormatError(path, f"打不开：{error.strerror}") from error
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileFormatError(path, "不是 UTF-8 或 GB 18030 编码的文字")


def _canonical_text(form: object) -> str:
    return form if isinstance(form, str) else json.dumps(form, ensure_ascii=False)


def _guard(name: str, value: Any) -> Any:
    """Return a field that no spreadsheet runs as a formula."""
    if name in TEXTS and str(value).startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


def _show(name: str, value: Any) -> str:
    if pd.isna(value):
        return "—" if name not in TEXTS else ""
    return format_share(Fraction(value)) if name in SHARES else str(value)


def _measure(text: str) -> int:
    """Return the columns that a text takes on a terminal: two for each Chinese character."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
