"""What is counted beside the answers of a wave, by unit: devices that answered, and hours of arrival.

No row here leads to an answer. The devices of a wave are destroyed when it closes; their shares stay.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.base import Base

_OF_WAVE_UNIT = (["wave_id", "unit_id"], ["wave_units.wave_id", "wave_units.unit_id"])
_BY_KEY = {"sqlite_with_rowid": False}


class DeviceKey(Base):
    """The random part of the key that the devices of an open wave are hashed with; gone when it closes."""

    __tablename__ = "device_keys"

    wave_id: Mapped[int] = mapped_column(ForeignKey("waves.id"), primary_key=True)
    secret: Mapped[bytes] = mapped_column(LargeBinary(32))


class DeviceUse(Base):
    """How many answers of a unit came from one device while the wave is open.

    ``device`` is a hash of the browser's random number, keyed for this wave alone, so that two waves cannot
    be compared.
    """

    __tablename__ = "device_uses"

    wave_id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(primary_key=True)
    device: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    n: Mapped[int]

    __table_args__ = (
        ForeignKeyConstraint(*_OF_WAVE_UNIT),
        CheckConstraint("n > 0", name="n_positive"),
        _BY_KEY,
    )


class DeviceShare(Base):
    """What is left of a closed wave's devices: ``repeated`` of a unit's ``answers`` shared a device."""

    __tablename__ = "device_shares"

    wave_id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(primary_key=True)
    answers: Mapped[int]
    repeated: Mapped[int]

    __table_args__ = (
        ForeignKeyConstraint(*_OF_WAVE_UNIT),
        CheckConstraint("repeated >= 0 AND repeated <= answers", name="repeated_within_answers"),
        _BY_KEY,
    )


class Arrival(Base):
    """How many answers of a unit, all its groups together, arrived in one hour.

    ``hour`` counts whole hours from 1970 in UTC: the column can hold nothing finer.
    """

    __tablename__ = "arrivals"

    wave_id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(primary_key=True)
    hour: Mapped[int] = mapped_column(primary_key=True)
    n: Mapped[int]

    __table_args__ = (
        ForeignKeyConstraint(*_OF_WAVE_UNIT),
        CheckConstraint("n > 0", name="n_positive"),
        _BY_KEY,
    )
