"""The codes on a slip: enough chance in them, and mistakes found before anything is looked up."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.codes import ALPHABET, DamagedCodeError, complete_code, read_code
from survey.slipcodes import (
    SECRET_LENGTH,
    SELECTOR_LENGTH,
    TYPED_LENGTH,
    digest_scanned,
    draw_selectors,
    is_secret,
    make_codes,
    read_scanned,
    read_typed,
    seal_codes,
    show_typed,
)

BODIES = st.text(ALPHABET, min_size=TYPED_LENGTH - 1, max_size=TYPED_LENGTH - 1)


@settings(max_examples=15, deadline=None)
@given(BODIES)
def test_every_single_wrong_symbol_of_a_typed_code_is_found(body: str) -> None:
    code = complete_code(body)
    wrong = [
        code[:place] + symbol + code[place + 1 :]
        for place in range(TYPED_LENGTH)
        for symbol in ALPHABET
        if symbol != code[place]
    ]
    assert len(wrong) == TYPED_LENGTH * (len(ALPHABET) - 1)
    for text in wrong:
        with pytest.raises(DamagedCodeError):
            read_code(text, TYPED_LENGTH)


@settings(max_examples=25, deadline=None)
@given(BODIES)
def test_every_swap_of_two_symbols_of_a_typed_code_is_found(body: str) -> None:
    code = complete_code(body)
    pairs = [(i, j) for i in range(TYPED_LENGTH) for j in range(i) if code[i] != code[j]]
    for i, j in pairs:
        symbols = list(code)
        symbols[i], symbols[j] = symbols[j], symbols[i]
        with pytest.raises(DamagedCodeError):
            read_code("".join(symbols), TYPED_LENGTH)


@pytest.mark.parametrize("spell", [str.lower, show_typed, lambda code: f" {show_typed(code).lower()} "])
def test_a_typed_code_is_read_however_it_is_spelt(spell: object) -> None:
    codes = make_codes("ABC12")
    typed = read_typed(spell(codes.typed))  # type: ignore[operator]  # Each of the three takes and gives text.
    assert (typed.selector, typed.secret) == ("ABC12", codes.typed[5:14])


def test_look_alikes_are_read_as_what_is_printed() -> None:
    code = complete_code("0152U0152U0152")
    swapped = code.translate(str.maketrans({"0": "O", "1": "I", "5": "S", "2": "Z", "U": "V"}))
    assert read_typed(swapped) == read_typed(code)


def test_a_typed_code_is_printed_in_three_groups_of_five() -> None:
    assert show_typed("ABCDEFGHJKLMNPQ") == "ABCDE-FGHJK-LMNPQ"


@pytest.mark.parametrize("text", ["", "ABC", "A" * 14, "A" * 16, "验证码", "\0" * 15])
def test_a_damaged_typed_code_is_nobodys(text: str) -> None:
    assert not set(read_typed(text).selector) & set(ALPHABET)


def test_the_codes_carry_128_and_70_random_bits() -> None:
    many = [make_codes(selector) for selector in draw_selectors(200, set())]
    assert len({codes.scanned for codes in many}) == len({codes.typed for codes in many}) == 200
    assert {len(codes.scanned) for codes in many} == {math.ceil(128 / 5)}
    assert (SELECTOR_LENGTH + SECRET_LENGTH) * math.log2(len(ALPHABET)) > 69
    # Every place takes many values: with 200 codes a place with fewer than 20 would be a one in a billion.
    for place in range(TYPED_LENGTH):
        assert len({codes.typed[place] for codes in many}) > 20


def test_selectors_are_different_and_free() -> None:
    taken = set(draw_selectors(50, set()))
    more = list(draw_selectors(50, taken))
    assert len(set(more)) == 50
    assert not taken & set(more)


def test_a_scanned_code_is_read_in_either_case_and_nothing_else_is() -> None:
    code = make_codes("ABC12").scanned
    assert read_scanned(f" {code.lower()} ") == code
    assert [read_scanned(text) for text in (code[:-1], code + "A", "1" * 26, "")] == [None] * 4


def test_what_is_kept_proves_the_codes_and_does_not_hold_them() -> None:
    codes = make_codes("ABC12")
    sealed = seal_codes(codes)
    typed = read_typed(codes.typed)
    assert sealed.scan_digest == digest_scanned(codes.scanned)
    assert sealed.selector == typed.selector
    assert is_secret(sealed.verifier, typed.secret)
    assert not is_secret(sealed.verifier, "0" * SECRET_LENGTH)
    assert not is_secret(None, "decoy")
    assert typed.secret not in sealed.verifier


def test_the_same_secret_is_kept_differently_each_time() -> None:
    codes = make_codes("ABC12")
    assert seal_codes(codes).verifier != seal_codes(codes).verifier
    assert seal_codes(codes).verifier.startswith("$argon2id$v=19$m=4096,t=1,p=1$")
