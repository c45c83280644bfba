"""Taking an answer in: once per submission, never past the headcount, never for a wave that is not open.

The caller commits. What raises RefusedError leaves nothing behind, because the transaction is rolled back.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import Connection, Row, bindparam, insert, or_, select, update
from sqlalchemy.orm import Session

from survey.collectors import Doorway
from survey.db import insert_new
from survey.errors import SurveyError
from survey.models import Collector, DeviceKey, InboxEntry, Receipt, Slip, Wave
from survey.models.base import table_of
from survey.sealing import seal_answers
from survey.usage import count_arrival, count_device
from survey.words import CollectorKind, SlipState, WaveState


class RefusedError(SurveyError):
    """An answer that cannot be taken; ``doorway`` says what the respondent meets instead."""

    def __init__(self, doorway: Doorway) -> None:
        super().__init__(f"answer refused: {doorway.value}")
        self.doorway = doorway


class SlipSpentError(SurveyError):
    """A slip that lets nobody answer any more: used, or voided since its holder began."""

    def __init__(self) -> None:
        super().__init__("slip refused")


@dataclass(frozen=True, kw_only=True)
class Submission:
    """One filled form: where it came in, its own id, and the checked answers.

    ``slip`` is the digest of the slip it came with; None at an open collector. ``device`` is a keyed hash of
    the browser's number, None for a browser that kept none.
    """

    collector_id: int
    submission_id: str
    sheet: str
    comments: Mapping[str, str]
    slip: bytes | None = None
    device: bytes | None = None


_WaveRow: TypeAlias = Row[int, WaveState, datetime, datetime, bytes, int, bytes | None]

_COLLECTORS = table_of(Collector)
_WAVES = table_of(Wave)
_INBOX = table_of(InboxEntry)
_RECEIPTS = table_of(Receipt)
_SLIPS = table_of(Slip)
_DEVICE_KEYS = table_of(DeviceKey)

# Built once: putting a statement together costs more than running it, and this is the busiest path of all.
# FOR SHARE makes a closing wave wait for answers on their way in, and answers wait for a closing wave.
_FIND_WAVE = (
    select(
        _WAVES.c.id,
        _WAVES.c.state,
        _WAVES.c.opens_at,
        _WAVES.c.closes_at,
        _WAVES.c.seal_key,
        _COLLECTORS.c.unit_id,
        _DEVICE_KEYS.c.secret,
    )
    .select_from(_WAVES)
    .join(_COLLECTORS, _COLLECTORS.c.wave_id == _WAVES.c.id)
    .outerjoin(_DEVICE_KEYS, _DEVICE_KEYS.c.wave_id == _WAVES.c.id)
    .where(_COLLECTORS.c.id == bindparam("collector_id"))
    .with_for_update(read=True, of=_WAVES)
)
# Condition and change are one statement, so its row count decides even in a race for the same slip.
_SPEND_SLIP = (
    update(_SLIPS)
    .where(
        _SLIPS.c.scan_digest == bindparam("slip"),
        _SLIPS.c.collector_id == bindparam("at_collector"),
        _SLIPS.c.state == SlipState.UNUSED,
    )
    .values(state=SlipState.USED)
)
# Likewise in a race for the last place. The kind keeps everybody without a slip out of a collector of slips.
_COUNT_ANSWER = (
    update(_COLLECTORS)
    .where(
        _COLLECTORS.c.id == bindparam("collector_id"),
        _COLLECTORS.c.kind == bindparam("at_kind"),
        or_(_COLLECTORS.c.headcount.is_(None), _COLLECTORS.c.accepted < _COLLECTORS.c.headcount),
    )
    .values(accepted=_COLLECTORS.c.accepted + 1)
)
_ADD_ENTRY = insert(_INBOX)
_FIND_RECEIPT = select(_RECEIPTS.c.wave_id).where(_RECEIPTS.c.digest == bindparam("digest"))


def save_response(session: Session, submission: Submission, now: datetime) -> bool:
    """Take an answer in; return False when the same submission was taken in before.

    A submission that comes again is answered the same way even after the wave has closed, so that a person
    whose reply was lost learns that the answer was kept. Raises RefusedError when it is too early or too
    late, or when as many people have answered as there are, and SlipSpentError for a slip that is not unused.
    """
    connection = session.connection()
    wave = connection.execute(_FIND_WAVE, {"collector_id": submission.collector_id}).one()
    receipt = {"digest": _digest_id(submission.submission_id), "wave_id": wave.id}
    if not insert_new(session, _RECEIPTS, receipt):
        return False
    _require_time(wave, now)
    _take_place(connection, submission)
    connection.execute(_ADD_ENTRY, _make_entry(wave, submission))
    _count_use(session, wave, submission, now)
    return True


def is_received(session: Session, submission_id: str) -> bool:
    """Whether an answer with this submission id was taken in."""
    return session.scalar(_FIND_RECEIPT, {"digest": _digest_id(submission_id)}) is not None


def _require_time(wave: _WaveRow, now: datetime) -> None:
    if wave.state is not WaveState.OPEN or now >= wave.closes_at:
        raise RefusedError(Doorway.CLOSED)
    if now < wave.opens_at:
        raise RefusedError(Doorway.EARLY)


def _take_place(connection: Connection, submission: Submission) -> None:
    if submission.slip is not None:
        slip = {"slip": submission.slip, "at_collector": submission.collector_id}
        if connection.execute(_SPEND_SLIP, slip).rowcount != 1:
            raise SlipSpentError
    kind = CollectorKind.OPEN if submission.slip is None else CollectorKind.SLIP
    place = {"collector_id": submission.collector_id, "at_kind": kind}
    if connection.execute(_COUNT_ANSWER, place).rowcount != 1:
        raise RefusedError(Doorway.FULL)


def _count_use(session: Session, wave: _WaveRow, submission: Submission, now: datetime) -> None:
    count_arrival(session, wave.id, wave.unit_id, now)
    if submission.device is not None and wave.secret is not None:
        count_device(session, wave.id, wave.unit_id, secret=wave.secret, device=submission.device)


def _make_entry(wave: _WaveRow, submission: Submission) -> dict[str, object]:
    return {
        "id": secrets.token_bytes(16),
        "wave_id": wave.id,
        "wave_state": WaveState.OPEN,
        "collector_id": submission.collector_id,
        "payload": seal_answers(wave.seal_key, submission.sheet, submission.comments),
    }


def _digest_id(submission_id: str) -> bytes:
    return hashlib.sha256(submission_id.encode()).digest()
