"""Waves, what each asks, and the roster it was opened with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from survey.db import Moment
from survey.models.base import Base, word_column
from survey.words import CollectorKind, Group, UnitKind, WaveState


class Wave(Base):
    """调查轮次: one survey campaign.

    ``parameters`` are the local facts that its questionnaires name, such as the county. ``minimum_unit``
    and ``minimum_crossing`` are the least numbers of answers that a table shows. ``seal_key`` is the public
    key that answers are sealed to from the opening on; its private half is never in the database.
    """

    __tablename__ = "waves"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    state: Mapped[WaveState] = mapped_column(word_column(WaveState), default=WaveState.DRAFT)
    opens_at: Mapped[datetime] = mapped_column(Moment)
    closes_at: Mapped[datetime] = mapped_column(Moment)
    organiser: Mapped[str] = mapped_column(String(100))
    contact: Mapped[str] = mapped_column(String(100))
    parameters: Mapped[dict[str, str]] = mapped_column(JSON)
    minimum_unit: Mapped[int] = mapped_column(default=5)
    minimum_crossing: Mapped[int] = mapped_column(default=10)
    seal_key: Mapped[bytes | None] = mapped_column(LargeBinary(32))

    __table_args__ = (
        CheckConstraint("name <> ''", name="named"),
        CheckConstraint("opens_at < closes_at", name="opens_before_it_closes"),
        CheckConstraint("minimum_unit >= 3 AND minimum_crossing >= minimum_unit", name="minimum"),
        # The inbox refers to both columns, which is what keeps answers out of a wave that is not open.
        UniqueConstraint("id", "state"),
    )


class QuestionnaireVersion(Base):
    """A questionnaire in the canonical form in which some wave was opened; it never changes."""

    __tablename__ = "questionnaire_versions"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    content: Mapped[str]
    sheet_length: Mapped[int]

    __table_args__ = (
        CheckConstraint("sheet_length > 0", name="sheet_length_positive"),
        # Responses refer to both columns, which is what keeps every sheet at its version's length.
        UniqueConstraint("id", "sheet_length"),
    )


class WaveGroup(Base):
    """One group asked in a wave: the questionnaire it gets, its targets, and how it is reached."""

    __tablename__ = "wave_groups"

    wave_id: Mapped[int] = mapped_column(ForeignKey("waves.id"), primary_key=True)
    group: Mapped[Group] = mapped_column(word_column(Group), primary_key=True)
    collector_kind: Mapped[CollectorKind] = mapped_column(word_column(CollectorKind))
    target_satisfaction: Mapped[float] = mapped_column(default=1.0)
    target_awareness: Mapped[float] = mapped_column(default=1.0)
    version_id: Mapped[int | None] = mapped_column(ForeignKey("questionnaire_versions.id"))

    __table_args__ = (
        CheckConstraint("target_satisfaction > 0 AND target_satisfaction <= 1", name="target_satisfaction"),
        CheckConstraint("target_awareness > 0 AND target_awareness <= 1", name="target_awareness"),
    )


class CollectorChoice(Base):
    """How the group of one kind of unit is reached where it differs from the group elsewhere."""

    __tablename__ = "collector_choices"

    wave_id: Mapped[int] = mapped_column(primary_key=True)
    group: Mapped[Group] = mapped_column(word_column(Group), primary_key=True)
    unit_kind: Mapped[UnitKind] = mapped_column(word_column(UnitKind), primary_key=True)
    collector_kind: Mapped[CollectorKind] = mapped_column(word_column(CollectorKind))

    __table_args__ = (
        ForeignKeyConstraint(["wave_id", "group"], ["wave_groups.wave_id", "wave_groups.group"]),
    )


class WaveUnit(Base):
    """A unit as it was called and placed when the wave opened; later edits leave published tables alone."""

    __tablename__ = "wave_units"

    wave_id: Mapped[int] = mapped_column(ForeignKey("waves.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    kind: Mapped[UnitKind] = mapped_column(word_column(UnitKind))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    position: Mapped[int]


class Collector(Base):
    """收集渠道: wave × unit × group, one address.

    ``headcount`` is the frozen number of people who should answer (none for residents), ``accepted`` how
    many answers were taken in, ``mixed`` how many of these have left the inbox.
    """

    __tablename__ = "collectors"

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int]
    unit_id: Mapped[int]
    group: Mapped[Group] = mapped_column(word_column(Group))
    kind: Mapped[CollectorKind] = mapped_column(word_column(CollectorKind))
    token: Mapped[str] = mapped_column(String(16), unique=True)
    headcount: Mapped[int | None]
    accepted: Mapped[int] = mapped_column(default=0)
    mixed: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        ForeignKeyConstraint(["wave_id", "unit_id"], ["wave_units.wave_id", "wave_units.unit_id"]),
        ForeignKeyConstraint(["wave_id", "group"], ["wave_groups.wave_id", "wave_groups.group"]),
        UniqueConstraint("wave_id", "unit_id", "group"),
        UniqueConstraint("id", "wave_id"),
        # Slips refer to both columns, which is what keeps them within the headcount.
        Index("ix_collectors_id_headcount", "id", "headcount", unique=True),
        CheckConstraint("headcount >= 0", name="headcount_not_negative"),
        CheckConstraint("accepted <= headcount", name="accepted_within_headcount"),
        CheckConstraint("0 <= mixed AND mixed <= accepted", name="mixed_within_accepted"),
    )
