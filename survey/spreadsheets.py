"""Values that a spreadsheet will open: text must stay text."""

from __future__ import annotations

from typing import Any, Final

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")


def guard_text(value: Any) -> Any:
    """Return text that a spreadsheet would run as a formula behind an apostrophe, anything else as it is."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value
