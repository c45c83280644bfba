"""One spelling for what people type many ways: spaces, full-width letters and digits, invisible marks."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time
from typing import Final

_HALF_WIDTH: Final = {
    full: full - 0xFEE0
    for first, last in ("０９", "ＡＺ", "ａｚ")
    for full in range(ord(first), ord(last) + 1)
}
_DASHES: Final = dict.fromkeys(map(ord, "－—–‐‑‒―−"), "-")
_BLANKS: Final = re.compile(r"\s+")
_HAN: Final = "\u3400-\u9fff\uf900-\ufaff（）、，：；“”·〇\U00020000-\U0003ffff"
_BLANK_IN_CHINESE: Final = re.compile(rf"(?<=[{_HAN}]) | (?=[{_HAN}])")
_NOTHING: Final = frozenset({"", "无", "没有", "/", "\\", "-", "--"})


def clean_text(value: object) -> str:
    """Return a cell's value as text in one spelling; an empty cell gives ``""``.

    Full-width digits and letters become half-width, punctuation stays as it is. Control and invisible
    characters go, runs of blanks (also U+3000) become one, and blanks beside Chinese characters go, because
    they are there to align (``张　三镇``). A number that is whole loses its ``.0``.
    """
    text = _write_value(value).translate(_HALF_WIDTH)
    if not text.isprintable():  # Nearly every cell is, and this is where most of the time would go.
        text = "".join(_keep_visible(symbol) for symbol in text)
    return _BLANK_IN_CHINESE.sub("", _BLANKS.sub(" ", text).strip())


def squeeze_text(value: object) -> str:
    """Return a cell's text without any blank, every compatible form folded (NFKC), in small letters."""
    folded = unicodedata.normalize("NFKC", clean_text(value))
    return _BLANKS.sub("", folded).lower()


def clean_code(value: object) -> str:
    """Return a code in one spelling: no blanks, half-width, plain hyphens, capitals; ``""`` for none."""
    code = _BLANKS.sub("", clean_text(value)).translate(_DASHES).upper()
    return "" if code in _NOTHING else code


def is_nothing(value: object) -> bool:
    """Whether a cell says that there is nothing: empty, ``无``, ``/`` or a dash of any kind and length."""
    text = squeeze_text(value).translate(_DASHES)
    return text in _NOTHING or not text.strip("-")


def _write_value(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def _keep_visible(symbol: str) -> str:
    category = unicodedata.category(symbol)
    if category == "Cf":
        return ""
    # Lone surrogates cannot be stored, and control characters would break a printed line.
    return " " if category in {"Cc", "Cs"} or symbol.isspace() else symbol
