"""Devices and hours of arrival, counted by unit beside the answers and never with them.

They are evidence for integrity flags: many answers from one device, many in one hour. A device is hashed
with a key of the installation and one of the wave; at closing the devices become two numbers a unit and
the wave's key is destroyed with them (docs/decisions/0040).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Subquery, case, delete, func, insert, select, tuple_, update
from sqlalchemy.orm import Session

from survey.db import add_counts
from survey.models import Arrival, Collector, DeviceKey, DeviceShare, DeviceUse
from survey.models.base import table_of

_HOUR: Final = 60 * 60
_ARRIVALS = table_of(Arrival)
_USES = table_of(DeviceUse)
_SHARES = table_of(DeviceShare)
_COLLECTORS = table_of(Collector)


@dataclass(frozen=True, kw_only=True)
class UnitShare:
    """Of a unit's ``answers`` from devices with a number, ``repeated`` shared their device with another."""

    unit_id: int
    answers: int
    repeated: int


@dataclass(frozen=True, kw_only=True)
class UnitHour:
    """``n`` answers of a unit that arrived in one hour, counted from 1970 in UTC."""

    unit_id: int
    hour: int
    n: int


def hash_device(signing_key: str, number: str) -> bytes:
    """Return a browser's number hashed with the installation's key, 32 bytes: it leaves no page in clear."""
    return hmac.digest(signing_key.encode(), f"device-use|{number}".encode(), hashlib.sha256)


def make_key(session: Session, wave_id: int) -> None:
    """Give a wave the key that its devices are hashed with."""
    session.add(DeviceKey(wave_id=wave_id, secret=secrets.token_bytes(32)))


def count_arrival(session: Session, wave_id: int, unit_id: int, now: datetime) -> None:
    """Count one answer of a unit in the present hour."""
    hour = int(now.timestamp()) // _HOUR
    add_counts(session, _ARRIVALS, [{"wave_id": wave_id, "unit_id": unit_id, "hour": hour, "n": 1}], ["n"])


def count_device(session: Session, wave_id: int, unit_id: int, *, secret: bytes, device: bytes) -> None:
    """Count one answer of a unit on its device, under a hash that ``secret`` keys for the wave alone."""
    keyed = hmac.digest(secret, device, hashlib.sha256)[:16]
    add_counts(session, _USES, [{"wave_id": wave_id, "unit_id": unit_id, "device": keyed, "n": 1}], ["n"])


def renew_rows(session: Session, collector_ids: Iterable[int]) -> None:
    """Write the counts of some collectors' units anew, so that no row still names the commit of an answer.

    PostgreSQL keeps in each row which transaction wrote it, and a slip that was used keeps the same one. The
    caller is the mixer, whose own transaction is named instead.
    """
    places = select(_COLLECTORS.c.wave_id, _COLLECTORS.c.unit_id).where(_COLLECTORS.c.id.in_(collector_ids))
    for table in (_ARRIVALS, _USES):
        of_units = tuple_(table.c.wave_id, table.c.unit_id).in_(places)
        session.execute(update(table).where(of_units).values(n=table.c.n))


def settle_devices(session: Session, wave_id: int) -> None:
    """Keep of a wave's devices each unit's share alone, and destroy the devices and their key."""
    shares = _select_shares(wave_id)
    columns = ["wave_id", "unit_id", "answers", "repeated"]
    session.execute(insert(_SHARES).from_select(columns, select(*(shares.c[name] for name in columns))))
    session.execute(delete(DeviceUse).where(DeviceUse.wave_id == wave_id))
    session.execute(delete(DeviceKey).where(DeviceKey.wave_id == wave_id))


def list_shares(session: Session, wave_id: int) -> list[UnitShare]:
    """Return the shares of a wave's units, of an open wave as they are now; units without devices have none."""
    live = _select_shares(wave_id)
    kept = select(_SHARES.c.unit_id, _SHARES.c.answers, _SHARES.c.repeated)
    rows = [
        *session.execute(kept.where(_SHARES.c.wave_id == wave_id)),
        *session.execute(select(live.c.unit_id, live.c.answers, live.c.repeated)),
    ]
    return [UnitShare(unit_id=unit_id, answers=n, repeated=repeated) for unit_id, n, repeated in rows]


def list_hours(session: Session, wave_id: int) -> list[UnitHour]:
    """Return how many answers arrived in each unit and hour that had any."""
    rows = session.execute(
        select(_ARRIVALS.c.unit_id, _ARRIVALS.c.hour, _ARRIVALS.c.n).where(_ARRIVALS.c.wave_id == wave_id)
    )
    return [UnitHour(unit_id=unit_id, hour=hour, n=n) for unit_id, hour, n in rows]


def _select_shares(wave_id: int) -> Subquery:
    repeated = case((_USES.c.n > 1, _USES.c.n), else_=0)
    return (
        select(
            _USES.c.wave_id,
            _USES.c.unit_id,
            func.sum(_USES.c.n).label("answers"),
            func.sum(repeated).label("repeated"),
        )
        .where(_USES.c.wave_id == wave_id)
        .group_by(_USES.c.wave_id, _USES.c.unit_id)
        .subquery()
    )
