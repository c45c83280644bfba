"""Wrong codes counted in coarse windows: of a device, near a collector, and of everybody.

The counts hold nobody back who has a right code, and they do not carry the security of the codes, which
are too long to guess (docs/decisions/0022). They keep a flood of wrong codes from crowding people out. No
address of a network is ever counted: a whole office shares one.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from survey.db import add_counts
from survey.models import WrongCode
from survey.models.base import table_of


class Scope(StrEnum):
    """What wrong codes are counted for."""

    DEVICE = "device"
    COLLECTOR = "collector"
    ALL = "all"


@dataclass(frozen=True, kw_only=True)
class Limit:
    """At most ``n`` wrong codes in a window of ``seconds``."""

    n: int
    seconds: int


LIMITS: Final = {
    Scope.DEVICE: Limit(n=10, seconds=600),
    Scope.COLLECTOR: Limit(n=60, seconds=600),
    Scope.ALL: Limit(n=100, seconds=10),
}
"""Ten of a device and sixty near a collector in ten minutes, ten a second of everybody."""


@dataclass(frozen=True)
class Counter:
    """One count: its scope, and which device or collector as a keyed hash of 16 bytes."""

    scope: Scope
    key: bytes


_WRONG_CODES = table_of(WrongCode)


def name_counter(signing_key: str, scope: Scope, name: object = "") -> Counter:
    """Return the counter of a device or collector; only who has ``signing_key`` can tell which one it is."""
    message = f"wrong-codes|{scope}|{name}".encode()
    return Counter(scope, hmac.digest(signing_key.encode(), message, hashlib.sha256)[:16])


def is_exceeded(session: Session, counters: Sequence[Counter], now: datetime) -> bool:
    """Whether any of the counters has reached its limit in the present window."""
    return any(_read_count(session, counter, now) >= LIMITS[counter.scope].n for counter in counters)


def count_wrong(session: Session, counters: Sequence[Counter], now: datetime) -> None:
    """Count a wrong code on every counter, and forget the windows that are over."""
    for scope, limit in LIMITS.items():
        is_over = (WrongCode.scope == scope) & (WrongCode.window < _find_window(limit, now))
        session.execute(delete(WrongCode).where(is_over))
    rows = [
        {
            "scope": counter.scope,
            "key": counter.key,
            "window": _find_window(LIMITS[counter.scope], now),
            "n": 1,
        }
        for counter in counters
    ]
    add_counts(session, _WRONG_CODES, rows, ["n"])


def _read_count(session: Session, counter: Counter, now: datetime) -> int:
    window = _find_window(LIMITS[counter.scope], now)
    return (
        session.scalar(
            select(WrongCode.n).where(
                WrongCode.scope == counter.scope, WrongCode.key == counter.key, WrongCode.window == window
            )
        )
        or 0
    )


def _find_window(limit: Limit, now: datetime) -> int:
    return int(now.timestamp()) // limit.seconds
