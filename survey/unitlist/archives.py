"""Look into a workbook before openpyxl does: is it safe to open, and how far does its content reach?

A workbook is a zip file of XML parts. openpyxl unpacks whatever it is given, makes an object of every cell
and fills every merged or linked range with objects, so a few hundred bytes can ask for gigabytes. Python's
zipfile never yields more than a part's declared size, which makes the sum of declared sizes a safe bound.
Python's XML parser fetches nothing from outside; a DOCTYPE is refused all the same, before it can expand.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass
from typing import Final
from xml.parsers import expat

from openpyxl.utils.cell import column_index_from_string, coordinate_from_string, range_boundaries
from openpyxl.utils.exceptions import CellCoordinatesException

from survey.unitlist.faults import UnitListError, refuse_file

UNPACKED_LIMIT: Final = 32 * 2**20
CELL_LIMIT: Final = 200_000
RANGE_LIMIT: Final = 200_000
ROW_LIMIT: Final = 10_000
COLUMN_LIMIT: Final = 256
_CHUNK: Final = 2**16
_SHEET: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_STRICT: Final = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_WORKBOOK: Final = "xl/workbook.xml"
_ENCRYPTED_FLAG: Final = 0x1


@dataclass(frozen=True, kw_only=True)
class Extent:
    """The last row and the last column that hold anything, over all sheets; 0 when nothing does."""

    rows: int
    columns: int


def check_archive(content: bytes) -> Extent:
    """Return how far the content of a workbook reaches, or raise UnitListError when it must not be opened."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_parts(archive)
            return _scan_parts(archive)
    except (
        zipfile.BadZipFile,
        zlib.error,
        expat.ExpatError,
        ValueError,
        NotImplementedError,
        EOFError,
    ) as error:
        if isinstance(error, UnitListError):
            raise
        raise refuse_file("file_damaged") from error


def _check_parts(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if any(part.flag_bits & _ENCRYPTED_FLAG for part in parts):
        raise refuse_file("file_password")
    if sum(part.file_size for part in parts) > UNPACKED_LIMIT:
        raise refuse_file("file_unpacked", limit=UNPACKED_LIMIT // 2**20)
    if _WORKBOOK not in archive.namelist():
        raise refuse_file("file_type", value="其他软件的文件或普通压缩包")


def _scan_parts(archive: zipfile.ZipFile) -> Extent:
    scan = _Scan()
    for part in archive.infolist():
        if part.filename.lower().endswith((".xml", ".rels", ".vml")):
            scan.read_part(archive, part)
    if scan.last_row > ROW_LIMIT or scan.last_column > COLUMN_LIMIT:
        raise refuse_file(
            "file_extent", row=scan.last_row, column=scan.last_column, rows=ROW_LIMIT, columns=COLUMN_LIMIT
        )
    return Extent(rows=scan.last_row, columns=scan.last_column)


class _Scan:
    """One pass over all parts with expat, which calls back for every element."""

    def __init__(self) -> None:
        self.last_row = self.last_column = 0
        self._n_cells = self._ranges = 0
        self._row = self._column = 0
        self._part = ""

    def read_part(self, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
        self._part, self._row = part.filename, 0
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.StartElementHandler = self._start_element
        with archive.open(part) as stream:
            while chunk := stream.read(_CHUNK):
                parser.Parse(chunk, False)
        parser.Parse(b"", True)

    def _refuse_doctype(self, *_parts: object) -> None:
        raise refuse_file("file_doctype", value=self._part)

    def _start_element(self, tag: str, attributes: dict[str, str]) -> None:
        namespace, _, name = tag.rpartition(" ")
        if namespace == _STRICT:
            raise refuse_file("file_strict")
        if namespace != _SHEET:
            return
        if name == "row":
            self._row, self._column = int(attributes.get("r", self._row + 1)), 0
        elif name == "c":
            self._count_cell(attributes.get("r"))
        elif name in {"v", "f", "is"}:
            self.last_row, self.last_column = (
                max(self.last_row, self._row),
                max(self.last_column, self._column),
            )
        elif name in {"mergeCell", "hyperlink"}:
            self._count_range(attributes.get("ref", "A1"))

    def _count_cell(self, reference: str | None) -> None:
        self._n_cells += 1
        if self._n_cells > CELL_LIMIT:
            raise refuse_file("file_cells", limit=CELL_LIMIT)
        self._column += 1
        if reference:
            self._row, self._column = _locate(reference)

    def _count_range(self, reference: str) -> None:
        left, top, right, bottom = range_boundaries(reference)
        if left is None or top is None or right is None or bottom is None:
            raise refuse_file("file_merges")
        self._ranges += (right - left + 1) * (bottom - top + 1)
        if self._ranges > RANGE_LIMIT:
            raise refuse_file("file_merges")


def _locate(reference: str) -> tuple[int, int]:
    try:
        letters, row = coordinate_from_string(reference)
    except CellCoordinatesException as error:
        raise refuse_file("file_damaged") from error
    return row, column_index_from_string(letters)
