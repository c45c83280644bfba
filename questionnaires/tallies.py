"""Tallies: integer counts of sheets, which add up over batches, units and databases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
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

_MARKS: Final = CHARACTERS.encode()
_CHOSEN: Final = CHOSEN.encode()
_UNANSWERED: Final = UNANSWERED.encode()
_HIDDEN: Final = HIDDEN.encode()
_RIGHT: Final = b"r"
_WRONG: Final = b"w"


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
        item.code: _count_item(item, _pick_columns(codebook, item.code, columns))
        for item in questionnaire.choice_items
    }
    indicators = {
        rule.code: _count_passes(rule, _mark_columns(questionnaire, rule, codebook, columns))
        if isinstance(rule, PassRule)
        else _count_indicator(questionnaire, rule, items[rule.item])
        for rule in questionnaire.indicators
    }
    return Tally(responses=len(sheets), items=items, indicators=indicators)


def _split_columns(codebook: Codebook, sheets: Sequence[str]) -> list[bytes]:
    """Return one string of bytes for each column, a person's mark at the same place in all of them."""
    width = codebook.length + 1
    # What is not ASCII becomes "?", which no column can have, and the widths stay.
    lines = "\n".join((*sheets, "")).encode("ascii", "replace")
    if len(lines) != width * len(sheets) or lines[width - 1 :: width].strip(b"\n"):
        wrong = next(len(sheet) for sheet in sheets if len(sheet) != codebook.length)
        raise SheetError(f"答卷记录应有 {codebook.length} 个字符，有的是 {wrong} 个")
    return [lines[position::width] for position in range(codebook.length)]


def _pick_columns(codebook: Codebook, item: str, columns: Sequence[bytes]) -> Sequence[bytes]:
    span = codebook.find_span(item)
    return columns[span.start : span.stop]


def _check_characters(codebook: Codebook, columns: Sequence[bytes]) -> None:
    for column, marks in zip(codebook.columns, columns, strict=True):
        wrong = marks.translate(None, codebook.list_characters(column).encode())
        if wrong:
            quoted = "、".join(sorted(set(wrong.decode())))
            raise SheetError(f"题目“{column.item}”的记录里有编码表没有的字符：{quoted}")


def _count_item(item: ChoiceItem, columns: Sequence[bytes]) -> dict[str, int]:
    if isinstance(item, MultipleItem):
        counts = {
            option.code: marks.count(_CHOSEN) for option, marks in zip(item.options, columns, strict=True)
        }
        persons = _overlay_columns(item, columns)
    else:
        persons = columns[0]
        counts = {
            option.code: persons.count(mark) for option, mark in zip(item.options, _MARKS, strict=False)
        }
    counts[NOT_ANSWERED] = persons.count(_UNANSWERED)
    if item.shown_if is not None:
        counts[NOT_SHOWN] = persons.count(_HIDDEN)
    return counts


def _overlay_columns(item: MultipleItem, columns: Sequence[bytes]) -> bytes:
    """Return per person ``1`` for at least one option chosen, ``0`` for none, ``-`` for not shown."""
    # The bits of "0" are among those of "1", so the bitwise or of all columns, taken as one long number,
    # says it for every person at once. A "-" beside a "0" or "1" gives "=".
    overlaid = reduce(or_, (int.from_bytes(marks) for marks in columns))
    persons = overlaid.to_bytes(len(columns[0]))
    if b"=" in persons:
        raise SheetError(f"题目“{item.code}”的记录只有一部分是未显示，这样的记录是坏的")
    return persons


def _count_indicator(
    questionnaire: Questionnaire, rule: ShareRule | ScoreRule, counts: Mapping[str, int]
) -> IndicatorCount:
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
    questionnaire: Questionnaire, rule: PassRule, codebook: Codebook, columns: Sequence[bytes]
) -> list[bytes]:
    """Return the columns of a rule's items with right and wrong in the place of the options."""
    marked = []
    for code in rule.items:
        item = questionnaire.keyed_items[code]
        key = [option.code for option in item.options].index(item.key or "")
        marks = bytearray(_WRONG * len(_MARKS))
        marks[key : key + 1] = _RIGHT
        table = bytes.maketrans(_MARKS, marks)
        marked.append(_pick_columns(codebook, code, columns)[0].translate(table))
    return marked


def _count_passes(rule: PassRule, columns: Sequence[bytes]) -> IndicatorCount:
    base = total = 0
    # There are at most 4 ** items different persons, however many sheets.
    for marks, n in Counter(zip(*columns, strict=True)).items():
        n_right = marks.count(ord(_RIGHT))
        if n_right or ord(_WRONG) in marks:
            base += n
            n_shown = len(marks) - marks.count(ord(_HIDDEN))
            total += n * (n_right >= rule.count_needed(n_shown))
    return IndicatorCount(base=base, total=total)
