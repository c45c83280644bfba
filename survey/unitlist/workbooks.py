"""Read an .xlsx or .xlsm workbook into sheets: values, results of formulas, merged cells, what is hidden."""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from typing import Final
from xml.etree.ElementTree import ParseError

from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula
from openpyxl.worksheet.worksheet import Worksheet

from survey.unitlist.archives import Extent, check_archive
from survey.unitlist.faults import refuse_file
from survey.unitlist.formulas import Formula, solve_formulas
from survey.unitlist.sheets import Merge, Sheet, Spot

_UNREADABLE: Final = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    InvalidFileException,
    LookupError,
    NotImplementedError,
    ParseError,
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
    book = _open_workbook(content, stored_results=False)
    raw = {sheet.title: _read_values(sheet, extent) for sheet in book.worksheets}
    has_formulas = any(isinstance(value, Formula) for values in raw.values() for value in values.values())
    stored = _read_stored(content, extent) if has_formulas else {}
    return [
        _make_sheet(sheet, solve_formulas(raw[sheet.title], stored.get(sheet.title, {})))
        for sheet in book.worksheets
    ]


def _open_workbook(content: bytes, *, stored_results: bool) -> Workbook:
    try:
        with warnings.catch_warnings():
            # openpyxl warns of decoration it cannot keep; nothing is written back.
            warnings.simplefilter("ignore")
            return load_workbook(io.BytesIO(content), data_only=stored_results, keep_links=False)
    except _UNREADABLE as error:
        raise refuse_file("file_damaged") from error


def _read_stored(content: bytes, extent: Extent) -> dict[str, dict[Spot, object]]:
    book = _open_workbook(content, stored_results=True)
    return {sheet.title: _read_values(sheet, extent) for sheet in book.worksheets}


def _read_values(sheet: Worksheet, extent: Extent) -> dict[Spot, object]:
    # Cells beyond the extent have a format only; iter_rows would make objects of all of them.
    rows = sheet.iter_rows(
        max_row=min(extent.rows, sheet.max_row),
        max_col=min(extent.columns, sheet.max_column),
        values_only=True,
    )
    return {
        (row, column): _unwrap_formula(value)
        for row, values in enumerate(rows, start=1)
        for column, value in enumerate(values, start=1)
        if value is not None and not (isinstance(value, str) and not value.strip())
    }


def _unwrap_formula(value: object) -> object:
    if isinstance(value, ArrayFormula):
        return Formula(value.text or "=")
    if isinstance(value, DataTableFormula):
        return Formula("=TABLE()")
    return Formula(value) if isinstance(value, str) and value.startswith("=") else value


def _make_sheet(sheet: Worksheet, values: dict[Spot, object]) -> Sheet:
    merges = tuple(
        Merge(top=area.min_row, left=area.min_col, bottom=area.max_row, right=area.max_col)
        for area in sheet.merged_cells.ranges
    )
    hidden = frozenset(row for row, dimension in sheet.row_dimensions.items() if dimension.hidden)
    return Sheet(
        title=sheet.title,
        values=values,
        merges=merges,
        is_hidden=sheet.sheet_state != "visible",
        hidden_rows=hidden,
    )
