"""A person before the questionnaire, with a thumb, a keyboard, no script, no cookies, or no patience."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, BrowserType, Locator, Page, expect
from smallwave import SMALL, count_answers, read_waiting

from questionnaires import Codebook
from survey.db import Database

pytestmark = pytest.mark.browser

THANKS = "已收到您的答卷，谢谢您"
ANSWERED = "这部手机已经交过这份答卷"
OVERALL = "您对本县食品安全状况满意吗？"
HAS_CANTEEN = "您单位有食堂吗？"
CANTEEN = "您对食堂满意吗？"
CHANNELS = "您从哪里听说？"
REMARK = "您最希望改进的一件事"


def choose(page: Page, question: str, label: str) -> None:
    """Tick an option as a person would: by the words of the question and of the option."""
    page.get_by_role("group", name=question).get_by_text(label, exact=True).click()


def submit(page: Page) -> None:
    page.get_by_role("button", name="提交答卷").click()


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def read_sheets(database: Database) -> list[dict[str, tuple[str, ...] | None]]:
    return [Codebook(SMALL).decode(sheet) for sheet, _ in read_waiting(database)]


def answer_all(page: Page) -> None:
    choose(page, OVERALL, "满意")
    choose(page, HAS_CANTEEN, "有")
    choose(page, CANTEEN, "不满意")
    choose(page, CHANNELS, "海报")
    choose(page, CHANNELS, "短视频")
    page.get_by_label(REMARK).fill("食堂少放盐")


ALL = {
    "overall": ("good",),
    "has_canteen": ("own",),
    "canteen": ("bad",),
    "channels": ("poster", "video"),
}


def test_a_person_answers_by_the_words_on_the_screen(page: Page, address: str, database: Database) -> None:
    page.goto(address)
    answer_all(page)
    submit(page)
    heading(page, THANKS)
    assert read_sheets(database) == [ALL]
    assert read_waiting(database)[0][1] == {"remark": "食堂少放盐"}


def test_a_person_answers_without_script(
    browser: Browser, browser_context_args: dict[str, Any], address: str, database: Database
) -> None:
    context = browser.new_context(**browser_context_args | {"java_script_enabled": False})
    page = context.new_page()
    page.goto(address)
    expect(page.get_by_text("仅当第 2 题选择“有”或“与别的单位合用”时回答。")).to_be_visible()
    answer_all(page)
    submit(page)
    heading(page, THANKS)
    context.close()
    assert read_sheets(database) == [ALL]


def test_a_person_answers_while_cookies_are_blocked(
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, Any],
    tmp_path: Path,
    address: str,
    database: Database,
) -> None:
    preferences = tmp_path / "profile" / "Default" / "Preferences"
    preferences.parent.mkdir(parents=True)
    preferences.write_text(json.dumps({"profile": {"default_content_setting_values": {"cookies": 2}}}))
    context = browser_type.launch_persistent_context(tmp_path / "profile", **browser_type_launch_args)
    page = context.pages[0]
    page.goto(address)
    assert context.cookies() == []
    answer_all(page)
    submit(page)
    heading(page, THANKS)
    context.close()
    assert read_sheets(database) == [ALL]


def test_a_double_click_counts_once(page: Page, address: str, database: Database) -> None:
    page.goto(address)
    choose(page, OVERALL, "满意")
    page.get_by_role("button", name="提交答卷").dblclick()
    heading(page, THANKS)
    assert count_answers(database) == 1


def test_reloading_the_thanks_counts_once(page: Page, address: str, database: Database) -> None:
    page.goto(address)
    choose(page, OVERALL, "满意")
    submit(page)
    heading(page, THANKS)
    page.reload()
    heading(page, THANKS)
    assert count_answers(database) == 1


def test_the_back_button_leads_to_what_was_answered(page: Page, address: str, database: Database) -> None:
    page.goto(address)
    choose(page, OVERALL, "满意")
    submit(page)
    heading(page, THANKS)
    page.go_back()
    heading(page, ANSWERED)
    assert count_answers(database) == 1


def test_two_tabs_of_one_phone_count_once(
    page: Page, context: BrowserContext, address: str, database: Database
) -> None:
    other = context.new_page()
    for tab in (page, other):
        tab.goto(address)
        choose(tab, OVERALL, "满意")
    for tab in (page, other):
        submit(tab)
        heading(tab, THANKS)
    assert count_answers(database) == 1


def test_a_second_person_answers_on_the_same_phone(page: Page, address: str, database: Database) -> None:
    page.goto(address)
    choose(page, OVERALL, "满意")
    submit(page)
    page.get_by_role("link", name="换一个人作答").click()
    choose(page, OVERALL, "不满意")
    submit(page)
    heading(page, THANKS)
    assert sorted(sheet["overall"] or () for sheet in read_sheets(database)) == [("bad",), ("good",)]


def test_a_blank_form_is_sent_after_one_question(page: Page, address: str, database: Database) -> None:
    page.goto(address)
    submit(page)
    heading(page, "您一题也没有答，就这样提交吗？")
    page.get_by_role("link", name="返回作答").click()
    heading(page, "食品安全问卷")
    submit(page)
    page.get_by_role("button", name="就交空白卷").click()
    heading(page, THANKS)
    assert count_answers(database) == 1


def test_the_summary_of_faults_leads_to_the_field(page: Page, address: str, database: Database) -> None:
    page.goto(address)
    choose(page, OVERALL, "满意")
    page.get_by_label(REMARK).fill("长" * 25)
    submit(page)
    expect(page.get_by_role("alert")).to_be_in_viewport()
    page.get_by_role("link", name="最多写 20 个字").click()
    expect(page.get_by_label(REMARK)).to_be_in_viewport()
    expect(page.get_by_role("group", name=OVERALL).get_by_label("满意", exact=True)).to_be_checked()
    page.get_by_label(REMARK).fill("短")
    submit(page)
    heading(page, THANKS)
    assert count_answers(database) == 1


def test_a_keyboard_is_enough(page: Page, address: str, database: Database) -> None:
    page.goto(address)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    expect(page.get_by_role("link", name="跳到正文")).to_be_in_viewport()
    tab_to(page, page.get_by_role("group", name=OVERALL).get_by_label("满意", exact=True))
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    tab_to(page, page.get_by_role("group", name=CHANNELS).get_by_label("海报"))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_label(REMARK))
    page.keyboard.type("sign posts")
    tab_to(page, page.get_by_role("button", name="提交答卷"))
    page.keyboard.press("Enter")
    heading(page, THANKS)
    ((sheet, comments),) = read_waiting(database)
    assert Codebook(SMALL).decode(sheet)["overall"] == ("bad",)
    assert Codebook(SMALL).decode(sheet)["channels"] == ("poster",)
    assert comments == {"remark": "sign posts"}


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus, and see that the focus can be seen."""
    for _ in range(40):
        if target.evaluate("element => element === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(target).to_be_focused()
    assert target.evaluate("element => getComputedStyle(element).outlineStyle") == "solid"


def test_a_question_that_does_not_apply_is_hidden_and_comes_back(page: Page, address: str) -> None:
    page.goto(address)
    canteen = page.get_by_role("group", name=CANTEEN)
    expect(canteen).to_be_visible()
    choose(page, HAS_CANTEEN, "没有")
    expect(canteen).to_be_hidden()
    choose(page, HAS_CANTEEN, "与别的单位合用")
    expect(canteen).to_be_visible()


def test_the_room_left_for_words_is_counted_as_the_server_counts(page: Page, address: str) -> None:
    page.goto(address)
    field, count = page.get_by_label(REMARK), page.locator("#count-remark")
    expect(count).to_have_text("还可以写 20 个字。")
    field.fill("食堂\n𠮷 ")
    expect(count).to_have_text("还可以写 16 个字。")
    field.fill("长" * 23)
    expect(count).to_have_text("超出了 3 个字。")
