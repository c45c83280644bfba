"""Ready pages: rendered once, never another's, never more than the shelf holds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask, before_render_template
from pages import PageClient
from sqlalchemy import update

from survey.collectors import CollectorLine
from survey.models import Wave
from survey.respond.ready import Shelf


@pytest.fixture
def rendered(sqlite_app: Flask) -> Iterator[list[str]]:
    """Give the names of the templates that are rendered from now on."""
    names: list[str] = []

    def note(_sender: Flask, template: object, **_extra: object) -> None:
        names.append(str(getattr(template, "name", "")))

    with before_render_template.connected_to(note, sqlite_app):
        yield names


@pytest.fixture
def address(sqlite_line: CollectorLine) -> str:
    return f"/q/{sqlite_line.token}"


def test_a_questionnaire_is_rendered_once_for_many_phones(
    sqlite_app: Flask, address: str, rendered: list[str]
) -> None:
    pages = [PageClient(sqlite_app).get(address) for _ in range(3)]
    assert rendered == ["respond/sections.html", "respond/questionnaire.html"]
    assert len({page.fields()["_submission"][0] for page in pages}) == 3
    assert len({page.html.replace(page.fields()["_submission"][0], "") for page in pages}) == 1


def test_every_language_and_person_has_a_page_of_its_own(sqlite_phone: PageClient, address: str) -> None:
    addresses = [f"{address}?{query}" for query in ("", "lang=en", "person=2", "lang=en&person=2")]
    for _ in range(2):
        pages = [sqlite_phone.get(each) for each in addresses]
        assert [page.find_one("html").get("lang") for page in pages] == ["zh-CN", "en", "zh-CN", "en"]
        assert ["person=2" in page.action() for page in pages] == [False, False, True, True]


def test_a_ready_page_follows_what_the_office_changes(
    sqlite_app: Flask, sqlite_phone: PageClient, address: str
) -> None:
    before = sqlite_phone.get(address)
    with sqlite_app.extensions["database"].write() as session:
        session.execute(update(Wave).values(contact="0830-1234567"))
    assert "0830-1234567" not in before.text
    assert "0830-1234567" in sqlite_phone.get(address).text


def test_thanks_are_rendered_once_for_many_phones(
    sqlite_app: Flask, address: str, rendered: list[str]
) -> None:
    for _ in range(3):
        client = PageClient(sqlite_app)
        client.send(client.get(address), overall="good")
    assert rendered.count("respond/thanks.html") == 1


def test_a_shelf_lets_the_longest_unasked_page_go() -> None:
    shelf, made = Shelf(most=2), []

    def render(name: str) -> str:
        made.append(name)
        return name.upper()

    for name in ("a", "b", "a", "c", "a", "b"):
        assert shelf.take(name, lambda name=name: render(name)) == name.upper()
    assert made == ["a", "b", "c", "b"]


def test_a_cleared_shelf_renders_again() -> None:
    shelf = Shelf()
    shelf.take("a", lambda: "old")
    shelf.clear()
    assert shelf.take("a", lambda: "new") == "new"
