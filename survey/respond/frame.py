"""The frame of every page: its language, its files and filters, and what it says when a request fails."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.dates import format_date
from babel.lists import format_list
from flask import Flask, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_babel import get_locale
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException, SecurityError

from questionnaires import Text
from survey.clock import CHINA
from survey.language import CHINESE, ENGLISH
from survey.words import Group, name_word

RETRY_SECONDS = 10
"""How long a browser is asked to wait before it tries a troubled server again."""

KNOWN_TROUBLES = (400, 404, 405, 413, 500, 503)
"""The statuses with words of their own; any other is told as 400 (the visitor's) or 500 (the server's)."""

DATABASE_TROUBLES = (OperationalError, PoolTimeoutError)
"""What is raised while the database is locked, full, read-only or away: trying again later may help."""


def init_app(app: Flask) -> None:
    """Give the templates of ``app`` their words and files, and every failed request its page."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.add_template_filter(say_text, "say")
    app.add_template_filter(say_group, "group")
    app.add_template_filter(name_alternatives, "alternatives")
    app.add_template_filter(show_time, "time")
    app.add_template_filter(show_end, "end")
    app.add_template_global(asset_url)
    app.context_processor(describe_page)
    app.after_request(gather_file)
    app.register_error_handler(HTTPException, show_trouble)
    for trouble in DATABASE_TROUBLES:
        app.register_error_handler(trouble, show_database_trouble)


def page_language() -> str:
    """Return the code of the language that the present page is written in: ``zh`` or ``en``."""
    locale = get_locale()
    return ENGLISH if locale is not None and locale.language == ENGLISH else CHINESE


def describe_page() -> dict[str, object]:
    """Return what every template may use: the page's language and the installation's settings."""
    language = page_language()
    return {
        "language": language,
        "other_language": CHINESE if language == ENGLISH else ENGLISH,
        "html_language": "zh-CN" if language == CHINESE else language,
        "site": current_app.extensions["settings"],
    }


def say_text(text: Text) -> str:
    """Return a questionnaire's text in the page's language."""
    return text.read("en" if page_language() == ENGLISH else "zh")


def say_group(group: Group) -> str:
    """Return a group's name in the page's language."""
    return name_word(group, page_language())


def name_alternatives(texts: Sequence[Text]) -> str:
    """Return texts as a list of alternatives in quotation marks: ``“有”或“没有”``."""
    return format_list([f"“{say_text(text)}”" for text in texts], "or", locale=get_locale())


def show_time(moment: datetime) -> str:
    """Return a moment in China time: ``2026年12月1日 18:00`` or ``1 December 2026, 18:00``."""
    local = moment.astimezone(CHINA)
    if page_language() == ENGLISH:
        return f"{_show_day(local)}, {local:%H:%M}"
    return f"{_show_day(local)} {local:%H:%M}"


def show_end(moment: datetime) -> str:
    """Return the end of a period; midnight is told as 24:00 of the day before, as people read deadlines."""
    local = moment.astimezone(CHINA)
    if (local.hour, local.minute) != (0, 0):
        return show_time(moment)
    return show_time(moment - timedelta(days=1)).removesuffix("00:00") + "24:00"


def asset_url(name: str) -> str:
    """Return the address of a static file, with a mark of its content so that browsers may keep it."""
    return url_for("static", filename=name, v=_mark_content(Path(current_app.static_folder or "") / name))


def gather_file(response: Response) -> Response:
    """Take a static file into memory: Flask-Compress leaves files that it streams open, and never uses gzip."""
    if request.endpoint == "static" and response.is_streamed:
        response.direct_passthrough = False
        response.make_sequence()
    return response


def show_trouble(error: HTTPException) -> ResponseReturnValue:
    """Answer a failed request with a page in the common frame; redirections pass unchanged."""
    status = error.code or 500
    if status < 400:
        return error.get_response()
    if isinstance(error, SecurityError):
        # Asked under a foreign host name, Flask can make no addresses, so the frame cannot be drawn.
        return "请求的主机名不属于本站。", status, {"Content-Type": "text/plain; charset=utf-8"}
    body = render_trouble("trouble.html", status)
    return body, status, _trouble_headers(error, status)


def show_database_trouble(_error: Exception) -> ResponseReturnValue:
    """Answer a request that the database could not serve now."""
    return render_trouble("trouble.html", 503), 503, {"Retry-After": str(RETRY_SECONDS)}


def render_trouble(template: str, status: int, **values: Any) -> str:
    """Return a page about a failed request."""
    fallback = 400 if status < 500 else 500
    trouble = status if status in KNOWN_TROUBLES else fallback
    return render_template(template, trouble=trouble, **values)


def _show_day(local: datetime) -> str:
    # The long English form of Babel puts the month first; a county office writes the day first.
    pattern = "d MMMM y" if page_language() == ENGLISH else "long"
    return format_date(local.date(), pattern, locale=get_locale())


def _trouble_headers(error: HTTPException, status: int) -> dict[str, str]:
    kept = {name: value for name, value in error.get_response().headers.items() if name == "Allow"}
    return kept | ({"Retry-After": str(RETRY_SECONDS)} if status == 503 else {})


@lru_cache(maxsize=256)
def _mark_content(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:8]
