"""What makes a definition unreadable is reported all at once, each fault with its path and a remedy."""

from __future__ import annotations

import pickle
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from questionnaires import DefinitionError, Fault, load_definition
from questionnaires.definitions import build_questionnaire

Raw: TypeAlias = dict[str, Any]
Break: TypeAlias = Callable[[Raw], object]


def first(raw: Raw) -> Raw:
    """Return the table of the first item."""
    return raw["sections"][0]["items"][0]


def channels(raw: Raw) -> Raw:
    """Return the table of the multiple-choice item."""
    return raw["sections"][1]["items"][1]


SHAPES: list[tuple[Break, str, str]] = [
    (lambda raw: raw.pop("title"), "title", "缺少这一项"),
    (lambda raw: raw.update(author="x"), "author", "不认识的键"),
    (
        lambda raw: raw.update(group="everyone"),
        "group",
        "“everyone”不在可用的值之中：civil_servants、soe_staff",
    ),
    (lambda raw: raw.update(code="Residents 1"), "code", "“Residents 1”只能用小写字母"),
    (lambda raw: raw.update(code="a" * 41), "code", "最多 40 个字符"),
    (lambda raw: raw.update(minutes="3"), "minutes", "应为整数，现在是“3”"),
    (lambda raw: raw.update(minutes=0), "minutes", "“0”应不小于 1"),
    (lambda raw: raw.update(minutes=61), "minutes", "“61”应不大于 60"),
    (lambda raw: raw.update(sections=[]), "sections", "现在有 0 个，至少要有 1 个"),
    (lambda raw: raw.update(sections="all"), "sections", "应为列表"),
    (lambda raw: raw["sections"][2].update(items=[]), "sections[2].items", "现在有 0 个，至少要有 1 个"),
    (
        lambda raw: first(raw)["options"].__delitem__(slice(1, None)),
        "sections[0].items[0].options",
        "现在有 1 个，至少要有 2 个",
    ),
    (
        lambda raw: first(raw)["options"].extend(
            {"code": f"more_{index}", "label": {"zh": f"第{index}项"}} for index in range(32)
        ),
        "sections[0].items[0].options",
        "现在有 36 个，最多 35 个",
    ),
    (lambda raw: raw["indicators"][2].update(weights={}), "indicators[2].weights", "至少要有 1 个"),
    (lambda raw: raw.update(title="问卷"), "title", "应为表"),
    (lambda raw: raw["title"].update(zh=" "), "title.zh", "内容是空的"),
    (lambda raw: raw["title"].update(zh="问卷 "), "title.zh", "“问卷 ”前后有多余的空格"),
    (lambda raw: raw["title"].update(zh="问\x00卷"), "title.zh", "控制字符"),
    (lambda raw: raw["title"].update(zh=5), "title.zh", "应为带引号的文字，现在是“5”"),
    (lambda raw: raw["title"].update(en=5), "title.en", "应为带引号的文字，现在是“5”"),
    (lambda raw: raw["title"].update(en="Survey "), "title.en", "“Survey ”前后有多余的空格"),
    (lambda raw: first(raw).update(hint="多选"), "sections[0].items[0].hint", "应为表"),
    (lambda raw: channels(raw).update(shown_if="review"), "sections[1].items[1].shown_if", "应为表"),
    (lambda raw: channels(raw).update(max_choices="2"), "sections[1].items[1].max_choices", "应为整数"),
    (lambda raw: raw["title"].update(fr="Sondage"), "title.fr", "不认识的键"),
    (
        lambda raw: first(raw).update(kind="slider"),
        "sections[0].items[0]",
        "kind 是“slider”，可用的有：single",
    ),
    (lambda raw: first(raw).pop("kind"), "sections[0].items[0]", "缺少 kind"),
    (lambda raw: first(raw).update(required="no"), "sections[0].items[0].required", "应为 true 或 false"),
    (
        lambda raw: first(raw)["options"][0].update(code="非常满意"),
        "sections[0].items[0].options[0].code",
        "“非常满意”只能用小写字母",
    ),
    (
        lambda raw: first(raw)["options"][0].update(meaning="good"),
        "sections[0].items[0].options[0].meaning",
        "可用的值之中：positive、neutral、negative、unsure、none",
    ),
    (
        lambda raw: raw["sections"][2]["items"][3].update(max_length=201),
        "sections[2].items[3].max_length",
        "“201”应不大于 200",
    ),
    (lambda raw: channels(raw).update(max_choices=0), "sections[1].items[1].max_choices", "应不小于 1"),
    (lambda raw: raw["indicators"][4].update(pass_mark=0), "indicators[4].pass_mark", "应大于 0"),
    (lambda raw: raw["indicators"][4].update({"pass_mark": "all"}), "indicators[4].pass_mark", "应为数字"),
    (
        lambda raw: raw["indicators"][2]["weights"].update(high=101),
        "indicators[2].weights.high",
        "应不大于 100",
    ),
    (lambda raw: raw["indicators"][2].update(weights=[1]), "indicators[2].weights", "应为表"),
    (lambda raw: raw["indicators"][0].update(dont_know="hide"), "indicators[0].dont_know", "keep、drop"),
    (lambda raw: raw["indicators"][0]["counted"].append("high"), "indicators[0].counted", "“high”写了两次"),
    (lambda raw: raw["indicators"][4]["items"].append("beans"), "indicators[4].items", "“beans”写了两次"),
    (lambda raw: raw["parameters"][0].update(kind="date"), "parameters[0]", "kind 是“date”"),
]

