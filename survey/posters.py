"""Posters: one A4 page for each unit's group, with the QR code people scan and the address they can type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from survey.clock import show_deadline
from survey.errors import SurveyError
from survey.filenames import name_file
from survey.fonts import BOLD, MONO, REGULAR, make_printable
from survey.paper import (
    HEIGHT,
    WIDTH,
    FittedText,
    Sheet,
    Style,
    draw_code,
    draw_text,
    fit_text,
    open_canvas,
    write_file,
)

CODE_SIDE: Final = 114 * mm
"""Width of the QR code with its quiet zone. The code itself is 82 to 98 mm wide, 90 mm for a usual address,
and phones read it from about ten times that distance."""

_MARGIN: Final = 16 * mm
_TEXT_WIDTH: Final = WIDTH - 2 * _MARGIN
_MIDDLE: Final = WIDTH / 2

_PROMISE: Final = "匿名 · 自愿 · 约3分钟"
_STEPS: Final = (
    ("1", "扫码", "微信或手机相机"),
    ("2", "作答", "不想答的可跳过"),
    ("3", "提交", "每人只交一份"),
)
_PROTECTION: Final = (
    "不登记姓名、手机号和身份证号。",
    "单位、村（社区）只能看到有多少人作答，看不到谁答了、答了什么。",
)

_HEADLINE: Final = Style(BOLD, 46)
_LEAD: Final = Style(REGULAR, 17)
_UNIT: Final = Style(BOLD, 30)
_LONG_UNIT: Final = Style(BOLD, 21)
_PROMISE_STYLE: Final = Style(BOLD, 32)
_NUMBER: Final = Style(BOLD, 18)
_VERB: Final = Style(BOLD, 18)
_NOTE: Final = Style(REGULAR, 13)
_ADDRESS: Final = Style(MONO, 25)
_LONG_ADDRESS: Final = Style(MONO, 18)
_TEXT: Final = Style(REGULAR, 13)
_DEADLINE: Final = Style(BOLD, 14)


@dataclass(frozen=True, kw_only=True)
class PosterSheet:
    """What one poster says.

    ``short_address`` is the address as a person types it, without the scheme. ``group`` is the group's
    Chinese name. ``closes_at`` is the first moment at which no answer is taken any more. ``contact`` may be
    empty.
    """

    unit_code: str
    unit: str
    group: str
    wave: str
    address: str
    short_address: str
    county: str
    organiser: str
    contact: str
    closes_at: datetime


class NoPosterError(SurveyError):
    """A document of posters without a single poster."""

    def __init__(self) -> None:
        super().__init__("没有可打印的海报：该轮次没有公开二维码，请检查单位名册的应答人数和收集渠道设置")


def draw_posters(sheets: Sequence[PosterSheet], file: BinaryIO) -> None:
    """Write a PDF with one A4 page for each sheet, in the order given; the same sheets give the same bytes.

    Fonts are embedded and codes are vectors. A character that the fonts lack is printed as ``〓`` under a
    MissingCharacterWarning. Raises NoPosterError when there is no sheet, since a PDF has at least one page.
    """
    if not sheets:
        raise NoPosterError
    canvas = open_canvas(file, _describe_document(sheets))
    for sheet in sheets:
        _draw_poster(canvas, sheet)
        canvas.showPage()
    canvas.save()


def write_posters(
    sheets: Iterable[PosterSheet], directory: Path, after_file: Callable[[Path], None] | None = None
) -> tuple[Path, ...]:
    """Write one PDF for each unit, a page for each of its groups, into ``directory``; return the paths.

    Files are named ``<unit_code>-<unit>.pdf`` as ``name_file`` allows. An older file of
    the same name is replaced in one step. ``after_file`` is called with each path, for a progress bar.
    No sheets write no file.
    """
    directory.mkdir(parents=True, exist_ok=True)
    units: dict[str, list[PosterSheet]] = {}
    for sheet in sheets:
        units.setdefault(sheet.unit_code, []).append(sheet)
    paths: list[Path] = []
    for pages in units.values():
        path = directory / name_file(f"{pages[0].unit_code}-{pages[0].unit}", paths)
        file = BytesIO()
        draw_posters(pages, file)
        write_file(path, file.getvalue())
        paths.append(path)
        if after_file is not None:
            after_file(path)
    return tuple(paths)


def _describe_document(sheets: Sequence[PosterSheet]) -> Sheet:
    first = sheets[0]
    units = list(dict.fromkeys(sheet.unit for sheet in sheets))
    whose = units[0] if len(units) == 1 else f"{len(units)}个单位"
    subject = f"{first.county}食品安全满意度和知晓率调查"
    return Sheet(title=f"{first.wave}海报：{whose}", author=first.organiser, subject=subject)


def _draw_poster(canvas: Canvas, sheet: PosterSheet) -> None:
    _draw_heading(canvas, sheet)
    _draw_unit(canvas, sheet)
    draw_code(canvas, sheet.address, x=_MIDDLE, top=_from_top(83), side=CODE_SIDE)
    _draw_line(canvas, _PROMISE, _PROMISE_STYLE, top=_from_top(197))
    _draw_steps(canvas)
    _draw_address(canvas, sheet)
    _draw_footer(canvas, sheet)


def _draw_heading(canvas: Canvas, sheet: PosterSheet) -> None:
    _draw_rule(canvas, top=_from_top(13), thickness=3)
    _draw_line(canvas, sheet.wave, _TEXT, top=_from_top(15))
    _draw_line(canvas, f"请您评价{_name_place(sheet)}食品安全", _HEADLINE, top=_from_top(21))
    _draw_line(canvas, "您的评价，是改进食品安全工作的依据", _LEAD, top=_from_top(41.8))


def _draw_unit(canvas: Canvas, sheet: PosterSheet) -> None:
    top, height, width = _from_top(51.5), 31 * mm, _TEXT_WIDTH - 10 * mm
    canvas.setLineWidth(1.2)
    canvas.roundRect(_MARGIN, top - height, _TEXT_WIDTH, height, 2 * mm)
    unit = _fit_unit(make_printable(sheet.unit), width)
    group = fit_text(make_printable(f"本码供以下人员使用：{sheet.group}"), _LEAD, width=width)
    space = (height - unit.height - group.height) / 2
    lower = draw_text(canvas, unit, x=_MIDDLE, top=top - space)
    draw_text(canvas, group, x=_MIDDLE, top=lower)


def _fit_unit(unit: str, width: float) -> FittedText:
    # Two lines fill the frame at the smaller size, so a name that is a little too long shrinks first.
    if _LONG_UNIT.measure(unit) <= width:
        return fit_text(unit, _UNIT, width=width)
    return fit_text(unit, _LONG_UNIT, width=width, lines=2)


def _draw_steps(canvas: Canvas) -> None:
    column = _TEXT_WIDTH / len(_STEPS)
    for place, (number, verb, note) in enumerate(_STEPS):
        left, baseline = _MARGIN + (place + 0.08) * column, _from_top(221.5)
        canvas.circle(left + 6 * mm, baseline, 6 * mm, stroke=0, fill=1)
        canvas.setFillGray(1)
        _draw_words(canvas, number, _NUMBER, left=left + 4.3 * mm, baseline=baseline - 2.4 * mm)
        canvas.setFillGray(0)
        _draw_words(canvas, verb, _VERB, left=left + 14 * mm, baseline=baseline + 0.6 * mm)
        _draw_words(canvas, note, _NOTE, left=left + 14 * mm, baseline=baseline - 5.2 * mm)


def _draw_address(canvas: Canvas, sheet: PosterSheet) -> None:
    address = make_printable(sheet.short_address)
    _draw_line(canvas, "扫不了码？请在手机浏览器里输入网址", _TEXT, top=_from_top(232))
    is_long = _ADDRESS.measure(address) > 1.4 * _TEXT_WIDTH
    style, lines = (_LONG_ADDRESS, 2) if is_long else (_ADDRESS, 1)
    fitted = fit_text(address, style, width=_TEXT_WIDTH, lines=lines)
    draw_text(canvas, fitted, x=_MIDDLE, top=_from_top(246.3) + fitted.height / 2)


def _draw_footer(canvas: Canvas, sheet: PosterSheet) -> None:
    for place, text in enumerate(_PROTECTION):
        _draw_line(canvas, text, _TEXT, top=_from_top(256.5 + 6 * place))
    _draw_rule(canvas, top=_from_top(271), thickness=1.2)
    asker = f"组织单位：{sheet.organiser}" + (f"，咨询：{sheet.contact}" if sheet.contact else "")
    _draw_line(canvas, asker, _TEXT, top=_from_top(272.5))
    _draw_line(canvas, f"作答截止：{show_deadline(sheet.closes_at)}", _DEADLINE, top=_from_top(278.5))


def _draw_line(canvas: Canvas, text: str, style: Style, *, top: float) -> None:
    draw_text(canvas, fit_text(make_printable(text), style, width=_TEXT_WIDTH), x=_MIDDLE, top=top)


def _draw_words(canvas: Canvas, text: str, style: Style, *, left: float, baseline: float) -> None:
    canvas.setFont(style.font, style.size)
    canvas.drawString(left, baseline, text)


def _draw_rule(canvas: Canvas, *, top: float, thickness: float) -> None:
    canvas.setLineWidth(thickness)
    canvas.line(_MARGIN, top, WIDTH - _MARGIN, top)


def _from_top(distance: float) -> float:
    return HEIGHT - distance * mm


def _name_place(sheet: PosterSheet) -> str:
    last = sheet.county.strip()[-1:]
    return f"本{last}" if last and last in "县区市旗" else "本地"
