"""Single cells: numbers of people, credit codes, spellings; and the laws that reading them keeps."""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from stdnum.cn import uscc

from survey.codes import ALPHABET
from survey.unitlist.credits import CreditCodeError, check_credit_code
from survey.unitlist.headcounts import HIGHEST, HeadcountError, Unsolved, read_headcount
from survey.unitlist.labels import find_field, find_kind
from survey.unitlist.spelling import clean_code, clean_text, is_nothing
from survey.words import Group, UnitKind, name_word

FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")
CREDIT_CODES = st.builds(
    lambda head, division, body: f"{head}{division}{body}" + uscc.calc_check_digit(f"{head}{division}{body}"),
    st.text(ALPHABET, min_size=2, max_size=2),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(ALPHABET, min_size=9, max_size=9),
)


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        " ",
        "　",
        "-",
        "－",
        "—",
        "——",
        "–",
        "/",
        "／",
        "\\",
        "无",
        "没有",
        "0",
        "０",
        "零",
        "〇",
        0,
        0.0,
        "0人",
        "无人",
    ],
)
def test_every_way_to_write_nobody_is_nobody(value: object) -> None:
    assert read_headcount(value) == 0


@pytest.mark.parametrize(
    "value",
    [
        35,
        35.0,
        "35",
        "35人",
        " 35 人 ",
        "35名",
        "35.0",
        "35.00 人",
        "３５",
        "３５．０",
        "　35　",
        "+35",
        "035",
        "35\u200b",
    ],
)
def test_thirty_five_people_are_read_however_they_are_written(value: object) -> None:
    assert read_headcount(value) == 35


@pytest.mark.parametrize("value", ["1,234", "1，234", "１，２３４人", 1234])
def test_commas_between_thousands_are_read(value: object) -> None:
    assert read_headcount(value) == 1234


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (-1, "negative"),
        ("－5", "negative"),
        ("−5人", "negative"),
        (0.5, "fraction"),
        ("35.5", "fraction"),
        (HIGHEST + 1, "absurd"),
        ("9" * 400, "absurd"),
        (float("inf"), "absurd"),
        (float("nan"), "absurd"),
        ("三十五", "text"),
        ("35+2", "text"),
        ("约35", "text"),
        ("35人左右", "text"),
        ("12,34", "text"),
        ("35人人", "text"),
        ("٣٥", "text"),
        ("1e3", "text"),
        (True, "text"),
        ("—5—", "text"),
        (date(2026, 1, 3), "date"),
        (datetime(2026, 1, 3, tzinfo=UTC), "date"),
        (time(3, 5), "date"),
        ("#N/A", "error"),
        (Unsolved("=A1*2"), "formula"),
    ],
)
def test_what_is_no_number_of_people_is_refused_with_its_reason(value: object, code: str) -> None:
    with pytest.raises(HeadcountError) as caught:
        read_headcount(value)

    assert caught.value.code == code


@given(st.integers(0, HIGHEST), st.sampled_from(["", "人", "名", ".0", ".00人"]), st.booleans())
@settings(max_examples=100)
def test_a_number_of_people_reads_as_itself_in_every_spelling(n: int, ending: str, is_wide: bool) -> None:
    text = f"{n}{ending}"

    assert read_headcount(text.translate(FULL_WIDTH) if is_wide else text) == n
    assert read_headcount(float(n)) == n


@given(st.one_of(st.text(max_size=12), st.floats(), st.integers()))
@settings(max_examples=200)
def test_a_cell_gives_a_whole_number_in_range_or_is_refused(value: object) -> None:
    try:
        n = read_headcount(value)
    except HeadcountError:
        return

    assert 0 <= n <= HIGHEST
    if isinstance(value, int | float):
        assert n == value


