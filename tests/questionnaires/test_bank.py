"""References to the bank are resolved, overridden and, when they name nothing, reported with what was meant."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from questionnaires import DefinitionError, SingleItem, lint, load_definition
from questionnaires.bank import read_bank
from questionnaires.definitions import build_questionnaire

HEAD = """
code = "own"
group = "residents"
title = { zh = "问卷", en = "Questionnaire" }
intro = "standard"
minutes = 3
parameters = ["county"]
indicators = ["satisfaction"]
"""


def test_it_takes_items_scales_and_titles_from_the_bank(write_file: Callable[[str], Path]) -> None:
    path = write_file(HEAD + '[[sections]]\nuse = "overall"\nitems = ["overall"]\n')

    questionnaire = load_definition(path)

    overall = questionnaire.find_choice("overall")
    assert questionnaire.sections[0].title.zh == "总体评价"
    assert [option.label.zh for option in overall.options] == [
        "很满意",
        "满意",
        "一般",
        "不满意",
        "很不满意",
        "不了解",
    ]


def test_a_definition_may_override_what_it_uses(write_file: Callable[[str], Path]) -> None:
    path = write_file(
        HEAD
        + """
[[sections]]
use = "overall"
title = { zh = "先说总的", en = "First of all" }
items = [{ use = "overall", name = { zh = "总评", en = "All in all" } }]
"""
    )

    questionnaire = load_definition(path)

    assert questionnaire.sections[0].title.zh == "先说总的"
    assert questionnaire.items[0].name.zh == "总评"
    assert questionnaire.items[0].text.zh.startswith("总的来看")


def test_a_definition_may_bring_scales_of_its_own(write_file: Callable[[str], Path]) -> None:
    path = write_file(
        HEAD
        + """
[[sections]]
use = "overall"
items = [
  "overall",
  { use = "market", code = "local", options = "two_sides" },
]

[scales]
two_sides = [
  { code = "fine", label = { zh = "好", en = "All right" }, meaning = "positive" },
  { code = "bad", label = { zh = "差", en = "Not all right" }, meaning = "negative" },
  "cannot_tell",
]

[options]
cannot_tell = { label = { zh = "说不上", en = "Cannot say" }, meaning = "unsure" }
"""
    )

    local = load_definition(path).find_choice("local")

    assert [option.code for option in local.options] == ["fine", "bad", "cannot_tell"]


def test_it_reports_every_name_that_the_bank_has_not(write_file: Callable[[str], Path]) -> None:
    path = write_file(
        """
code = "own"
group = "residents"
title = { zh = "问卷", en = "Questionnaire" }
intro = "standart"
minutes = 3
parameters = ["county", "banquet"]
indicators = ["satisfaktion", { use = "knowlege", items = ["green_beans"] }]

[[sections]]
use = "overal"
items = ["overall", "takeway", { use = "marked" }]

[[sections]]
use = "food"
items = [{ use = "market", code = "second_market", options = "satisfied" }, "green_beans"]
"""
    )

    with pytest.raises(DefinitionError) as caught:
        load_definition(path)

    assert {fault.path: fault.message for fault in caught.value.faults} == {
        "intro": "题库的 texts 里没有“standart”；是不是 standard？",
        "parameters[1]": "题库的 parameters 里没有“banquet”；是不是 banquet_headcount？",
        "indicators[0]": "题库的 indicators 里没有“satisfaktion”；是不是 satisfaction？",
        "indicators[1].use": "题库的 indicators 里没有“knowlege”；是不是 knowledge？",
        "sections[0].use": "题库的 sections 里没有“overal”；是不是 overall？",
        "sections[0].items[1]": "题库的 items 里没有“takeway”；是不是 takeaway？",
        "sections[0].items[2].use": "题库的 items 里没有“marked”；是不是 market？",
        "sections[1].items[0].options": "题库的 scales 里没有“satisfied”；是不是 satisfaction？",
    }


def test_a_wrong_name_hides_no_fault_of_its_neighbours(write_file: Callable[[str], Path]) -> None:
    items = ", ".join(['"overall"', '"nothing_like_it"', *['"market"'] * 9])
    path = write_file(
        HEAD + f'[[sections]]\nuse = "overall"\nitems = [{items}, {{ use = "meat", kind = "x" }}]\n'
    )

    with pytest.raises(DefinitionError) as caught:
        load_definition(path)

    paths = [fault.path for fault in caught.value.faults]
    assert "sections[0].items[1]" in paths
    assert "sections[0].items[11]" in paths


def test_every_item_of_the_bank_is_valid_and_well_worded() -> None:
    bank = read_bank()
    keyed = [code for code, item in bank["items"].items() if "key" in item]
    raw = {
        "code": "everything",
        "group": "residents",
        "title": {"zh": "全部题目", "en": "All items"},
        "intro": bank["texts"]["standard"],
        "minutes": 60,
        "parameters": [{"code": code, **table} for code, table in bank["parameters"].items()],
        "sections": [{"code": "all", "title": {"zh": "全部", "en": "All"}, "items": _list_items(bank)}],
        "indicators": [
            {"code": code, **table} | ({"items": keyed} if table["kind"] == "pass" else {})
            for code, table in bank["indicators"].items()
        ],
    }

    findings = lint(build_questionnaire(raw))

    # Nobody is asked all of the bank, which takes longer than three minutes.
    assert [finding.code for finding in findings] == ["reading_time"]


def _list_items(bank: dict[str, dict[str, dict[str, object]]]) -> list[dict[str, object]]:
    return [
        {"code": code, **item, "options": _list_options(bank, item)}
        if "options" in item
        else {"code": code, **item}
        for code, item in bank["items"].items()
    ]


def _list_options(bank: dict[str, dict[str, dict[str, object]]], item: dict[str, object]) -> object:
    options = bank["scales"][item["options"]] if isinstance(item["options"], str) else item["options"]
    assert isinstance(options, list)
    return [
        {"code": option, **bank["options"][option]} if isinstance(option, str) else option
        for option in options
    ]


def test_the_keys_of_the_bank_stand_at_different_places() -> None:
    bank = read_bank()
    places = set()
    for code, item in bank["items"].items():
        if "key" in item:
            questionnaire_item = SingleItem.model_validate(_list_items({**bank, "items": {code: item}})[0])
            places.add([option.code for option in questionnaire_item.options].index(item["key"]))

    assert places == {0, 1, 2}
