"""QR codes of an address: as a matrix, SVG, PNG and text.

Error correction is Q (a quarter of the code may be dirty or torn) and the quiet zone four modules, as
ISO/IEC 18004:2015 asks; every drawing but the bare matrix includes that zone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import groupby
from typing import Final
from xml.sax.saxutils import escape

from PIL import Image
from qrcode.constants import ERROR_CORRECT_Q
from qrcode.exceptions import DataOverflowError
from qrcode.main import QRCode

from survey.errors import SurveyError
from survey.masks import choose_mask

QUIET_ZONE: Final = 4
"""The empty margin, in modules, without which many phones do not find the code."""

_LONGEST: Final = 40
_BLACK_ON_WHITE: Final = "\x1b[38;5;16;48;5;231m"
_PLAIN: Final = "\x1b[0m"

Matrix = tuple[tuple[bool, ...], ...]
"""The modules of a code by row, from the top; True is dark. No quiet zone."""


class AddressLengthError(SurveyError):
    """An address that is empty, or longer than any QR code holds."""

    def __init__(self, address: str) -> None:
        size = len(address.encode())
        super().__init__(
            f"网址“{address[:_LONGEST]}”长{size}个字节，做不成二维码；请检查对外网址设置（应为1至1663个字节）"
        )
        self.address = address


def make_matrix(address: str) -> Matrix:
    """Return the modules of the smallest code that holds ``address``: 21 to 177 rows and columns.

    Raises AddressLengthError for an empty or an overlong address.
    """
    if not address:
        raise AddressLengthError(address)
    code = QRCode(error_correction=ERROR_CORRECT_Q, border=0)
    code.add_data(address)
    try:
        code.best_fit()
        code.makeImpl(False, choose_mask(code))
    except (DataOverflowError, ValueError) as error:
        raise AddressLengthError(address) from error
    return tuple(tuple(bool(module) for module in row) for row in code.modules)


def find_runs(matrix: Matrix) -> Iterator[tuple[int, int, int]]:
    """Yield each horizontal run of dark modules: row, first column, length; all from 0 at the top left."""
    for row, modules in enumerate(matrix):
        for is_dark, run in groupby(range(len(modules)), key=modules.__getitem__):
            columns = list(run)
            if is_dark:
                yield row, columns[0], len(columns)


def draw_svg(address: str) -> bytes:
    """Return the code as an SVG picture: one path, scalable, named by its address.

    It has a view box and no size of its own, so the page decides how large it is.
    """
    matrix = make_matrix(address)
    side = len(matrix) + 2 * QUIET_ZONE
    path = "".join(
        f"M{column + QUIET_ZONE} {row + QUIET_ZONE}h{length}v1h-{length}z"
        for row, column, length in find_runs(matrix)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" role="img"'
        f' shape-rendering="crispEdges"><title>{escape(address)}</title>'
        f'<rect width="{side}" height="{side}" fill="#fff"/><path d="{path}" fill="#000"/></svg>'
    ).encode()


def draw_png(address: str, *, module_pixels: int = 8) -> bytes:
    """Return the code as a black-and-white PNG, each module ``module_pixels`` (at least 1) pixels wide."""
    rows = _with_quiet_zone(make_matrix(address))
    side = len(rows)
    shades = bytes(0 if is_dark else 255 for row in rows for is_dark in row)
    small = Image.frombytes("L", (side, side), shades).convert("1", dither=Image.Dither.NONE)
    picture = small.resize((side * module_pixels, side * module_pixels), Image.Resampling.NEAREST)
    file = BytesIO()
    picture.save(file, format="PNG", optimize=True)
    return file.getvalue()


def draw_terminal(address: str, *, ansi: bool = False) -> str:
    """Return the code as lines of half blocks, each two modules high.

    With ``ansi`` the lines set black on white themselves and suit any terminal. Without, they take the
    colours they find, and are right on a dark background.
    """
    rows = _with_quiet_zone(make_matrix(address))
    blank = (False,) * len(rows)
    pairs = zip(rows[::2], [*rows[1::2], blank], strict=False)
    lines = (_half_blocks(upper, lower, is_inverse=not ansi) for upper, lower in pairs)
    return "\n".join(f"{_BLACK_ON_WHITE}{line}{_PLAIN}" if ansi else line for line in lines)


def _half_blocks(upper: Sequence[bool], lower: Sequence[bool], *, is_inverse: bool) -> str:
    blocks = "█▄▀ " if is_inverse else " ▀▄█"
    return "".join(blocks[top + 2 * bottom] for top, bottom in zip(upper, lower, strict=True))


def _with_quiet_zone(matrix: Matrix) -> Matrix:
    margin = (False,) * QUIET_ZONE
    blank = (False,) * (len(matrix) + 2 * QUIET_ZONE)
    rows = tuple(margin + row + margin for row in matrix)
    return (blank,) * QUIET_ZONE + rows + (blank,) * QUIET_ZONE
