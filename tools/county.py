"""Simulate a county of honest, coached, stuffed and silent units, and write the page on what the numbers say.

Run from the project's folder: ``PYTHONPATH=. python tools/county.py``. Writes the table of docs/模拟县.md and
docs/images/county.svg; a test makes both again and compares. All units and answers are drawn by one random
generator with a fixed seed: nobody real is in them.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.random import Generator
from numpy.typing import NDArray

from analysis import (
    adjust_pvalues,
    finite_proportion_ci,
    hourly_peaks,
    nonresponse_bounds,
    percent_match,
    straightlining,
    verdict,
)

DOCS = Path(__file__).parent.parent / "docs"
SEED = 20261123
ITEMS = 8
HOURS = 40
"""Five working days of eight hours."""
SATISFIED = 4
"""Scores of 4 and 5 on the first item count as satisfied."""
COUNTS = {"honest": 24, "coached": 6, "stuffed": 6, "silent": 6}
NAMES = {"honest": "如实作答", "coached": "打过招呼", "stuffed": "代填凑数", "silent": "有意见的不答"}
COLOURS = {"honest": "#2e7d4f", "coached": "#b3541e", "stuffed": "#7b3f8c", "silent": "#1b5e9e"}
STATUS_NAMES = {"certified": "全体达标", "observed": "作答者达标", "below": "未达标", "too_few": "样本不足"}

RULE = "|---|---:|---:|---:|---:|---|---:|---:|---:|---:|---:|\n"
PICTURE = "\n![每个单位"
ALIKE = 5
"""So many identical sheets of one unit count as alike."""

Scores = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Unit:
    """One simulated unit: what its people think, what came in, and in which hour."""

    kind: str
    opinions: Scores
    answers: Scores
    hours: NDArray[np.int64]

    @property
    def truth(self) -> float:
        """The share of all its people who are satisfied."""
        return float((self.opinions[:, 0] >= SATISFIED).mean())


def main() -> int:
    """Write the page and its picture; return 0."""
    units = draw_county(np.random.default_rng(SEED))
    table = judge_units(units)
    (DOCS / "images" / "county.svg").write_text(draw_picture(table), encoding="utf-8")
    page = DOCS / "模拟县.md"
    page.write_text(fill_page(page.read_text(encoding="utf-8"), table), encoding="utf-8")
    return 0


def draw_county(rng: Generator) -> list[Unit]:
    """Return every unit of the county, kind by kind."""
    return [MAKERS[kind](rng, draw_opinions(rng)) for kind, count in COUNTS.items() for _ in range(count)]


def draw_opinions(rng: Generator) -> Scores:
    """Return what the people of a unit think: a score from 1 to 5 per person and item, alike within a person."""
    people = int(rng.integers(20, 120))
    mood = rng.normal(rng.uniform(4.0, 5.0), 0.6, (people, 1))
    return np.clip(np.rint(mood + rng.normal(0, 0.5, (people, ITEMS))), 1, 5).astype(np.int64)


def answer_honestly(rng: Generator, opinions: Scores) -> Unit:
    """Return a unit where 70 to 98 % answer, whatever they think, at any hour."""
    answers = opinions[rng.random(len(opinions)) < rng.uniform(0.7, 0.98)]
    return Unit(kind="honest", opinions=opinions, answers=answers, hours=rng.integers(0, HOURS, len(answers)))


def answer_as_told(rng: Generator, opinions: Scores) -> Unit:
    """Return a unit where nearly all answer, in one meeting, and nine in ten say what they were told to."""
    answers = opinions[rng.random(len(opinions)) < 0.97].copy()
    told = rng.random(len(answers)) < 0.9
    answers[told] = np.maximum(answers[told], SATISFIED)
    answers[told & (rng.random(len(answers)) < 0.7)] = 5
    meeting = int(rng.integers(0, HOURS))
    hours = np.where(rng.random(len(answers)) < 0.7, meeting, rng.integers(0, HOURS, len(answers)))
    return Unit(kind="coached", opinions=opinions, answers=answers, hours=hours)


def answer_for_others(rng: Generator, opinions: Scores) -> Unit:
    """Return a unit where half answer and somebody fills in most of the rest, from three patterns, at night."""
    asked = rng.random(len(opinions)) < 0.5
    patterns = rng.integers(SATISFIED, 6, (3, ITEMS))
    missing = int((~asked).sum() * 0.9)
    answers = np.concatenate([opinions[asked], patterns[rng.integers(0, 3, missing)]])
    hours = np.concatenate(
        [rng.integers(0, HOURS, int(asked.sum())), np.full(missing, rng.integers(0, HOURS))]
    )
    return Unit(kind="stuffed", opinions=opinions, answers=answers, hours=hours)


def answer_if_content(rng: Generator, opinions: Scores) -> Unit:
    """Return a unit where nine in ten of the satisfied answer, and two in ten of the others."""
    chance = np.where(opinions[:, 0] >= SATISFIED, 0.9, 0.2)
    answers = opinions[rng.random(len(opinions)) < chance]
    return Unit(kind="silent", opinions=opinions, answers=answers, hours=rng.integers(0, HOURS, len(answers)))


MAKERS: dict[str, Callable[[Generator, Scores], Unit]] = {
    "honest": answer_honestly,
    "coached": answer_as_told,
    "stuffed": answer_for_others,
    "silent": answer_if_content,
}


def judge_units(units: list[Unit]) -> pd.DataFrame:
    """Return one row per unit: its truth, its counts, the verdict at 95 %, both ranges and the signals."""
    x = np.array([int((unit.answers[:, 0] >= SATISFIED).sum()) for unit in units])
    n = np.array([len(unit.answers) for unit in units])
    N = np.array([len(unit.opinions) for unit in units])
    interval, bounds = finite_proportion_ci(x, n, N), nonresponse_bounds(x, n, N)
    table = pd.DataFrame(
        {
            "kind": [unit.kind for unit in units],
            "truth": [unit.truth for unit in units],
            "rate": x / n,
            "response_rate": n / N,
            "status": verdict(x, n, N, 0.95).status,
            "low": interval.low,
            "high": interval.high,
            "worst": bounds.worst,
            "best": bounds.best,
        }
    )
    return table.join(find_signals(units))


def find_signals(units: list[Unit]) -> pd.DataFrame:
    """Return per unit the shares of sheets alike and in straight lines, and the P-value of its fullest hour."""
    answers = pd.DataFrame(np.concatenate([unit.answers for unit in units]))
    place = pd.Series(np.repeat(np.arange(len(units)), [len(unit.answers) for unit in units]))
    alike = percent_match(answers, by=place)["duplicate_group_size"] >= ALIKE
    lines = straightlining(answers)["straightline"]
    hours = pd.DataFrame([np.bincount(unit.hours, minlength=HOURS) for unit in units])
    return pd.DataFrame(
        {
            "alike": alike.groupby(place).mean(),
            "straight": lines.groupby(place).mean(),
            "burst": adjust_pvalues(hourly_peaks(hours)["pvalue"], method="BH"),
        }
    )


def draw_picture(table: pd.DataFrame) -> str:
    """Return one row per unit: the bounds as a thin line, the interval as a thick one, the truth as a dot."""
    rows = table.sort_values("truth", kind="stable").reset_index(drop=True)
    height = 90 + 13 * len(rows)
    marks = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 {height}" role="img" '
        'font-family="sans-serif" font-size="13"><title>模拟县各单位</title>'
        f'<rect width="640" height="{height}" fill="#fff"/>'
        '<text x="20" y="26" font-size="15">细线：没有作答的上下界；粗线：95% 区间；黑点：真实满意率</text>'
    ]
    for place, (kind, name) in enumerate(NAMES.items()):
        x = 20 + 130 * place
        marks.append(f'<rect x="{x}" y="40" width="12" height="12" fill="{COLOURS[kind]}"/>')
        marks.append(f'<text x="{x + 18}" y="51">{name}</text>')
    for row, unit in rows.iterrows():
        marks += draw_unit(unit, 74 + 13 * int(str(row)))
    for tick in range(40, 101, 10):
        marks.append(
            f'<text x="{_across(tick / 100):g}" y="{height - 6}" text-anchor="middle">{tick}%</text>'
        )
    return "\n".join([*marks, "</svg>", ""])


def draw_unit(unit: "pd.Series[float]", y: int) -> list[str]:
    """Return the two lines and the dot of one unit."""
    colour = COLOURS[str(unit["kind"])]
    thin, thick = ((_across(unit[a]), _across(unit[b])) for a, b in (("worst", "best"), ("low", "high")))
    return [
        f'<path d="M{thin[0]:g} {y}H{thin[1]:g}" stroke="{colour}"/>',
        f'<path d="M{thick[0]:g} {y}H{max(thick[1], thick[0] + 1):g}" stroke="{colour}" stroke-width="6"/>',
        f'<circle cx="{_across(unit["truth"]):g}" cy="{y}" r="3"/>',
    ]


def _across(share: float) -> float:
    return round(20 + 560 * (share - 0.4) / 0.6, 1)


def fill_page(page: str, table: pd.DataFrame) -> str:
    """Return the page with a row for each kind of unit in its table, in place of those there were."""
    rows = "".join(f"{_write_kind(table[table['kind'] == kind], NAMES[kind])}\n" for kind in COUNTS)
    head, foot = page.index(RULE) + len(RULE), page.index(PICTURE)
    return page[:head] + rows + page[foot:]


def _write_kind(rows: pd.DataFrame, name: str) -> str:
    statuses = rows["status"].value_counts()
    judged = "、".join(
        f"{word} {statuses[status]}" for status, word in STATUS_NAMES.items() if status in statuses
    )
    in_interval = ((rows["low"] <= rows["truth"]) & (rows["truth"] <= rows["high"])).sum()
    in_bounds = ((rows["worst"] <= rows["truth"]) & (rows["truth"] <= rows["best"])).sum()
    shares = (f"{rows[column].mean() * 100:.1f}%" for column in ("truth", "rate", "response_rate"))
    signals = (f"{rows[column].mean() * 100:.0f}%" for column in ("alike", "straight"))
    cells = [
        name,
        str(len(rows)),
        *shares,
        judged,
        *(str(count) for count in (in_interval, in_bounds)),
        *signals,
        str((rows["burst"] < 0.05).sum()),
    ]
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.exit(main())
