"""The codebook: how the answers to choice items stand in a sheet, one character a column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from questionnaires.faults import quote_value
from questionnaires.items import ChoiceItem, MultipleItem
from questionnaires.models import Questionnaire
from questionnaires.routing import Answers, find_hidden
from questionnaires.texts import Text

CHARACTERS: Final = "123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""The characters of the options of a single-choice item, in the order of the definition."""

CHOSEN: Final = "1"
UNANSWERED: Final = "0"
HIDDEN: Final = "-"

NOT_ANSWERED: Final = "_none"
NOT_SHOWN: Final = "_hidden"

_NOT_ANSWERED_LABEL: Final = Text(zh="未作答", en="Not answered")
_NOT_CHOSEN_LABEL: Final = Text(zh="未选", en="Not chosen")
_NOT_SHOWN_LABEL: Final = Text(zh="未显示", en="Not shown")


class SheetError(ValueError):
    """A sheet that does not belong to the questionnaire, or answers that cannot stand in one."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """One character of a sheet: ``sheet[position]``, counted from 0; ``option`` is None for a single choice."""

    item: str
    option: str | None
    position: int


class Codebook:
    """The columns of a questionnaire's sheets, and the way between answers and sheets.

    ``length`` is the number of characters of every sheet, ``columns`` describes each. A single-choice item has
    one column with the character of the chosen option; a multiple-choice item has one for every option, ``1``
    chosen and ``0`` not. ``0`` is not answered and ``-`` not shown.
    """

    def __init__(self, questionnaire: Questionnaire) -> None:
        self.questionnaire = questionnaire
        self._spans = _measure_spans(questionnaire)
        self.length = sum(map(len, self._spans.values()))

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns in the order of the sheet."""
        return tuple(_list_columns(self.questionnaire))

    def find_span(self, item: str) -> range:
        """Return the positions of an item's columns; raise KeyError for an item that has none."""
        return self._spans[item]

    def list_characters(self, column: Column) -> str:
        """Return the characters that a column can hold."""
        item = self.questionnaire.find_choice(column.item)
        return "".join(character for character, _, _ in _list_values(item, column))

    def encode(self, answers: Answers) -> str:
        """Return the sheet of a person's answers.

        A missing item counts as not answered; an item that the answers before it hide is written as not shown,
        whatever is given for it. Raises SheetError for an unknown item or option and for two options of a
        single choice.
        """
        unknown = [code for code in answers if code not in self._spans]
        if unknown:
            raise SheetError(f"问卷里没有这些选择题：{'、'.join(unknown)}")
        hidden = find_hidden(self.questionnaire, answers)
        return "".join(
            HIDDEN * len(self._spans[item.code])
            if item.code in hidden
            else _encode_item(item, answers.get(item.code, ()))
            for item in self.questionnaire.choice_items
        )

    def decode(self, sheet: str) -> dict[str, tuple[str, ...] | None]:
        """Return the options chosen of every choice item: None for not shown, ``()`` for not answered.

        Raises SheetError for a wrong length and for a character that no option has.
        """
        if len(sheet) != self.length:
            raise SheetError(f"答卷记录应有 {self.length} 个字符，现在有 {len(sheet)} 个")
        return {
            item.code: _decode_item(item, sheet[span.start : span.stop])
            for item in self.questionnaire.choice_items
            for span in (self._spans[item.code],)
        }

    def export(self) -> list[dict[str, str | int]]:
        """Return the codebook as rows for a table: one for every character that a column can hold."""
        return [row for column in self.columns for row in self._export_column(column)]

    def _export_column(self, column: Column) -> Iterator[dict[str, str | int]]:
        item = self.questionnaire.find_choice(column.item)
        for character, option, label in _list_values(item, column):
            yield {
                "position": column.position,
                "item": item.code,
                "kind": item.kind,
                "name_zh": item.name.zh,
                "name_en": item.name.en,
                "text_zh": item.text.zh,
                "text_en": item.text.en,
                "option": option,
                "character": character,
                "label_zh": label.zh,
                "label_en": label.en,
            }


def _list_columns(questionnaire: Questionnaire) -> Iterator[Column]:
    position = 0
    for item in questionnaire.choice_items:
        options = [option.code for option in item.options] if isinstance(item, MultipleItem) else [None]
        for option in options:
            yield Column(item=item.code, option=option, position=position)
            position += 1


def _measure_spans(questionnaire: Questionnaire) -> dict[str, range]:
    spans: dict[str, range] = {}
    start = 0
    for item in questionnaire.choice_items:
        width = len(item.options) if isinstance(item, MultipleItem) else 1
        spans[item.code] = range(start, start + width)
        start += width
    return spans


def _encode_item(item: ChoiceItem, chosen: tuple[str, ...]) -> str:
    positions = [_find_position(item, code) for code in chosen]
    if isinstance(item, MultipleItem):
        return "".join(CHOSEN if index in positions else UNANSWERED for index in range(len(item.options)))
    if len(set(positions)) > 1:
        raise SheetError(f"单选题{quote_value(item.code)}只能有一个答案，现在是：{'、'.join(chosen)}")
    return CHARACTERS[positions[0]] if positions else UNANSWERED


def _find_position(item: ChoiceItem, code: str) -> int:
    for index, option in enumerate(item.options):
        if option.code == code:
            return index
    raise SheetError(f"题目{quote_value(item.code)}没有选项{quote_value(code)}")


def _decode_item(item: ChoiceItem, part: str) -> tuple[str, ...] | None:
    if item.shown_if is not None and set(part) == {HIDDEN}:
        return None
    if isinstance(item, MultipleItem):
        if not set(part) <= {CHOSEN, UNANSWERED}:
            raise _wrong_character(item, part)
        return tuple(option.code for option, mark in zip(item.options, part, strict=True) if mark == CHOSEN)
    if part == UNANSWERED:
        return ()
    position = CHARACTERS.find(part)
    if not 0 <= position < len(item.options):
        raise _wrong_character(item, part)
    return (item.options[position].code,)


def _wrong_character(item: ChoiceItem, part: str) -> SheetError:
    return SheetError(f"题目{quote_value(item.code)}的记录{quote_value(part)}里有编码表没有的字符")


def _list_values(item: ChoiceItem, column: Column) -> Iterator[tuple[str, str, Text]]:
    """Yield what a column can hold: character, option code, label."""
    if isinstance(item, MultipleItem):
        yield from (
            (CHOSEN, option.code, option.label) for option in item.options if option.code == column.option
        )
    else:
        for character, option in zip(CHARACTERS, item.options, strict=False):
            yield character, option.code, option.label
    yield UNANSWERED, NOT_ANSWERED, _NOT_CHOSEN_LABEL if column.option else _NOT_ANSWERED_LABEL
    if item.shown_if is not None:
        yield HIDDEN, NOT_SHOWN, _NOT_SHOWN_LABEL
