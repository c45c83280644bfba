"""Answers of people who do not exist, for the demonstration: uneven response, some dissatisfied, some silent.

Every answer goes through the same checks and the same use case as one from the form.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Final

from sqlalchemy.orm import Session

from questionnaires import MultipleItem, Questionnaire, SingleItem, check_answers
from survey.collectors import CollectorLine
from survey.responses import Submission, save_response
from survey.words import Group

SILENT_UNITS = 3
TINY_UNIT_ANSWERS = 3
RESIDENTS_AT_MOST = 12
ANSWERS_AT_MOST = 50
"""For one collector: the largest units have thousands of people, and a demonstration should not take minutes."""
COMMENT_SHARE = 0.02

_COMMENTS = (
    "希望多公布抽检结果",
    "夜市的餐具消毒要加强",
    "学校门口的小食品要管一管",
    "投诉以后希望能收到回复",
    "农贸市场的卫生比以前好了",
)


@dataclass(frozen=True, kw_only=True)
class _Mood:
    """How the people of one unit tend to answer; each figure is a share, 0 to 1."""

    response: float
    satisfied: float
    aware: float
    informed: float


@dataclass(frozen=True, kw_only=True)
class _Choice:
    """An item with the codes of its favourable options, the others, and the mood that decides."""

    code: str
    likely: tuple[str, ...]
    unlikely: tuple[str, ...]
    trait: str


@dataclass(frozen=True, kw_only=True)
class _Form:
    questionnaire: Questionnaire
    items: tuple[_Choice, ...]
    texts: tuple[str, ...]


_TRAITS: Final = {"knowledge": "informed", "awareness": "aware", "support": "aware"}


def simulate_answers(
    session: Session,
    lines: Sequence[CollectorLine],
    questionnaires: Mapping[Group, Questionnaire],
    random: Random,
    now: datetime,
) -> int:
    """Answer for a part of every unit's people and return how many answered.

    Three units stay silent, and of the smallest unit only three people answer. The same ``random`` state
    gives the same answers.
    """
    moods = _draw_moods(lines, random)
    forms = {group: _read_form(questionnaire) for group, questionnaire in questionnaires.items()}
    n_answers = 0
    for line, size in _draw_sizes(lines, moods, random):
        for _ in range(size):
            form = forms[line.group]
            checked = check_answers(form.questionnaire, _draw_form(form, moods[line.unit_code], random))
            submission = Submission(
                collector_id=line.collector_id,
                submission_id=random.randbytes(16).hex(),
                sheet=checked.sheet,
                comments=checked.comments,
            )
            n_answers += save_response(session, submission, now)
    return n_answers


def _draw_moods(lines: Sequence[CollectorLine], random: Random) -> dict[str, _Mood]:
    codes = dict.fromkeys(line.unit_code for line in lines)
    return {
        code: _Mood(
            response=random.triangular(0.2, 0.9, 0.4),
            satisfied=random.choice((1.0, 1.0, 0.98, 0.95, 0.9)),
            aware=random.choice((1.0, 0.98, 0.95, 0.9, 0.8)),
            informed=random.triangular(0.6, 1.0, 0.85),
        )
        for code in codes
    }


def _draw_sizes(
    lines: Sequence[CollectorLine], moods: dict[str, _Mood], random: Random
) -> Iterator[tuple[CollectorLine, int]]:
    silent = set(random.sample(sorted(moods), SILENT_UNITS))
    tiny = min((code for code in moods if code not in silent), key=lambda code: _count_people(lines, code))
    for line in lines:
        if line.unit_code in silent:
            continue
        if line.unit_code == tiny:
            yield line, min(TINY_UNIT_ANSWERS, line.headcount or 0)
        elif line.headcount is None:
            yield line, random.randint(0, RESIDENTS_AT_MOST)
        else:
            yield line, min(round(line.headcount * moods[line.unit_code].response), ANSWERS_AT_MOST)


def _count_people(lines: Sequence[CollectorLine], unit_code: str) -> int:
    return sum(line.headcount or 0 for line in lines if line.unit_code == unit_code)


def _draw_form(form: _Form, mood: _Mood, random: Random) -> dict[str, list[str]]:
    """Return a filled form as a browser would send it."""
    raw = {}
    for item in form.items:
        is_likely = random.random() < getattr(mood, item.trait)
        raw[item.code] = [random.choice(item.likely if is_likely else item.unlikely)]
    for code in form.texts:
        if random.random() < COMMENT_SHARE:
            raw[code] = [random.choice(_COMMENTS)]
    return raw


def _read_form(questionnaire: Questionnaire) -> _Form:
    return _Form(
        questionnaire=questionnaire,
        items=tuple(_read_item(item) for item in questionnaire.choice_items),
        texts=tuple(item.code for item in questionnaire.text_items),
    )


def _read_item(item: SingleItem | MultipleItem) -> _Choice:
    codes = tuple(option.code for option in item.options)
    key = item.key if isinstance(item, SingleItem) else None
    likely = tuple(
        option.code for option in item.options if option.meaning == "positive" or option.code == key
    )
    unlikely = tuple(code for code in codes if code not in likely)
    trait = _TRAITS.get(item.topic, "satisfied")
    # Where an item has no favourable side, or only one side, every option is as likely as another.
    return _Choice(code=item.code, likely=likely or codes, unlikely=unlikely or codes, trait=trait)
