"""What stands in place of the questionnaire: too early, closed, full, unknown or damaged."""

from __future__ import annotations

import pytest
from pages import PageClient
from smallwave import DAY, close_wave, count_answers, move_wave, open_small_wave

from survey.clock import now
from survey.codes import make_code
from survey.collectors import TOKEN_LENGTH, CollectorLine
from survey.db import Database


def test_it_says_when_a_survey_will_open(phone: PageClient, line: CollectorLine, database: Database) -> None:
    form = phone.get(f"/q/{line.token}")
    move_wave(database, opens_at=now() + DAY, closes_at=now() + 2 * DAY)
    page = phone.get(f"/q/{line.token}")
    assert (page.status, page.heading) == (403, "调查还没有开始")
    assert "12315" in page.text
    assert phone.send(form, overall="good").status == 403
    assert count_answers(database) == 0


def test_a_closed_survey_takes_nothing_more(
    phone: PageClient, line: CollectorLine, database: Database
) -> None:
    form = phone.get(f"/q/{line.token}")
    close_wave(database)
    page = phone.get(f"/q/{line.token}")
    assert (page.status, page.heading) == (410, "调查已经结束")
    assert phone.send(form, overall="good").html == page.html
    assert phone.send(form, remark="长" * 21).html == page.html
    assert phone.send(form).html == page.html
    assert count_answers(database) == 0


def test_a_survey_is_closed_from_its_closing_time_on(
    phone: PageClient, line: CollectorLine, database: Database
) -> None:
    form = phone.get(f"/q/{line.token}")
    move_wave(database, opens_at=now() - 2 * DAY, closes_at=now())
    assert phone.send(form, overall="good").status == 410
    assert phone.get(f"/q/{line.token}").status == 410


def test_a_full_collector_says_whom_to_tell(bare_phone: PageClient, database: Database) -> None:
    line = open_small_wave(database, headcount=1)
    forms = [bare_phone.get(f"/q/{line.token}") for _ in range(2)]
    assert bare_phone.send(forms[0], overall="good").status == 200
    refused = bare_phone.send(forms[1], overall="bad")
    assert (refused.status, refused.heading) == (409, "答卷已经收满")
    assert "示例县食安办，12315" in refused.text
    assert bare_phone.get(f"/q/{line.token}").html == refused.html
    assert count_answers(database) == 1


@pytest.mark.parametrize("ending", ["full", "closed"])
def test_a_phone_that_has_answered_is_told_so_when_nothing_more_is_taken(
    phone: PageClient, database: Database, ending: str
) -> None:
    line = open_small_wave(database, headcount=1 if ending == "full" else 30)
    thanks = phone.send(phone.get(f"/q/{line.token}"), overall="good")
    if ending == "closed":
        close_wave(database)
    page = phone.get(f"/q/{line.token}")
    assert (page.status, page.heading) == (200, "这部手机已经交过这份答卷")
    assert not page.find("a", class_="button")
    assert not phone.get(f"/q/{line.token}/thanks").find("a", class_="button")
    assert thanks.status == 200


def test_a_whole_code_that_nobody_has_is_unknown(phone: PageClient, line: CollectorLine) -> None:
    code = make_code(TOKEN_LENGTH)
    for address in (f"/q/{code}", f"/q/{code}/thanks"):
        page = phone.get(address)
        assert (page.status, page.heading) == (404, "没有这份问卷")
    assert phone.post(f"/q/{code}", {"_submission": "a" * 64}).status == 404


@pytest.mark.parametrize("code", ["ABC", "A" * 40, "二维码", "<script>alert(1)</script>", "%00", "{{7*7}}"])
def test_a_damaged_code_is_shown_to_be_compared(sqlite_phone: PageClient, code: str) -> None:
    page = sqlite_phone.get(f"/q/{code}")
    assert page.status == 404
    assert page.heading in ("网址不完整或者输错了", "没有这个页面")


def test_a_mistyped_code_can_be_typed_again(sqlite_phone: PageClient, sqlite_line: CollectorLine) -> None:
    damaged = sqlite_phone.get("/q/" + ("0" if sqlite_line.token[0] != "0" else "1") + sqlite_line.token[1:])
    assert (damaged.status, damaged.heading) == (404, "网址不完整或者输错了")
    form = damaged.find_one("form", method="get")
    again = sqlite_phone.get(form.get("action", ""), query_string={"code": sqlite_line.token.lower()})
    assert (again.status, again.heading) == (200, "食品安全问卷")


@pytest.mark.parametrize("spelling", ["{lower}", "{first}-{last}", "{first} {last}", " {code}", "{code}/"])
def test_a_code_is_read_as_people_type_it(
    sqlite_phone: PageClient, sqlite_line: CollectorLine, spelling: str
) -> None:
    code = sqlite_line.token
    typed = spelling.format(code=code, lower=code.lower(), first=code[:4], last=code[4:])
    page = sqlite_phone.get(f"/q/{typed}")
    assert page.status == 200
    assert sqlite_phone.send(page, overall="good").heading == "已收到您的答卷，谢谢您"


def test_an_empty_code_leads_to_the_start_page(sqlite_phone: PageClient) -> None:
    assert sqlite_phone.get("/q/").heading == "食品安全满意度和知晓率调查"
    assert sqlite_phone.get("/q/?code=%20").heading == "食品安全满意度和知晓率调查"


def test_the_start_page_says_what_this_is(sqlite_phone: PageClient) -> None:
    page = sqlite_phone.get("/")
    assert page.status == 200
    assert "示例县食安办" in page.text
    assert page.find_one("form", method="get").get("action") == "/q/"
