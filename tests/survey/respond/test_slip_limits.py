"""Many wrong codes: what is told, what is asked, and that a right code never has to wait for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from threading import BoundedSemaphore

import pytest
from altcha import Challenge, Payload, solve_challenge
from flask import Flask
from pages import Page, PageClient
from slipwave import open_slips_now
from sqlalchemy import func, select

from survey.clock import now
from survey.db import Database
from survey.limits import LIMITS, Scope
from survey.models import SpentPuzzle, WrongCode
from survey.respond import attempts
from survey.slipcodes import SlipCodes, make_codes, show_typed

WRONG = make_codes("ABCDE").typed
DEVICE_LIMIT = LIMITS[Scope.DEVICE].n


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    """Give an empty SQLite database; what differs on PostgreSQL is tried with the use cases."""
    opened = Database(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture
def codes(database: Database) -> list[SlipCodes]:
    """Return the codes of the ten slips of a wave that is open now."""
    return open_slips_now(database)


@pytest.fixture(autouse=True)
def standing_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep a test within one window, however slow the machine."""
    moment = now()
    monkeypatch.setattr(attempts, "now", lambda: moment)


def enter(phone: PageClient, code: str, **fields: str) -> Page:
    return phone.post("/s", {"_slip": code, **fields})


def exceed(phone: PageClient) -> Page:
    """Type one wrong code more than a device may."""
    for _ in range(DEVICE_LIMIT):
        enter(phone, WRONG)
    return enter(phone, WRONG)


def exceed_everywhere(app: Flask) -> Page:
    """Type as many wrong codes as everybody together may, each from a new phone."""
    for _ in range(LIMITS[Scope.ALL].n):
        PageClient(app, use_cookies=False).client.post("/s", data={"_slip": WRONG})
    return enter(PageClient(app, use_cookies=False), WRONG)


def solve(page: Page) -> str:
    puzzle = page.find_one("form").get("data-puzzle", "")
    challenge = Challenge.from_dict(json.loads(puzzle))
    solution = solve_challenge(challenge)
    assert solution is not None
    return Payload(challenge, solution).to_base64()


def count_rows(database: Database, model: type) -> int:
    with database.read() as session:
        return session.scalars(select(func.count()).select_from(model)).one()


def test_a_device_is_told_after_ten_wrong_codes(phone: PageClient, codes: list[SlipCodes]) -> None:
    pages = [enter(phone, WRONG) for _ in range(DEVICE_LIMIT)]
    assert {page.status for page in pages} == {422}
    assert len({page.html for page in pages}) == 1
    limited = enter(phone, WRONG)
    assert limited.status == 429
    assert "正确的编码随时可以用" in limited.text
    assert limited.find("script")[1].get("src", "").startswith("/static/js/puzzle.js")


@pytest.mark.parametrize("kind", ["typed", "scanned"])
def test_a_right_code_needs_no_proof_however_many_were_wrong(
    phone: PageClient, codes: list[SlipCodes], kind: str
) -> None:
    exceed(phone)
    assert enter(phone, getattr(codes[0], kind)).heading == "食品安全问卷"


def test_another_phone_is_not_told_of_this_ones_mistakes(
    app: Flask, phone: PageClient, codes: list[SlipCodes]
) -> None:
    exceed(phone)
    assert enter(PageClient(app), WRONG).status == 422


def test_wrong_scanned_codes_are_not_counted(
    phone: PageClient, codes: list[SlipCodes], database: Database
) -> None:
    wrong = make_codes("ABCDE").scanned
    assert {enter(phone, wrong).status for _ in range(DEVICE_LIMIT + 2)} == {422}
    assert count_rows(database, WrongCode) == 0


def test_wrong_codes_near_one_collector_are_counted_for_all_phones(
    app: Flask, codes: list[SlipCodes], database: Database
) -> None:
    near = codes[0].typed[:5]
    statuses = []
    for _ in range(LIMITS[Scope.COLLECTOR].n + 1):
        wrong = make_codes(near).typed
        statuses.append(
            PageClient(app, use_cookies=False).client.post("/s", data={"_slip": wrong}).status_code
        )
    assert statuses == [422] * LIMITS[Scope.COLLECTOR].n + [429]
    assert enter(PageClient(app), codes[0].typed).status == 200


