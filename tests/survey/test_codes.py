"""Codes that people type."""

from __future__ import annotations

from itertools import combinations

import pytest

from survey.codes import ALPHABET, DamagedCodeError, make_code, read_code


def test_it_reads_back_every_code_it_makes() -> None:
    codes = [make_code(8) for _ in range(200)]
    assert [read_code(code, 8) for code in codes] == codes
    assert len(set(codes)) == 200


@pytest.mark.parametrize("spelling", ["{lower}", " {code} ", "{start}-{end}", "{start}\u3000{end}"])
def test_it_forgives_case_spaces_and_hyphens(spelling: str) -> None:
    code = make_code(8)
    typed = spelling.format(code=code, lower=code.lower(), start=code[:4], end=code[4:])
    assert read_code(typed, 8) == code


def test_it_reads_look_alikes_as_the_symbols_they_stand_for() -> None:
    code = next(code for code in iter(lambda: make_code(8), "") if "0" in code)
    assert read_code(code.replace("0", "O"), 8) == code


@pytest.mark.parametrize("length", [8, 12, 16])
def test_it_finds_every_single_wrong_symbol(length: int) -> None:
    code = make_code(length)
    for place, right in enumerate(code):
        for wrong in ALPHABET.replace(right, ""):
            with pytest.raises(DamagedCodeError):
                read_code(code[:place] + wrong + code[place + 1 :], length)


@pytest.mark.parametrize("length", [8, 12, 16])
def test_it_finds_every_swap_of_two_symbols(length: int) -> None:
    code = make_code(length)
    for one, other in combinations(range(length), 2):
        swapped = list(code)
        swapped[one], swapped[other] = swapped[other], swapped[one]
        if swapped != list(code):
            with pytest.raises(DamagedCodeError):
                read_code("".join(swapped), length)


@pytest.mark.parametrize("text", ["", "1234567", "123456789", "1234567!", "一二三四五六七八"])
def test_it_names_a_code_that_is_no_code(text: str) -> None:
    with pytest.raises(DamagedCodeError, match=f"“{text}”"):
        read_code(text, 8)
