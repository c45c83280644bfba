"""Answering with a slip: from the typed or scanned code to the thanks, and what is said of every other code."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from keystore import KEYS
from pages import Page, PageClient
from slipwave import count_states, open_slips_now, print_slips
from smallwave import DAY, SMALL, close_wave, count_answers, move_wave, read_waiting

from questionnaires import Codebook
from survey import collectors, mixer, waves
from survey.clock import now
from survey.db import Database
from survey.slipcodes import SlipCodes
from survey.words import SlipState

ANSWERS: dict[str, Any] = {"overall": "good", "channels": ["meeting", "video"], "remark": "少放盐"}
THANKS = "已收到您的答卷，谢谢您"
REFUSED = "不能作答：凭答题卡片作答"
ROUTES = {
    "GET /s slips.show_entry",
    "POST /s slips.enter_at_entry",
    "GET /s/form slips.start_again",
    "POST /s/form slips.enter_slip",
    "GET /s/answers slips.start_again",
    "POST /s/answers slips.take_answers",
    "GET /s/thanks slips.show_thanks",
}


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


def enter(phone: PageClient, code: str, address: str = "/s") -> Page:
    return phone.post(address, {"_slip": code})


def read_form(page: Page) -> dict[str, Any]:
    """Return what the questionnaire on a page would send as it stands."""
    (form,) = page.find("form", data_questionnaire="")
    hidden = {control.get("name", ""): control.get("value", "") for control in form.iter("input")}
    return {name: value for name, value in hidden.items() if name.startswith("_")}


def send(phone: PageClient, page: Page, **answers: Any) -> Page:
    return phone.post("/s/answers", read_form(page) | answers)


def test_the_people_with_slips_have_these_addresses_and_no_other(compiled_app: Flask) -> None:
    found = {
        f"{method} {rule.rule} {rule.endpoint}"
        for rule in compiled_app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint.startswith("slips.")
    }
    assert found == ROUTES


@pytest.mark.parametrize("kind", ["scanned", "typed"])
def test_a_slip_leads_to_the_questionnaire_and_to_the_thanks(
    phone: PageClient, codes: list[SlipCodes], database: Database, kind: str
) -> None:
    page = enter(phone, getattr(codes[0], kind))
    assert (page.status, page.heading) == (200, "食品安全问卷")
    thanks = send(phone, page, **ANSWERS)
    assert (thanks.status, thanks.heading) == (200, THANKS)
    ((sheet, comments),) = read_waiting(database)
    assert Codebook(SMALL).decode(sheet)["overall"] == ("good",)
    assert comments == {"remark": "少放盐"}
    assert count_states(database)[SlipState.USED] == 1


def test_a_code_is_typed_into_the_entry_page(phone: PageClient, codes: list[SlipCodes]) -> None:
    entry = phone.get("/s")
    assert (entry.status, entry.heading) == (200, "凭答题卡片作答")
    code = codes[0].typed
    typed = f" {code[:5].lower()} {code[5:10]}－{code[10:]} "
    assert phone.send(entry, _slip=typed).heading == "食品安全问卷"


def test_an_address_that_takes_forms_alone_leads_back_to_the_entry(phone: PageClient) -> None:
    for address in ("/s/form", "/s/answers", "/s/answers?lang=en", "/s/"):
        entry = phone.get(address)
        assert (entry.status, entry.action().partition("?")[0]) == (200, "/s/form")


def test_a_phone_without_cookies_answers_as_well(
    bare_phone: PageClient, codes: list[SlipCodes], database: Database
) -> None:
    page = enter(bare_phone, codes[0].typed)
    assert send(bare_phone, page, **ANSWERS).heading == THANKS
    assert count_answers(database) == 1


def test_the_code_is_in_no_address_and_no_header(phone: PageClient, codes: list[SlipCodes]) -> None:
    client = phone.client
    for code in (codes[0].scanned, codes[1].typed):
        entered = client.post("/s", data={"_slip": code})
        page = Page(entered.status_code, entered.get_data(as_text=True), dict(entered.headers))
        taken = client.post("/s/answers", data=read_form(page) | ANSWERS)
        for response in (entered, taken):
            assert code not in f"{response.request.url}{dict(response.headers)}"
        assert not [link for link in page.find("a") if code in link.get("href", "")]
        assert not [form for form in page.find("form") if code in form.get("action", "")]


@pytest.mark.parametrize("browser", ["phone", "bare_phone"])
def test_a_form_sent_three_times_counts_once_and_gets_the_same_page(
    browser: str, request: pytest.FixtureRequest, codes: list[SlipCodes], database: Database
) -> None:
    client: PageClient = request.getfixturevalue(browser)
    page = enter(client, codes[0].scanned)
    assert len({send(client, page, **ANSWERS).html for _ in range(3)}) == 1
    assert (count_answers(database), count_states(database)[SlipState.USED]) == (1, 1)


def test_a_lost_reply_is_made_good_after_mixing_and_whatever_comes_with_it(
    phone: PageClient, codes: list[SlipCodes], database: Database
) -> None:
    pages = [enter(phone, pair.scanned) for pair in codes]
    first = [send(phone, page, **ANSWERS) for page in pages]
    assert mixer.mix_due(database, KEYS) == 10
    again = [send(phone, page, **ANSWERS) for page in pages]
    faulty = send(phone, pages[0], remark="长" * 21)
    assert {page.html for page in [*first, *again, faulty]} == {first[0].html}
    assert count_answers(database) == 10


def test_a_second_tab_holds_the_same_form(
    phone: PageClient, codes: list[SlipCodes], database: Database
) -> None:
    tabs = [enter(phone, code) for code in (codes[0].scanned, codes[0].typed)]
    assert read_form(tabs[0])["_submission"] == read_form(tabs[1])["_submission"]
    assert send(phone, tabs[0], overall="good").html == send(phone, tabs[1], overall="bad").html
    assert count_answers(database) == 1


def test_forms_of_different_slips_and_phones_are_never_the_same(
    phone: PageClient, bare_phone: PageClient, codes: list[SlipCodes]
) -> None:
    pages = [enter(phone, codes[0].scanned), enter(phone, codes[1].scanned)]
    pages += [enter(bare_phone, codes[0].scanned) for _ in range(2)]
    assert len({read_form(page)["_submission"] for page in pages}) == 4


def test_two_phones_with_one_slip_make_one_response(
    bare_phone: PageClient, codes: list[SlipCodes], database: Database
) -> None:
    pages = [enter(bare_phone, codes[0].scanned) for _ in range(2)]
    assert send(bare_phone, pages[0], overall="good").heading == THANKS
    late = send(bare_phone, pages[1], overall="bad")
    assert (late.status, late.title) == (422, REFUSED)
    assert count_answers(database) == 1


def test_people_share_a_phone_each_with_a_slip(
    phone: PageClient, codes: list[SlipCodes], database: Database
) -> None:
    for pair in codes:
        assert send(phone, enter(phone, pair.typed), overall="good").heading == THANKS
    assert count_answers(database) == 10


def test_a_blank_form_is_asked_about_once_and_leads_back_or_counts(
    phone: PageClient, codes: list[SlipCodes], database: Database
) -> None:
    page = enter(phone, codes[0].scanned)
    question = send(phone, page)
    assert (question.status, question.heading) == (200, "您一题也没有答，就这样提交吗？")
    assert count_answers(database) == 0
    back = phone.post(question.find("button")[0].get("formaction", ""), question.fields())
    assert read_form(back) == read_form(page)
    assert phone.send(question).heading == THANKS
    assert count_answers(database) == 1


def test_a_faulty_form_keeps_every_answer_and_the_slip(
    phone: PageClient, codes: list[SlipCodes], database: Database
) -> None:
    page = send(phone, enter(phone, codes[0].typed), **ANSWERS | {"remark": "长" * 21})
    assert (page.status, page.title[:5]) == (422, "需要修改：")
    assert page.fields()["channels"] == ["meeting", "video"]
    assert count_states(database)[SlipState.USED] == 0
    assert phone.send(page, remark="短").heading == THANKS
    assert count_answers(database) == 1


def test_the_page_changes_its_language_and_keeps_the_slip(phone: PageClient, codes: list[SlipCodes]) -> None:
    page = enter(phone, codes[0].scanned)
    switch = page.find("form", method="post")[0]
    english = enter(phone, codes[0].scanned, switch.get("action", ""))
    assert english.find_one("html").get("lang") == "en"
    assert "nobody noted who got which" in english.text
    assert read_form(english) == read_form(page)
    thanks = phone.post("/s/answers?lang=en", read_form(english) | ANSWERS)
    assert thanks.heading == phone.get("/s/thanks?lang=en").heading != THANKS


def test_a_slip_before_its_time_says_when(
    phone: PageClient, codes: list[SlipCodes], database: Database
) -> None:
    move_wave(database, opens_at=now() + DAY, closes_at=now() + 2 * DAY)
    page = enter(phone, codes[0].scanned)
    assert (page.status, page.heading) == (403, "调查还没有开始")
    assert count_states(database)[SlipState.USED] == 0


def test_a_wave_that_closes_while_somebody_writes_refuses_the_slip(
    phone: PageClient, codes: list[SlipCodes], database: Database
) -> None:
    page = enter(phone, codes[0].scanned)
    close_wave(database)
    refused = send(phone, page, **ANSWERS)
    assert (refused.status, refused.title) == (422, REFUSED)
    assert refused.html == enter(phone, codes[1].scanned).html
    assert count_answers(database) == 0


@pytest.mark.parametrize("submission_id", ["", "x" * 64, "a" * 63])
def test_a_form_with_a_damaged_id_is_refused_kindly(
    phone: PageClient, codes: list[SlipCodes], database: Database, submission_id: str
) -> None:
    page = phone.post("/s/answers", ANSWERS | {"_slip": codes[0].scanned, "_submission": submission_id})
    assert (page.status, page.heading) == (400, "这份表单传坏了")
    assert phone.get(page.link_to("重新开始")).heading == "凭答题卡片作答"
    assert count_states(database)[SlipState.USED] == 0


@pytest.mark.parametrize("code", ["", " ", "<script>alert(1)</script>", "\0", "二维码", "A" * 5000])
def test_whatever_else_is_sent_as_a_code_is_refused_kindly(
    phone: PageClient, codes: list[SlipCodes], code: str
) -> None:
    page = enter(phone, code)
    assert (page.status, page.title) == (422, REFUSED)
    assert "script>alert" not in page.html


def test_the_collector_of_slips_has_no_open_door(
    phone: PageClient, codes: list[SlipCodes], database: Database
) -> None:
    with database.read() as session:
        (line,) = collectors.list_collectors(session, waves.list_waves(session)[0])
    assert phone.get(f"/q/{line.token}").status == 404
    assert phone.post(f"/q/{line.token}", {"_submission": "a" * 64, **ANSWERS}).status == 404
    assert count_answers(database) == 0


def test_a_new_print_run_refuses_whoever_has_begun_with_an_old_slip(
    phone: PageClient, codes: list[SlipCodes], database: Database
) -> None:
    page = enter(phone, codes[0].scanned)
    with database.read() as session:
        (line,) = collectors.list_collectors(session, waves.list_waves(session)[0])
    new = print_slips(database, line)
    assert send(phone, page, **ANSWERS).status == 422
    assert send(phone, enter(phone, new[0].scanned), **ANSWERS).heading == THANKS
    assert count_answers(database) == 1


def test_the_script_of_the_entry_page_is_under_2_kb() -> None:
    scripts = Path(collectors.__file__).parent / "static" / "js"
    assert (scripts / "slip.js").stat().st_size < 2048


def test_the_number_of_a_device_is_for_slips_alone_and_dies_with_the_wave(
    phone: PageClient, codes: list[SlipCodes]
) -> None:
    reply = phone.client.post("/s", data={"_slip": codes[0].scanned})
    name, *parts = reply.headers["Set-Cookie"].split("; ")
    kept = dict(part.partition("=")[::2] for part in parts)
    assert len(name.removeprefix("device=")) == 32
    assert "HttpOnly" in kept
    assert (kept["SameSite"], kept["Path"]) == ("Lax", "/s")
    assert 0 < int(kept["Max-Age"]) <= 7 * 24 * 60 * 60
