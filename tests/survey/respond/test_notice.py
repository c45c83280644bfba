"""What a person must be able to read before the first question, and in which language."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask
from pages import Page, PageClient
from smallwave import move_wave
from sqlalchemy import update

from questionnaires import Text
from survey.collectors import CollectorLine
from survey.models import Wave
from survey.respond.frame import name_alternatives, say_group, say_text, show_end, show_time
from survey.words import Group

NOTICE = {
    "zh": [
        "谁在调查",
        "联系方式",
        "为什么调查",
        "要多久",
        "自愿",
        "匿名",
        "防止重复",
        "保存多久、作什么用",
        "您的权利",
    ],
    "en": [
        "Who asks",
        "Contact",
        "Why",
        "How long it takes",
        "Voluntary",
        "Anonymous",
        "Counted once",
        "How long answers are kept, and for what",
        "Your rights",
    ],
}


@pytest.fixture
def address(sqlite_line: CollectorLine) -> str:
    return f"/q/{sqlite_line.token}"


def read_notice(page: Page) -> dict[str, str]:
    terms, texts = page.find("dt"), page.find("dd")
    return {
        "".join(term.itertext()): "".join(text.itertext()) for term, text in zip(terms, texts, strict=True)
    }


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_notice_stands_before_the_first_question(
    sqlite_phone: PageClient, address: str, language: str
) -> None:
    page = sqlite_phone.get(f"{address}?lang={language}")
    assert list(read_notice(page)) == NOTICE[language]
    assert page.html.index("</dl>") < page.html.index("<form")


def test_the_notice_names_who_asks_why_and_how_to_reach_them(sqlite_phone: PageClient, address: str) -> None:
    page = sqlite_phone.get(address)
    notice = read_notice(page)
    assert notice["谁在调查"] == "示例县食安办"
    assert notice["联系方式"] == "12315"
    assert notice["为什么调查"] == "了解大家的看法，改进食品安全工作。"
    assert "共 5 题，大约 2 分钟" in notice["要多久"]
    assert "单位：单位D01" in page.text
    assert "对象：机关事业单位干部职工" in page.text


@pytest.mark.parametrize(
    ("term", "promise"),
    [
        ("自愿", "任何一题都可以空着"),
        ("匿名", "没有姓名、手机号和 IP 地址"),
        ("匿名", "只能看到有多少人作答"),
        ("防止重复", "关闭 Cookie 也能作答"),
        ("保存多久、作什么用", "答卷保存 2 年，汇总表保存 10 年"),
        ("您的权利", "也可以投诉"),
    ],
)
def test_the_notice_says_in_plain_words(
    sqlite_phone: PageClient, address: str, term: str, promise: str
) -> None:
    assert promise in read_notice(sqlite_phone.get(address))[term]


def test_a_survey_without_a_telephone_says_whom_to_ask(
    sqlite_app: Flask, sqlite_phone: PageClient, address: str
) -> None:
    with sqlite_app.extensions["database"].write() as session:
        session.execute(update(Wave).values(contact=""))
    assert read_notice(sqlite_phone.get(address))["联系方式"] == "请问把二维码交给您的人。"


def test_a_deadline_at_midnight_is_told_as_the_day_that_ends(
    sqlite_app: Flask, sqlite_phone: PageClient, address: str
) -> None:
    opens, closes = datetime(2026, 1, 1, tzinfo=UTC), datetime(2199, 12, 31, 16, tzinfo=UTC)
    move_wave(sqlite_app.extensions["database"], opens_at=opens, closes_at=closes)
    assert "请在 2199年12月31日 24:00 前提交" in sqlite_phone.get(address).text
    assert "before 31 December 2199, 24:00" in sqlite_phone.get(f"{address}?lang=en").text


def test_free_text_is_warned_about_beside_its_field(sqlite_phone: PageClient, address: str) -> None:
    page = sqlite_phone.get(address)
    field = page.find_one("textarea", name="remark")
    assert field.get("aria-describedby") == "hint-remark"
    assert "最多 20 个字" in page.text_of("p", id="hint-remark")
    assert "请不要写姓名" in page.text_of("p", id="hint-remark")


def test_english_goes_with_the_person_through_every_step(sqlite_phone: PageClient, address: str) -> None:
    form = sqlite_phone.get(sqlite_phone.get(address).link_to("English"))
    assert form.heading == "Food safety questionnaire"
    faults = sqlite_phone.send(form, remark="x" * 21)
    assert faults.text_of("h2", id="faults-title") == "1 answer needs a change; all others are kept."
    blank = sqlite_phone.send(faults, remark="")
    assert blank.heading == "You have not answered any question. Send it like this?"
    back = sqlite_phone.get(blank.link_to("Go back and answer"))
    thanks = sqlite_phone.send(back, overall="good")
    assert thanks.heading == "Your answers were received, thank you"
    second = sqlite_phone.get(thanks.link_to("Let another person answer"))
    assert second.find_one("html").get("lang") == "en"
    answered = sqlite_phone.get(f"{address}?lang=en")
    assert answered.heading == "This phone has sent this questionnaire already"
    assert sqlite_phone.get(answered.link_to("中文")).heading == "这部手机已经交过这份答卷"


def test_chinese_names_on_an_english_page_are_marked_for_screen_readers(
    sqlite_phone: PageClient, address: str
) -> None:
    page = sqlite_phone.get(f"{address}?lang=en")
    marked = {"".join(span.itertext()) for span in page.find("span", lang="zh-CN")}
    assert {"单位D01", "示例县食安办"} <= marked


def test_an_unknown_language_is_chinese(sqlite_phone: PageClient, address: str) -> None:
    assert sqlite_phone.client.get(f"{address}?lang=tlh").text == sqlite_phone.client.get(address).text


def test_the_words_of_the_filters_follow_the_page(sqlite_app: Flask) -> None:
    moment = datetime(2026, 11, 23, 1, 5, tzinfo=UTC)
    labels = [Text(zh="有", en="Yes"), Text(zh="合用", en="Shared")]
    with sqlite_app.test_request_context("/"):
        assert show_time(moment) == show_end(moment) == "2026年11月23日 09:05"
        assert say_group(Group.RESIDENTS) == "群众"
        assert name_alternatives(labels) == "“有”或“合用”"
    with sqlite_app.test_request_context("/?lang=en"):
        assert show_time(moment) == show_end(moment) == "23 November 2026, 09:05"
        assert say_group(Group.RESIDENTS) == "Residents"
        assert name_alternatives(labels) == "“Yes” or “Shared”"
        assert say_text(Text(zh="只有中文")) == "只有中文"
