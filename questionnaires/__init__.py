"""What is asked: definitions of questionnaires, their codebooks, answers and tallies.

Needs tomllib and pydantic, nothing else of this project.
"""

from __future__ import annotations

from questionnaires.answers import Checked, Problem, check_answers
from questionnaires.canonical import canonical_form, digest, parse_canonical
from questionnaires.codebook import NOT_ANSWERED, NOT_SHOWN, Codebook, Column, SheetError
from questionnaires.definitions import builtin_definition, definition_path, load_definition
from questionnaires.faults import DefinitionError, Fault
from questionnaires.indicators import Indicator, PassRule, ScoreRule, ShareRule
from questionnaires.items import Condition, Item, MultipleItem, Option, Section, SingleItem, TextItem
from questionnaires.linter import RULES, Finding, Rule, lint
from questionnaires.models import GROUPS, CountParameter, NameParameter, Questionnaire
from questionnaires.parameters import ParameterError, example_values, fill_parameters
from questionnaires.routing import Answers
from questionnaires.sentences import describe_indicator
from questionnaires.tallies import IndicatorCount, Tally, tally_sheets
from questionnaires.texts import LANGUAGES, Text

__all__ = [
    "GROUPS",
    "LANGUAGES",
    "NOT_ANSWERED",
    "NOT_SHOWN",
    "RULES",
    "Answers",
    "Checked",
    "Codebook",
    "Column",
    "Condition",
    "CountParameter",
    "DefinitionError",
    "Fault",
    "Finding",
    "Indicator",
    "IndicatorCount",
    "Item",
    "MultipleItem",
    "NameParameter",
    "Option",
    "ParameterError",
    "PassRule",
    "Problem",
    "Questionnaire",
    "Rule",
    "ScoreRule",
    "Section",
    "ShareRule",
    "SheetError",
    "SingleItem",
    "Tally",
    "Text",
    "TextItem",
    "builtin_definition",
    "canonical_form",
    "check_answers",
    "definition_path",
    "describe_indicator",
    "digest",
    "example_values",
    "fill_parameters",
    "lint",
    "load_definition",
    "parse_canonical",
    "tally_sheets",
]
