"""Every rule of the linter finds a definition that breaks it, and only it, at its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import pytest

from questionnaires import RULES, Questionnaire, lint
from questionnaires.definitions import build_questionnaire
from questionnaires.linter.reading import estimate_seconds

Raw: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Breach:
    """A rule, how to break it, where it is found, and words of the message."""

    code: str
    break_it: Callable[[Raw], object]
    path: str
    words: str


def item(raw: Raw, code: str) -> Raw:
    """Return the table of an item."""
    return next(row for section in raw["sections"] for row in section["items"] if row["code"] == code)


def rule(raw: Raw, code: str) -> Raw:
    """Return the table of an indicator."""
    return next(row for row in raw["indicators"] if row["code"] == code)


def drop_options(raw: Raw, code: str, *options: str) -> None:
    """Remove options from an item."""
    table = item(raw, code)
    table["options"] = [option for option in table["options"] if option["code"] not in options]


def reword(raw: Raw, code: str, **texts: str) -> None:
    """Change the question of an item."""
    item(raw, code)["text"] |= texts


def remove_meanings(raw: Raw, code: str) -> None:
    """Take the sides off an item's options."""
    for option in item(raw, code)["options"]:
        if option["meaning"] != "unsure":
            option["meaning"] = "none"


def copy_options(raw: Raw, source: str, target: str, order: list[int]) -> None:
    """Give an item the options of another in another order."""
    options = item(raw, source)["options"]
    item(raw, target)["options"] = [options[index] for index in order]


def add_items(raw: Raw, n_items: int) -> None:
    """Add copies of an item under new codes."""
    section = raw["sections"][0]
    section["items"] += [item(raw, "checks") | {"code": f"more_{index}"} for index in range(n_items)]


def add_count_to_english(raw: Raw) -> None:
    """Name the count in one language only."""
    reword(raw, "checks", en="How satisfied or dissatisfied are you with the checks of {guests} stalls?")


RATINGS, REVIEW, KNOWLEDGE = "sections[0].items", "sections[1].items", "sections[2].items"

