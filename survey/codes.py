"""Codes that people read off paper and type: an alphabet without look-alikes, and a check symbol.

The alphabet is the one of GB 32100-2015 (统一社会信用代码): digits and capitals without I, O, S, V and Z.
It has 31 symbols, a prime number, so one weighted sum modulo 31 finds every single wrong symbol and every
swap of two symbols at any distance, as long as a code is shorter than 31 symbols: the weights 1, 2, 3 …
are all different and none is 0 modulo 31.
"""

from __future__ import annotations

import secrets
import unicodedata
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUES: Final = {symbol: value for value, symbol in enumerate(ALPHABET)}
_LOOK_ALIKES: Final = str.maketrans({"I": "1", "O": "0", "S": "5", "V": "U", "Z": "2"})
_SEPARATORS: Final = str.maketrans("", "", " -\u2010\u2011\u2012\u2013\u2014\u3000\uff0d")


class DamagedCodeError(ValueError):
    """A code whose check symbol or length does not fit: mistyped, cut off or never issued."""

    def __init__(self, code: str) -> None:
        super().__init__(f"编码“{code}”不完整或有误，请对照纸面重新输入")
        self.code = code


def make_code(length: int) -> str:
    """Return a new random code of ``length`` symbols, the last of them the check symbol."""
    return complete_code(draw_symbols(length - 1))


def draw_symbols(length: int) -> str:
    """Return ``length`` random symbols without a check symbol."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def complete_code(body: str) -> str:
    """Return symbols of the alphabet with their check symbol at the end."""
    return body + _check_symbol(body)


def read_code(text: str, length: int) -> str:
    """Return the code that somebody typed or scanned, in its one canonical spelling.

    Case, spaces, hyphens, full-width symbols and the look-alikes I, O, S, V, Z are forgiven.
    Raises DamagedCodeError when the length or the check symbol does not fit.
    """
    code = unicodedata.normalize("NFKC", text).strip().upper().translate(_SEPARATORS).translate(_LOOK_ALIKES)
    is_whole = len(code) == length and all(symbol in _VALUES for symbol in code)
    if not is_whole or _check_symbol(code[:-1]) != code[-1]:
        raise DamagedCodeError(text)
    return code


def _check_symbol(body: str) -> str:
    # Weights start at 2 because the check symbol itself stands at weight 1.
    total = sum(weight * _VALUES[symbol] for weight, symbol in enumerate(reversed(body), start=2))
    return ALPHABET[-total % 31]
