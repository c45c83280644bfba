"""Sheets of slips: ten on an A4 page with lines to cut along.

What all slips of a collector share is drawn once and placed ten times a page; only the codes differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Final

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from survey.clock import show_deadline
from survey.covers import Cover, draw_cover
from survey.fonts import BOLD, MONO, REGULAR, make_printable
from survey.paper import (
    HEIGHT,
    WIDTH,
    FittedText,
    Sheet,
    Style,
    draw_matrix,
    draw_text,
    fit_text,
    open_canvas,
)
from survey.qr import QUIET_ZONE, make_matrix
from survey.slipcodes import SlipCodes, show_typed

COLUMNS: Final = 2
ROWS: Final = 5
SLIPS_A_PAGE: Final = COLUMNS * ROWS
CODE_WIDTH: Final = 26 * mm
"""Width of the QR code without its quiet zone: at 37 modules each is 0.7 mm, which old phones read."""

_MARGIN_X: Final = 8 * mm
_MARGIN_Y: Final = 8.5 * mm
_SLIP_WIDTH: Final = (WIDTH - 2 * _MARGIN_X) / COLUMNS
_SLIP_HEIGHT: Final = (HEIGHT - 2 * _MARGIN_Y) / ROWS
_CODE_X: Final = 19 * mm
_TEXT_LEFT: Final = 37 * mm
_TEXT_WIDTH: Final = _SLIP_WIDTH - _TEXT_LEFT - 3 * mm
_TEXT_X: Final = _TEXT_LEFT + _TEXT_WIDTH / 2
_NOTE_WIDTH: Final = _SLIP_WIDTH - 6 * mm

_WAVE: Final = Style(REGULAR, 8)
_UNIT: Final = Style(BOLD, 13)
_GROUP: Final = Style(REGULAR, 9)
_HINT: Final = Style(REGULAR, 8)
_TYPED: Final = Style(MONO, 14)
_NOTE: Final = Style(REGULAR, 8)
_FACE: Final = "face"
_GRID: Final = "grid"


@dataclass(frozen=True, kw_only=True)
class SlipSheet:
    """What the slips of one collector say.

    ``address`` is the one that QR codes carry before ``#``, ``short_address`` the same as a person types it.
    ``group`` is the group's Chinese name. ``contact`` may be empty. ``run`` numbers the print run.
    """

    unit_code: str
    unit: str
    group: str
    wave: str
    address: str
    short_address: str
    organiser: str
    contact: str
    closes_at: datetime
    run: int


def draw_slips(sheet: SlipSheet, codes: Sequence[SlipCodes], file: BinaryIO) -> None:
    """Write a PDF with a cover page and the slips in the order given, ten a page.

    The caller has shuffled the codes. A character that the fonts lack is printed as ``〓`` under a
    MissingCharacterWarning. No codes give the cover page alone.
    """
    canvas = open_canvas(file, _describe_document(sheet))
    draw_cover(canvas, _describe_cover(sheet, len(codes)))
    canvas.showPage()
    _define_face(canvas, sheet)
    _define_grid(canvas)
    for start in range(0, len(codes), SLIPS_A_PAGE):
        _draw_page(canvas, sheet, codes[start : start + SLIPS_A_PAGE])
    canvas.save()


def _describe_document(sheet: SlipSheet) -> Sheet:
    return Sheet(
        title=f"{sheet.wave}答题卡片：{sheet.unit}（{sheet.group}）",
        author=sheet.organiser,
        subject="食品安全满意度和知晓率调查，一人一码",
    )


def _describe_cover(sheet: SlipSheet, n_slips: int) -> Cover:
    return Cover(
        unit_code=sheet.unit_code,
        unit=sheet.unit,
        group=sheet.group,
        wave=sheet.wave,
        organiser=sheet.organiser,
        deadline=show_deadline(sheet.closes_at),
        run=sheet.run,
        n_slips=n_slips,
    )


def _draw_page(canvas: Canvas, sheet: SlipSheet, codes: Sequence[SlipCodes]) -> None:
    canvas.doForm(_GRID)
    for place, pair in enumerate(codes):
        row, column = divmod(place, COLUMNS)
        canvas.saveState()
        canvas.translate(_MARGIN_X + column * _SLIP_WIDTH, HEIGHT - _MARGIN_Y - (row + 1) * _SLIP_HEIGHT)
        canvas.doForm(_FACE)
        _draw_codes(canvas, sheet, pair)
        canvas.restoreState()
    canvas.showPage()


def _draw_codes(canvas: Canvas, sheet: SlipSheet, codes: SlipCodes) -> None:
    matrix = make_matrix(f"{sheet.address}#{codes.scanned}")
    side = CODE_WIDTH * (len(matrix) + 2 * QUIET_ZONE) / len(matrix)
    draw_matrix(canvas, matrix, x=_CODE_X, top=_SLIP_HEIGHT - 2.5 * mm, side=side)
    canvas.setFont(_TYPED.font, _TYPED.size)
    canvas.drawCentredString(_TEXT_X, 24.2 * mm, show_typed(codes.typed))


def _define_face(canvas: Canvas, sheet: SlipSheet) -> None:
    """Define what every slip of the collector shows."""
    canvas.beginForm(_FACE, 0, 0, _SLIP_WIDTH, _SLIP_HEIGHT)
    _draw_heading(canvas, sheet)
    hint = f"扫不了码？打开 {sheet.short_address} 输入："
    asker = f"咨询：{sheet.contact or sheet.organiser}"
    address = fit_text(make_printable(hint), _HINT, width=_TEXT_WIDTH, lines=2)
    draw_text(canvas, address, x=_TEXT_X, top=28.8 * mm + address.height)
    draw_text(canvas, _fit_line(asker, _HINT, _TEXT_WIDTH), x=_TEXT_X, top=22.6 * mm)
    canvas.setLineWidth(0.5)
    canvas.line(3 * mm, 17.2 * mm, _SLIP_WIDTH - 3 * mm, 17.2 * mm)
    for number, note in enumerate(_list_notes(sheet)):
        fitted = _fit_line(note, _NOTE, _NOTE_WIDTH)
        draw_text(canvas, fitted, x=_SLIP_WIDTH / 2, top=(15.8 - 4.6 * number) * mm)
    canvas.endForm()


def _draw_heading(canvas: Canvas, sheet: SlipSheet) -> None:
    top = _SLIP_HEIGHT - 3.5 * mm
    wave = _fit_line(sheet.wave, _WAVE, _TEXT_WIDTH)
    unit = fit_text(make_printable(sheet.unit), _UNIT, width=_TEXT_WIDTH, lines=2)
    group = _fit_line(sheet.group, _GROUP, _TEXT_WIDTH)
    top = draw_text(canvas, wave, x=_TEXT_X, top=top)
    top = draw_text(canvas, unit, x=_TEXT_X, top=top - 0.8 * mm)
    draw_text(canvas, group, x=_TEXT_X, top=top - 0.8 * mm)


def _list_notes(sheet: SlipSheet) -> tuple[str, str, str]:
    return (
        f"微信扫码作答，约3分钟；每张卡片只能交一份，{show_deadline(sheet.closes_at)}截止。",
        "不记名，打乱分发；单位只能看到有多少人作答，看不到谁答了、答了什么。",
        "请不要拍照或转交，答完请撕毁；看不清、扫不开，请换一张。",
    )


def _fit_line(text: str, style: Style, width: float) -> FittedText:
    return fit_text(make_printable(text), style, width=width)


def _define_grid(canvas: Canvas) -> None:
    """Define the lines to cut along, which reach past the slips so that a guillotine can be set."""
    canvas.beginForm(_GRID, 0, 0, WIDTH, HEIGHT)
    canvas.setLineWidth(0.4)
    canvas.setStrokeGray(0.45)
    canvas.setDash(3, 2)
    for column in range(COLUMNS + 1):
        x = _MARGIN_X + column * _SLIP_WIDTH
        canvas.line(x, _MARGIN_Y - 3 * mm, x, HEIGHT - _MARGIN_Y + 3 * mm)
    for row in range(ROWS + 1):
        y = _MARGIN_Y + row * _SLIP_HEIGHT
        canvas.line(_MARGIN_X - 3 * mm, y, WIDTH - _MARGIN_X + 3 * mm, y)
    canvas.endForm()
