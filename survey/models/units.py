"""Units and how many people of each group they have now."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.base import Base, word_column
from survey.words import Group, UnitKind


class Unit(Base):
    """单位: whose people are asked. A tree: a village's parent is its township."""

    __tablename__ = "units"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    kind: Mapped[UnitKind] = mapped_column(word_column(UnitKind))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    credit_code: Mapped[str | None] = mapped_column(String(18), unique=True)
    position: Mapped[int]
    is_retired: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        CheckConstraint("code <> '' AND name <> ''", name="named"),
        CheckConstraint("parent_id <> id", name="not_own_parent"),
    )


class Headcount(Base):
    """应答人数 of a unit's group as the unit list has it now; an opened wave keeps its own copy."""

    __tablename__ = "headcounts"

    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)
    group: Mapped[Group] = mapped_column(word_column(Group), primary_key=True)
    n: Mapped[int]

    __table_args__ = (CheckConstraint("n >= 0", name="n_not_negative"),)
