"""The language of a page: Chinese unless its address says English.

The choice travels in the address, of forms too, because a webview may keep no cookies. The browser's own
preference is not asked: phones and office computers are often set to a language that their owner does not
read.
"""

from __future__ import annotations

from flask import request

CHINESE = "zh"
ENGLISH = "en"
LOCALES = {CHINESE: "zh_Hans_CN", ENGLISH: "en"}


def select_language() -> str:
    """Return the code of the language of the present request: ``zh`` or ``en``."""
    chosen = request.args.get("lang", CHINESE)
    return chosen if chosen in LOCALES else CHINESE


def select_locale() -> str:
    """Return Babel's name of the present request's language."""
    return LOCALES[select_language()]
