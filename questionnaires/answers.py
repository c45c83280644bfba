"""Answers: checking what a form sends, and making a sheet and comments of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from questionnaires.codebook import HIDDEN, UNANSWERED, Codebook
from questionnaires.items import ChoiceItem, MultipleItem, TextItem
from questionnaires.models import Questionnaire
from questionnaires.routing import is_hidden
from questionnaires.texts import Text

_LINE_ENDS: Final = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]")
# These turn the direction of writing around and can make a table show another text than it holds.
_DIRECTION_MARKS: Final = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Why an item's answer cannot be taken as it is, with a sentence to show beside the field."""

    item: str
    code: str
    message: Text


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A form's answers: the ``sheet``, the ``comments`` by item, the ``problems`` by item.

    With problems the sheet has those items as not answered and is not to be kept. ``is_blank`` says that
    nothing at all was answered.
    """

    sheet: str
    comments: dict[str, str]
    problems: dict[str, Problem]
    is_blank: bool


def check_answers(questionnaire: Questionnaire, raw: Mapping[str, Sequence[str]]) -> Checked:
    """Check a form's fields, name to list of values as browsers send them.

    Every item may be left unanswered; fields that are no items and answers to items that are not shown are
    passed over. Never raises: what cannot be taken is among the problems.
    """
    answers: dict[str, tuple[str, ...]] = {}
    comments: dict[str, str] = {}
    problems: dict[str, Problem] = {}
    hidden: set[str] = set()
    for item in questionnaire.items:
        if is_hidden(item, answers, hidden):
            hidden.add(item.code)
            continue
        values = _read_values(raw, item.code)
        if isinstance(item, TextItem):
            text = clean_text("\n".join(values))
            problem = _check_text(item, text)
            if text and problem is None:
                comments[item.code] = text
        else:
            problem = _check_choice(item, values)
            if values and problem is None:
                answers[item.code] = values
        if problem is not None:
            problems[item.code] = problem
    sheet = Codebook(questionnaire).encode(answers)
    is_blank = not comments and not problems and set(sheet) <= {UNANSWERED, HIDDEN}
    return Checked(sheet=sheet, comments=comments, problems=problems, is_blank=is_blank)


def clean_text(text: str) -> str:
    """Return a free text in the form it is kept in.

    Composed (NFC), lines ended by ``\\n``, tabs as spaces, without control characters, marks of direction and
    lone surrogates, nothing blank at either end.
    """
    lines = _LINE_ENDS.sub("\n", text).replace("\t", " ")
    kept = "".join(character for character in lines if character == "\n" or not _is_unwanted(character))
    return unicodedata.normalize("NFC", kept).strip()


def _is_unwanted(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs"} or character in _DIRECTION_MARKS


def _read_values(raw: Mapping[str, Sequence[str]], code: str) -> tuple[str, ...]:
    values = raw.get(code, ())
    # A string is a sequence of its characters, which is never what a caller means.
    listed = (values,) if isinstance(values, str) else values
    return tuple(dict.fromkeys(value for value in listed if value))


def _check_text(item: TextItem, text: str) -> Problem | None:
    if len(text) <= item.max_length:
        return None
    message = Text(
        zh=f"最多写 {item.max_length} 个字，现在是 {len(text)} 个字，请删减。",
        en=f"At most {item.max_length} characters, please; there are {len(text)} now.",
    )
    return Problem(item=item.code, code="too_long", message=message)


def _check_choice(item: ChoiceItem, values: tuple[str, ...]) -> Problem | None:
    known = {option.code: option for option in item.options}
    if any(value not in known for value in values):
        return _unknown_option(item)
    if not isinstance(item, MultipleItem):
        return _several_values(item) if len(values) > 1 else None
    if len(values) > 1 and any(known[value].exclusive for value in values):
        return _exclusive_option(item, next(known[value].label for value in values if known[value].exclusive))
    if item.max_choices is not None and len(values) > item.max_choices:
        return _too_many_choices(item, len(values))
    return None


def _unknown_option(item: ChoiceItem) -> Problem:
    message = Text(
        zh="这一题的选项无法识别，请重新选择。", en="This choice is not known; please choose again."
    )
    return Problem(item=item.code, code="unknown_option", message=message)


def _several_values(item: ChoiceItem) -> Problem:
    message = Text(zh="这一题只能选一项，请重新选择。", en="Please choose one answer only.")
    return Problem(item=item.code, code="several_values", message=message)


def _exclusive_option(item: ChoiceItem, label: Text) -> Problem:
    message = Text(
        zh=f"“{label.zh}”不能与其他选项同时选，请重新选择。",
        en=f"“{label.read('en')}” cannot be combined with other answers; please choose again.",
    )
    return Problem(item=item.code, code="exclusive_option", message=message)


def _too_many_choices(item: MultipleItem, n_chosen: int) -> Problem:
    message = Text(
        zh=f"这一题最多选 {item.max_choices} 项，现在选了 {n_chosen} 项，请去掉几项。",
        en=f"Please choose at most {item.max_choices}; {n_chosen} are chosen now.",
    )
    return Problem(item=item.code, code="too_many_choices", message=message)
