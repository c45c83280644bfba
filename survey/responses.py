"""Taking an answer in: once per submission, never past the headcount, never for a wave that is not open.

The caller commits. What raises RefusedError leaves nothing behind, because the transaction is rolled back.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, bindparam, insert, or_, select, update
from sqlalchemy.orm import Session

from survey.collectors import Doorway
from survey.db import insert_new
from survey.errors import SurveyError
from survey.models import Collector, InboxEntry, Receipt, Wave
from survey.models.base import table_of
from survey.words import WaveState


class RefusedError(SurveyError):
    """An answer that cannot be taken; ``doorway`` says what the respondent meets instead."""

    def __init__(self, doorway: Doorway) -> None:
        super().__init__(f"answer refused: {doorway.value}")
        self.doorway = doorway


@dataclass(frozen=True, kw_only=True)
class Submission:
    """One filled form: where it came in, its own id, and the checked answers."""

    collector_id: int
    submission_id: str
    sheet: str
    comments: Mapping[str, str]


_COLLECTORS = table_of(Collector)
_WAVES = table_of(Wave)
_INBOX = table_of(InboxEntry)
_RECEIPTS = table_of(Receipt)

# Built once: putting a statement together costs more than running it, and this is the busiest path of all.
# FOR SHARE makes a closing wave wait for answers on their way in, and answers wait for a closing wave.
_FIND_WAVE = (
    select(_WAVES.c.id, _WAVES.c.state, _WAVES.c.opens_at, _WAVES.c.closes_at)
    .join(_COLLECTORS, _COLLECTORS.c.wave_id == _WAVES.c.id)
    .where(_COLLECTORS.c.id == bindparam("collector_id"))
    .with_for_update(read=True, of=_WAVES)
)
# The condition and the sum are one statement, so its row count decides even in a race for the last place.
_COUNT_ANSWER = (
    update(_COLLECTORS)
    .where(
        _COLLECTORS.c.id == bindparam("collector_id"),
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
    late, or when as many people have answered as there are.
    """
    connection = session.connection()
    wave = connection.execute(_FIND_WAVE, {"collector_id": submission.collector_id}).one()
    receipt = {"digest": _digest_id(submission.submission_id), "wave_id": wave.id}
    if not insert_new(session, _RECEIPTS, receipt):
        return False
    _require_time(wave, now)
    counted = connection.execute(_COUNT_ANSWER, {"collector_id": submission.collector_id})
    if counted.rowcount != 1:
        raise RefusedError(Doorway.FULL)
    connection.execute(_ADD_ENTRY, _make_entry(wave.id, submission))
    return True


def is_received(session: Session, submission_id: str) -> bool:
    """Whether an answer with this submission id was taken in."""
    return session.scalar(_FIND_RECEIPT, {"digest": _digest_id(submission_id)}) is not None


def seal_answers(sheet: str, comments: Mapping[str, str]) -> bytes:
    """Return a sheet and its comments as the bytes that wait in the inbox."""
    return json.dumps([sheet, dict(comments)], ensure_ascii=False, separators=(",", ":")).encode()


def unseal_answers(payload: bytes) -> tuple[str, dict[str, str]]:
    """Return the sheet and the comments that ``seal_answers`` put together."""
    sheet, comments = json.loads(payload)
    return sheet, comments


def _require_time(wave: Row[int, WaveState, datetime, datetime], now: datetime) -> None:
    if wave.state is not WaveState.OPEN or now >= wave.closes_at:
        raise RefusedError(Doorway.CLOSED)
    if now < wave.opens_at:
        raise RefusedError(Doorway.EARLY)


def _make_entry(wave_id: int, submission: Submission) -> dict[str, object]:
    return {
        "id": secrets.token_bytes(16),
        "wave_id": wave_id,
        "wave_state": WaveState.OPEN,
        "collector_id": submission.collector_id,
        "payload": seal_answers(submission.sheet, submission.comments),
    }


def _digest_id(submission_id: str) -> bytes:
    return hashlib.sha256(submission_id.encode()).digest()
