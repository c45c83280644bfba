"""Drawing on sheets of paper: text that always fits, QR codes as vectors, whole files."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from survey.fonts import REGULAR, measure_text, register_fonts
from survey.qr import QUIET_ZONE, Matrix, find_runs, make_matrix

WIDTH, HEIGHT = A4

# A word that no line may break: a run of Latin letters up to a slash, or one Chinese character, each with
# the brackets that open before it and the punctuation that closes after it.
_WORD: Final = re.compile(
    r"[（《“‘「『【〈(]*(?:[!-'*-.0-~]*/+|[!-'*-.0-~]+|.)[）》”’」』】〉)，。、；：？！·…—]* ?"
)
_LEADING: Final = 1.28
_SHRINK: Final = 0.96


@dataclass(frozen=True)
class Style:
    """A font by its name in ``survey.fonts``, and its size in points."""

    font: str
    size: float

    def measure(self, text: str) -> float:
        """Return the width of ``text`` in points."""
        return measure_text(text, self.font, self.size)


@dataclass(frozen=True, kw_only=True)
class FittedText:
    """Lines of text, and the style in which each is within the width asked for."""

    lines: tuple[str, ...]
    style: Style

    @property
    def leading(self) -> float:
        """Distance of two base lines, in points."""
        return self.style.size * _LEADING

    @property
    def height(self) -> float:
        """Height of all lines together, in points."""
        return self.leading * len(self.lines)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What a PDF file says about itself."""

    title: str
    author: str
    subject: str


def open_canvas(file: BinaryIO, sheet: Sheet) -> Canvas:
    """Return an empty A4 document in Chinese whose bytes depend on nothing but what is drawn."""
    register_fonts()
    canvas = Canvas(
        file,
        pagesize=A4,
        invariant=1,
        lang="zh-CN",
        pdfVersion=(1, 7),
        initialFontName=REGULAR,  # type: ignore[arg-type]  # The stub calls it a number.
    )
    canvas.setTitle(sheet.title)
    canvas.setAuthor(sheet.author)
    canvas.setSubject(sheet.subject)
    canvas.setCreator("county-food-safety-survey")
    canvas.setViewerPreference("DisplayDocTitle", "true")
    return canvas


def fit_text(text: str, style: Style, *, width: float, lines: int = 1) -> FittedText:
    """Break ``text`` into at most ``lines`` lines of about the same length, none wider than ``width`` points.

    It is set in ``style``, or smaller where it would not fit; nothing is ever cut off. Empty text gives no
    line.
    """
    broken = break_text(text, style, width=width)
    while len(broken) > lines or any(style.measure(line) > width for line in broken):
        style = Style(style.font, style.size * _SHRINK)
        broken = break_text(text, style, width=width)
    return FittedText(lines=_even_lines(text, broken, style), style=style)


def break_text(text: str, style: Style, *, width: float) -> tuple[str, ...]:
    """Break ``text`` into lines that are as full as ``width`` points allow.

    A line never begins with closing punctuation nor ends with an opening bracket, and a Latin word stays
    whole up to a slash; a single word wider than the line stands alone on it, too wide.
    """
    lines: list[str] = []
    for word in _WORD.findall(text):
        if lines and style.measure(lines[-1] + word.rstrip()) <= width:
            lines[-1] += word
        else:
            lines.append(word)
    return tuple(line.rstrip() for line in lines)


def draw_text(canvas: Canvas, text: FittedText, *, x: float, top: float) -> float:
    """Draw the lines centred on ``x`` below ``top``, both in points from the bottom left; return the end."""
    size = text.style.size
    canvas.setFont(text.style.font, size)
    for number, line in enumerate(text.lines):
        # A Chinese character of this font reaches up to 0.88 of the size above its base line.
        baseline = top - number * text.leading - 0.5 * (text.leading - size) - 0.88 * size
        canvas.drawCentredString(x, baseline, line)
    return top - text.height


def draw_code(canvas: Canvas, address: str, *, x: float, top: float, side: float) -> None:
    """Draw the QR code of ``address`` centred on ``x`` below ``top`` as one filled path.

    ``side`` is the width in points with the quiet zone, so nothing else may be drawn on that square.
    """
    draw_matrix(canvas, make_matrix(address), x=x, top=top, side=side)


def draw_matrix(canvas: Canvas, matrix: Matrix, *, x: float, top: float, side: float) -> None:
    """Draw the modules of a QR code as ``draw_code`` does."""
    module = side / (len(matrix) + 2 * QUIET_ZONE)
    left, upper = x - side / 2 + QUIET_ZONE * module, top - QUIET_ZONE * module
    # One module is one unit here, rows count downwards: the operators stay short and need no float each.
    runs = " ".join(f"{column} {row} {length} 1 re" for row, column, length in find_runs(matrix))
    canvas.addLiteral(f"q {module:.6f} 0 0 {-module:.6f} {left:.4f} {upper:.4f} cm {runs} f Q")


def write_file(path: Path, content: bytes) -> None:
    """Write ``content`` to ``path`` at once: whoever reads it finds the old file or the new one, whole."""
    part = path.with_name(f".{path.stem[:40]}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _even_lines(text: str, broken: tuple[str, ...], style: Style) -> tuple[str, ...]:
    if len(broken) < 2:
        return broken
    width = style.measure(text) / len(broken)
    even = break_text(text, style, width=width)
    while len(even) > len(broken):
        width += style.size / 4
        even = break_text(text, style, width=width)
    return even
