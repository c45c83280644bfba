"""Routing: which items a person is not shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from questionnaires.items import Item
from questionnaires.models import Questionnaire

Answers: TypeAlias = Mapping[str, tuple[str, ...]]
"""Item code to the codes of the options chosen, choice items only; a missing item is not answered."""


def is_hidden(item: Item, answers: Answers, hidden: set[str]) -> bool:
    """Tell whether an item's condition keeps it from a person.

    It does when the condition's item was answered with another option or is among the ``hidden`` ones; an
    unanswered condition leaves the item shown.
    """
    if item.shown_if is None:
        return False
    if item.shown_if.item in hidden:
        return True
    chosen = answers.get(item.shown_if.item, ())
    return bool(chosen) and not set(chosen) & set(item.shown_if.options)


def find_hidden(questionnaire: Questionnaire, answers: Answers) -> frozenset[str]:
    """Return the codes of the items that a person with these answers is not shown."""
    hidden: set[str] = set()
    for item in questionnaire.items:
        if is_hidden(item, answers, hidden):
            hidden.add(item.code)
    return frozenset(hidden)
