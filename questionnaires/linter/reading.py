"""Rules about time: how long a questionnaire takes to read and answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import ceil
from typing import Final

from questionnaires.items import TextItem
from questionnaires.linter.places import Spot
from questionnaires.linter.wording import HAN
from questionnaires.models import Questionnaire
from questionnaires.parameters import example_values, fill_parameters
from questionnaires.texts import LANGUAGES, Language, Text

LONGEST_SECONDS: Final = 180

CHARACTERS_PER_MINUTE: Final = 255
"""Chinese read aloud by adults of 18 to 35: 255 ± 29 characters a minute (Trauzettel-Klosinski & Dietz 2012,
IReST). Aloud is the slower and so the careful figure; older people are slower still."""

WORDS_PER_MINUTE: Final = 183
"""English read aloud by adults: 183 words a minute (Brysbaert 2019, over 77 studies)."""

SECONDS_PER_ITEM: Final = 3
"""Choosing and tapping, once for every item with options: an assumption, not a measurement."""

_NAMES: Final = {"zh": "中文", "en": "英文"}
_WORD: Final = re.compile(r"[A-Za-z0-9][\w'’.-]*")


def estimate_seconds(questionnaire: Questionnaire, language: Language = "zh") -> float:
    """Return how long reading and answering takes, in seconds.

    Everything printed is read once, a scale that comes again is not read again, every item is shown, and the
    optional open text is read but left empty. Parameters take the length of their examples.
    """
    filled = fill_parameters(questionnaire, example_values(questionnaire))
    minutes = sum(_measure_text(text, language) for text in _list_printed(filled))
    return minutes * 60 + SECONDS_PER_ITEM * len(filled.choice_items)


def _list_printed(questionnaire: Questionnaire) -> Iterator[Text]:
    seen: set[tuple[str, ...]] = set()
    yield from (questionnaire.title, questionnaire.intro)
    yield from (section.title for section in questionnaire.sections)
    for item in questionnaire.items:
        yield item.text
        if item.hint:
            yield item.hint
        if isinstance(item, TextItem):
            continue
        scale = tuple(option.label.zh for option in item.options)
        if scale not in seen:
            yield from (option.label for option in item.options)
        seen.add(scale)


def _measure_text(text: Text, language: Language) -> float:
    """Return minutes; a number or a Latin word inside Chinese counts as one character."""
    if language == "en":
        return len(_WORD.findall(text.en)) / WORDS_PER_MINUTE
    return (len(HAN.findall(text.zh)) + len(_WORD.findall(text.zh))) / CHARACTERS_PER_MINUTE


def find_long_reading(questionnaire: Questionnaire) -> Iterator[Spot]:
    """Find a questionnaire that takes longer than three minutes in its slower language."""
    seconds, language = max((estimate_seconds(questionnaire, language), language) for language in LANGUAGES)
    if seconds > LONGEST_SECONDS:
        yield (
            "sections",
            f"读完并答完{_NAMES[language]}约需 {ceil(seconds)} 秒，超过 {LONGEST_SECONDS} 秒"
            f"（按每分钟 {CHARACTERS_PER_MINUTE} 个汉字或 {WORDS_PER_MINUTE} 个英文词、"
            f"每题选择 {SECONDS_PER_ITEM} 秒估算），请减少题目或缩短措辞",
        )


def find_understated_minutes(questionnaire: Questionnaire) -> Iterator[Spot]:
    """Find a promise of fewer minutes than reading and answering takes."""
    seconds = ceil(max(estimate_seconds(questionnaire, language) for language in LANGUAGES))
    if seconds > questionnaire.minutes * 60:
        yield (
            "minutes",
            f"写明约需 {questionnaire.minutes} 分钟，估算要 {seconds} 秒，请改为 {ceil(seconds / 60)}",
        )
