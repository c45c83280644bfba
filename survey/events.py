"""The administration log: who did what, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.models import Event

LONGEST_TEXT = 300


@dataclass(frozen=True, kw_only=True)
class Deed:
    """Who acts, why and when; it goes with every step of the administration that is logged.

    ``actor`` is the user of the operating system for a command. ``reason`` may be empty.
    """

    actor: str
    reason: str
    moment: datetime


def record_event(session: Session, deed: Deed, *, action: str, subject: str) -> None:
    """Add a line to the log; texts longer than 300 characters are cut."""
    session.add(
        Event(
            moment=deed.moment,
            actor=deed.actor[:100],
            action=action,
            subject=subject[:LONGEST_TEXT],
            reason=deed.reason[:LONGEST_TEXT],
        )
    )
    session.flush()


def list_events(session: Session) -> Sequence[Event]:
    """Return the whole log, the oldest line first."""
    return session.scalars(select(Event).order_by(Event.id)).all()
