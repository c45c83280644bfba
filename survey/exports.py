"""Tables as files: CSV and JSON for machines, a workbook for the office."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping
from io import BytesIO, StringIO
from typing import Any, Final

import pandas as pd

from survey.ratebook import make_workbook
from survey.results import Table
from survey.spreadsheets import guard_text


def make_csv(table: Table) -> bytes:
    """Return the rows as CSV in UTF-8: codes as they are stored, shares from 0 to 1 in full precision.

    An empty field is a figure that does not exist or is suppressed; the column ``note`` says which. Text that a
    spreadsheet would run as a formula begins with an apostrophe.
    """
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.rows.columns)
    for row in plain_rows(table.rows):
        writer.writerow(["" if value is None else guard_text(value) for value in row.values()])
    return text.getvalue().encode()


def make_json(table: Table) -> bytes:
    """Return the rows with the wave, the rules and the method as one JSON object in UTF-8."""
    content = {
        "wave": table.wave,
        "opens_at": table.period[0],
        "closes_at": table.period[1],
        "by": table.by.value,
        "waiting": table.waiting,
        "rules": list(table.rules),
        "method": list(table.method),
        "rows": plain_rows(table.rows),
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def make_xlsx(table: Table) -> bytes:
    """Return the rows as a workbook with titles, rules and method, ready to print."""
    file = BytesIO()
    make_workbook(file, table, plain_rows(table.rows))
    return file.getvalue()


WRITERS: Final[Mapping[str, Callable[[Table], bytes]]] = {
    "csv": make_csv,
    "json": make_json,
    "xlsx": make_xlsx,
}


def plain_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows as dictionaries of str, int, float and None, without a value of pandas or NumPy."""
    names = [str(name) for name in frame.columns]
    columns = [[_plain(value) for value in frame[name].tolist()] for name in names]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def _plain(value: Any) -> Any:
    return None if pd.isna(value) else value
