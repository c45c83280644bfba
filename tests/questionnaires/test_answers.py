"""What a form sends is checked item by item; nothing but a wrong value is an error."""

from __future__ import annotations

import pytest

from questionnaires import Codebook, Questionnaire, check_answers


def test_it_makes_a_sheet_and_comments(fair: Questionnaire) -> None:
    checked = check_answers(
        fair,
        {"overall": ["high"], "review": ["aware"], "channels": ["radio", "notice"], "wish": [" 多检查\r\n"]},
    )

    assert Codebook(fair).decode(checked.sheet)["channels"] == ("radio", "notice")
    assert checked.comments == {"wish": "多检查"}
    assert checked.problems == {}
    assert not checked.is_blank


def test_nothing_answered_is_blank_and_no_problem(fair: Questionnaire) -> None:
    checked = check_answers(fair, {})

    assert checked.sheet == "0" * 12
    assert checked.is_blank
    assert checked.problems == {}


def test_empty_fields_are_not_answers(fair: Questionnaire) -> None:
    checked = check_answers(fair, {"overall": [""], "channels": ["", ""], "wish": ["  \r\n "]})

    assert checked.is_blank
    assert checked.comments == {}


@pytest.mark.parametrize("raw", [{"wish": ["好"]}, {"overall": ["unsure"]}, {"overall": ["wrong"]}])
def test_anything_sent_is_not_blank(fair: Questionnaire, raw: dict[str, list[str]]) -> None:
    assert not check_answers(fair, raw).is_blank


def test_other_fields_are_passed_over(fair: Questionnaire) -> None:
    checked = check_answers(fair, {"submission": ["abc"], "lang": ["zh"], "overall": ["low"]})

    assert checked.problems == {}
    assert checked.sheet.startswith("3")


@pytest.mark.parametrize(
    ("item", "values", "code", "words"),
    [
        ("overall", ["perfect"], "unknown_option", "无法识别"),
        ("overall", ["high", "low"], "several_values", "只能选一项"),
        ("channels", ["radio", "forgot"], "exclusive_option", "“记不清”不能与其他选项同时选"),
        ("channels", ["radio", "notice", "friend"], "too_many_choices", "最多选 2 项，现在选了 3 项"),
        ("channels", ["radio", "tv"], "unknown_option", "无法识别"),
        ("wish", ["长" * 51], "too_long", "最多写 50 个字，现在是 51 个字"),
    ],
)
def test_it_says_what_cannot_be_taken(
    fair: Questionnaire, item: str, values: list[str], code: str, words: str
) -> None:
    checked = check_answers(fair, {item: values, "support": ["for"]})

    assert list(checked.problems) == [item]
    problem = checked.problems[item]
    assert (problem.item, problem.code) == (item, code)
    assert words in problem.message.zh
    assert problem.message.en


def test_a_problem_leaves_its_item_unanswered_and_the_others_as_they_are(fair: Questionnaire) -> None:
    checked = check_answers(fair, {"overall": ["high", "low"], "support": ["for"], "wish": ["长" * 51]})

    decoded = Codebook(fair).decode(checked.sheet)
    assert decoded["overall"] == ()
    assert decoded["support"] == ("for",)
    assert checked.comments == {}


def test_all_problems_are_reported_at_once(fair: Questionnaire) -> None:
    checked = check_answers(fair, {"overall": ["?"], "support": ["for", "against"], "wish": ["长" * 51]})

    assert list(checked.problems) == ["overall", "support", "wish"]


def test_the_same_value_twice_is_one_answer(fair: Questionnaire) -> None:
    checked = check_answers(fair, {"overall": ["high", "high"], "channels": ["forgot", "forgot"]})

    assert checked.problems == {}


def test_an_exclusive_option_alone_is_an_answer(fair: Questionnaire) -> None:
    checked = check_answers(fair, {"channels": ["forgot"]})

    assert Codebook(fair).decode(checked.sheet)["channels"] == ("forgot",)


def test_answers_to_what_is_not_shown_are_passed_over_even_when_wrong(fair: Questionnaire) -> None:
    checked = check_answers(fair, {"review": ["unaware"], "channels": ["tv"], "radio_time": ["before_noon"]})

    assert checked.problems == {}
    assert Codebook(fair).decode(checked.sheet)["channels"] is None


def test_an_unanswered_condition_shows_the_item(fair: Questionnaire) -> None:
    checked = check_answers(fair, {"channels": ["radio"]})

    assert Codebook(fair).decode(checked.sheet)["channels"] == ("radio",)


def test_a_condition_with_a_problem_counts_as_unanswered(fair: Questionnaire) -> None:
    checked = check_answers(fair, {"review": ["aware", "unaware"], "channels": ["tv"]})

    assert list(checked.problems) == ["review", "channels"]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("一行\r\n两行\r三行\n四行", "一行\n两行\n三行\n四行"),
        ("有\x00空\x07字\x1b[31m符", "有空字[31m符"),
        ("表\t格", "表 格"),
        ("cafe\u0301", "caf\u00e9"),
        ("转\u202e向", "转向"),
        ("半\ud800个", "半个"),
        ("行\u2028分", "行\n分"),
        ("  前后  ", "前后"),
        ("😀👨‍👩‍👧", "😀👨‍👩‍👧"),
    ],
)
def test_a_comment_is_kept_in_a_form_that_every_database_takes(
    fair: Questionnaire, sent: str, kept: str
) -> None:
    checked = check_answers(fair, {"wish": [sent]})

    assert checked.comments == {"wish": kept}
    kept.encode()


def test_a_line_end_counts_as_one_character(fair: Questionnaire) -> None:
    checked = check_answers(fair, {"wish": ["字" * 24 + "\r\n" + "字" * 25]})

    assert checked.problems == {}
    assert len(checked.comments["wish"]) == 50


def test_a_plain_string_is_one_value(fair: Questionnaire) -> None:
    assert check_answers(fair, {"overall": "high"}).sheet.startswith("1")
