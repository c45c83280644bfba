"""Answering: from the page to the inbox, once for each person, however often a form is sent."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TypeAlias

import pytest
from flask import Flask
from pages import PageClient
from smallwave import SMALL, close_wave, count_answers, read_waiting

from questionnaires import Codebook
from survey.collectors import CollectorLine
from survey.db import Database

Form: TypeAlias = dict[str, str | list[str]]

ANSWERS: Form = {
    "overall": "good",
    "has_canteen": "own",
    "canteen": "bad",
    "channels": ["meeting", "video"],
    "remark": "少放盐",
}
THANKS = "已收到您的答卷，谢谢您"


@pytest.fixture
def address(line: CollectorLine) -> str:
    return f"/q/{line.token}"


@pytest.fixture
def sqlite_address(sqlite_line: CollectorLine) -> str:
    return f"/q/{sqlite_line.token}"


def test_answers_reach_the_inbox_as_they_were_chosen(
    phone: PageClient, address: str, database: Database
) -> None:
    page = phone.send(phone.get(address), **ANSWERS)
    assert (page.status, page.heading) == (200, THANKS)
    ((sheet, comments),) = read_waiting(database)
    assert Codebook(SMALL).decode(sheet) == {
        "overall": ("good",),
        "has_canteen": ("own",),
        "canteen": ("bad",),
        "channels": ("meeting", "video"),
    }
    assert comments == {"remark": "少放盐"}


def test_nothing_is_chosen_before_a_person_chooses(sqlite_phone: PageClient, sqlite_address: str) -> None:
    page = sqlite_phone.get(sqlite_address)
    assert not [control for control in page.find("input") if "checked" in control.attrib]
    assert set(page.fields()) == {"_submission", "remark"}


def test_a_phone_without_cookies_answers_as_well(
    bare_phone: PageClient, address: str, database: Database
) -> None:
    page = bare_phone.get(address)
    assert bare_phone.send(page, **ANSWERS).heading == THANKS
    assert count_answers(database) == 1


@pytest.mark.parametrize("origin", ["null", "https://servicewechat.com"])
def test_a_webview_with_an_odd_origin_answers_as_well(
    sqlite_phone: PageClient, sqlite_address: str, origin: str
) -> None:
    page = sqlite_phone.get(sqlite_address)
    answered = sqlite_phone.post(page.action(), page.fields() | ANSWERS, headers={"Origin": origin})
    assert (answered.status, answered.heading) == (200, THANKS)


@pytest.mark.parametrize("kind", ["phone", "bare_phone"])
def test_a_form_sent_three_times_counts_once_and_gets_the_same_page(
    kind: str, request: pytest.FixtureRequest, address: str, database: Database
) -> None:
    client: PageClient = request.getfixturevalue(kind)
    page = client.get(address)
    answered = [client.send(page, **ANSWERS) for _ in range(3)]
    assert len({page.html for page in answered}) == 1
    assert count_answers(database) == 1


def test_a_form_sent_by_an_impatient_phone_many_times_at_once_counts_once(
    app: Flask, phone: PageClient, address: str, database: Database
) -> None:
    page = phone.get(address)
    with ThreadPoolExecutor(max_workers=8) as senders:
        sent = [
            senders.submit(PageClient(app, use_cookies=False).send, page, overall="good") for _ in range(16)
        ]
        answered = [each.result() for each in sent]
    assert {each.status for each in answered} == {200}
    assert len({each.html for each in answered}) == 1
    assert count_answers(database) == 1


def test_a_second_tab_holds_the_same_form(phone: PageClient, address: str, database: Database) -> None:
    tabs = [phone.get(address), phone.get(address)]
    assert tabs[0].fields()["_submission"] == tabs[1].fields()["_submission"]
    answered = [phone.send(tabs[0], overall="good"), phone.send(tabs[1], overall="bad")]
    assert answered[0].html == answered[1].html
    assert [sheet for sheet, _ in read_waiting(database)] == [Codebook(SMALL).encode({"overall": ("good",)})]


def test_phones_without_cookies_never_share_a_form(sqlite_app: Flask, sqlite_address: str) -> None:
    bare_phone = PageClient(sqlite_app, use_cookies=False)
    ids = {bare_phone.get(sqlite_address).fields()["_submission"][0] for _ in range(3)}
    assert len(ids) == 3


def test_a_form_taken_in_is_thanked_for_even_when_it_comes_again_with_faults(
    phone: PageClient, address: str, database: Database
) -> None:
    page = phone.get(address)
    phone.send(page, **ANSWERS)
    assert phone.send(page, remark="长" * 21).heading == THANKS
    assert phone.send(page).heading == THANKS
    assert count_answers(database) == 1


def test_a_lost_reply_is_made_good_after_the_wave_has_closed(
    phone: PageClient, address: str, database: Database
) -> None:
    page = phone.get(address)
    phone.send(page, **ANSWERS)
    close_wave(database)
    assert phone.send(page, **ANSWERS).heading == THANKS
    assert phone.send(page, remark="长" * 21).heading == THANKS


def test_a_phone_that_has_answered_is_told_so(phone: PageClient, address: str) -> None:
    phone.send(phone.get(address), **ANSWERS)
    page = phone.get(address)
    assert (page.status, page.heading) == (200, "这部手机已经交过这份答卷")
    assert not page.find("form")


def test_a_second_and_a_third_person_can_go_on(phone: PageClient, address: str, database: Database) -> None:
    thanks = phone.send(phone.get(address), **ANSWERS)
    second = phone.get(thanks.link_to("换一个人作答"))
    thanks = phone.send(second, overall="bad")
    third = phone.get(thanks.link_to("换一个人作答"))
    phone.send(third, overall="unsure")
    phone.send(second, overall="bad")
    assert count_answers(database) == 3


def test_the_page_of_who_has_answered_leads_to_the_next_person(
    phone: PageClient, address: str, database: Database
) -> None:
    for _ in range(3):
        page = phone.get(address)
        form = page if page.find("form") else phone.get(page.link_to("我是另一个人，开始作答"))
        phone.send(form, overall="good")
    assert count_answers(database) == 3
    assert phone.get(address).link_to("我是另一个人，开始作答").endswith("person=4")
    assert phone.get(f"{address}?person=2").heading == "这部手机已经交过这份答卷"


def test_a_blank_form_is_asked_about_once_and_then_counts(
    phone: PageClient, address: str, database: Database
) -> None:
    form = phone.get(address)
    question = phone.send(form)
    assert (question.status, question.heading) == (200, "您一题也没有答，就这样提交吗？")
    assert count_answers(database) == 0
    assert question.fields()["_submission"] == form.fields()["_submission"]
    assert phone.send(question).heading == THANKS
    assert [sheet for sheet, _ in read_waiting(database)] == [Codebook(SMALL).encode({})]


def test_the_question_about_a_blank_form_leads_back_to_the_same_form(
    sqlite_phone: PageClient, sqlite_address: str
) -> None:
    form = sqlite_phone.get(sqlite_address)
    back = sqlite_phone.get(sqlite_phone.send(form).link_to("返回作答"))
    assert back.fields() == form.fields()


@pytest.mark.parametrize(
    ("answers", "anchor", "sentence"),
    [
        ({"remark": "长" * 21}, "#text-remark", "最多写 20 个字，现在是 21 个字"),
        ({"channels": ["meeting", "poster", "video"]}, "#opt-channels-meeting", "最多选 2 项"),
        ({"channels": ["meeting", "nowhere"]}, "#opt-channels-meeting", "不能与其他选项同时选"),
        ({"overall": "excellent"}, "#opt-overall-good", "选项无法识别"),
        ({"overall": ["good", "bad"]}, "#opt-overall-good", "只能选一项"),
    ],
)
def test_a_fault_is_named_at_the_top_and_beside_its_question(
    sqlite_phone: PageClient, sqlite_address: str, answers: Form, anchor: str, sentence: str
) -> None:
    page = sqlite_phone.send(sqlite_phone.get(sqlite_address), **answers)
    (link,) = page.find_one("div", id="faults").iter("a")
    ((code, _),) = answers.items()
    assert (page.status, link.get("href")) == (422, anchor)
    assert page.title.startswith("需要修改：")
    assert sentence in "".join(link.itertext())
    assert sentence in page.text_of("p", id=f"fault-{code}")
    assert count_answers(sqlite_phone.app.extensions["database"]) == 0


def test_a_faulty_form_keeps_every_answer_and_counts_once_mended(
    phone: PageClient, address: str, database: Database
) -> None:
    form = phone.get(address)
    text = "第一行\r\n<b>&第二行" + "长" * 20
    page = phone.send(form, **ANSWERS | {"remark": text})
    kept = page.fields()
    assert kept["_submission"] == form.fields()["_submission"]
    assert {code: kept[code] for code in ("overall", "has_canteen", "canteen", "channels")} == {
        "overall": ["good"],
        "has_canteen": ["own"],
        "canteen": ["bad"],
        "channels": ["meeting", "video"],
    }
    assert kept["remark"] == [text.replace("\r\n", "\n")]
    assert phone.send(page, remark="短").heading == THANKS
    assert count_answers(database) == 1


def test_an_answer_to_a_question_that_does_not_apply_is_passed_over(
    phone: PageClient, address: str, database: Database
) -> None:
    phone.send(phone.get(address), has_canteen="none", canteen="good")
    ((sheet, _),) = read_waiting(database)
    assert Codebook(SMALL).decode(sheet)["canteen"] is None


@pytest.mark.parametrize(
    "submission_id", ["", "x" * 64, "a" * 63, "a" * 65, "A" * 64, "a" * 63 + "\0", "一" * 64]
)
def test_a_form_with_a_damaged_id_is_refused_kindly(
    sqlite_phone: PageClient, sqlite_address: str, submission_id: str
) -> None:
    page = sqlite_phone.post(sqlite_address, ANSWERS | {"_submission": submission_id})
    assert (page.status, page.heading) == (400, "这份表单传坏了")
    assert sqlite_phone.get(page.link_to("重新打开问卷")).find("form", method="post")
    assert count_answers(sqlite_phone.app.extensions["database"]) == 0


def test_a_form_without_any_field_is_refused_kindly(sqlite_phone: PageClient, sqlite_address: str) -> None:
    assert sqlite_phone.post(sqlite_address, {}).status == 400
    assert sqlite_phone.post(sqlite_address, {}, content_type="application/json").status == 400


def test_the_number_of_a_device_is_hidden_from_scripts_and_dies_with_the_wave(
    sqlite_phone: PageClient, sqlite_address: str
) -> None:
    reply = sqlite_phone.client.get(sqlite_address)
    name, *parts = reply.headers["Set-Cookie"].split("; ")
    kept = dict(part.partition("=")[::2] for part in parts)
    assert len(name.removeprefix("device=")) == 32
    assert "HttpOnly" in kept
    assert (kept["SameSite"], kept["Path"]) == ("Lax", "/q/")
    assert 0 < int(kept["Max-Age"]) <= 7 * 24 * 60 * 60
    assert "Set-Cookie" not in sqlite_phone.client.get(sqlite_address).headers


def test_a_foreign_number_of_a_device_is_replaced(sqlite_phone: PageClient, sqlite_address: str) -> None:
    sqlite_phone.client.set_cookie("device", "' OR 1=1", path="/q/")
    assert "Set-Cookie" in sqlite_phone.client.get(sqlite_address).headers
