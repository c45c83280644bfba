"""Slips: one person's code each, without a name, without a time and without a trace of what was answered."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.base import Base, word_column
from survey.words import SlipState


class Slip(Base):
    """答题卡片: what is kept of one printed slip.

    ``scan_digest`` is the SHA-256 of the 128 random bits that the QR code carries; ``selector`` and
    ``verifier`` (Argon2id) belong to the code that is typed. ``run`` numbers the print runs of a collector.

    Every slip that is not void holds one of the places 1 to ``headcount`` of its collector, alone: so the
    database itself refuses more live and used slips than there are people. Places are dealt at random.
    """

    __tablename__ = "slips"

    scan_digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    collector_id: Mapped[int]
    headcount: Mapped[int]
    place: Mapped[int | None]
    selector: Mapped[str] = mapped_column(String(5), unique=True)
    verifier: Mapped[str] = mapped_column(String(120))
    state: Mapped[SlipState] = mapped_column(word_column(SlipState))
    run: Mapped[int]

    __table_args__ = (
        ForeignKeyConstraint(
            ["collector_id", "headcount"], ["collectors.id", "collectors.headcount"], onupdate="CASCADE"
        ),
        UniqueConstraint("collector_id", "place"),
        CheckConstraint("place >= 1 AND place <= headcount", name="place_within_headcount"),
        CheckConstraint("(state = 'void') = (place IS NULL)", name="place_unless_void"),
        CheckConstraint("run >= 1", name="run_positive"),
        {"sqlite_with_rowid": False},
    )
