"""The sheet and its codebook: which character stands where, and what it means."""

from __future__ import annotations

import pytest

from questionnaires import (
    NOT_ANSWERED,
    NOT_SHOWN,
    Codebook,
    Column,
    Questionnaire,
    SheetError,
    builtin_definition,
)
from questionnaires.definitions import build_questionnaire

# overall, checks, review, channels (4 columns), radio_time, support, beans, report, storage
ANSWERS = {
    "overall": ("middle",),
    "review": ("aware",),
    "channels": ("friend", "radio"),
    "radio_time": ("after_noon",),
    "support": ("against",),
    "beans": ("unsure",),
    "storage": ("two_hours",),
}
SHEET = "201101022301"


def test_a_single_choice_has_a_column_and_a_multiple_choice_one_for_each_option(fair: Questionnaire) -> None:
    codebook = Codebook(fair)

    assert codebook.length == len(codebook.columns) == 12
    assert codebook.columns[2:5] == (
        Column(item="review", option=None, position=2),
        Column(item="channels", option="radio", position=3),
        Column(item="channels", option="notice", position=4),
    )


def test_open_text_has_no_column(fair: Questionnaire) -> None:
    assert "wish" not in {column.item for column in Codebook(fair).columns}


def test_it_writes_the_position_of_the_option(fair: Questionnaire) -> None:
    assert Codebook(fair).encode(ANSWERS) == SHEET


def test_it_reads_what_it_wrote(fair: Questionnaire) -> None:
    decoded = Codebook(fair).decode(SHEET)

    assert decoded == ANSWERS | {"checks": (), "report": (), "channels": ("radio", "friend")}


def test_a_blank_sheet_is_all_unanswered(fair: Questionnaire) -> None:
    assert Codebook(fair).encode({}) == "0" * 12


def test_it_writes_what_was_not_shown_whatever_was_answered_there(fair: Questionnaire) -> None:
    codebook = Codebook(fair)

    sheet = codebook.encode(ANSWERS | {"review": ("unaware",)})

    assert sheet == "202-----2301"
    assert codebook.decode(sheet)["channels"] is None
    assert codebook.decode(sheet)["radio_time"] is None


def test_what_depends_on_a_hidden_item_is_hidden_too(raw: dict[str, object]) -> None:
    sections = raw["sections"]
    assert isinstance(sections, list)
    sections[2]["items"][0]["shown_if"] = {"item": "radio_time", "options": ["before_noon"]}
    codebook = Codebook(build_questionnaire(raw))

    hidden = codebook.encode({"review": ("unaware",), "beans": ("raw",)})
    open_condition = codebook.encode({"review": ("aware",), "beans": ("raw",)})
    other_answer = codebook.encode({"review": ("aware",), "radio_time": ("after_noon",), "beans": ("raw",)})

    beans = codebook.find_span("beans").start
    assert [sheet[beans] for sheet in (hidden, open_condition, other_answer)] == ["-", "1", "-"]


def test_options_after_the_ninth_are_letters(raw: dict[str, object]) -> None:
    sections = raw["sections"]
    assert isinstance(sections, list)
    options = [{"code": f"o{index}", "label": {"zh": f"第{index}项"}} for index in range(1, 36)]
    sections[0]["items"][1]["options"] = options
    codebook = Codebook(build_questionnaire(raw))

    marks = [codebook.encode({"checks": (f"o{index}",)})[1] for index in (1, 9, 10, 35)]

    assert marks == ["1", "9", "A", "Z"]
    assert codebook.decode("0Z" + "0" * 10)["checks"] == ("o35",)


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"wish": ("x",)}, "问卷里没有这些选择题：wish"),
        ({"overall": ("best",)}, "题目“overall”没有选项“best”"),
        ({"overall": ("high", "low")}, "单选题“overall”只能有一个答案"),
    ],
)
def test_it_refuses_answers_that_no_sheet_can_hold(
    fair: Questionnaire, answers: dict[str, tuple[str, ...]], words: str
) -> None:
    with pytest.raises(SheetError, match=words):
        Codebook(fair).encode(answers)


@pytest.mark.parametrize(
    ("sheet", "words"),
    [
        ("0" * 11, "应有 12 个字符，现在有 11 个"),
        ("5" + "0" * 11, "题目“overall”的记录“5”"),
        ("a" + "0" * 11, "题目“overall”"),
        ("0002" + "0" * 8, "题目“channels”的记录“2000”"),
        ("000-" + "0" * 8, "题目“channels”的记录“-000”"),
        ("-" + "0" * 11, "题目“overall”的记录“-”"),
    ],
)
def test_it_refuses_a_sheet_of_another_questionnaire(fair: Questionnaire, sheet: str, words: str) -> None:
    with pytest.raises(SheetError, match=words):
        Codebook(fair).decode(sheet)


def test_the_export_explains_every_character(fair: Questionnaire) -> None:
    rows = Codebook(fair).export()

    review = [row for row in rows if row["item"] == "review"]
    assert [(row["position"], row["character"], row["option"], row["label_zh"]) for row in review] == [
        (2, "1", "aware", "知道"),
        (2, "2", "unaware", "不知道"),
        (2, "0", NOT_ANSWERED, "未作答"),
    ]
    radio = [row for row in rows if row["position"] == 3]
    assert [(row["character"], row["option"], row["label_en"]) for row in radio] == [
        ("1", "radio", "On the radio"),
        ("0", NOT_ANSWERED, "Not chosen"),
        ("-", NOT_SHOWN, "Not shown"),
    ]
    assert review[0]["text_zh"] == "您是否知道正在复审？"


def test_the_export_and_the_sheets_agree() -> None:
    codebook = Codebook(builtin_definition("residents"))

    listed = {(row["position"], row["character"]) for row in codebook.export()}

    assert listed == {
        (column.position, character)
        for column in codebook.columns
        for character in codebook.list_characters(column)
    }
