"""The respondents' pages over a small open wave, and phones that check every page they get."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from pages import PageClient
from smallwave import make_settings, open_small_wave

from survey import create_app
from survey.collectors import CollectorLine
from survey.db import Database


@pytest.fixture(scope="session")
def compiled_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """Return the respondents' pages without a database; templates are compiled once for all tests."""
    return create_app(make_settings("sqlite://", tmp_path_factory.mktemp("instance")), faces=("respond",))


@pytest.fixture
def app(compiled_app: Flask, database: Database) -> Flask:
    """Return the pages over an empty database of each kind."""
    return _put_over(compiled_app, database)


@pytest.fixture
def sqlite_app(compiled_app: Flask, sqlite_url: str) -> Iterator[Flask]:
    """Give the pages over an empty SQLite database, for what does not depend on the kind."""
    opened = Database(sqlite_url)
    yield _put_over(compiled_app, opened)
    opened.close()


@pytest.fixture
def phone(app: Flask) -> PageClient:
    """Return a phone that keeps cookies."""
    return PageClient(app)


@pytest.fixture
def bare_phone(app: Flask) -> PageClient:
    """Return a phone that keeps nothing."""
    return PageClient(app, use_cookies=False)


@pytest.fixture
def line(database: Database) -> CollectorLine:
    """Open a wave in which one department's 30 civil servants are asked, from yesterday to next week."""
    return open_small_wave(database)


@pytest.fixture
def sqlite_phone(sqlite_app: Flask) -> PageClient:
    """Return a phone that keeps cookies, before the pages over SQLite."""
    return PageClient(sqlite_app)


@pytest.fixture
def sqlite_line(sqlite_app: Flask) -> CollectorLine:
    """Open the same wave with 300 people in the SQLite database."""
    return open_small_wave(sqlite_app.extensions["database"], headcount=300)


def _put_over(app: Flask, database: Database) -> Flask:
    app.extensions["database"] = database
    app.extensions["shelf"].clear()
    return app
