"""The sheets of a wave as one frame of numbers, so that units can be compared whatever each group was asked.

The columns of one group are empty on the sheets of the others, except those of the common scale, which all
groups share by position. Sheets are only ever compared within a group.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires import Codebook, Questionnaire, SingleItem
from questionnaires.codebook import CHARACTERS
from survey.counts import read_versions
from survey.models import Collector, Response, Unit, Wave, WaveUnit
from survey.words import Group

SCALE: Final = "scale"
_NUMBERS: Final = np.full(128, np.nan)
_NUMBERS[[ord(character) for character in CHARACTERS]] = np.arange(1, len(CHARACTERS) + 1)


@dataclass(frozen=True, kw_only=True)
class WaveSheets:
    """The single-choice answers of a wave, a row a sheet in the order of the unit list.

    ``answers`` holds option positions from 1, NaN where not answered or not shown; ``scores`` the same answers
    with the better the higher, 1 for right and 0 for wrong; ``unit_codes`` and ``groups`` say whose each sheet
    is; ``scale`` names the columns of the common scale and ``answer_key`` the right position of each test.
    """

    answers: pd.DataFrame
    scores: pd.DataFrame
    unit_codes: npt.NDArray[np.str_]
    groups: npt.NDArray[np.str_]
    scale: tuple[str, ...]
    answer_key: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class _Part:
    """One group's questionnaire with the names of its columns; ``scale`` are the items of its longest scale."""

    group: Group
    questionnaire: Questionnaire
    items: tuple[SingleItem, ...]
    scale: tuple[SingleItem, ...]

    def name_column(self, item: SingleItem) -> str:
        """Return the column of an item: two groups may ask different things under one code."""
        return f"{self.group.value}.{item.code}"


def read_sheets(session: Session, wave: Wave, *, minimum_n: int) -> WaveSheets:
    """Return the mixed sheets of every unit that has at least ``minimum_n`` of them.

    A unit with fewer is left out: a figure about four sheets is a figure about four persons.
    """
    parts = [_read_part(group, asked) for group, asked in read_versions(session, wave).items()]
    length = max((len(part.scale) for part in parts), default=0)
    scale = tuple(f"{SCALE}.{place}" for place in range(1, length + 1))
    rows = _read_rows(session, wave, minimum_n)
    read = [_read_group(part, rows, scale) for part in parts]
    answers = pd.concat([one for one, _ in read]).sort_index()
    scores = pd.concat([one for _, one in read]).sort_index()
    return WaveSheets(
        answers=answers,
        scores=scores,
        unit_codes=rows["unit_code"].to_numpy(dtype=str),
        groups=rows["group"].to_numpy(dtype=str),
        scale=scale,
        answer_key={
            part.name_column(item): _find_place(item, item.key)
            for part in parts
            for item in part.items
            if item.key is not None
        },
    )


def _read_rows(session: Session, wave: Wave, minimum_n: int) -> pd.DataFrame:
    statement = (
        select(Unit.code, Collector.group, Response.sheet)
        .join(Collector, Collector.id == Response.collector_id)
        .join(Unit, Unit.id == Collector.unit_id)
        .join(WaveUnit, (WaveUnit.unit_id == Unit.id) & (WaveUnit.wave_id == Collector.wave_id))
        .where(Collector.wave_id == wave.id)
        .order_by(WaveUnit.position, Collector.id)
    )
    rows = [(code, group.value, sheet) for code, group, sheet in session.execute(statement)]
    frame = pd.DataFrame(rows, columns=["unit_code", "group", "sheet"])
    n = frame.groupby("unit_code")["sheet"].transform("size")
    return frame[n >= minimum_n].reset_index(drop=True)


def _read_part(group: Group, questionnaire: Questionnaire) -> _Part:
    items = tuple(item for item in questionnaire.choice_items if isinstance(item, SingleItem))
    return _Part(group=group, questionnaire=questionnaire, items=items, scale=_find_scale(items))


def _find_scale(items: Sequence[SingleItem]) -> tuple[SingleItem, ...]:
    """Return the most items with the same sided options that are asked of everybody."""
    scales: dict[tuple[str, ...], list[SingleItem]] = {}
    for item in items:
        if item.shown_if is None and _is_sided(item):
            scales.setdefault(tuple(option.code for option in item.options), []).append(item)
    n_items = {options: len(alike) for options, alike in scales.items()}
    return tuple(scales[max(n_items, key=n_items.__getitem__)]) if scales else ()


def _read_group(part: _Part, rows: pd.DataFrame, scale: Sequence[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    mine = rows.loc[rows["group"] == part.group.value, "sheet"]
    codebook = Codebook(part.questionnaire)
    text = "".join(mine).encode("ascii")
    characters = np.frombuffer(text, dtype=np.uint8).reshape(len(mine), codebook.length)
    numbers = {item.code: _NUMBERS[characters[:, codebook.find_span(item.code).start]] for item in part.items}
    scores = {item.code: _score(item)[np.nan_to_num(numbers[item.code]).astype(int)] for item in part.items}
    named = {part.name_column(item): item.code for item in part.items if item not in part.scale}
    # A scale shorter than another group's repeats its last item: sheets are alike or straight as before.
    places = [
        part.scale[min(place, len(part.scale) - 1)].code for place in range(len(scale) if part.scale else 0)
    ]
    answers = {name: numbers[code] for name, code in named.items()}
    answers |= {name: numbers[code] for name, code in zip(scale, places, strict=False)}
    scored = {part.name_column(item): scores[item.code] for item in part.items}
    return pd.DataFrame(answers, index=mine.index), pd.DataFrame(scored, index=mine.index)


def _score(item: SingleItem) -> npt.NDArray[np.float64]:
    """Return the score of each option position, NaN for position 0, which is no answer.

    Options with a side are numbered from the worst, 0, in the order of the definition turned best first;
    不了解 stands in the middle. A test gives 1 for its key. An item without sides says nothing about the level.
    """
    places = range(len(item.options))
    if item.key is not None:
        return np.array([np.nan, *(float(option.code == item.key) for option in item.options)])
    if not _is_sided(item):
        return np.array([np.nan, *(0.0 for _ in places)])
    sided = [option.code for option in item.options if option.meaning in _SIDES]
    if _SIDES.index(_meaning_of(item, sided[0])) < _SIDES.index(_meaning_of(item, sided[-1])):
        sided.reverse()
    middle = (len(sided) - 1) / 2
    return np.array(
        [np.nan, *(sided.index(o.code) if o.code in sided else middle for o in item.options)], dtype=float
    )


_SIDES: Final = ("positive", "neutral", "negative")


def _meaning_of(item: SingleItem, code: str) -> str:
    return next(option.meaning for option in item.options if option.code == code)


def _is_sided(item: SingleItem) -> bool:
    return item.key is None and sum(option.meaning in _SIDES for option in item.options) > 1


def _find_place(item: SingleItem, code: str) -> int:
    return 1 + [option.code for option in item.options].index(code)
