"""The rule of a rate, as a sentence under the table."""

from __future__ import annotations

import pytest

from questionnaires import Questionnaire, builtin_definition, describe_indicator

CHINESE = {
    "satisfaction": "满意率（satisfaction@1）＝对“总体评价”回答“很满意”“满意”的人数÷回答该题的人数；"
    "“不了解”计入分母。",
    "score": "满意度得分（score@1）＝对“总体评价”的回答按 很满意 100、满意 80、一般 60、不满意 30、"
    "很不满意 0 计分的平均分；“不了解”不计入。",
    "awareness": "知晓率（awareness@1）＝对“示范县复审”回答“知道”的人数÷回答该题的人数。",
    "knowledge": "知识知晓率（knowledge@1）＝3 道知识题“野生菌”“四季豆”“生熟分开”中答对 2 道及以上（及格线 60%）"
    "的人数÷至少回答其中一道的人数；未作答和“不确定”按答错计。",
    "support": "支持率（support@1）＝对“支持保持称号”回答“支持”的人数÷回答该题的人数。",
}

ENGLISH = {
    "satisfaction": "Satisfaction rate (satisfaction@1) = persons who answered “Overall rating” with "
    "“Very satisfied” or “Satisfied” ÷ persons who answered it; “Don't know” stays in the base.",
    "score": "Satisfaction score (score@1) = mean of the answers to “Overall rating” weighted Very satisfied 100, "
    "Satisfied 80, Neither 60, Dissatisfied 30, Very dissatisfied 0; “Don't know” left out.",
    "knowledge": "Knowledge rate (knowledge@1) = persons with at least 2 of 3 knowledge items right "
    "(“Wild mushrooms”, “Green beans”, “Chopping boards”; pass mark 60%) ÷ persons who answered at least one "
    "of them; unanswered and “not sure” count as wrong.",
}


@pytest.mark.parametrize("code", CHINESE)
def test_it_prints_the_shipped_rules(code: str) -> None:
    assert describe_indicator(builtin_definition("residents"), code) == CHINESE[code]


@pytest.mark.parametrize("code", ENGLISH)
def test_it_prints_them_in_english(code: str) -> None:
    assert describe_indicator(builtin_definition("residents"), code, "en") == ENGLISH[code]


def test_it_says_when_those_who_cannot_tell_are_left_out(fair: Questionnaire) -> None:
    sentence = describe_indicator(fair, "satisfaction_known")

    assert sentence == (
        "满意率（不含不了解）（satisfaction_known@1）＝对“总体评价”回答“满意”的人数÷回答该题的人数；“不了解”不计入分母。"
    )


def test_it_prints_the_version_of_the_rule(fair: Questionnaire) -> None:
    assert describe_indicator(fair, "satisfaction").startswith("满意率（satisfaction@2）＝")


def test_it_knows_no_other_indicator(fair: Questionnaire) -> None:
    with pytest.raises(KeyError):
        describe_indicator(fair, "happiness")
