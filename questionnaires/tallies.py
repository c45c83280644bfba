"""Tallies: integer counts of sheets, which add up over batches, units and databases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from questionnaires.codebook import (
    CHARACTERS,
    CHOSEN,
    HIDDEN,
    NOT_ANSWERED,
    NOT_SHOWN,
    UNANSWERED,
    Codebook,
    SheetError,
)
from questionnaires.indicators import PassRule, ScoreRule, ShareRule
from questionnaires.items import ChoiceItem, MultipleItem
from questionnaires.models import Questionnaire

_RIGHT: Final = "r"
_WRONG: Final = "w"


@dataclass(frozen=True, kw_only=True)
class IndicatorCount:
    """What a rate is made of: ``total ÷ base``.

    ``base`` counts persons. ``total`` counts persons too for shares and passes, and is the sum of their
    weights, 0 to 100 each, for scores. With base 0 there is no rate.
    """

    base: int
    total: int

    def __add__(self, other: IndicatorCount) -> IndicatorCount:
        return IndicatorCount(base=self.base + other.base, total=self.total + other.total)


@dataclass(frozen=True, kw_only=True)
class Tally:
    """Counts of responses: ``items`` has item → option → n, ``indicators`` the base and total of each.

    Every option has an entry, also with 0, and so has ``NOT_ANSWERED``; ``NOT_SHOWN`` stands where an item has
    a condition. Two tallies of the same questionnaire add up to the tally of all their sheets.
    """

    responses: int
    items: dict[str, dict[str, int]]
    indicators: dict[str, IndicatorCount]

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            responses=self.responses + other.responses,
            items={code: _add_counts(self.items, other.items, code) for code in self.items | other.items},
            indicators={
                code: self.indicators.get(code, _ZERO) + other.indicators.get(code, _ZERO)
                for code in self.indicators | other.indicators
            },
        )


_ZERO: Final = IndicatorCount(base=0, total=0)


def _add_counts(
    one: Mapping[str, Mapping[str, int]], other: Mapping[str, Mapping[str, int]], code: str
) -> dict[str, int]:
    mine, theirs = one.get(code, {}), other.get(code, {})
    return {option: mine.get(option, 0) + theirs.get(option, 0) for option in {**mine, **theirs}}


def tally_sheets(questionnaire: Questionnaire, sheets: Sequence[str]) -> Tally:
    """Count sheets by item and option and by indicator; no sheets give zeros.

    Raises SheetError when a sheet has another length than the codebook, or a character that its column cannot
    have. A million sheets take about a second: every step over them is one call into C.
    """
    codebook = Codebook(questionnaire)
    columns = _split_columns(codebook, sheets)
    _check_characters(codebook, columns)
    items = {
        item.code: _count_item(item, [columns[position] for position in codebook.find_span(item.code)])
        for item in questionnaire.choice_items
    }
    indicators = {
        rule.code: _count_indicator(questionnaire, rule, items)
        if not isinstance(rule, PassRule)
        else _count_passes(rule, _mark_columns(questionnaire, rule, codebook, columns))
        for rule in questionnaire.indicators
    }
    return Tally(responses=len(sheets), items=items, indicators=indicators)


def _split_columns(codebook: Codebook, sheets: Sequence[str]) -> list[str]:
    wrong = set(map(len, sheets)) - {codebook.length}
    if wrong:
        raise SheetError(f"答卷记录应有 {codebook.length} 个字符，有的是 {min(wrong)} 个")
    joined = "".join(sheets)
    return [joined[position :: codebook.length] for position in range(codebook.length)]


def _check_characters(codebook: Codebook, columns: Sequence[str]) -> None:
    for column, marks in zip(codebook.columns, columns, strict=True):
        known = codebook.list_characters(column)
        if sum(map(marks.count, known)) != len(marks):
            wrong = "、".join(sorted(set(marks) - set(known)))
            raise SheetError(f"题目“{column.item}”的记录里有编码表没有的字符：{wrong}")


def _count_item(item: ChoiceItem, columns: Sequence[str]) -> dict[str, int]:
    if isinstance(item, MultipleItem):
        counts = _count_choices(item, columns)
    else:
        marks = zip(item.options, CHARACTERS, strict=False)
        counts = {option.code: columns[0].count(character) for option, character in marks}
        counts[NOT_ANSWERED] = columns[0].count(UNANSWERED)
    if item.shown_if is not None:
        counts[NOT_SHOWN] = columns[0].count(HIDDEN)
    return counts


def _count_choices(item: MultipleItem, columns: Sequence[str]) -> dict[str, int]:
    counts = {option.code: column.count(CHOSEN) for option, column in zip(item.options, columns, strict=True)}
    persons = Counter(zip(*columns, strict=True))
    if any(HIDDEN in marks and len(set(marks)) > 1 for marks in persons):
        raise SheetError(f"题目“{item.code}”的记录一部分未显示，这不可能")
    counts[NOT_ANSWERED] = persons[(UNANSWERED,) * len(columns)]
    return counts


def _count_indicator(
    questionnaire: Questionnaire, rule: ShareRule | ScoreRule, items: Mapping[str, Mapping[str, int]]
) -> IndicatorCount:
    counts = items[rule.item]
    if isinstance(rule, ScoreRule):
        return IndicatorCount(
            base=sum(counts[option] for option in rule.weights),
            total=sum(counts[option] * weight for option, weight in rule.weights.items()),
        )
    base = sum(
        counts[option.code]
        for option in questionnaire.find_choice(rule.item).options
        if rule.dont_know == "keep" or option.meaning != "unsure"
    )
    return IndicatorCount(base=base, total=sum(counts[option] for option in rule.counted))


def _mark_columns(
    questionnaire: Questionnaire, rule: PassRule, codebook: Codebook, columns: Sequence[str]
) -> list[str]:
    """Return the columns of a rule's items with right and wrong in the place of the options."""
    marked = []
    for code in rule.items:
        item = questionnaire.keyed_items[code]
        right = next(
            character
            for character, option in zip(CHARACTERS, item.options, strict=False)
            if option.code == item.key
        )
        table = str.maketrans(CHARACTERS, "".join(_RIGHT if mark == right else _WRONG for mark in CHARACTERS))
        marked.append(columns[codebook.find_span(code).start].translate(table))
    return marked


def _count_passes(rule: PassRule, columns: Sequence[str]) -> IndicatorCount:
    base = total = 0
    # There are at most 4 ** items different persons, however many sheets.
    for marks, n in Counter(zip(*columns, strict=True)).items():
        n_right = marks.count(_RIGHT)
        if n_right or _WRONG in marks:
            base += n
            total += n * (n_right >= rule.count_needed(len(marks) - marks.count(HIDDEN)))
    return IndicatorCount(base=base, total=total)
