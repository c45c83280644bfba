"""Read an .xlsx or .xlsm workbook into sheets: values, results of formulas, merged cells, what is hidden."""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Final
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.formula.tokenizer import TokenizerError
from openpyxl.formula.translate import TranslatorError
from openpyxl.utils.exceptions import CellCoordinatesException, InvalidFileException
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula
from openpyxl.worksheet.worksheet import Worksheet

from survey.unitlist.archives import Extent, check_archive
from survey.unitlist.faults import UnitListError, refuse_file
from survey.unitlist.formulas import Formula, solve_formulas
from survey.unitlist.sheets import Merge, Sheet, Spot

_UNREADABLE: Final = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    CellCoordinatesException,
    EOFError,
    InvalidFileException,
    LookupError,
    NotImplementedError,
    OSError,
    ParseError,
    TokenizerError,
    TranslatorError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What openpyxl raises on a damaged part: it trusts its input, so almost anything."""


def read_workbook(content: bytes) -> list[Sheet]:
    """Return the sheets of a workbook in their order; sheets of charts are left out.

    Raises UnitListError when the file is damaged or must not be opened (see ``archives``).
    """
    extent = check_archive(content)
    with _refuse_damage():
        sheets = _read_sheets(content, extent)
        if not sheets:
            raise refuse_file("file_sheets")
        stored = _read_stored(content, extent) if any(_has_formulas(sheet) for sheet in sheets) else {}
    return [
        replace(sheet, values=solve_formulas(sheet.values, stored.get(sheet.title, {}))) for sheet in sheets
    ]


@contextmanager
def _refuse_damage() -> Iterator[None]:
    try:
        with warnings.catch_warnings():
            # openpyxl warns of decoration it cannot keep; nothing is written back.
            warnings.simplefilter("ignore")
            yield
    except UnitListError:
        raise
    except _UNREADABLE as error:
        raise refuse_file("file_damaged") from error


def _read_sheets(content: bytes, extent: Extent) -> list[Sheet]:
    book = load_workbook(io.BytesIO(content), keep_links=False)
    return [_read_sheet(sheet, extent) for sheet in book.worksheets]


def _read_stored(content: bytes, extent: Extent) -> dict[str, dict[Spot, object]]:
    """Return the results that the file stores, read as a stream: no cell but a formula needs them."""
    book = load_workbook(io.BytesIO(content), data_only=True, keep_links=False, read_only=True)
    return {
        sheet.title: _read_values(
            sheet.iter_rows(max_row=extent.rows, max_col=extent.columns, values_only=True)
        )
        for sheet in book.worksheets
    }


def _read_sheet(sheet: Worksheet, extent: Extent) -> Sheet:
    # Cells beyond the extent have a format only; iter_rows would make objects of all of them.
    rows = sheet.iter_rows(
        max_row=min(extent.rows, sheet.max_row),
        max_col=min(extent.columns, sheet.max_column),
        values_only=True,
    )
    merges = tuple(
        Merge(top=area.min_row, left=area.min_col, bottom=area.max_row, right=area.max_col)
        for area in sheet.merged_cells.ranges
    )
    hidden = frozenset(row for row, dimension in sheet.row_dimensions.items() if dimension.hidden)
    return Sheet(
        title=sheet.title,
        values=_read_values(rows),
        merges=merges,
        is_hidden=sheet.sheet_state != "visible",
        hidden_rows=hidden,
    )


def _read_values(rows: Iterable[tuple[object, ...]]) -> dict[Spot, object]:
    return {
        (row, column): _unwrap_formula(value)
        for row, values in enumerate(rows, start=1)
        for column, value in enumerate(values, start=1)
        if value is not None and not (isinstance(value, str) and not value.strip())
    }


def _has_formulas(sheet: Sheet) -> bool:
    return any(isinstance(value, Formula) for value in sheet.values.values())


def _unwrap_formula(value: object) -> object:
    if isinstance(value, ArrayFormula):
        return Formula(value.text or "=")
    if isinstance(value, DataTableFormula):
        return Formula("=TABLE()")
    return Formula(value) if isinstance(value, str) and value.startswith("=") else value
