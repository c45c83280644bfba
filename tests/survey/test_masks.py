"""Masks of QR codes: the same choice as the library's, which counts module by module."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qrcode.constants import ERROR_CORRECT_Q
from qrcode.main import QRCode
from qrcode.util import lost_point

from survey.masks import choose_mask, measure_penalties


def make_code(text: str) -> QRCode[Any]:
    code: QRCode[Any] = QRCode(error_correction=ERROR_CORRECT_Q, border=0)
    code.add_data(text)
    code.best_fit()
    return code


@settings(max_examples=12, deadline=None)
@given(st.text("ABCDEFabcdef0123456789:/#.", min_size=1, max_size=90))
def test_the_chosen_mask_is_the_librarys(text: str) -> None:
    code = make_code(text)
    assert choose_mask(code) == code.best_mask_pattern()


@settings(max_examples=25, deadline=None)
@given(st.integers(11, 29), st.integers(0, 2**32 - 1), st.sampled_from([0.1, 0.5, 0.9]))
def test_a_penalty_is_the_librarys(side: int, seed: int, share: float) -> None:
    modules = np.random.default_rng(seed).random((1, side, side)) < share
    # qrcode 8.2: qrcode.util.lost_point(modules) on the same rows of booleans.
    assert measure_penalties(modules).tolist() == [lost_point(modules[0].tolist())]


@pytest.mark.parametrize("row", ["10111010000", "00001011101", "1011101000010111010000", "000010111010000"])
def test_a_look_alike_of_a_finder_pattern_costs_what_the_library_says(row: str) -> None:
    modules = np.array([[symbol == "1" for symbol in row]] * len(row))
    assert measure_penalties(modules[np.newaxis]).tolist() == [lost_point(modules.tolist())]
