"""The guide to writing definitions says what the code does."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from questionnaires import RULES, lint, load_definition
from questionnaires.linter.reading import CHARACTERS_PER_MINUTE, SECONDS_PER_ITEM, WORDS_PER_MINUTE

GUIDE = (Path(__file__).parents[2] / "docs" / "questionnaires.md").read_text(encoding="utf-8")


def test_its_example_is_valid_and_clean(write_file: Callable[[str], Path]) -> None:
    example = re.search(r"```toml\n(.*?)```", GUIDE, re.DOTALL)
    assert example

    questionnaire = load_definition(write_file(example[1]))

    assert lint(questionnaire) == ()
    assert questionnaire.find_item("restaurants").name.zh == "小餐馆"


def test_its_table_has_every_rule_with_its_sentence() -> None:
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \|$", GUIDE, re.MULTILINE)

    assert rows == [(rule.code, rule.zh) for rule in RULES]


def test_it_states_the_speeds_that_are_used() -> None:
    assert f"中文每分钟 {CHARACTERS_PER_MINUTE} 字，英文每分钟 {WORDS_PER_MINUTE} 词" in GUIDE
    assert f"每道选择题另加 {SECONDS_PER_ITEM} 秒" in GUIDE
