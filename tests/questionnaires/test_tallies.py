"""Counts of sheets, by item and option and by indicator."""

from __future__ import annotations

from typing import Any

import pytest

from questionnaires import (
    NOT_ANSWERED,
    NOT_SHOWN,
    Codebook,
    IndicatorCount,
    PassRule,
    Questionnaire,
    SheetError,
    Tally,
    tally_sheets,
)
from questionnaires.definitions import build_questionnaire

PEOPLE = [
    {"overall": ("high",), "review": ("aware",), "channels": ("radio", "notice"), "beans": ("cooked",)},
    {"overall": ("middle",), "review": ("aware",), "support": ("for",)},
    {"overall": ("unsure",), "review": ("unaware",), "beans": ("raw",), "storage": ("unsure",)},
    {
        "overall": ("high",),
        "beans": ("cooked",),
        "report": ("committee",),
        "storage": ("one_night",),
        "support": ("against",),
    },
    {},
]


@pytest.fixture
def tally(fair: Questionnaire) -> Tally:
    """Return the tally of five people."""
    codebook = Codebook(fair)
    return tally_sheets(fair, [codebook.encode(answers) for answers in PEOPLE])


def test_it_counts_every_option_and_who_did_not_answer(tally: Tally) -> None:
    assert tally.responses == 5
    assert tally.items["overall"] == {"high": 2, "middle": 1, "low": 0, "unsure": 1, NOT_ANSWERED: 1}
    assert tally.items["checks"] == {"high": 0, "middle": 0, "low": 0, "unsure": 0, NOT_ANSWERED: 5}


def test_a_multiple_choice_counts_persons_for_each_option(tally: Tally) -> None:
    assert tally.items["channels"] == {
        "radio": 1,
        "notice": 1,
        "friend": 0,
        "forgot": 0,
        NOT_ANSWERED: 3,
        NOT_SHOWN: 1,
    }


def test_only_items_with_a_condition_can_be_not_shown(tally: Tally) -> None:
    assert {code for code, counts in tally.items.items() if NOT_SHOWN in counts} == {"channels", "radio_time"}


def test_a_share_keeps_or_drops_those_who_cannot_tell(tally: Tally) -> None:
    assert tally.indicators["satisfaction"] == IndicatorCount(base=4, total=2)
    assert tally.indicators["satisfaction_known"] == IndicatorCount(base=3, total=2)


def test_a_share_has_those_who_answered_as_its_base(tally: Tally) -> None:
    assert tally.indicators["awareness"] == IndicatorCount(base=3, total=2)
    assert tally.indicators["support"] == IndicatorCount(base=2, total=1)


def test_a_score_leaves_out_options_without_a_weight(tally: Tally) -> None:
    assert tally.indicators["score"] == IndicatorCount(base=3, total=260)


def test_a_pass_needs_sixty_percent_and_counts_silence_and_doubt_as_wrong(tally: Tally) -> None:
    # Of three items two are needed: the first person has one, the third none, the fourth two.
    assert tally.indicators["knowledge"] == IndicatorCount(base=3, total=1)


def test_a_pass_counts_nobody_who_answered_none_of_its_items(fair: Questionnaire) -> None:
    assert tally_sheets(fair, ["0" * 12]).indicators["knowledge"] == IndicatorCount(base=0, total=0)


def test_a_pass_asks_only_for_the_items_that_a_person_was_shown(raw: dict[str, Any]) -> None:
    raw["sections"][2]["items"][1]["shown_if"] = {"item": "review", "options": ["aware"]}
    questionnaire = build_questionnaire(raw)
    codebook = Codebook(questionnaire)
    one_of_two = {"beans": ("cooked",), "storage": ("one_night",)}
    two_of_two = {"beans": ("cooked",), "storage": ("two_hours",)}

    sheets = [codebook.encode(person | {"review": ("unaware",)}) for person in (one_of_two, two_of_two)]

    # 60 % of two items are 1.2, so both are needed.
    assert tally_sheets(questionnaire, sheets).indicators["knowledge"] == IndicatorCount(base=2, total=1)


@pytest.mark.parametrize(
    ("pass_mark", "n_shown", "n_needed"),
    [(0.6, 5, 3), (0.6, 10, 6), (0.6, 3, 2), (0.7, 10, 7), (1.0, 4, 4), (0.01, 4, 1), (0.6, 0, 0)],
)
def test_the_pass_mark_is_exact(pass_mark: float, n_shown: int, n_needed: int) -> None:
    rule = PassRule.model_validate(
        {
            "code": "knowledge",
            "version": 1,
            "name": {"zh": "知晓"},
            "kind": "pass",
            "items": ["a"],
            "pass_mark": pass_mark,
        }
    )

    assert rule.count_needed(n_shown) == n_needed


def test_no_sheets_give_zeros_for_every_option(fair: Questionnaire) -> None:
    empty = tally_sheets(fair, [])

    assert empty.responses == 0
    assert empty.items["overall"] == {"high": 0, "middle": 0, "low": 0, "unsure": 0, NOT_ANSWERED: 0}
    assert set(empty.indicators.values()) == {IndicatorCount(base=0, total=0)}
    assert list(empty.indicators) == [rule.code for rule in fair.indicators]


def test_tallies_add_up(fair: Questionnaire, tally: Tally) -> None:
    sheets = [Codebook(fair).encode(answers) for answers in PEOPLE]

    parts = tally_sheets(fair, sheets[:2]) + tally_sheets(fair, sheets[2:]) + tally_sheets(fair, [])

    assert parts == tally


@pytest.mark.parametrize(
    ("sheets", "words"),
    [
        (["0" * 12, "0" * 11], "应有 12 个字符，有的是 11 个"),
        (["0" * 11, "0" * 13], "有的是 11 个"),
        (["0" * 12 + "\n" + "0" * 12], "有的是 25 个"),
        (["0" * 5 + "\n" + "0" * 6], "编码表没有的字符"),
        ([""], "有的是 0 个"),
        (["9" + "0" * 11], "题目“overall”的记录里有编码表没有的字符：9"),
        (["-" + "0" * 11], "题目“overall”的记录里有编码表没有的字符：-"),
        (["０" + "0" * 11], "题目“overall”"),
        (["\ud800" + "0" * 11], "题目“overall”"),
        (["000200000000"], "题目“channels”的记录里有编码表没有的字符：2"),
        (["000-00000000"], "题目“channels”的记录只有一部分是未显示"),
        (["000-01000000"], "题目“channels”的记录只有一部分是未显示"),
    ],
)
def test_it_refuses_sheets_that_the_codebook_has_not(
    fair: Questionnaire, sheets: list[str], words: str
) -> None:
    with pytest.raises(SheetError, match=words):
        tally_sheets(fair, sheets)
