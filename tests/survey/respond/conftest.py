"""The respondents' pages over a small open wave, and phones that check every page they get."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from pages import PageClient
from smallwave import make_settings, open_small_wave

from survey import create_app
from survey.collectors import CollectorLine
from survey.db import Database


@pytest.fixture
def app(database: Database, database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """Give the respondents' pages over an empty database of each kind."""
    made = create_app(make_settings(database_url, tmp_path), faces=("respond",))
    yield made
    made.extensions["database"].close()


@pytest.fixture
def phone(app: Flask) -> PageClient:
    """Give a phone that keeps cookies."""
    return PageClient(app)


@pytest.fixture
def bare_phone(app: Flask) -> PageClient:
    """Give a phone that keeps nothing."""
    return PageClient(app, use_cookies=False)


@pytest.fixture
def line(database: Database) -> CollectorLine:
    """Open a wave in which one department's 30 civil servants are asked, from yesterday to next week."""
    return open_small_wave(database)
