"""Bringing a database to the newest revision."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from survey.db import Database
from survey.models import Base
from survey.schema import (
    SchemaError,
    check_schema,
    current_revision,
    is_empty,
    newest_revision,
    upgrade_schema,
)


def test_the_migrations_give_exactly_the_tables_of_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_upgrading_again_changes_nothing(database: Database) -> None:
    upgrade_schema(database)
    assert current_revision(database) == newest_revision()


def test_a_new_database_is_empty_and_refused_until_it_is_upgraded(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new' / 'survey.db'}")
    assert is_empty(database)
    with pytest.raises(SchemaError, match="survey db upgrade"):
        check_schema(database)
    upgrade_schema(database)
    check_schema(database)
    assert not is_empty(database)
    database.close()


def test_a_database_of_another_version_is_refused(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaError, match="9999"):
        check_schema(database)
    database.close()
