"""Draw the pictures of the analysis pages from the functions they explain.

Run from the project's folder: ``PYTHONPATH=. python tools/pictures.py``. Writes SVG to docs/images; a test
draws them again and compares, so that no picture says what the functions no longer do.
"""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from pathlib import Path

import numpy as np

from analysis import finite_proportion_ci, proportion_ci, verdict

FOLDER = Path(__file__).parent.parent / "docs" / "images"
WIDTH, HEIGHT = 640, 400
LEFT, RIGHT, TOP, BOTTOM = 64, 24, 72, 56
COLOURS = ("#1b5e9e", "#b3541e", "#2e7d4f", "#7b3f8c")
STATUS_COLOURS = {
    "certified": "#2e7d4f",
    "observed": "#9ccc9f",
    "below": "#c9653b",
    "too_few": "#c7c7c7",
    "none": "#ffffff",
}
STATUS_NAMES = {"certified": "可以认定", "observed": "作答者达标", "below": "未达标", "too_few": "样本不足"}


@dataclass(frozen=True, kw_only=True)
class Axis:
    """One axis: its label, its range and the values that are marked, as they are printed."""

    label: str
    low: float
    high: float
    ticks: Sequence[tuple[float, str]]


@dataclass(frozen=True, kw_only=True)
class Frame:
    """The field between two axes, and where a pair of values lies on the page."""

    title: str
    x: Axis
    y: Axis

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Return the point of a pair of values in pixels from the upper left."""
        across = (x - self.x.low) / (self.x.high - self.x.low)
        up = (y - self.y.low) / (self.y.high - self.y.low)
        return (
            round(LEFT + across * (WIDTH - LEFT - RIGHT), 1),
            round(HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM), 1),
        )


def main() -> int:
    """Write every picture; return 0."""
    for name, drawing in draw_all().items():
        (FOLDER / name).write_text(drawing, encoding="utf-8")
        print(FOLDER / name)
    return 0


def draw_all() -> dict[str, str]:
    """Return each picture's file name and its SVG."""
    return {
        "certainty.svg": draw_certainty(),
        "intervals.svg": draw_intervals(),
        "verdicts.svg": draw_verdicts(),
    }


def draw_certainty() -> str:
    """Return how many people may still not be satisfied, when everybody who answered is, by the share answered."""
    frame = Frame(
        title="作答者全部满意时，全体中最多还有多少人不算满意（95% 把握）",
        x=Axis(label="已作答的比例", low=0, high=1, ticks=[(k / 10, f"{k * 10}%") for k in range(0, 11, 2)]),
        y=Axis(label="人数", low=0, high=20, ticks=[(k, str(k)) for k in range(0, 21, 5)]),
    )
    lines = []
    for colour, N in zip(COLOURS, (20, 60, 200, 1000), strict=True):
        n = np.arange(N + 1)
        most = N - np.asarray(finite_proportion_ci(n, n, N, alternative="greater").count_low)
        steps = [(answered / N, min(float(open_), 20.0)) for answered, open_ in zip(n, most, strict=True)]
        lines.append(draw_line(frame, steps, colour))
    names = [f"应答 {N} 人" for N in (20, 60, 200, 1000)]
    return wrap(frame, [*lines, *draw_legend(names, COLOURS)])


def draw_intervals() -> str:
    """Return the lower 95 % limits of four methods when all of n are satisfied, n from 1 to 60 of 60 people."""
    frame = Frame(
        title="作答者全部满意：满意率 95% 区间的下限（上限都是 100%）",
        x=Axis(label="作答人数（应答 60 人）", low=0, high=60, ticks=[(k, str(k)) for k in range(0, 61, 10)]),
        y=Axis(label="下限", low=0, high=1, ticks=[(k / 5, f"{k * 20}%") for k in range(6)]),
    )
    n = np.arange(1, 61)
    limits = {
        "正态近似（不可用：宽度为零）": np.ones(60),
        "有限总体精确区间": np.asarray(finite_proportion_ci(n, n, 60).low),
        "Wilson": np.asarray(proportion_ci(n, n).low),
        "Clopper-Pearson": np.asarray(proportion_ci(n, n, method="clopper-pearson").low),
    }
    lines = [
        draw_line(frame, zip(n, low, strict=True), colour)
        for colour, low in zip(COLOURS, limits.values(), strict=True)
    ]
    return wrap(frame, [*lines, *draw_legend(list(limits), COLOURS, top=230)])