BREACHES = [
    Breach(
        "balance",
        lambda raw: item(raw, "review")["options"].append(
            {"code": "heard", "label": {"zh": "听说过", "en": "I have heard"}, "meaning": "positive"}
        ),
        f"{REVIEW}[0].options",
        "2 个正面选项、1 个负面选项",
    ),
    Breach("balance", lambda raw: remove_meanings(raw, "checks"), f"{RATINGS}[1].options", "没有标明"),
    Breach(
        "preselected",
        lambda raw: item(raw, "overall")["options"][0].update(selected=True),
        f"{RATINGS}[0].options[0].selected",
        "预先选中了“满意”",
    ),
    Breach(
        "unsubmittable",
        lambda raw: item(raw, "overall")["options"][2].update(disabled=True),
        f"{RATINGS}[0].options[2].disabled",
        "“不满意”不能提交",
    ),
    Breach(
        "no_unsure", lambda raw: drop_options(raw, "beans", "unsure"), f"{KNOWLEDGE}[0].options", "不确定"
    ),
    Breach(
        "no_unsure", lambda raw: drop_options(raw, "overall", "unsure"), f"{RATINGS}[0].options", "不了解"
    ),
    Breach(
        "label_as_value",
        lambda raw: item(raw, "radio_time")["options"][0].update(code="in_the_morning"),
        f"{REVIEW}[2].options[0].code",
        "“In the morning”",
    ),
    Breach(
        "missing_language",
        lambda raw: item(raw, "wish")["text"].pop("en"),
        f"{KNOWLEDGE}[3].text.en",
        "“您最希望改进什么？”没有英文",
    ),
    Breach("missing_language", lambda raw: raw["title"].update(en=""), "title.en", "没有英文"),
    Breach(
        "missing_key",
        lambda raw: (item(raw, "beans").pop("key"), rule(raw, "knowledge")["items"].remove("beans")),
        f"{KNOWLEDGE}[0].key",
        "“四季豆”没有正确答案",
    ),
    Breach(
        "double_barrelled",
        lambda raw: reword(raw, "checks", zh="您如何评价集市的检查和宣传？"),
        f"{RATINGS}[1].text.zh",
        "（“和”）",
    ),
    Breach(
        "double_barrelled",
        lambda raw: reword(raw, "checks", zh="您如何评价集市的蔬菜、肉类？"),
        f"{RATINGS}[1].text.zh",
        "（“、”）",
    ),
    Breach(
        "double_barrelled",
        lambda raw: reword(raw, "checks", zh="您见过检查吗？如何评价？"),
        f"{RATINGS}[1].text.zh",
        "两件事",
    ),
    Breach(
        "double_barrelled",
        lambda raw: reword(raw, "checks", en="How do you rate the checks and the fines?"),
        f"{RATINGS}[1].text.en",
        "（“and”）",
    ),
    Breach(
        "reading_time", lambda raw: (raw.update(minutes=9), add_items(raw, 30)), "sections", "超过 180 秒"
    ),
    Breach(
        "required",
        lambda raw: item(raw, "wish").update(required=True),
        f"{KNOWLEDGE}[3].required",
        "开放题“建议”设为必答",
    ),
    Breach(
        "required",
        lambda raw: item(raw, "overall").update(required=True),
        f"{RATINGS}[0].required",
        "题目“总体评价”设为必答",
    ),
    Breach(
        "negative_burden",
        lambda raw: item(raw, "radio_time").update(shown_if={"item": "overall", "options": ["low"]}),
        f"{REVIEW}[2].shown_if",
        "只追问对“总体评价”作负面回答的人",
    ),
    Breach(
        "changing_scale",
        lambda raw: copy_options(raw, "overall", "checks", [0, 2, 1, 3]),
        f"{RATINGS}[1].options",
        "顺序不同",
    ),
    Breach(
        "changing_scale",
        lambda raw: item(raw, "checks")["options"][1].update(label={"zh": "还行", "en": "So-so"}),
        f"{RATINGS}[1].options",
        "措辞不同",
    ),
    Breach(
        "turned_scale",
        lambda raw: copy_options(raw, "support", "support", [1, 0]),
        f"{REVIEW}[3].options",
        "也从正面选项开始",
    ),
    Breach(
        "early_unsure",
        lambda raw: copy_options(raw, "storage", "storage", [2, 0, 1]),
        f"{KNOWLEDGE}[2].options",
        "最后",
    ),
    Breach(
        "same_label",
        lambda raw: item(raw, "radio_time")["options"][1]["label"].update(zh="上午"),
        f"{REVIEW}[2].options",
        "都写作“上午”",
    ),
    Breach(
        "no_way_out",
        lambda raw: item(raw, "channels")["options"][3].pop("exclusive"),
        f"{REVIEW}[1].options",
        "互斥",
    ),
    Breach("mixed_language", lambda raw: raw["title"].update(en="集市 survey"), "title.en", "汉字"),
    Breach("mixed_language", lambda raw: raw["title"].update(zh="Fair survey"), "title.zh", "没有汉字"),
    Breach("unequal_parameters", add_count_to_english, f"{RATINGS}[1].text.en", "{guests}"),
    Breach(
        "leading",
        lambda raw: reword(raw, "checks", zh="您如何评价集市卓有成效的检查？"),
        f"{RATINGS}[1].text.zh",
        "“卓有成效”带有倾向",
    ),
    Breach(
        "leading",
        lambda raw: reword(raw, "checks", en="How do you rate the excellent checks?"),
        f"{RATINGS}[1].text.en",
        "“excellent”",
    ),
    Breach(
        "one_sided",
        lambda raw: reword(raw, "checks", zh="您对集市的检查满意吗？"),
        f"{RATINGS}[1].text.zh",
        "只提了正面",
    ),
    Breach(
        "one_sided",
        lambda raw: reword(raw, "checks", en="How satisfied are you with the checks?"),
        f"{RATINGS}[1].text.en",
        "“How satisfied”",
    ),
    Breach(
        "double_negative",
        lambda raw: reword(raw, "checks", zh="您是不是没有不放心的食品？"),
        f"{RATINGS}[1].text.zh",
        "双重否定",
    ),
    Breach(
        "long_question",
        lambda raw: reword(raw, "checks", zh="您如何评价" + "集市上的" * 10 + "检查？"),
        f"{RATINGS}[1].text.zh",
        "48 个字",
    ),
    Breach(
        "long_question",
        lambda raw: reword(raw, "checks", en="How do you rate " + "the many " * 15 + "checks?"),
        f"{RATINGS}[1].text.en",
        "35 个词",
    ),
    Breach(
        "uncounted_key",
        lambda raw: rule(raw, "knowledge")["items"].remove("storage"),
        f"{KNOWLEDGE}[2].key",
        "没有计入",
    ),
    Breach(
        "unsure_key", lambda raw: item(raw, "beans").update(key="unsure"), f"{KNOWLEDGE}[0].key", "不确定"
    ),
    Breach(
        "guessable_key",
        lambda raw: copy_options(raw, "beans", "beans", [1, 0, 2]),
        f"{KNOWLEDGE}[0].options",
        "都是第 1 项",
    ),
    Breach(
        "many_texts",
        lambda raw: raw["sections"][2]["items"].append(item(raw, "wish") | {"code": "second"}),
        f"{KNOWLEDGE}[4]",
        "第二道开放题",
    ),
    Breach("missing_indicator", lambda raw: raw["indicators"].pop(), "indicators", "“support”"),
    Breach(
        "late_overall",
        lambda raw: raw["sections"][0]["items"].reverse(),
        f"{RATINGS}[0]",
        "“总体评价”不是第一题",
    ),
    Breach(
        "wrong_counting",
        lambda raw: rule(raw, "satisfaction")["counted"].append("middle"),
        "indicators[0].counted",
        "把“一般”算作正面",
    ),
    Breach(
        "wrong_counting",
        lambda raw: rule(raw, "score")["weights"].update(unsure=60),
        "indicators[2].weights",
        "给“不了解”计了分",
    ),
    Breach(
        "wrong_counting",
        lambda raw: rule(raw, "score")["weights"].update(middle=100),
        "indicators[2].weights",
        "应高于",
    ),
    Breach(
        "unused_parameter",
        lambda raw: reword(raw, "report", zh="办席向谁报告？", en="Who is told of a banquet?"),
        "parameters[1]",
        "“guests”",
    ),
    Breach("understated_minutes", lambda raw: raw.update(minutes=1), "minutes", "写明约需 1 分钟"),
]


