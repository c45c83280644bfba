"""Opening this installation's database for a command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import OperationalError

from survey.config import Settings, read_settings
from survey.db import Database
from survey.errors import SurveyError
from survey.schema import check_schema, is_empty, upgrade_schema


class UnreachableError(SurveyError):
    """A database that does not answer."""

    def __init__(self, error: OperationalError) -> None:
        reason = str(error.orig).strip().splitlines()[0] if error.orig else ""
        super().__init__(f"连接不上数据库（{reason}）；请检查 SURVEY_DATABASE_URL 和数据库服务")


@contextmanager
def open_database(settings: Settings | None = None, *, is_upgraded: bool = False) -> Iterator[Database]:
    """Give the database, ready for use: an empty one is prepared, an outdated one upgraded or refused.

    Raises SchemaError for a database of another version and UnreachableError for one that does not answer.
    """
    database = Database((settings or read_settings()).database_url)
    try:
        _prepare(database, is_upgraded)
    except OperationalError as error:
        raise UnreachableError(error) from error
    try:
        yield database
    finally:
        database.close()


def _prepare(database: Database, is_upgraded: bool) -> None:
    if is_upgraded or is_empty(database):
        upgrade_schema(database)
    check_schema(database)
