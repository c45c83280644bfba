"""Items: what is asked, with which options, and when."""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Field

from questionnaires.texts import Code, Codes, FrozenModel, Many, Text, limit_length

Meaning: TypeAlias = Literal["positive", "neutral", "negative", "unsure", "none"]
Topic: TypeAlias = Literal[
    "satisfaction",
    "supervision",
    "change",
    "awareness",
    "support",
    "knowledge",
    "behaviour",
    "channel",
    "routing",
    "comment",
]

MAXIMUM_OPTIONS: Final = 35
"""A sheet has one character for the option: 1 to 9, then A to Z."""


class Option(FrozenModel):
    """One answer to choose.

    ``meaning`` is the side it stands on, ``none`` where there are no sides. An ``exclusive`` option of a
    multiple-choice item cannot be combined with others. ``selected`` and ``disabled`` may be stated, as in
    definitions brought from elsewhere, so that the linter can name them; no page acts on them.
    """

    code: Code
    label: Text
    meaning: Meaning = "none"
    exclusive: bool = False
    selected: bool = False
    disabled: bool = False


class Condition(FrozenModel):
    """Show an item only to those who chose one of ``options`` of an earlier single-choice item."""

    item: Code
    options: Codes


class _ItemBase(FrozenModel):
    """What all kinds share: ``name`` is the short title in tables, ``text`` the question, ``hint`` a line below.

    ``required`` may be stated so that the linter can name it; every item may be left unanswered.
    """

    code: Code
    topic: Topic
    name: Text
    text: Text
    hint: Text | None = None
    shown_if: Condition | None = None
    required: bool = False


class SingleItem(_ItemBase):
    """Choose one option; a knowledge item has its right answer as ``key``."""

    kind: Literal["single"]
    options: Annotated[Many[Option], limit_length(2, MAXIMUM_OPTIONS)]
    key: Code | None = None


class MultipleItem(_ItemBase):
    """Choose any number of options, at most ``max_choices`` where it is given."""

    kind: Literal["multiple"]
    options: Annotated[Many[Option], limit_length(2, MAXIMUM_OPTIONS)]
    max_choices: Annotated[int, Field(ge=1)] | None = None


class TextItem(_ItemBase):
    """Write freely, at most ``max_length`` characters."""

    kind: Literal["text"]
    max_length: Annotated[int, Field(ge=1, le=200)] = 200


ChoiceItem: TypeAlias = SingleItem | MultipleItem
Item: TypeAlias = Annotated[SingleItem | MultipleItem | TextItem, Field(discriminator="kind")]


class Section(FrozenModel):
    """Items under one heading."""

    code: Code
    title: Text
    items: Annotated[Many[Item], limit_length(1)]
