"""The cover page of a collector's slips: how many there are, how to hand them out, and boxes to tick.

It is a register without names: a box is ticked when a slip is handed out, and nothing says to whom.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from survey.fonts import BOLD, REGULAR, make_printable
from survey.paper import HEIGHT, WIDTH, Style, draw_text, fit_text

_MARGIN: Final = 18 * mm
_TEXT_WIDTH: Final = WIDTH - 2 * _MARGIN
_TITLE: Final = Style(BOLD, 24)
_UNIT: Final = Style(BOLD, 20)
_COUNT: Final = Style(BOLD, 30)
_TEXT: Final = Style(REGULAR, 12)

MOST_BOXES: Final = 400
_BOXES_A_ROW: Final = 25
_BOX: Final = 6 * mm
_BOX_ROWS_TOP: Final = 167 * mm
_DAYS: Final = ("日期", "发出张数", "收回张数", "剩余张数")
_N_DAYS: Final = 4


@dataclass(frozen=True, kw_only=True)
class Cover:
    """What the cover says; ``deadline`` is written out, ``run`` numbers the print run."""

    unit_code: str
    unit: str
    group: str
    wave: str
    organiser: str
    deadline: str
    run: int
    n_slips: int


def draw_cover(canvas: Canvas, cover: Cover) -> None:
    """Draw the cover on the present page."""
    top = HEIGHT - 15 * mm
    for text, style, lines in _list_headings(cover):
        fitted = fit_text(make_printable(text), style, width=_TEXT_WIDTH, lines=lines)
        top = draw_text(canvas, fitted, x=WIDTH / 2, top=top) - 2 * mm
    _draw_steps(canvas, cover, top=top - 3 * mm)
    _draw_boxes(canvas, cover.n_slips)
    _draw_days(canvas)


def find_box_size(n_slips: int) -> int:
    """Return how many slips a box stands for: 1, or 10, 100 … so that there are at most 400 boxes."""
    size = 1
    while ceil(n_slips / size) > MOST_BOXES:
        size *= 10
    return size


def _list_headings(cover: Cover) -> Sequence[tuple[str, Style, int]]:
    return (
        (cover.wave, _TEXT, 1),
        ("答题卡片（一人一码）封面", _TITLE, 1),
        (cover.unit, _UNIT, 2),
        (f"{cover.group}　单位编号 {cover.unit_code}　第 {cover.run} 次印制", _TEXT, 1),
        (f"共 {cover.n_slips} 张", _COUNT, 1),
    )


def _draw_steps(canvas: Canvas, cover: Cover, *, top: float) -> None:
    steps = (
        "1. 沿虚线裁开，把全部卡片像洗牌一样打乱，再装进信封。",
        "2. 每人随意抽一张。不登记谁领了哪一张，不看、不抄、不拍编码。",
        "3. 每发出一张，在下面的方格打一个勾；只记张数，不写姓名。",
        f"4. 破损的、没发完的卡片交回{cover.organiser}，由其作废、换发。",
        f"5. 作答截止：{cover.deadline}。打印后请删除电子文件，截止后销毁剩余卡片和本页。",
    )
    for number, step in enumerate(steps):
        fitted = fit_text(make_printable(step), _TEXT, width=_TEXT_WIDTH)
        canvas.setFont(fitted.style.font, fitted.style.size)
        canvas.drawString(_MARGIN, top - (5 + 7.5 * number) * mm, fitted.lines[0])


def _draw_boxes(canvas: Canvas, n_slips: int) -> None:
    size = find_box_size(n_slips)
    title = "发放登记（每格 1 张）" if size == 1 else f"发放登记（每格 {size} 张，最后一格为余数）"
    _draw_words(canvas, title, left=_MARGIN, baseline=_BOX_ROWS_TOP + 3 * mm)
    canvas.setLineWidth(0.6)
    for number in range(ceil(n_slips / size)):
        row, column = divmod(number, _BOXES_A_ROW)
        left = _MARGIN + column * (_TEXT_WIDTH / _BOXES_A_ROW)
        canvas.rect(left, _BOX_ROWS_TOP - row * (_BOX + 0.9 * mm) - _BOX, _BOX, _BOX)


def _draw_days(canvas: Canvas) -> None:
    width, height, top = _TEXT_WIDTH / len(_DAYS), 8 * mm, 52 * mm
    canvas.setLineWidth(0.6)
    for row in range(_N_DAYS + 2):
        canvas.line(_MARGIN, top - row * height, WIDTH - _MARGIN, top - row * height)
    for column in range(len(_DAYS) + 1):
        x = _MARGIN + column * width
        canvas.line(x, top, x, top - (_N_DAYS + 1) * height)
    for column, title in enumerate(_DAYS):
        _draw_words(canvas, title, left=_MARGIN + column * width + 3 * mm, baseline=top - 5.5 * mm)


def _draw_words(canvas: Canvas, text: str, *, left: float, baseline: float) -> None:
    canvas.setFont(_TEXT.font, _TEXT.size)
    canvas.drawString(left, baseline, text)