LINKS: list[tuple[Break, str, str]] = [
    (lambda raw: first(raw).update(code="checks"), "sections[0].items[1].code", "“checks”前面已经用过"),
    (lambda raw: raw["sections"][1].update(code="ratings"), "sections[1].code", "前面已经用过"),
    (lambda raw: raw["indicators"][5].update(code="score"), "indicators[5].code", "前面已经用过"),
    (lambda raw: raw["parameters"][1].update(code="county"), "parameters[1].code", "前面已经用过"),
    (
        lambda raw: first(raw)["options"][1].update(code="high"),
        "sections[0].items[0].options[1].code",
        "“high”前面已经用过",
    ),
    (
        lambda raw: first(raw)["text"].update(zh="您如何评价{country}？"),
        "sections[0].items[0].text.zh",
        "{country} 没有在 parameters 中列出；是不是 county？",
    ),
    (
        lambda raw: first(raw)["text"].update(zh="您如何评价{ county }？"),
        "sections[0].items[0].text.zh",
        "花括号只能用来写参数",
    ),
    (
        lambda raw: channels(raw)["shown_if"].update(item="support"),
        "sections[1].items[1].shown_if.item",
        "前面没有代码为“support”的题目",
    ),
    (
        lambda raw: channels(raw)["shown_if"].update(item="channels"),
        "sections[1].items[1].shown_if.item",
        "前面没有",
    ),
    (
        lambda raw: channels(raw)["shown_if"].update(options=["awear"]),
        "sections[1].items[1].shown_if.options",
        "题目“review”没有选项“awear”；是不是 aware",
    ),
    (
        lambda raw: raw["sections"][1]["items"][2]["shown_if"].update(item="channels", options=["radio"]),
        "sections[1].items[2].shown_if.item",
        "“channels”不是单选题",
    ),
    (
        lambda raw: raw["sections"][2]["items"][0].update(key="fried"),
        "sections[2].items[0].key",
        "没有选项“fried”",
    ),
    (
        lambda raw: channels(raw).update(max_choices=5),
        "sections[1].items[1].max_choices",
        "最多选 5 项，但只有 4 个选项",
    ),
    (
        lambda raw: first(raw)["options"][0].update(exclusive=True),
        "sections[0].items[0].options[0].exclusive",
        "只有多选题",
    ),
    (lambda raw: raw["indicators"][0].update(item="overal"), "indicators[0].item", "是不是 overall？"),
    (lambda raw: raw["indicators"][0].update(item="wish"), "indicators[0].item", "“wish”不是单选题"),
    (lambda raw: raw["indicators"][0].update(counted=["top"]), "indicators[0].counted", "没有选项“top”"),
    (
        lambda raw: raw["indicators"][1]["counted"].append("unsure"),
        "indicators[1].counted",
        "选项“unsure”不在分母中",
    ),
    (lambda raw: raw["indicators"][2]["weights"].update(top=1), "indicators[2].weights", "没有选项“top”"),
    (
        lambda raw: raw["indicators"][4].update(items=["beans", "wish"]),
        "indicators[4].items[1]",
        "题目“wish”没有正确答案",
    ),
    (
        lambda raw: raw["indicators"][4].update(items=["bean"]),
        "indicators[4].items[0]",
        "没有代码为“bean”的题目；是不是 beans",
    ),
]


@pytest.mark.parametrize(("break_it", "path", "words"), SHAPES + LINKS)
def test_it_names_the_place_the_value_and_the_remedy(
    raw: Raw, break_it: Break, path: str, words: str
) -> None:
    break_it(raw)

    with pytest.raises(DefinitionError) as caught:
        build_questionnaire(raw)

    named = {fault.path: fault.message for fault in caught.value.faults}
    assert words in named[path]
    assert f"{path}：{named[path]}" in str(caught.value)


