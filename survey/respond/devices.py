"""Submission ids: what makes a form that is sent twice count once, without the server knowing the device.

The browser keeps one random number. The id of the n-th person on that device is a digest of the number, the
collector and n, so a second tab, a reload and the back button carry the same id. The server stores neither
the number nor any table of devices: whether this device has answered is asked with the id itself.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Final

COOKIE: Final = "device"
LONGEST_LIFE: Final = 60 * 24 * 60 * 60
"""Seconds a device's number is kept at most: 60 days."""

MOST_PERSONS: Final = 9999
_DEVICE: Final = re.compile(r"[0-9a-f]{32}")
_SUBMISSION: Final = re.compile(r"[0-9a-f]{64}")


class DamagedFormError(ValueError):
    """A form whose submission id was cut off or altered on its way."""


def make_device() -> str:
    """Return a new random number of 128 bits, as 32 hexadecimal digits."""
    return secrets.token_hex(16)


def read_device(text: str) -> str | None:
    """Return the number that a browser sent; None when it is not one of ours."""
    return text if _DEVICE.fullmatch(text) else None


def read_submission(text: str) -> str:
    """Return a form's submission id; raise DamagedFormError when it is not 64 hexadecimal digits."""
    if not _SUBMISSION.fullmatch(text):
        raise DamagedFormError("submission id is not 64 hexadecimal digits")
    return text


def read_person(text: str) -> int:
    """Return which person on the device answers, from 1; anything unreadable means the first."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= len(str(MOST_PERSONS))
    return max(1, int(text)) if is_number else 1


def derive_submission(device: str, collector_id: int, person: int) -> str:
    """Return the submission id of the ``person``-th person on a device at one collector."""
    return hashlib.sha256(f"{device}|{collector_id}|{person}".encode()).hexdigest()


def derive_for_slip(device: str, slip: bytes) -> str:
    """Return the submission id of a slip on a device; from the slip alone nobody can tell it."""
    return hashlib.sha256(f"{device}|slip|{slip.hex()}".encode()).hexdigest()


def find_person(is_taken: Callable[[int], bool]) -> int:
    """Return the first person, from 1, who has not answered, when all before have.

    Doubles and then halves, so that a tablet on which hundreds have answered asks only a few times.
    """
    high = 1
    while high <= MOST_PERSONS and is_taken(high):
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if is_taken(middle) else (low, middle)
    return high


def measure_life(closes_at: datetime, now: datetime) -> int:
    """Return for how many seconds a device keeps its number: while the wave takes answers, 60 days at most."""
    return max(0, min(LONGEST_LIFE, int((closes_at - now).total_seconds())))
