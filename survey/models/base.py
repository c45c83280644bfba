"""What every table shares: the metadata with its naming rule, and the column types of the field."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Enum, MetaData, Table
from sqlalchemy.orm import DeclarativeBase

_NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The root of all tables."""

    metadata = MetaData(naming_convention=_NAMING)


def word_column(words: type[StrEnum]) -> Enum:
    """Return the type of a column that holds the code of one closed choice, checked by the database."""
    return Enum(
        words,
        native_enum=False,
        create_constraint=True,
        length=20,
        name=words.__name__.lower(),
        values_callable=lambda choices: [choice.value for choice in choices],
    )


def table_of(model: type[Base]) -> Table:
    """Return the table behind a model, for statements that handle rows and not objects."""
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 - No model here is mapped to a join or a subquery.
    return table
