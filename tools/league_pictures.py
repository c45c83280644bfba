"""Draw the pictures of league tables and of daily looks from the functions they explain.

Run from the project's folder: ``PYTHONPATH=. python tools/league_pictures.py``. Writes SVG to docs/images with
the means of tools/pictures.py; a test draws them again and compares.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import numpy as np
from pictures import COLOURS, FOLDER, Axis, Frame, draw_legend, draw_line, wrap

from analysis import anytime_proportion_ci, finite_proportion_ci, funnel_limits, shrink_rates

PEOPLE, SATISFIED = 200, 188
UNIT_SIZES = (4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100)


def main() -> int:
    """Write every picture; return 0."""
    for name, drawing in draw_all().items():
        (FOLDER / name).write_text(drawing, encoding="utf-8")
        print(FOLDER / name)
    return 0


def draw_all() -> dict[str, str]:
    """Return each picture's file name and its SVG."""
    return {"funnel.svg": draw_funnel(), "looks.svg": draw_looks()}


def draw_funnel() -> str:
    """Return a funnel around 90 % with forty units of that very rate: who is out is out by chance."""
    frame = Frame(
        title="各单位真实满意率都是 90%：小单位仅凭偶然就会排到两头",
        x=Axis(label="作答人数", low=0, high=104, ticks=[(k, str(k)) for k in range(0, 101, 20)]),
        y=Axis(label="满意率", low=0.4, high=1.02, ticks=[(k / 10, f"{k * 10}%") for k in range(4, 11)]),
    )
    n = np.repeat(UNIT_SIZES, 3)
    x = np.random.default_rng(1).binomial(n, 0.9)
    shrunk = shrink_rates(x, n).estimate
    limits = funnel_limits(np.arange(2, 105), 0.9)
    lines = [
        draw_line(frame, zip(own["n"], own[side].clip(lower=0.4), strict=True), colour)
        for (_, own), colour in zip(limits.groupby("level"), COLOURS, strict=False)
        for side in ("low", "high")
    ]
    marks = [*draw_dots(frame, n, x / n, COLOURS[2]), *draw_dots(frame, n, shrunk, COLOURS[3])]
    names = ["95% 漏斗", "99.8% 漏斗", "观察到的满意率", "收缩后的满意率"]
    return wrap(frame, [*lines, *marks, *draw_legend(names, COLOURS, top=260)])


def draw_looks() -> str:
    """Return the limits after every answer of one roster: those for one look, and those for all looks."""
    frame = Frame(
        title=f"应答 {PEOPLE} 人、其中 {SATISFIED} 人满意：每答一份就看一次",
        x=Axis(label="作答人数", low=0, high=PEOPLE, ticks=[(k, str(k)) for k in range(0, PEOPLE + 1, 40)]),
        y=Axis(
            label="满意人数的 95% 上下限", low=100, high=202, ticks=[(k, str(k)) for k in range(100, 201, 20)]
        ),
    )
    people = np.repeat([1, 0], [SATISFIED, PEOPLE - SATISFIED])
    x = np.cumsum(np.random.default_rng(13).permutation(people))
    n = np.arange(1, PEOPLE + 1)
    fixed, anytime = finite_proportion_ci(x, n, PEOPLE), anytime_proportion_ci(x, n, PEOPLE)
    lines = [
        draw_line(frame, zip(n, np.maximum(limit, 100), strict=True), colour)
        for interval, colour in ((fixed, COLOURS[1]), (anytime, COLOURS[0]))
        for limit in (np.asarray(interval.count_low), np.asarray(interval.count_high))
    ]
    truth = draw_line(frame, [(0, SATISFIED), (PEOPLE, SATISFIED)], COLOURS[2])
    names = ["随时有效的区间（每天可看）", "只看一次的精确区间", "真实人数"]
    return wrap(frame, [*lines, truth, *draw_legend(names, COLOURS[:3], top=280)])


def draw_dots(frame: Frame, n: Sequence[float], rates: Sequence[float], colour: str) -> list[str]:
    """Return a small circle for each unit, at its answers and its rate."""
    places = (frame.place(float(size), float(rate)) for size, rate in zip(n, rates, strict=True))
    return [f'<circle cx="{x:g}" cy="{y:g}" r="3" fill="{colour}" fill-opacity="0.7"/>' for x, y in places]


if __name__ == "__main__":
    sys.exit(main())
