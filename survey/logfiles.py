"""Log files: one a day and kind in the instance folder, for the owner alone, deleted when the law's time is over."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import re
import secrets
from datetime import date, datetime, timedelta
from pathlib import Path

from survey.clock import CHINA, now

_NAME = re.compile(r"[a-z]+-(\d{4}-\d{2}-\d{2})\.log")


class DailyFile(logging.Handler):
    """A handler that appends each record to ``<kind>-<day>.log``; several processes may write at once.

    A line is one write of less than a page to a file opened for appending, which no other write divides.
    """

    def __init__(self, folder: Path, kind: str, *, days: int) -> None:
        super().__init__()
        self._folder = folder
        self._kind = kind
        self._days = days
        self._day: date | None = None
        self._descriptor = -1

    def emit(self, record: logging.LogRecord) -> None:
        """Append the record's line."""
        # A full disk costs the line, never the answer that it is about.
        with contextlib.suppress(OSError):
            self._turn_to(now().astimezone(CHINA).date())
            os.write(self._descriptor, f"{self.format(record)}\n".encode())

    def close(self) -> None:
        """Give the file back to the operating system."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor, self._day = -1, None
        super().close()

    def _turn_to(self, day: date) -> None:
        if day == self._day:
            return
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor, self._day = -1, None
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / f"{self._kind}-{day.isoformat()}.log"
        self._descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._day = day
        delete_old(self._folder, before=day - timedelta(days=self._days))


def delete_old(folder: Path, *, before: date) -> None:
    """Delete the log files of the days before; other files stay."""
    for path in folder.iterdir():
        match = _NAME.fullmatch(path.name)
        if match and date.fromisoformat(match[1]) < before:
            path.unlink(missing_ok=True)


class DailySalt:
    """A secret of the day that all processes share; the file of an earlier day is deleted, and with it the way
    back from what was hashed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._day: date | None = None
        self._salt = b""

    def hash_text(self, text: str, moment: datetime) -> str:
        """Return 12 hexadecimal digits that are the same for equal texts of one day, and only of that day."""
        day = moment.astimezone(CHINA).date()
        if day != self._day:
            self._salt, self._day = self._read(day), day
        return hashlib.blake2b(text.encode(), key=self._salt, digest_size=6).hexdigest()

    def _read(self, day: date) -> bytes:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / f"log-{day.isoformat()}.salt"
        if not path.exists():
            self._make(path)
        for old in self._folder.glob("log-*.salt"):
            if old.name < path.name:
                old.unlink(missing_ok=True)
        return path.read_bytes()

    def _make(self, path: Path) -> None:
        partial = path.with_name(f".{secrets.token_hex(8)}")
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(32))
        # A link appears whole or not at all, and the first of several processes wins.
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(partial)
        partial.unlink()
