"""The pages count an answer on its device: by the number a browser keeps, and never by anything else."""

from __future__ import annotations

from flask import Flask
from pages import PageClient
from slipwave import open_slips_now
from sqlalchemy import select

from survey.collectors import CollectorLine
from survey.db import Database
from survey.models import Arrival, DeviceUse


def answer_once(phone: PageClient, line: CollectorLine, person: int = 1) -> None:
    page = phone.get(f"/q/{line.token}?person={person}")
    assert phone.send(page, overall="good").status == 200


def read_counts(database: Database) -> tuple[list[int], int]:
    """Return the answers of each device, and all that arrived."""
    with database.read() as session:
        return sorted(session.scalars(select(DeviceUse.n))), sum(session.scalars(select(Arrival.n)))


def test_two_persons_on_one_phone_are_one_device(app: Flask, line: CollectorLine, database: Database) -> None:
    shared, own = PageClient(app), PageClient(app)
    answer_once(shared, line)
    answer_once(shared, line, person=2)
    answer_once(own, line)
    assert read_counts(database) == ([1, 2], 3)


def test_a_phone_without_cookies_is_no_device(
    bare_phone: PageClient, line: CollectorLine, database: Database
) -> None:
    answer_once(bare_phone, line)
    answer_once(bare_phone, line)
    assert read_counts(database) == ([], 2)


def test_slips_spent_on_one_phone_are_one_device(phone: PageClient, database: Database) -> None:
    for codes in open_slips_now(database)[:2]:
        (form,) = phone.post("/s", {"_slip": codes.typed}).find("form", data_questionnaire="")
        hidden = {field.get("name", ""): field.get("value", "") for field in form.iter("input")}
        sent = {name: value for name, value in hidden.items() if name.startswith("_")}
        assert phone.post("/s/answers", sent | {"overall": "good"}).status == 200
    assert read_counts(database) == ([2], 2)
