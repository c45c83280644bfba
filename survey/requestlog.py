"""The request log: who did what to the offices' pages, and next to nothing about those who answer.

A request to a page for respondents leaves its method, its status and the hour, in a file of its own: neither
code nor collector, unit, size, client or finer time, whose order beside other lines would be a time again.
Pages for those who log in leave the second, the route and a hash of the address with a salt of the day. No
line has a query, a cookie, a form or an address in clear. Errors leave their type and place, never a message.
"""

from __future__ import annotations

import logging
import traceback
from types import TracebackType
from typing import TypeAlias

from flask import Flask, Response, request

from survey.clock import CHINA, now
from survey.config import Settings
from survey.logfiles import DailyFile, DailySalt

_ExcInfo: TypeAlias = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)

# Whatever is not named here is logged coarsely, so that a new page for respondents is safe unasked.
NAMED_FACES = frozenset({"accounts", "api", "office", "unit"})
_MOST_FRAMES = 12


def init_app(app: Flask, settings: Settings) -> None:
    """Log every request to ``app``; the files are opened with the first line."""
    log = RequestLog(settings)
    app.extensions["requestlog"] = log
    app.after_request(log.write_request)
    app.log_exception = log.write_error  # type: ignore[method-assign]  # The one place where Flask logs messages.


class RequestLog:
    """The three logs of an installation: ``requests``, ``answers`` and ``errors``."""

    def __init__(self, settings: Settings) -> None:
        folder = settings.instance_path / "logs"
        self._requests = _make_logger(DailyFile(folder, "requests", days=settings.log_days))
        self._answers = _make_logger(DailyFile(folder, "answers", days=settings.log_days))
        self._errors = _make_logger(
            DailyFile(folder, "errors", days=settings.log_days), logging.StreamHandler()
        )
        self._salt = DailySalt(settings.instance_path / "keys")

    def write_request(self, response: Response) -> Response:
        """Add the line of the present request, and pass its reply on."""
        if (request.blueprint or "").partition(".")[0] in NAMED_FACES:
            self._requests.info(self._describe_finely(response))
        else:
            self._answers.info("%s %s %d", show_hour(), _name_method(), response.status_code)
        return response

    def write_error(self, exc_info: _ExcInfo) -> None:
        """Add the line of an exception that nobody handled."""
        error = exc_info[1]
        if error is not None:
            self._errors.error("%s %s %s", show_hour(), request.endpoint or "-", describe_error(error))

    def close(self) -> None:
        """Give the files back to the operating system."""
        for logger in (self._requests, self._answers, self._errors):
            for handler in logger.handlers:
                handler.close()

    def _describe_finely(self, response: Response) -> str:
        moment = now()
        client = self._salt.hash_text(request.remote_addr or "", moment)
        route = request.url_rule.rule if request.url_rule else "-"
        second = moment.astimezone(CHINA).isoformat(timespec="seconds")
        return f"{second} {client} {_name_method()} {route} {response.status_code}"


def show_hour() -> str:
    """Return the present hour, China time: ``2026-12-01T08``."""
    return f"{now().astimezone(CHINA):%Y-%m-%dT%H}"


def describe_error(error: BaseException) -> str:
    """Return the type of an error and of its causes with their places: no message, no value, no source line."""
    parts = []
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        parts.append(f"{type(link).__module__}.{type(link).__qualname__} @ {_show_places(link)}")
        link = link.__cause__ or link.__context__
    return " <- ".join(parts)


def _show_places(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)[-_MOST_FRAMES:]
    return " ".join(
        f"{'/'.join(frame.filename.split('/')[-2:])}:{frame.lineno}:{frame.name}"
        for frame in reversed(frames)
    )


def _name_method() -> str:
    # A made-up method could carry any text into the log.
    return request.method if request.method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE") else "OTHER"


def _make_logger(*handlers: logging.Handler) -> logging.Logger:
    # Not from the common register: several applications in one process would share their files.
    logger = logging.Logger("survey.requests", logging.INFO)
    for handler in handlers:
        logger.addHandler(handler)
    return logger
