"""Places: where in a questionnaire a finding stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from questionnaires.items import ChoiceItem, Item, Option, TextItem
from questionnaires.models import Questionnaire

_ItemType = TypeVar("_ItemType")

Spot: TypeAlias = tuple[str, str]
"""A path such as ``sections[1].items[3]`` and what is to be mended there."""

Check: TypeAlias = Callable[[Questionnaire], Iterator[Spot]]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A breach of good practice: the rule's code, the place, and a sentence with the value and the remedy."""

    code: str
    path: str
    message: str


def walk_items(questionnaire: Questionnaire) -> Iterator[tuple[str, Item]]:
    """Yield every item with its path, in the order of the page."""
    for position, section in enumerate(questionnaire.sections):
        for index, item in enumerate(section.items):
            yield f"sections[{position}].items[{index}]", item


def walk_choices(questionnaire: Questionnaire) -> Iterator[tuple[str, ChoiceItem]]:
    """Yield the items with options with their paths."""
    for path, item in walk_items(questionnaire):
        if not isinstance(item, TextItem):
            yield path, item


def walk_kind(questionnaire: Questionnaire, kind: type[_ItemType]) -> Iterator[tuple[str, _ItemType]]:
    """Yield the items of one kind with their paths."""
    for path, item in walk_items(questionnaire):
        if isinstance(item, kind):
            yield path, item


def walk_options(questionnaire: Questionnaire) -> Iterator[tuple[str, ChoiceItem, Option]]:
    """Yield every option with its path and its item."""
    for path, item in walk_choices(questionnaire):
        for index, option in enumerate(item.options):
            yield f"{path}.options[{index}]", item, option