def test_it_finds_nothing_in_a_clean_definition(fair: Questionnaire) -> None:
    assert lint(fair) == ()


@pytest.mark.parametrize("breach", BREACHES, ids=lambda breach: f"{breach.code}: {breach.words}")
def test_it_finds_exactly_the_rule_that_is_broken(raw: Raw, breach: Breach) -> None:
    breach.break_it(raw)

    findings = lint(build_questionnaire(raw))

    assert [(finding.code, finding.path) for finding in findings] == [(breach.code, breach.path)]
    assert breach.words in findings[0].message


def test_every_rule_has_a_breach() -> None:
    assert {rule.code for rule in RULES} == {breach.code for breach in BREACHES}


def test_every_rule_has_its_own_code_and_both_sentences() -> None:
    assert len({rule.code for rule in RULES}) == len(RULES)
    assert all(rule.zh and rule.en for rule in RULES)


def test_it_finds_all_breaches_at_once(raw: Raw) -> None:
    item(raw, "overall")["options"][0]["selected"] = True
    item(raw, "wish")["required"] = True
    raw["minutes"] = 1

    assert [finding.code for finding in lint(build_questionnaire(raw))] == [
        "preselected",
        "required",
        "understated_minutes",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "您如何评价粮油（米、面和油）的安全？",
        "您是否知道食品安全“属地管理和主体责任”？",
        "和一年前相比，集市的食品安全有什么变化？",
        "您如何评价群众参与食品安全的渠道？",
        "您如何评价投诉处理的及时程度？",
        "您如何评价和平县的检查？",
        "您如何评价食品安全知识的普及？",
    ],
)
def test_it_does_not_take_an_aside_or_a_comparison_for_a_second_question(raw: Raw, text: str) -> None:
    reword(raw, "checks", zh=text)

    assert lint(build_questionnaire(raw)) == ()


@pytest.mark.parametrize(
    "text",
    [
        "您如何评价检查以及宣传？",
        "您如何评价检查与处罚？",
        "您如何评价检查并且公开？",
        "您知道或者听说过检查？",
        "您是否知道本县是示范县、正在迎接复审？",
    ],
)
def test_it_takes_joined_things_for_two_questions(raw: Raw, text: str) -> None:
    reword(raw, "checks", zh=text)

    assert {finding.code for finding in lint(build_questionnaire(raw))} == {"double_barrelled"}


def test_reading_time_is_the_sum_that_its_docstring_says(raw: Raw) -> None:
    raw["sections"] = [
        {
            "code": "only",
            "title": {"zh": "评价", "en": "Ratings"},
            "items": [item(raw, "overall"), item(raw, "checks") | {"hint": None}],
        }
    ]
    raw["indicators"], raw["parameters"] = [], raw["parameters"][:1]
    questionnaire = build_questionnaire(raw)

    # Title 8, introduction 9 + 3 + 9 with the county, heading 2, questions 12 and 10, options 2 + 2 + 3 + 3,
    # which are read once although both items have them.
    characters = 8 + len("请谈谈您对示例县集市食品安全的看法") + 2 + 12 + 10 + 10
    assert estimate_seconds(questionnaire) == pytest.approx(characters / 255 * 60 + 2 * 3)


def test_reading_time_does_not_read_a_known_scale_again(raw: Raw, fair: Questionnaire) -> None:
    add_items(raw, 1)

    longer = estimate_seconds(build_questionnaire(raw)) - estimate_seconds(fair)

    question, hint, choosing = len("您如何评价集市的检查"), len("没见过可选不了解"), 3
    assert longer == pytest.approx((question + hint) / 255 * 60 + choosing)