def draw_verdicts() -> str:
    """Return the verdict for every number of answers and of people not satisfied, on a roster of 60 at 95 %."""
    frame = Frame(
        title="目标 95%、应答 60 人：各种作答情况的判定",
        x=Axis(label="作答人数", low=0, high=61, ticks=[(k + 0.5, str(k)) for k in range(0, 61, 10)]),
        y=Axis(label="其中不算满意的人数", low=0, high=6, ticks=[(k + 0.5, str(k)) for k in range(6)]),
    )
    n, against = np.meshgrid(np.arange(1, 61), np.arange(6))
    known = np.maximum(n - against, 0)
    statuses = np.where(n >= against, verdict(known, n, 60, 0.95).status, "none")
    cells = [cell for row in range(6) for cell in draw_runs(frame, row, statuses[row].tolist())]
    colours = [STATUS_COLOURS[status] for status in STATUS_NAMES]
    return wrap(frame, [*cells, *draw_key(list(STATUS_NAMES.values()), colours)])


def draw_runs(frame: Frame, row: int, statuses: Sequence[str]) -> list[str]:
    """Return one rectangle for each run of the same verdict in a row, which starts at one answer."""
    runs = [(status, len(list(run))) for status, run in groupby(statuses)]
    ends = list(accumulate((length for _, length in runs), initial=1))
    return [
        draw_cell(frame, (start, row), length, STATUS_COLOURS[status])
        for (status, length), start in zip(runs, ends, strict=False)
    ]


def draw_line(frame: Frame, points: Iterable[tuple[float, float]], colour: str) -> str:
    """Return a line through points."""
    places = " ".join("{:g},{:g}".format(*frame.place(float(x), float(y))) for x, y in points)
    return f'<polyline points="{places}" fill="none" stroke="{colour}" stroke-width="2"/>'


def draw_cell(frame: Frame, corner: tuple[float, float], length: float, colour: str) -> str:
    """Return a rectangle of some length and height one, from its lower left corner."""
    left, bottom = frame.place(*corner)
    right, top = frame.place(corner[0] + length, corner[1] + 1)
    size = f'width="{right - left:.1f}" height="{bottom - top:.1f}"'
    return f'<rect x="{left:g}" y="{top:g}" {size} fill="{colour}" stroke="#fff"/>'


def draw_key(names: Sequence[str], colours: Sequence[str]) -> list[str]:
    """Return one coloured square and name beside another, below the axis."""
    marks = []
    for place, (name, colour) in enumerate(zip(names, colours, strict=True)):
        x = LEFT + 110 * place
        marks.append(f'<rect x="{x}" y="{HEIGHT - 26}" width="12" height="12" fill="{colour}"/>')
        marks.append(f'<text x="{x + 18}" y="{HEIGHT - 16}">{name}</text>')
    return marks


def draw_legend(names: Sequence[str], colours: Sequence[str], *, top: float = 92) -> list[str]:
    """Return one coloured square and name under another, at the right."""
    marks = []
    for row, (name, colour) in enumerate(zip(names, colours, strict=True)):
        y = top + 20 * row
        marks.append(f'<rect x="420" y="{y - 10:g}" width="12" height="12" fill="{colour}"/>')
        marks.append(f'<text x="438" y="{y:g}">{name}</text>')
    return marks


def wrap(frame: Frame, marks: Sequence[str]) -> str:
    """Return the whole picture: title, axes, ticks and the marks."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'font-family="sans-serif" font-size="13"><title>{frame.title}</title>'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>'
        f'<text x="{LEFT}" y="26" font-size="15">{frame.title}</text>'
    )
    return "\n".join([head, *draw_axes(frame), *marks, "</svg>", ""])


def draw_axes(frame: Frame) -> list[str]:
    """Return the two axes with their ticks and labels."""
    floor, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    marks = [f'<path d="M{LEFT} {TOP}V{floor}H{right}" fill="none" stroke="#444"/>']
    for value, name in frame.x.ticks:
        x, _ = frame.place(value, frame.y.low)
        marks.append(f'<text x="{x:g}" y="{floor + 18}" text-anchor="middle">{name}</text>')
    for value, name in frame.y.ticks:
        _, y = frame.place(frame.x.low, value)
        marks.append(f'<text x="{LEFT - 8}" y="{y + 4:g}" text-anchor="end">{name}</text>')
    marks.append(f'<text x="{right}" y="{floor + 40}" text-anchor="end">{frame.x.label}</text>')
    marks.append(f'<text x="8" y="{TOP - 18}">{frame.y.label}</text>')
    return marks


if __name__ == "__main__":
    sys.exit(main())