@pytest.mark.parametrize(("break_it", "path", "words"), LINKS)
def test_a_wrong_reference_is_one_fault(raw: Raw, break_it: Break, path: str, words: str) -> None:
    break_it(raw)

    with pytest.raises(DefinitionError) as caught:
        build_questionnaire(raw)

    assert len([fault for fault in caught.value.faults if words in fault.message]) == 1
    assert path in {fault.path for fault in caught.value.faults}


@pytest.mark.parametrize(("break_it", "path", "words"), SHAPES)
def test_no_path_shows_how_the_models_are_built(raw: Raw, break_it: Break, path: str, words: str) -> None:
    break_it(raw)

    with pytest.raises(DefinitionError) as caught:
        build_questionnaire(raw)

    place = re.compile(r"\w+(?:\[\d+\])*(?:\.[\w ]+(?:\[\d+\])*)*")
    assert all(place.fullmatch(fault.path) for fault in caught.value.faults)
    assert not any("Input should" in fault.message for fault in caught.value.faults)


def test_it_reports_faults_of_shape_and_of_reference_together(raw: Raw) -> None:
    raw["minutes"] = "three"
    first(raw)["options"][0]["code"] = "Best"
    channels(raw)["shown_if"]["item"] = "nowhere"
    raw["indicators"][5]["item"] = "nothing"
    raw["indicators"][2]["version"] = 0

    with pytest.raises(DefinitionError) as caught:
        build_questionnaire(raw)

    assert {fault.path for fault in caught.value.faults} == {
        "minutes",
        "sections[0].items[0].options[0].code",
        "sections[1].items[1].shown_if.item",
        "indicators[5].item",
        "indicators[2].version",
        # The option is gone for those who count it.
        "indicators[0].counted",
        "indicators[1].counted",
        "indicators[2].weights",
    }


def test_it_reports_faults_of_any_nonsense_without_failing() -> None:
    nonsense: list[Raw] = [
        {},
        {"sections": [1, {"items": [2, {"options": 3, "shown_if": 4}]}], "indicators": [5, {"kind": "pass"}]},
        {"sections": {"items": []}, "indicators": {"kind": "share"}, "parameters": "county"},
        {"sections": [{"items": [{"code": ["x"], "options": [{"code": {}}]}]}], "indicators": [{"item": []}]},
    ]

    for raw in nonsense:
        with pytest.raises(DefinitionError):
            build_questionnaire(raw)


def test_it_places_a_syntax_error_by_line(write_file: Callable[[str], Path]) -> None:
    path = write_file('code = "a"\ngroup = residents\n')

    with pytest.raises(DefinitionError) as caught:
        load_definition(path)

    assert caught.value.faults[0].path == "第 2 行第 9 列"
    assert "TOML 语法不对" in caught.value.faults[0].message


def test_it_places_a_syntax_error_at_the_end(write_file: Callable[[str], Path]) -> None:
    with pytest.raises(DefinitionError) as caught:
        load_definition(write_file('code = "a'))

    assert caught.value.faults[0].path in {"文件末尾", "第 1 行第 10 列"}


def test_it_says_that_a_file_is_missing(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match=r"missing\.toml：文件读不出来"):
        load_definition(tmp_path / "missing.toml")


def test_it_says_that_a_file_is_not_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "gbk.toml"
    path.write_bytes('title = "问卷"'.encode("gb18030"))

    with pytest.raises(DefinitionError, match="不是 UTF-8 编码"):
        load_definition(path)


def test_it_reads_a_file_with_a_byte_order_mark(tmp_path: Path, raw: Raw) -> None:
    source = Path(__file__).parent / "data" / "self_contained.toml"
    path = tmp_path / "marked.toml"
    path.write_text(source.read_text(encoding="utf-8"), encoding="utf-8-sig")

    assert load_definition(path) == build_questionnaire(raw)


def test_an_error_survives_pickling() -> None:
    error = DefinitionError([Fault(path="title", message="缺少这一项")])

    copied = pickle.loads(pickle.dumps(error))  # noqa: S301  (made on the line itself)

    assert copied.faults == error.faults
    assert str(copied) == str(error)


def test_toml_dates_are_no_texts(write_file: Callable[[str], Path]) -> None:
    text = (Path(__file__).parent / "data" / "self_contained.toml").read_text(encoding="utf-8")
    dated = text.replace('title = { zh = "集市食品安全问卷"', "title = { zh = 2026-12-01")
    assert tomllib.loads(dated)["title"]["zh"]

    with pytest.raises(DefinitionError, match=r"title\.zh：应为带引号的文字，现在是“2026-12-01”"):
        load_definition(write_file(dated))
