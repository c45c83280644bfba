"""A questionnaire as its page shows it: parts and questions numbered, conditions said in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask import render_template
from markupsafe import Markup

from questionnaires import Item, Option, Problem, Questionnaire, Text


@dataclass(frozen=True, kw_only=True)
class Condition:
    """When a question applies: it stands under question ``number``, whose chosen label is one of ``labels``."""

    item: str
    options: Sequence[str]
    number: int
    labels: Sequence[Text]


@dataclass(frozen=True, kw_only=True)
class Question:
    """An item with its number in the whole questionnaire, from 1, and the id that a link to it goes to."""

    number: int
    item: Item
    anchor: str
    condition: Condition | None


@dataclass(frozen=True, kw_only=True)
class Part:
    """A section with its place among all, from 1."""

    number: int
    title: Text
    questions: Sequence[Question]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What must be changed before the answers can be taken in, and where."""

    question: Question
    message: Text


NO_ANSWERS: Mapping[str, Sequence[str]] = {}
NO_FAULTS: Mapping[str, Fault] = {}


def arrange_parts(questionnaire: Questionnaire) -> tuple[Part, ...]:
    """Return the sections of a questionnaire with everything its page shows, in the order of the page."""
    numbers = {item.code: number for number, item in enumerate(questionnaire.items, start=1)}
    return tuple(
        Part(
            number=number,
            title=section.title,
            questions=tuple(_describe_question(questionnaire, item, numbers) for item in section.items),
        )
        for number, section in enumerate(questionnaire.sections, start=1)
    )


def locate_faults(parts: Sequence[Part], problems: Mapping[str, Problem]) -> dict[str, Fault]:
    """Return the faults by item code, in the order of the page; none for no problems."""
    questions = [question for part in parts for question in part.questions]
    return {
        question.item.code: Fault(question=question, message=problems[question.item.code].message)
        for question in questions
        if question.item.code in problems
    }


def render_sections(
    parts: Sequence[Part],
    answers: Mapping[str, Sequence[str]] = NO_ANSWERS,
    faults: Mapping[str, Fault] = NO_FAULTS,
) -> Markup:
    """Return the questions as HTML with the answers of a form put back, each fault beside its question."""
    body = render_template("respond/sections.html", parts=parts, answers=answers, faults=faults)
    return Markup(body)  # noqa: S704 - The template has escaped every value in it.


def _describe_question(questionnaire: Questionnaire, item: Item, numbers: Mapping[str, int]) -> Question:
    first = f"text-{item.code}" if item.kind == "text" else f"opt-{item.code}-{item.options[0].code}"
    return Question(
        number=numbers[item.code],
        item=item,
        anchor=first,
        condition=_describe_condition(questionnaire, item, numbers),
    )


def _describe_condition(
    questionnaire: Questionnaire, item: Item, numbers: Mapping[str, int]
) -> Condition | None:
    if item.shown_if is None:
        return None
    options = item.shown_if.options
    chosen = _find_options(questionnaire, item.shown_if.item, options)
    return Condition(
        item=item.shown_if.item,
        options=options,
        number=numbers[item.shown_if.item],
        labels=tuple(option.label for option in chosen),
    )


def _find_options(questionnaire: Questionnaire, code: str, options: Sequence[str]) -> Iterator[Option]:
    item = questionnaire.find_item(code)
    if item.kind != "text":
        yield from (option for option in item.options if option.code in options)
