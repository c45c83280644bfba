"""What gunicorn says, without addresses, paths, messages of errors, or times finer than the hour."""

from __future__ import annotations

import logging

from gunicorn.config import Config
from gunicorn.glogging import Logger

from survey.requestlog import describe_error

_TELLING = ("Error handling request", "Invalid request")
"""Beginnings of gunicorn's sentences that go on with an address or with what a client sent."""


class ServerLog(Logger):
    """gunicorn's own log, made forgetful."""

    datefmt = r"[%Y-%m-%dT%H]"

    def setup(self, cfg: Config) -> None:
        """Set the log up and let every record pass through ``forget_details``."""
        super().setup(cfg)
        self.error_log.addFilter(forget_details)


def forget_details(record: logging.LogRecord) -> bool:
    """Take out of a record what a client sent, and of an exception all but its type and place."""
    for beginning in _TELLING:
        if str(record.msg).startswith(beginning):
            record.msg, record.args = beginning, ()
    if record.exc_info and record.exc_info[1] is not None:
        record.msg = f"{record.getMessage()}: {describe_error(record.exc_info[1])}".replace("%", "%%")
        record.args, record.exc_info, record.exc_text = (), None, None
    return True
