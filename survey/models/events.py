"""The administration log: who did what to the survey, and why. No answer and no code ever stands here."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from survey.db import Moment
from survey.models.base import Base


class Event(Base):
    """One step of the administration.

    ``actor`` is who took it (for a command, the user of the operating system), ``action`` a dotted name such
    as ``slips.print``, ``subject`` what it was done to, ``reason`` what the actor gave, empty for none.
    """

    __tablename__ = "events"

    id: Mapped[int] = mapped_column(primary_key=True)
    moment: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str] = mapped_column(String(100))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(300))
    reason: Mapped[str] = mapped_column(String(300))

    __table_args__ = (CheckConstraint("actor <> '' AND action <> ''", name="named"),)
