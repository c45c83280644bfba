"""Read a number of people the way offices write it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time
from typing import Final

from survey.unitlist.spelling import is_nothing, squeeze_text

HIGHEST: Final = 99_999
"""No unit has more people of one group; a larger number is a slip of the pen."""

_NOBODY: Final = frozenset({"零", "〇", "无人", "没有人"})
_UNIT_WORD: Final = re.compile(r"[人名个位]$")
_THOUSANDS: Final = re.compile(r"(?<=\d),(?=\d{3}(?:\D|$))")
_NUMBER: Final = re.compile(r"[+-]?\d+(?:\.\d+)?", re.ASCII)
_ERRORS: Final = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#SPILL!"})


@dataclass(frozen=True)
class Unsolved:
    """A formula whose result is neither stored in the file nor simple enough to be worked out."""

    formula: str

    def __str__(self) -> str:
        return self.formula


class HeadcountError(ValueError):
    """A cell that is no number of people; ``code`` says why, as the part of a sentence's code."""

    def __init__(self, code: str) -> None:
        super().__init__(f"not a headcount: {code}")
        self.code = code


def read_headcount(value: object, *, highest: int = HIGHEST) -> int:
    """Return the number of people, 0 to ``highest``, that a cell gives; nothing (blank, ``/``, ``无``) is 0.

    ``35人``, ``３５``, ``35.0`` and ``1,234`` are read. Raises HeadcountError with the code ``negative``,
    ``fraction``, ``text``, ``absurd``, ``date``, ``error`` or ``formula``; nothing is ever rounded or guessed.
    """
    if isinstance(value, Unsolved):
        raise HeadcountError("formula")
    if isinstance(value, date | time):
        raise HeadcountError("date")
    if isinstance(value, bool):
        raise HeadcountError("text")
    if isinstance(value, int | float):
        return _check_number(float(value), highest)
    return _read_text(value, highest)


def is_error_value(value: object) -> bool:
    """Whether a cell shows one of Excel's error values, such as ``#REF!``."""
    return isinstance(value, str) and value.strip() in _ERRORS


def _read_text(value: object, highest: int) -> int:
    if is_error_value(value):
        raise HeadcountError("error")
    text = squeeze_text(value)
    if is_nothing(text) or text in _NOBODY:
        return 0
    text = _THOUSANDS.sub("", _UNIT_WORD.sub("", text)).replace("−", "-")
    if not _NUMBER.fullmatch(text):
        raise HeadcountError("text")
    return _check_number(float(text), highest)


def _check_number(number: float, highest: int) -> int:
    if number < 0:
        raise HeadcountError("negative")
    if not number <= highest:  # Also true of a number that is not a number.
        raise HeadcountError("absurd")
    if not number.is_integer():
        raise HeadcountError("fraction")
    return int(number)
