"""What a person is told when a request fails: never that an answer was kept when it was not."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from pages import Page, PageClient
from smallwave import count_answers, make_settings, open_small_wave
from sqlalchemy import event, text

from survey import create_app
from survey.codes import make_code
from survey.collectors import TOKEN_LENGTH, CollectorLine
from survey.db import Database

ANSWERS: dict[str, str | list[str]] = {
    "overall": "good",
    "channels": ["meeting", "video"],
    "remark": "<一>\n&二",
}


@contextmanager
def setting(database: Database, sentence: str) -> Iterator[None]:
    """Give every connection of a database one more setting for a while."""

    def run(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA {sentence}").close()

    database.engine.dispose()
    event.listen(database.engine, "connect", run)
    yield
    event.remove(database.engine, "connect", run)
    database.engine.dispose()


@contextmanager
def no_more_room(database: Database) -> Iterator[None]:
    """Let the database file grow a little and then no more, as on a full disk."""
    with database.read() as session:
        n_pages = session.execute(text("PRAGMA page_count")).scalar_one()
    with setting(database, f"max_page_count={n_pages + 20}"):
        yield


@contextmanager
def held_lock(database: Database) -> Iterator[None]:
    """Keep the one place of a writer taken, and let others wait for it only a moment."""
    other = Database(database.engine.url.render_as_string(hide_password=False))
    with setting(database, "busy_timeout=20"), other.write() as session:
        session.execute(text("SELECT 1"))
        yield
    other.close()


def send_until_refused(client: PageClient, address: str) -> tuple[Page, int]:
    """Send forms until one is not thanked for; return that reply and how many were."""
    for n_thanked in range(300):
        page = client.send(client.get(address), **ANSWERS)
        if page.status != 200:
            return page, n_thanked
    raise AssertionError("every answer was taken in")


def test_answers_are_kept_on_the_page_while_the_database_is_busy(
    sqlite_app: Flask, sqlite_line: CollectorLine
) -> None:
    client, database = PageClient(sqlite_app), sqlite_app.extensions["database"]
    form = client.get(f"/q/{sqlite_line.token}?person=2")
    with held_lock(database):
        unsent = client.send(form, **ANSWERS)
    assert (unsent.status, unsent.heading) == (503, "答卷未提交，请稍后再试")
    assert unsent.headers["Retry-After"] == "10"
    assert unsent.action() == form.action()
    assert unsent.fields() == form.fields() | {
        "overall": ["good"],
        "channels": ["meeting", "video"],
        "remark": ["<一>\n&二"],
    }
    assert count_answers(database) == 0
    assert client.send(unsent).heading == "已收到您的答卷，谢谢您"
    assert count_answers(database) == 1


def test_a_full_disk_loses_no_answer_that_was_thanked_for(
    sqlite_app: Flask, sqlite_line: CollectorLine
) -> None:
    client, database = PageClient(sqlite_app, use_cookies=False), sqlite_app.extensions["database"]
    with no_more_room(database):
        unsent, n_thanked = send_until_refused(client, f"/q/{sqlite_line.token}")
        assert (unsent.status, unsent.heading) == (503, "答卷未提交，请稍后再试")
        assert client.get(f"/q/{sqlite_line.token}").status == 200
        assert count_answers(database) == n_thanked > 0
    assert client.send(unsent).status == 200
    assert count_answers(database) == n_thanked + 1


@pytest.fixture
def lost_app(tmp_path: Path) -> Iterator[Flask]:
    """Give the pages over a database that is away."""
    url = "postgresql://nobody@127.0.0.1:1/nothing?connect_timeout=2"
    made = create_app(make_settings(url, tmp_path), faces=("respond",))
    yield made
    made.extensions["database"].close()


def test_it_asks_for_patience_while_the_database_is_away(lost_app: Flask) -> None:
    client = PageClient(lost_app)
    page = client.get("/q/" + make_code(TOKEN_LENGTH))
    assert (page.status, page.heading) == (503, "服务器暂时不能用")
    assert page.headers["Retry-After"] == "10"


def test_answers_are_kept_on_the_page_while_the_database_is_away(lost_app: Flask) -> None:
    address = "/q/" + make_code(TOKEN_LENGTH)
    unsent = PageClient(lost_app).post(address, ANSWERS | {"_submission": "a" * 64})
    assert (unsent.status, unsent.action()) == (503, address)
    assert unsent.fields()["channels"] == ["meeting", "video"]


def test_a_fault_of_the_program_keeps_the_answers_and_tells_nothing_else(
    sqlite_app: Flask, sqlite_line: CollectorLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = PageClient(sqlite_app)
    form = client.get(f"/q/{sqlite_line.token}")
    monkeypatch.setattr("survey.respond.views.save_response", None)
    unsent = client.send(form, **ANSWERS)
    assert (unsent.status, unsent.heading) == (500, "答卷未提交，请稍后再试")
    assert "NoneType" not in unsent.html
    monkeypatch.undo()
    assert client.send(unsent).status == 200


def test_a_fault_of_the_program_has_a_page_of_its_own(
    sqlite_app: Flask, sqlite_line: CollectorLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("survey.respond.views.find_visit", None)
    page = PageClient(sqlite_app).get(f"/q/{sqlite_line.token}")
    assert (page.status, page.heading) == (500, "服务器出了故障")


@pytest.mark.parametrize("language", ["", "?lang=en"])
def test_a_body_that_is_too_large_is_refused_before_it_is_read(
    sqlite_app: Flask, sqlite_line: CollectorLine, language: str
) -> None:
    form = {"_submission": "a" * 64, "remark": "长" * 64 * 1024}
    page = PageClient(sqlite_app).post(f"/q/{sqlite_line.token}{language}", form)
    headings = {"": "内容太多，没有提交", "?lang=en": "Too much was sent; nothing was received"}
    assert (page.status, page.heading) == (413, headings[language])


def test_an_unknown_page_is_told_in_the_common_frame(sqlite_app: Flask) -> None:
    page = PageClient(sqlite_app).get("/office/nothing")
    assert (page.status, page.heading) == (404, "没有这个页面")
    assert page.link_to("回到首页") == "/"


def test_a_wrong_method_is_told_in_the_common_frame(sqlite_app: Flask) -> None:
    page = PageClient(sqlite_app).post("/q/7T25T30F/thanks", {})
    assert (page.status, page.heading) == (405, "不能这样打开这个页面")
    assert "GET" in page.headers["Allow"]


def test_a_foreign_host_is_refused_without_being_repeated(sqlite_url: str, tmp_path: Path) -> None:
    settings = replace(make_settings(sqlite_url, tmp_path), public_url="https://survey.example")
    app = create_app(settings, faces=("respond",))
    reply = app.test_client().get("/", headers={"Host": "evil.example"})
    assert (reply.status_code, reply.mimetype) == (400, "text/plain")
    assert "evil.example" not in reply.text


def test_the_number_of_a_device_travels_only_over_https_where_there_is_https(
    sqlite_url: str, tmp_path: Path
) -> None:
    settings = replace(make_settings(sqlite_url, tmp_path), public_url="https://survey.example")
    app = create_app(settings, faces=("respond",))
    line = open_small_wave(app.extensions["database"])
    reply = app.test_client().get(f"/q/{line.token}", base_url="https://survey.example")
    assert "Secure" in reply.headers["Set-Cookie"].split("; ")
    app.extensions["database"].close()
