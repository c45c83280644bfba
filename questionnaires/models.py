"""The questionnaire as a whole and its parameters."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Field

from questionnaires.indicators import Indicator
from questionnaires.items import ChoiceItem, Item, Section, SingleItem, TextItem
from questionnaires.texts import Code, FrozenModel, Many, Text, limit_length

GROUPS: Final = ("civil_servants", "soe_staff", "village_cadres", "deputies", "residents")
"""The codes of the groups that are asked, in the order of tables."""

Group: TypeAlias = Literal["civil_servants", "soe_staff", "village_cadres", "deputies", "residents"]


class NameParameter(FrozenModel):
    """A local name, such as the county's; may be given once for all languages or once for each."""

    kind: Literal["name"]
    code: Code
    label: Text
    example: Text


class CountParameter(FrozenModel):
    """A local whole number, such as from how many guests on a banquet must be reported."""

    kind: Literal["count"]
    code: Code
    label: Text
    example: int
    minimum: int = 1
    maximum: int = 1_000_000


Parameter: TypeAlias = Annotated[NameParameter | CountParameter, Field(discriminator="kind")]


class Questionnaire(FrozenModel):
    """A definition for one group: what is asked, in which order, and how rates are made of it.

    ``minutes`` is what respondents are told it takes. ``parameters`` are the local facts still to be filled
    in, none in a questionnaire that is ready to be asked. Made by ``load_definition`` and
    ``parse_canonical``, which check that all its references hold; the parts then trust that they do.
    """

    code: Code
    group: Group
    title: Text
    intro: Text
    minutes: Annotated[int, Field(ge=1, le=60)]
    parameters: Many[Parameter] = ()
    sections: Annotated[Many[Section], limit_length(1)]
    indicators: Many[Indicator] = ()

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """All items in the order of the page."""
        return tuple(item for section in self.sections for item in section.items)

    @cached_property
    def choice_items(self) -> tuple[ChoiceItem, ...]:
        """The items with options, which are kept in the sheet."""
        return tuple(item for item in self.items if not isinstance(item, TextItem))

    @cached_property
    def text_items(self) -> tuple[TextItem, ...]:
        """The items answered in free words, which are kept apart from the sheet."""
        return tuple(item for item in self.items if isinstance(item, TextItem))

    def find_item(self, code: str) -> Item:
        """Return the item of this code; raise KeyError when there is none."""
        return self._items_by_code[code]

    def find_choice(self, code: str) -> ChoiceItem:
        """Return the item with options of this code; raise KeyError when there is none."""
        return self._choices_by_code[code]

    @cached_property
    def keyed_items(self) -> dict[str, SingleItem]:
        """The items that have a right answer, by code."""
        return {
            item.code: item for item in self.items if isinstance(item, SingleItem) and item.key is not None
        }

    def find_indicator(self, code: str) -> Indicator:
        """Return the indicator of this code; raise KeyError when there is none."""
        return self._indicators_by_code[code]

    @cached_property
    def _items_by_code(self) -> dict[str, Item]:
        return {item.code: item for item in self.items}

    @cached_property
    def _choices_by_code(self) -> dict[str, ChoiceItem]:
        return {item.code: item for item in self.choice_items}

    @cached_property
    def _indicators_by_code(self) -> dict[str, Indicator]:
        return {indicator.code: indicator for indicator in self.indicators}
