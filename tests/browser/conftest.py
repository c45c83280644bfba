"""A real browser before a real server: Debian's Chromium, one server and one browser for all tests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page
from smallwave import make_settings, open_small_wave
from werkzeug.serving import make_server

from survey import create_app
from survey.collectors import CollectorLine
from survey.db import Database

PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Return how Chromium is started here; nothing is downloaded."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if program is None:
        stop = pytest.fail if os.environ.get("SURVEY_TEST_NO_SKIPS") == "1" else pytest.skip
        stop("no Chromium: install the package chromium, or name the program in CHROMIUM")
    # Chromium's own sandbox does not start for the superuser, as whom tests run in containers.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    return browser_type_launch_args | {"executable_path": program, "args": arguments}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Return what every browser window here is: a Chinese phone of common size."""
    return browser_context_args | {"viewport": PHONE, "locale": "zh-CN", "has_touch": True}


@pytest.fixture(scope="session")
def served_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """Return the platform that is served; each test puts its database in."""
    return create_app(make_settings("sqlite://", tmp_path_factory.mktemp("instance")))


@pytest.fixture(scope="session")
def base_url(served_app: Flask) -> Iterator[str]:
    """Give the address at which the platform is served on this machine, for all tests."""
    running = make_server("127.0.0.1", 0, served_app, threaded=True)
    thread = Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    thread.join()
    running.server_close()


@pytest.fixture
def database(served_app: Flask, sqlite_url: str) -> Iterator[Database]:
    """Give the served database, empty."""
    opened = Database(sqlite_url)
    served_app.extensions["database"] = opened
    served_app.extensions["shelf"].clear()
    yield opened
    opened.close()


@pytest.fixture
def line(database: Database) -> CollectorLine:
    """Open a wave in which one department's 30 civil servants are asked now."""
    return open_small_wave(database)


@pytest.fixture
def address(base_url: str, line: CollectorLine) -> str:
    """Return the whole address of their questionnaire."""
    return f"{base_url}/q/{line.token}"


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """Give a window that fails the test on any complaint of the browser, a breach of the policy included."""
    complaints: list[str] = []
    opened = context.new_page()
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda message: complaints.append(message.text) if _is_complaint(message) else None)
    yield opened
    assert not complaints


def _is_complaint(message: Any) -> bool:
    # Chromium reports each reply with a status of failure; the tests look at those themselves.
    return (
        message.type in ("error", "warning") and "the server responded with a status of" not in message.text
    )
