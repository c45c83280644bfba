"""The five shipped definitions: valid, clean, of the right length, in the order that the tables need."""

from __future__ import annotations

import pytest

from questionnaires import (
    GROUPS,
    Questionnaire,
    ShareRule,
    builtin_definition,
    definition_path,
    example_values,
    fill_parameters,
    lint,
)
from questionnaires.linter.reading import estimate_seconds


@pytest.fixture(params=GROUPS)
def shipped(request: pytest.FixtureRequest) -> Questionnaire:
    """Return each of the shipped questionnaires in turn."""
    return builtin_definition(request.param)


def test_it_lints_clean(shipped: Questionnaire) -> None:
    assert lint(shipped) == ()


def test_it_lints_clean_with_its_parameters_filled(shipped: Questionnaire) -> None:
    assert lint(fill_parameters(shipped, example_values(shipped))) == ()


def test_it_asks_ten_to_fifteen_items(shipped: Questionnaire) -> None:
    assert 10 <= len(shipped.items) <= 15


def test_it_is_named_after_its_group(shipped: Questionnaire) -> None:
    assert shipped.code == shipped.group == definition_path(shipped.group).stem


def test_it_has_the_five_indicators_in_the_order_of_tables(shipped: Questionnaire) -> None:
    codes = [rule.code for rule in shipped.indicators]
    assert codes == ["satisfaction", "score", "awareness", "knowledge", "support"]


def test_it_counts_only_those_who_know_of_the_review_as_aware(shipped: Questionnaire) -> None:
    rule = shipped.find_indicator("awareness")
    assert isinstance(rule, ShareRule)
    assert [option.label.zh for option in shipped.find_choice(rule.item).options] == [
        "知道",
        "听说过但不清楚",
        "不知道",
    ]
    assert rule.counted == ("aware",)


@pytest.mark.parametrize(
    "topic", ["satisfaction", "supervision", "awareness", "support", "knowledge", "comment"]
)
def test_it_asks_about(shipped: Questionnaire, topic: str) -> None:
    assert topic in {item.topic for item in shipped.items}


def test_its_only_open_text_comes_last(shipped: Questionnaire) -> None:
    assert shipped.text_items == shipped.items[-1:]
    assert shipped.text_items[0].max_length == 200


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_takes_at_most_three_minutes(shipped: Questionnaire, language: str) -> None:
    assert 60 < estimate_seconds(shipped, "en" if language == "en" else "zh") <= 180


@pytest.mark.parametrize("group", ["civil_servants", "soe_staff"])
def test_staff_are_asked_of_their_canteen_only_if_they_have_one(group: str) -> None:
    canteen = builtin_definition(group).find_item("canteen")
    assert canteen.shown_if is not None
    assert canteen.shown_if.model_dump() == {"item": "has_canteen", "options": ("yes",)}


def test_it_refuses_a_group_that_there_is_not() -> None:
    with pytest.raises(ValueError, match="是不是 residents"):
        definition_path("resident")
