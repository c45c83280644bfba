"""Digit tests against R's chisq.test, and at their edges."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.digits import digit_test
from analysis.errors import ChoiceError, CountError

EXPECTED = pd.read_csv(Path(__file__).parent / "vectors" / "m_digit_tests.csv", comment="#")


def values_with(kind, counts):
    digits = range(10) if kind == "last" else range(1, 10)
    stem = (lambda digit: 120 + digit) if kind == "last" else (lambda digit: 100 * digit + 7)
    return [stem(digit) for digit, count in zip(digits, counts, strict=True) for _ in range(count)]


@pytest.mark.parametrize("row", list(EXPECTED.itertuples()), ids=lambda row: row.test)
def test_it_agrees_with_r(row):
    kind = row.test.split("_")[0]
    counts = tuple(int(count) for count in row.counts.split(";"))

    result = digit_test(values_with(kind, counts), kind=kind)

    assert result.counts == counts
    assert result.df == row.df
    assert result.statistic == pytest.approx(row.statistic, abs=1e-9)
    assert result.pvalue == pytest.approx(row.p_value, abs=1e-9)


def test_it_may_not_be_read_with_too_few_numbers():
    result = digit_test([11, 25, 37])

    assert not result.applicable
    assert "数字太少" in result.note


def test_it_may_not_be_read_for_a_scale():
    result = digit_test([1, 2, 3, 4, 5] * 20)

    assert not result.applicable
    assert "不足两位" in result.note


def test_invented_numbers_stand_out():
    rng = np.random.default_rng(3)
    counted = rng.integers(10, 1000, 300)

    rounded = digit_test(counted // 10 * 10)

    assert digit_test(counted).pvalue > 0.01
    assert rounded.applicable
    assert rounded.pvalue < 1e-12


def test_growing_numbers_follow_benford():
    numbers = (1.05 ** np.arange(50, 400)).astype(int)

    assert digit_test(numbers, kind="first").pvalue > 0.9
    assert digit_test(np.arange(100, 1000), kind="first").pvalue < 1e-9


def test_zero_has_a_last_digit_and_no_first():
    assert digit_test([0, 10]).counts[0] == 2
    assert digit_test([0, 10], kind="first").n == 1


def test_no_numbers_give_no_evidence():
    result = digit_test([])

    assert (result.n, result.statistic, result.pvalue, result.applicable) == (0, 0, 1, False)


def test_it_becomes_a_frame_with_a_row_a_digit():
    assert digit_test([11], kind="first").to_frame()["digit"].tolist() == list(range(1, 10))
    assert digit_test([11]).to_frame()["count"].tolist() == [0, 1, 0, 0, 0, 0, 0, 0, 0, 0]


def test_it_refuses_what_is_no_count():
    with pytest.raises(CountError):
        digit_test([3, -5])
    with pytest.raises(ChoiceError):
        digit_test([3], kind="middle")
