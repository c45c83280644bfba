"""Databases for every test: SQLite always, PostgreSQL where it answers, both with the real migrations."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from skips import skip_unless_allowed
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from survey.db import Database
from survey.models import Base, Lock
from survey.schema import upgrade_schema

POSTGRESQL = os.environ.get("SURVEY_TEST_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432/postgres")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a migrated, empty SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "survey.db"
    database = Database(f"sqlite:///{path}")
    upgrade_schema(database)
    database.close()
    return path


@pytest.fixture(scope="session")
def postgresql_url(worker_id: str) -> Iterator[str]:
    """Give the address of a migrated PostgreSQL database of this test process alone."""
    server = create_engine(POSTGRESQL, isolation_level="AUTOCOMMIT")
    name = f"survey_test_{worker_id}_{os.getpid()}"
    try:
        _execute(server, f'CREATE DATABASE "{name}"')
    except OperationalError:
        skip_unless_allowed(f"no PostgreSQL answers at {POSTGRESQL}")
    url = make_url(POSTGRESQL).set(database=name).render_as_string(hide_password=False)
    database = Database(url)
    upgrade_schema(database)
    database.close()
    yield url
    _execute(server, f'DROP DATABASE "{name}" WITH (FORCE)')
    server.dispose()


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """Return the address of an empty SQLite database of this test alone."""
    path = tmp_path / "survey.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Return the address of an empty database of each kind."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Give an empty database of each kind."""
    opened = Database(database_url)
    _empty_tables(opened)
    yield opened
    opened.close()


@pytest.fixture
def postgresql_database(postgresql_url: str) -> Iterator[Database]:
    """Give an empty PostgreSQL database."""
    opened = Database(postgresql_url)
    _empty_tables(opened)
    yield opened
    opened.close()


def _empty_tables(database: Database) -> None:
    """Take away what an earlier test left in a PostgreSQL database; a SQLite file is new each time."""
    if database.is_sqlite:
        return
    tables = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
    with database.write() as session:
        session.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
        session.add(Lock(name="mixer"))


def _execute(server: Engine, statement: str) -> None:
    with server.connect() as connection:
        connection.exec_driver_sql(statement)
