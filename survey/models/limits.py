"""What holds back those who type wrong codes: counts in coarse windows, and puzzles already solved."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.base import Base


class WrongCode(Base):
    """How many wrong codes came in one window of time.

    ``scope`` is what is counted (a device, a collector, everybody) and ``key`` which one, as a keyed hash
    that leads to nobody. Windows that are over are deleted.
    """

    __tablename__ = "wrong_codes"

    scope: Mapped[str] = mapped_column(String(10), primary_key=True)
    key: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    window: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    n: Mapped[int]

    __table_args__ = (CheckConstraint("n >= 0", name="n_not_negative"), {"sqlite_with_rowid": False})


class SpentPuzzle(Base):
    """A proof of work that was handed in once, kept until the puzzle itself has expired."""

    __tablename__ = "spent_puzzles"

    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    expires: Mapped[int]

    __table_args__ = ({"sqlite_with_rowid": False},)