@pytest.mark.parametrize(
    "code",
    [
        "11500383009336651G",  # 永川区统计局
        "11341703003249223T",  # 宣州区统计局
        "91110000600037341L",  # python-stdnum's own example
        "11990000000000001G",  # Division 99 belongs to nobody; the example list tests with it.
    ],
)
def test_a_code_of_the_standard_is_accepted(code: str) -> None:
    assert check_credit_code(code) == code


def test_a_rural_collective_may_begin_with_a_letter() -> None:
    body = "N25103830000000A1"

    assert check_credit_code(body + uscc.calc_check_digit(body)).startswith("N2")


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("", "length"),
        ("11500383009336651", "length"),
        ("11500383009336651GG", "length"),
        ("I1500383009336651G", "letters"),
        ("91350100M000100Y4Z", "letters"),
        ("9135010AM000100Y43", "letters"),
        ("91350100M000100Y44", "check"),
        ("11500383009336651g", "letters"),
    ],
)
def test_a_code_that_cannot_be_is_refused_with_its_reason(code: str, reason: str) -> None:
    with pytest.raises(CreditCodeError) as caught:
        check_credit_code(code)

    assert caught.value.code == reason


@given(CREDIT_CODES, st.integers(0, 17), st.sampled_from(ALPHABET))
@settings(max_examples=100)
def test_one_wrong_symbol_is_always_found(code: str, place: int, symbol: str) -> None:
    assume(code[place] != symbol)
    wrong = code[:place] + symbol + code[place + 1 :]

    assert check_credit_code(code) == code
    with pytest.raises(CreditCodeError):
        check_credit_code(wrong)


@given(CREDIT_CODES, st.integers(0, 16))
@settings(max_examples=100)
def test_two_neighbours_swapped_are_always_found(code: str, place: int) -> None:
    assume(code[place] != code[place + 1])
    wrong = code[:place] + code[place + 1] + code[place] + code[place + 2 :]

    with pytest.raises(CreditCodeError):
        check_credit_code(wrong)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("　青石镇　人民政府 ", "青石镇人民政府"),
        ("县\u00a0委\t办\n公室", "县委办公室"),
        ("ＡＢＣ１２３", "ABC123"),
        ("示例县 ABC Company 公司", "示例县ABC Company公司"),
        ("青石镇（街道）", "青石镇（街道）"),
        ("零\u200b宽\ufeff字", "零宽字"),
        ("a\x00b\x1bc", "a b c"),
        (12.0, "12"),
        (12.5, "12.5"),
        (datetime(2026, 1, 3), "2026-01-03"),  # noqa: DTZ001 - Excel's dates have no time zone.
        (True, "True"),
    ],
)
def test_text_has_one_spelling(value: object, text: str) -> None:
    assert clean_text(value) == text


@given(st.text(max_size=30))
@settings(max_examples=200)
def test_cleaning_clean_text_changes_nothing(value: str) -> None:
    cleaned = clean_text(value)

    assert clean_text(cleaned) == cleaned
    # Private characters stay: old systems write rare characters of names with them.
    assert not {unicodedata.category(symbol) for symbol in cleaned} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert not cleaned.startswith(" ")


@pytest.mark.parametrize(
    ("value", "code"),
    [(" t 01 ", "T01"), ("Ｔ－０１", "T-01"), (101.0, "101"), ("001", "001"), ("—", ""), ("无", "")],
)
def test_codes_have_one_spelling(value: object, code: str) -> None:
    assert clean_code(value) == code


def test_a_name_that_begins_with_nothing_is_not_nothing() -> None:
    assert not is_nothing("无名村")


@pytest.mark.parametrize("group", list(Group))
def test_a_group_s_own_name_and_code_are_labels_of_its_column(group: Group) -> None:
    assert find_field(name_word(group)) is group
    assert find_field(group.value) is group


@pytest.mark.parametrize("kind", list(UnitKind))
def test_a_kind_s_own_name_and_code_are_known(kind: UnitKind) -> None:
    assert find_kind(name_word(kind)) is kind
    assert find_kind(kind.value) is kind
