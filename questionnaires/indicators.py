"""Indicators: the versioned rules by which answers become rates."""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from questionnaires.texts import Code, Codes, FrozenModel, Text

Weight: TypeAlias = Annotated[int, Field(ge=0, le=100)]


class _RuleBase(FrozenModel):
    """What all rules share; a rule that changes gets the next ``version``, never a silent edit."""

    code: Code
    version: Annotated[int, Field(ge=1)]
    name: Text


class ShareRule(_RuleBase):
    """The share of persons who chose one of ``counted`` among those who answered the item.

    ``dont_know`` says whether options of the meaning ``unsure`` stay in the base (``keep``) or leave it.
    """

    kind: Literal["share"]
    item: Code
    counted: Codes
    dont_know: Literal["keep", "drop"]


class ScoreRule(_RuleBase):
    """The mean of option weights, 0 to 100; options without a weight leave the base."""

    kind: Literal["score"]
    item: Code
    weights: Annotated[dict[Code, Weight], Field(min_length=1)]


class PassRule(_RuleBase):
    """The share of persons who gave the key of enough ``items`` among those who answered at least one.

    ``pass_mark`` is the share of the items shown to a person, above 0, at most 1; an unanswered item and
    "unsure" count as wrong.
    """

    kind: Literal["pass"]
    items: Codes
    pass_mark: Annotated[float, Field(gt=0, le=1)] = 0.6

    def count_needed(self, n_shown: int) -> int:
        """Return how many of ``n_shown`` items must be right to pass."""
        # 0.6 has no exact float: through its decimal digits 3 of 5 is exactly the mark.
        return ceil(Fraction(str(self.pass_mark)) * n_shown)


Indicator: TypeAlias = Annotated[ShareRule | ScoreRule | PassRule, Field(discriminator="kind")]
