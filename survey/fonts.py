"""The fonts that printed sheets embed, and what happens to a character they lack.

Noto Sans SC covers GB 2312-1980 and all 8,105 characters of the Table of General Standard Chinese
Characters (通用规范汉字表, 2013), whose third level exists for the names of people and places. Noto Sans Mono
covers ASCII, for what people type off paper. ``docs/decisions/0009-printed-fonts.md`` has the reasons.
"""

from __future__ import annotations

import re
import unicodedata
import warnings
from functools import lru_cache
from pathlib import Path
from typing import Final

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfdoc import PDFDocument, PDFStream
from reportlab.pdfbase.ttfonts import TTFont, TTFontFile

REGULAR: Final = "NotoSansSC-Regular"
BOLD: Final = "NotoSansSC-Bold"
MONO: Final = "NotoSansMono-Bold"
FOLDER: Final = Path(__file__).parent / "data" / "fonts"

REPLACEMENT: Final = "〓"
"""What is printed for a character that no font has: the printers' mark for a missing type (U+3013)."""


_WIDE_CODE: Final = re.compile("<([0-9A-F]{5,6})>")


class MissingCharacterWarning(UserWarning):
    """Characters that the fonts lack, so that ``〓`` was printed in their place."""

    def __init__(self, text: str, characters: tuple[str, ...]) -> None:
        named = "、".join(f"“{character}”（U+{ord(character):04X}）" for character in characters)
        super().__init__(
            f"“{text}”里的{named}不在打印字体中，纸上印成了“{REPLACEMENT}”；"
            "请在单位名册中改用通用规范汉字后重新打印，或在纸上手工补写"
        )
        self.text = text
        self.characters = characters


@lru_cache(maxsize=1)
def register_fonts() -> None:
    """Make the three fonts known to ReportLab, once a process."""
    for name in (REGULAR, BOLD, MONO):
        pdfmetrics.registerFont(_SearchableFont(name, FOLDER / f"{name}.ttf"))


def find_missing(text: str) -> tuple[str, ...]:
    """Return the different characters of ``text`` that the Chinese fonts lack, in order of appearance."""
    known = _known_codes()
    return tuple(dict.fromkeys(character for character in text if ord(character) not in known))


def make_printable(text: str) -> str:
    """Return ``text`` as it can be printed on one line, with ``〓`` for every character the fonts lack.

    Runs of white space become one space; control and format characters, which nobody sees, go. A
    replacement is never silent: it raises a MissingCharacterWarning that names the characters and the text.
    """
    visible = (character for character in " ".join(text.split()) if not _is_invisible(character))
    line = "".join(visible).strip()
    if missing := find_missing(line):
        warnings.warn(MissingCharacterWarning(line, missing), stacklevel=2)
        return line.translate(dict.fromkeys(map(ord, missing), REPLACEMENT))
    return line


def _is_invisible(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cf")


def measure_text(text: str, font: str, size: float) -> float:
    """Return the width of ``text`` in points, 1/72 inch, when set in ``font`` at ``size`` points."""
    register_fonts()
    return pdfmetrics.stringWidth(text, font, size)


@lru_cache(maxsize=1)
def _known_codes() -> frozenset[int]:
    faces = (TTFontFile(FOLDER / f"{name}.ttf") for name in (REGULAR, BOLD))
    return frozenset.intersection(*(frozenset(face.charToGlyph) for face in faces))


class _SearchableFont(TTFont):
    """A font whose characters beyond U+FFFF can be searched and copied.

    ReportLab 5.1 writes their bare numbers into the PDF's map to Unicode, which asks for UTF-16.
    """

    def addObjects(self, doc: PDFDocument) -> None:  # noqa: N802 - the name is ReportLab's.
        super().addObjects(doc)
        for name, entry in doc.idToObject.items():
            if name.startswith("toUnicodeCMap:") and isinstance(entry, PDFStream):
                entry.content = _WIDE_CODE.sub(_encode_utf16, entry.content)


def _encode_utf16(found: re.Match[str]) -> str:
    return f"<{chr(int(found[1], 16)).encode('utf-16-be').hex().upper()}>"
