"""Read a CSV file, as Excel, WPS or a program saved it, into one sheet."""

from __future__ import annotations

import csv
import io
from typing import Final

from survey.unitlist.archives import COLUMN_LIMIT, ROW_LIMIT
from survey.unitlist.faults import refuse_file
from survey.unitlist.sheets import Sheet, Spot

_ENCODINGS: Final = ("utf-8-sig", "gb18030")
_UTF_16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")


def read_delimited(content: bytes) -> Sheet:
    """Return the table of a CSV file in UTF-8 (with or without mark), GB 18030 or marked UTF-16.

    Fields are parted by commas, or by tabs when the file has more of them. Raises UnitListError when the
    bytes are no text, the quotes do not pair or the table is larger than any unit list.
    """
    text = _decode_text(content)
    delimiter = "\t" if text.count("\t") > text.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    values: dict[Spot, object] = {}
    lines: dict[int, int] = {}
    widths: dict[int, int] = {}
    line = 1
    try:
        for row, fields in enumerate(reader, start=1):
            if any(fields):
                _check_extent(row, len(fields))
            lines[row], widths[row], line = line, len(fields), reader.line_num + 1
            values |= {(row, column): text for column, text in enumerate(fields, start=1) if text.strip()}
    except csv.Error as error:
        raise refuse_file("csv_quotes") from error
    return Sheet(title="", values=values, lines=lines, widths=widths)


def _decode_text(content: bytes) -> str:
    encodings = ("utf-16",) if content.startswith(_UTF_16_MARKS) else _ENCODINGS
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise refuse_file("csv_encoding")


def _check_extent(row: int, column: int) -> None:
    if row > ROW_LIMIT or column > COLUMN_LIMIT:
        raise refuse_file("file_extent", row=row, column=column, rows=ROW_LIMIT, columns=COLUMN_LIMIT)
