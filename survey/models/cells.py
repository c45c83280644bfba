"""Integer counts of mixed answers. They add up over batches and over databases, so tables read these."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.base import Base


class Cell(Base):
    """How many mixed answers of a collector chose an option of an item.

    The collector stands for wave, unit, group, kind and questionnaire version. Two reserved options count
    the sheets in which the item was not answered and not shown.
    """

    __tablename__ = "cells"

    collector_id: Mapped[int] = mapped_column(ForeignKey("collectors.id"), primary_key=True)
    item: Mapped[str] = mapped_column(String(40), primary_key=True)
    option: Mapped[str] = mapped_column(String(40), primary_key=True)
    n: Mapped[int]

    __table_args__ = (CheckConstraint("n >= 0", name="n_not_negative"),)


class IndicatorCell(Base):
    """Denominator (``base``) and numerator (``total``) of an indicator over a collector's mixed answers."""

    __tablename__ = "indicator_cells"

    collector_id: Mapped[int] = mapped_column(ForeignKey("collectors.id"), primary_key=True)
    indicator: Mapped[str] = mapped_column(String(40), primary_key=True)
    base: Mapped[int]
    total: Mapped[int]

    __table_args__ = (CheckConstraint("base >= 0 AND total >= 0", name="counts_not_negative"),)


class Lock(Base):
    """A row that a job locks while it works, so that only one such job works at a time."""

    __tablename__ = "locks"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
