"""The questions on the page: numbered through, grouped, with their conditions in words and for the script."""

from __future__ import annotations

import pytest
from pages import PageClient
from smallwave import SMALL

from survey.collectors import CollectorLine
from survey.respond.sections import arrange_parts


@pytest.fixture
def address(sqlite_line: CollectorLine) -> str:
    return f"/q/{sqlite_line.token}"


def test_questions_are_numbered_through_all_parts(sqlite_phone: PageClient, address: str) -> None:
    page = sqlite_phone.get(address)
    assert ["".join(mark.itertext()) for mark in page.find("span", class_="number")] == [
        "1.", "2.", "3.", "4.", "5.",
    ]  # fmt: skip


def test_each_part_says_how_far_it_is(sqlite_phone: PageClient, address: str) -> None:
    page = sqlite_phone.get(address)
    assert ["".join(line.itertext()) for line in page.find("p", class_="progress")] == [
        "第 1 部分，共 2 部分",
        "第 2 部分，共 2 部分",
    ]


def test_every_question_with_options_is_a_group_under_its_own_words(
    sqlite_phone: PageClient, address: str
) -> None:
    page = sqlite_phone.get(address)
    shown = {
        fieldset.get("id"): [
            (control.get("type"), control.get("value")) for control in fieldset.iter("input")
        ]
        for fieldset in page.find("fieldset")
    }
    assert shown == {
        f"item-{item.code}": [
            ("checkbox" if item.kind == "multiple" else "radio", option.code) for option in item.options
        ]
        for item in SMALL.choice_items
    }


def test_a_condition_is_said_in_words_and_given_to_the_script(sqlite_phone: PageClient, address: str) -> None:
    page = sqlite_phone.get(address)
    question = page.find_one("fieldset", id="item-canteen")
    assert question.get("data-shown-if") == "has_canteen"
    assert question.get("data-shown-options") == "own shared"
    assert "仅当第 2 题选择“有”或“与别的单位合用”时回答。" in "".join(question.itertext())
    assert "指最近一个月。" in "".join(question.itertext())
    assert "hidden" not in question.attrib


def test_arranging_keeps_the_order_of_the_questionnaire() -> None:
    parts = arrange_parts(SMALL)
    assert [question.item.code for part in parts for question in part.questions] == [
        item.code for item in SMALL.items
    ]
    assert [part.number for part in parts] == [1, 2]
