"""Local facts are put into every text, and values that do not fit are named, all of them."""

from __future__ import annotations

import pytest

from questionnaires import (
    ParameterError,
    Questionnaire,
    builtin_definition,
    canonical_form,
    digest,
    example_values,
    fill_parameters,
)
from questionnaires.texts import walk_texts

VALUES = {"county": "示例县", "county_en": "Example County", "guests": "80"}


def test_it_fills_every_text_in_both_languages(fair: Questionnaire) -> None:
    filled = fill_parameters(fair, VALUES)

    assert filled.intro.zh == "请谈谈您对示例县集市食品安全的看法。"
    assert filled.intro.en == "Please tell us about food safety at the fairs of Example County."
    assert filled.find_item("report").text.zh == "办席达到80人向谁报告？"
    assert not any("{" in text.zh + text.en for _, text in walk_texts(filled))


def test_it_leaves_nothing_to_fill(fair: Questionnaire) -> None:
    filled = fill_parameters(fair, VALUES)

    assert filled.parameters == ()
    assert fill_parameters(filled, {}) == filled


def test_it_changes_nothing_but_the_texts(fair: Questionnaire) -> None:
    filled = fill_parameters(fair, VALUES)

    assert [item.code for item in filled.items] == [item.code for item in fair.items]
    assert filled.indicators == fair.indicators
    assert fair.intro.zh == "请谈谈您对{county}集市食品安全的看法。"


def test_a_name_serves_english_too_where_it_has_no_other(fair: Questionnaire) -> None:
    without = fill_parameters(fair, {"county": "示例县", "guests": "80"})
    blank = fill_parameters(fair, {"county": "示例县", "county_en": " ", "guests": "80"})

    assert without.intro.en == blank.intro.en == "Please tell us about food safety at the fairs of 示例县."


def test_values_are_trimmed_and_counts_are_written_plainly(fair: Questionnaire) -> None:
    filled = fill_parameters(fair, {"county": " 示例县 ", "guests": " 080 "})

    assert filled.find_item("report").text.zh == "办席达到80人向谁报告？"
    assert filled.intro.zh.startswith("请谈谈您对示例县")


@pytest.mark.parametrize(
    ("values", "path", "words"),
    [
        ({"guests": "80"}, "county", "缺少“县名”"),
        ({"county": "", "guests": "80"}, "county", "是空的"),
        ({"county": "县" * 41, "guests": "80"}, "county", "最多 40 个字符"),
        ({"county": "示例县\n", "guests": "80"}, "", ""),
        ({"county": "示例\n县", "guests": "80"}, "county", "不能有换行"),
        ({"county": "{county}", "guests": "80"}, "county", "花括号"),
        ({"county": "示例县", "guests": "五十"}, "guests", "“人数”是“五十”，应为整数，例如 50"),
        ({"county": "示例县", "guests": "-5"}, "guests", "应为整数"),
        ({"county": "示例县", "guests": "５０"}, "guests", "应为整数"),
        ({"county": "示例县", "guests": "1"}, "guests", "应在 2 至 500 之间"),
        ({"county": "示例县", "guests": "9" * 5000}, "guests", "应在 2 至 500 之间"),
        ({"county": "示例县", "guests": "80", "guest": "3"}, "guest", "没有这个参数；是不是 guests？"),
        ({"county": "示例县", "guests": "80", "county_en": "x" * 41}, "county_en", "最多 40"),
    ],
)
def test_it_names_the_value_that_does_not_fit(
    fair: Questionnaire, values: dict[str, str], path: str, words: str
) -> None:
    if not path:
        assert fill_parameters(fair, values).parameters == ()
        return

    with pytest.raises(ParameterError) as caught:
        fill_parameters(fair, values)

    assert [fault.path for fault in caught.value.faults] == [path]
    assert words in caught.value.faults[0].message


def test_it_names_all_values_at_once(fair: Questionnaire) -> None:
    with pytest.raises(ParameterError) as caught:
        fill_parameters(fair, {"guests": "many", "town": "x"})

    assert {fault.path for fault in caught.value.faults} == {"county", "guests", "town"}


def test_one_set_of_values_serves_questionnaires_that_use_a_part_of_it() -> None:
    values = {"county": "示例县", "banquet_headcount": "50"}

    filled = fill_parameters(builtin_definition("residents"), values)

    assert filled.parameters == ()


def test_another_county_makes_another_version(fair: Questionnaire) -> None:
    one, other = (fill_parameters(fair, VALUES | {"county": name}) for name in ("甲县", "乙县"))

    assert digest(one) != digest(other)


def test_examples_fit_their_own_parameters() -> None:
    cadres = builtin_definition("village_cadres")

    values = example_values(cadres)

    assert values == {"county": "示例县", "county_en": "Example County", "banquet_headcount": "50"}
    assert "示例县" in canonical_form(fill_parameters(cadres, values))
