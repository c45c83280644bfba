"""Do the digits of reported numbers look counted or invented: last digit, and Benford's first digit.

Sources: Judge & Schechter 2009, J Hum Resour 44:1-24 (Benford's law in survey data); Benford 1938,
Proc Am Philos Soc 78:551-572. Checked against R's stats::chisq.test.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from .counts import Floats, Integers, check_choice, whole_numbers

LEAST_EXPECTED = 5
"""A chi-square test needs this many expected in every class."""


@dataclass(frozen=True, kw_only=True)
class DigitTest:
    """A chi-square test of digits. `counts` has one entry a digit, 0-9 (last) or 1-9 (first).

    `statistic` is 0 and `pvalue` 1 where there is no number to test. `applicable` says whether the
    test may be read; where it may not, `note` says why.
    """

    statistic: float
    pvalue: float
    df: int
    n: int
    counts: tuple[int, ...]
    method: str
    applicable: bool
    note: str

    def to_frame(self) -> pd.DataFrame:
        """Return one row a digit with its count, beside the figures of the test."""
        figures = {name: value for name, value in vars(self).items() if name != "counts"}
        first = 10 - len(self.counts)
        digits = range(first, first + len(self.counts))
        return pd.DataFrame({"digit": digits, "count": self.counts}).assign(**figures)


def digit_test(values: ArrayLike, *, kind: str = "last") -> DigitTest:
    """Test whether the last digits are uniform, or the first digits follow Benford's law.

    `values` are whole numbers, none negative (raises CountError); `kind` is "last" or "first". Zero has
    no first digit and is left out there. Readable only for numbers people counted (days, persons, yuan),
    never for codes or scales: half of them must have two digits at least, and every digit be expected
    5 times. Rounding to tens is honest and shows here too, so a small P-value is no proof of invention.
    """
    check_choice("kind", kind, _KINDS)
    numbers = whole_numbers("values", values).ravel()
    digits, shares = _last_digits(numbers) if kind == "last" else _first_digits(numbers)
    counts = np.bincount(digits, minlength=10)[10 - len(shares) :]
    statistic, pvalue = _chi_square(counts, shares)
    note = _obstacle(numbers, counts, shares)
    return DigitTest(
        statistic=statistic,
        pvalue=pvalue,
        df=len(shares) - 1,
        n=int(counts.sum()),
        counts=tuple(int(count) for count in counts),
        method=_KINDS[kind],
        applicable=not note,
        note=note,
    )


def _last_digits(numbers: Integers) -> tuple[Integers, Floats]:
    return numbers % 10, np.full(10, 0.1)


def _first_digits(numbers: Integers) -> tuple[Integers, Floats]:
    positive = numbers[numbers > 0]
    leading = np.array([int(str(number)[0]) for number in positive], dtype=np.int64)
    return leading, np.log10(1 + 1 / np.arange(1, 10))


def _chi_square(counts: Integers, shares: Floats) -> tuple[float, float]:
    n = counts.sum()
    if n == 0:
        return 0.0, 1.0
    statistic = float(((counts - n * shares) ** 2 / (n * shares)).sum())
    return statistic, float(stats.chi2.sf(statistic, len(shares) - 1))


def _obstacle(numbers: Integers, counts: Integers, shares: Floats) -> str:
    """Return why the test may not be read, or an empty text."""
    if counts.sum() * shares.min() < LEAST_EXPECTED:
        return "数字太少：每个数位的期望次数应不少于 5，检验结果不可采用。"
    if 2 * (numbers >= 10).sum() < len(numbers):
        return "多数数字不足两位，检验结果不可采用。"
    return ""


_KINDS = {"last": "last-digit-uniform", "first": "first-digit-benford"}
