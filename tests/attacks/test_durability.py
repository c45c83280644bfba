"""A PostgreSQL that was told to reply before it has written is told otherwise."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from survey.db import Database


@pytest.fixture
def hasty_url(postgresql_database: Database, postgresql_url: str) -> Iterator[str]:
    """Give the address of a database whose commits do not wait for the disk."""
    name = postgresql_database.engine.url.database
    with postgresql_database.write() as session:
        session.execute(text(f'ALTER DATABASE "{name}" SET synchronous_commit = off'))
    yield postgresql_url
    with postgresql_database.write() as session:
        session.execute(text(f'ALTER DATABASE "{name}" RESET synchronous_commit'))


def test_a_commit_waits_for_the_disk_whatever_the_database_was_told(hasty_url: str) -> None:
    database = Database(hasty_url)
    for _ in range(2):
        with database.read() as session:
            assert session.execute(text("SHOW synchronous_commit")).scalar_one() == "on"
    database.close()
