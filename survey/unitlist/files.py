"""Tell by its first bytes what a file is, never by its name, and open it as that."""

from __future__ import annotations

from typing import Final

from survey.unitlist.delimited import read_delimited
from survey.unitlist.faults import refuse_file
from survey.unitlist.sheets import Sheet
from survey.unitlist.workbooks import read_workbook

FILE_LIMIT: Final = 10 * 2**20
_ZIP: Final = b"PK\x03\x04"
_OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED_STREAM: Final = "EncryptedPackage".encode("utf-16-le")
_OTHERS: Final = {
    b"%PDF": "PDF 文件",
    b"\x89PNG": "图片",
    b"\xff\xd8\xff": "图片",
    b"GIF8": "图片",
    b"{\\rtf": "Word 文档",
    b"Rar!": "压缩包",
    b"7z\xbc\xaf": "压缩包",
    b"\x1f\x8b": "压缩包",
    b"PK": "压缩包",
}


def open_file(content: bytes) -> list[Sheet]:
    """Return the sheets of an .xlsx or .xlsm workbook, or the one sheet of a CSV file.

    Raises UnitListError, saying what the file is and what to do, for anything else.
    """
    if not content.strip():
        raise refuse_file("file_empty")
    if len(content) > FILE_LIMIT:
        raise refuse_file("file_too_large", limit=FILE_LIMIT // 2**20)
    if content.startswith(_OLE):
        raise refuse_file("file_password" if _ENCRYPTED_STREAM in content else "file_old_excel")
    if content.startswith(_ZIP):
        return read_workbook(content)
    _refuse_others(content)
    return [read_delimited(content)]


def _refuse_others(content: bytes) -> None:
    for start, name in _OTHERS.items():
        if content.startswith(start):
            raise refuse_file("file_type", value=name)
    if content.lstrip()[:1] == b"<":
        raise refuse_file("file_type", value="网页或 XML 文件（有的系统把它命名为 .xls）")
    is_utf_16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    if b"\0" in content and not is_utf_16:
        raise refuse_file("file_type", value="二进制文件")
