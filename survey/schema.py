"""The database's schema: which revision it has, and bringing it to the newest.

Migrations are run by ``survey serve`` and ``survey db upgrade``, and by the first command on an empty
database; never by the application factory, which several workers call at once.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from survey.db import Database
from survey.errors import SurveyError


class SchemaError(SurveyError):
    """A database whose schema this version of the program does not know how to use."""

    def __init__(self, current: str | None, newest: str | None) -> None:
        super().__init__(
            f"数据库结构版本是 {current or '空'}，本程序需要 {newest}；请先备份，再运行 survey db upgrade"
        )
        self.current = current
        self.newest = newest


def upgrade_schema(database: Database) -> None:
    """Bring the database to the newest revision; nothing happens when it is there already."""
    with database.engine.execution_options(write=True).begin() as connection:
        config = _alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def check_schema(database: Database) -> None:
    """Raise SchemaError unless the database has the newest revision."""
    newest = newest_revision()
    current = current_revision(database)
    if current != newest:
        raise SchemaError(current, newest)


def current_revision(database: Database) -> str | None:
    """Return the revision the database has, None before the first migration."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str | None:
    """Return the revision this program needs."""
    return ScriptDirectory.from_config(_alembic_config()).get_current_head()


def is_empty(database: Database) -> bool:
    """Whether the database has no table at all, so that nothing can be lost by preparing it."""
    return not inspect(database.engine).get_table_names()


def _alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return config
