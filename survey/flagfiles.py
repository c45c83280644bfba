"""Integrity flags as files: CSV with a row a unit and signal, JSON with the units as well."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping
from io import StringIO
from typing import Final

from survey.exports import plain_rows
from survey.results import FlagTable
from survey.spreadsheets import guard_text

CAUTION: Final = (
    "提示只说明与其他单位不同，不能证明作假，也不删改任何答卷；请结合实际情况复核。",
    "同一人以最好答案代填，而其他单位也都很好时，看不出来；多数单位都有的做法也看不出来。",
)


def make_csv(table: FlagTable) -> bytes:
    """Return every unit and signal as CSV in UTF-8, flagged or not; an empty field is a count about too few."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.signals.columns)
    for row in plain_rows(table.signals):
        writer.writerow(["" if value is None else guard_text(value) for value in row.values()])
    return text.getvalue().encode()


def make_json(table: FlagTable) -> bytes:
    """Return units, signals and what must be said with them as one JSON object in UTF-8."""
    content = {
        "wave": table.wave,
        "is_final": table.is_final,
        "minimum_n": table.minimum_n,
        "n_units": table.n_units,
        "false_discovery_rate": table.false_discovery_rate,
        "caution": list(CAUTION),
        "units": plain_rows(table.units),
        "signals": plain_rows(table.signals),
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


FLAG_WRITERS: Final[Mapping[str, Callable[[FlagTable], bytes]]] = {"csv": make_csv, "json": make_json}