def test_a_flood_writes_no_more_once_the_ceiling_is_reached(
    app: Flask, codes: list[SlipCodes], database: Database
) -> None:
    assert exceed_everywhere(app).status == 429
    before = count_rows(database, WrongCode)
    for _ in range(3):
        assert enter(PageClient(app), WRONG).status == 429
    assert count_rows(database, WrongCode) == before
    assert enter(PageClient(app), codes[0].typed).status == 200
    assert enter(PageClient(app), codes[0].scanned).status == 200


def test_in_hard_times_codes_wait_for_their_turn_unless_work_was_done(
    app: Flask, phone: PageClient, codes: list[SlipCodes], monkeypatch: pytest.MonkeyPatch
) -> None:
    limited = exceed(phone)
    monkeypatch.setattr(attempts, "PATIENCE", 0.01)
    monkeypatch.setitem(app.extensions, "narrow_way", BoundedSemaphore(1))
    assert app.extensions["narrow_way"].acquire(blocking=False)
    busy = enter(phone, codes[0].typed)
    assert (busy.status, busy.heading) == (503, "现在输入编码的人太多")
    assert busy.headers["Retry-After"] == "10"
    assert busy.fields() == {"_slip": [codes[0].typed]}
    assert enter(phone, codes[0].scanned).status == 200
    assert enter(PageClient(app), codes[0].typed).status == 200
    assert enter(phone, codes[0].typed, _work=solve(limited)).status == 200
    app.extensions["narrow_way"].release()
    assert phone.send(busy).heading == "食品安全问卷"


def test_answers_that_cannot_be_looked_up_stay_on_the_page(
    app: Flask, phone: PageClient, codes: list[SlipCodes], monkeypatch: pytest.MonkeyPatch
) -> None:
    form = enter(phone, codes[0].typed).find_one("form", data_questionnaire="")
    hidden = {field.get("name", ""): field.get("value", "") for field in form.iter("input")}
    answers = {name: value for name, value in hidden.items() if name.startswith("_")} | {"overall": "good"}
    exceed(phone)
    monkeypatch.setattr(attempts, "PATIENCE", 0.01)
    app.extensions["narrow_way"].acquire()
    unsent = phone.post("/s/answers", answers)
    app.extensions["narrow_way"].release()
    assert (unsent.status, unsent.heading) == (503, "答卷未提交，请稍后再试")
    assert phone.send(unsent).heading == "已收到您的答卷，谢谢您"


def test_a_proof_of_work_is_taken_once(phone: PageClient, codes: list[SlipCodes], database: Database) -> None:
    work = solve(exceed(phone))
    assert enter(phone, codes[0].typed, _work=work).status == 200
    assert enter(phone, codes[0].typed, _work=work).status == 200
    assert count_rows(database, SpentPuzzle) == 1


def test_no_puzzle_is_asked_of_anybody_in_good_times(phone: PageClient, codes: list[SlipCodes]) -> None:
    for page in (phone.get("/s"), enter(phone, WRONG), enter(phone, show_typed(codes[0].typed))):
        assert "puzzle" not in page.html


def test_the_number_that_wrong_codes_are_counted_by_lives_an_hour(
    phone: PageClient, codes: list[SlipCodes]
) -> None:
    assert "Set-Cookie" not in phone.client.get("/s").headers
    name, *parts = phone.client.post("/s", data={"_slip": WRONG}).headers["Set-Cookie"].split("; ")
    kept = dict(part.partition("=")[::2] for part in parts)
    assert len(name.removeprefix("tries=")) == 32
    assert "HttpOnly" in kept
    assert (kept["SameSite"], kept["Path"], kept["Max-Age"]) == ("Lax", "/s", "3600")
