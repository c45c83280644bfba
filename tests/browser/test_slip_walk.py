"""From the slip in a hand to the thanks on a phone: scanned or typed, with and without script."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Page, Request, expect
from pyzbar.pyzbar import decode
from slipwave import DEED, count_states, open_slips_now
from smallwave import WAVE, count_answers

from survey import prints, slips, waves
from survey.codes import DamagedCodeError, read_code
from survey.db import Database
from survey.limits import LIMITS, Scope
from survey.slipcodes import TYPED_LENGTH, SlipCodes, make_codes, show_typed
from survey.slips import SlipOrder
from survey.slipsheets import SlipSheet
from survey.words import SlipState, name_word

pytestmark = pytest.mark.browser

QUESTIONS = "食品安全问卷"
THANKS = "已收到您的答卷，谢谢您"
ENTRY = "凭答题卡片作答"
OVERALL = "您对本县食品安全状况满意吗？"
FIELD = "卡片上的编码（不分大小写，空格和短横线不用管）"
MISTYPED = "这个编码不完整，或者有字看错、输错了。请对照卡片再看一遍。"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture
def codes(database: Database) -> list[SlipCodes]:
    """Return the codes of the ten slips of a wave that is open now."""
    return open_slips_now(database)


@pytest.fixture
def scriptless(browser: Browser, browser_context_args: dict[str, Any], base_url: str) -> Iterator[Page]:
    """Give a phone on which no script runs."""
    context = browser.new_context(**browser_context_args | {"java_script_enabled": False})
    yield context.new_page()
    context.close()


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def type_code(page: Page, code: str) -> None:
    page.get_by_label(FIELD).fill(code)
    page.get_by_role("button", name="打开问卷").click()


def answer(page: Page) -> None:
    page.get_by_role("group", name=OVERALL).get_by_text("满意", exact=True).click()
    page.get_by_role("button", name="提交答卷").click()


def is_whole(text: str) -> bool:
    """Whether the server takes a text for a code that somebody could have printed."""
    try:
        return len(read_code(text, TYPED_LENGTH)) == TYPED_LENGTH
    except DamagedCodeError:
        return False


def print_one(database: Database, address: str, folder: Path) -> Path:
    """Print the slips of the wave; return the file."""
    with database.read() as session:
        wave = waves.find_wave(session, WAVE)
        orders = slips.list_orders(session, wave)

    def make_sheet(order: SlipOrder) -> SlipSheet:
        return SlipSheet(
            unit_code=order.line.unit_code,
            unit=order.line.unit,
            group=name_word(order.line.group),
            wave=WAVE,
            address=address,
            short_address=address.removeprefix("http://"),
            organiser=wave.organiser,
            contact=wave.contact,
            closes_at=wave.closes_at,
            run=order.run,
        )

    run = prints.PrintRun(orders=orders, make_sheet=make_sheet, directory=folder, deed=DEED)
    return prints.print_slips(database, run).paths[0]


def scan(path: Path) -> list[str]:
    """Return the addresses of the codes on the first page of slips, as a phone's camera reads them."""
    command = ["pdftoppm", "-r", "150", "-gray", "-f", "2", "-l", "2", str(path)]
    picture = Image.open(BytesIO(subprocess.run(command, check=True, capture_output=True).stdout))
    return [code.data.decode() for code in decode(picture)]


def test_a_person_scans_a_printed_slip_and_answers(
    page: Page, base_url: str, codes: list[SlipCodes], database: Database, tmp_path: Path
) -> None:
    addresses = scan(print_one(database, f"{base_url}/s", tmp_path / "slips"))
    assert len(addresses) == 10
    page.goto(addresses[0])
    heading(page, QUESTIONS)
    answer(page)
    heading(page, THANKS)
    assert (count_answers(database), count_states(database)[SlipState.USED]) == (1, 1)
    page.goto(addresses[0])
    heading(page, ENTRY)
    expect(page.get_by_role("alert").first).to_contain_text("如果您已经交过答卷，就不用再交")


def test_a_person_types_a_slip_without_script(
    scriptless: Page, base_url: str, codes: list[SlipCodes], database: Database
) -> None:
    scriptless.goto(f"{base_url}/s")
    type_code(scriptless, show_typed(codes[0].typed).lower())
    heading(scriptless, QUESTIONS)
    answer(scriptless)
    heading(scriptless, THANKS)
    assert (count_answers(database), count_states(database)[SlipState.USED]) == (1, 1)


def test_a_scanned_slip_without_script_leads_to_the_field_to_type(
    scriptless: Page, base_url: str, codes: list[SlipCodes]
) -> None:
    scriptless.goto(f"{base_url}/s#{codes[0].scanned}")
    heading(scriptless, ENTRY)
    type_code(scriptless, codes[0].typed)
    heading(scriptless, QUESTIONS)


def test_the_code_leaves_the_address_bar_and_is_in_no_request_line(
    page: Page, base_url: str, codes: list[SlipCodes]
) -> None:
    code, lines = codes[0].scanned, []

    def note(request: Request) -> None:
        # The browser tells a navigation with its fragment, which it does not send.
        lines.append(f"{request.url.partition('#')[0]} {json.dumps(request.all_headers())}")

    page.on("requestfinished", note)
    page.goto(f"{base_url}/s#{code}")
    heading(page, QUESTIONS)
    assert page.url == f"{base_url}/s/form"
    page.go_back()
    assert code not in page.url
    assert len(lines) > 2
    assert not [line for line in lines if code in line]


def test_a_second_slip_scanned_into_the_same_window_opens_its_own_form(
    page: Page, base_url: str, codes: list[SlipCodes], database: Database
) -> None:
    hidden = page.locator("form[data-questionnaire] input[name=_slip]")
    page.goto(f"{base_url}/s")
    for pair in codes[:2]:
        page.goto(f"{base_url}/s#{pair.scanned}")
        expect(hidden).to_have_value(pair.scanned)
    answer(page)
    heading(page, THANKS)
    page.goto(f"{base_url}/s#{codes[1].scanned}")
    heading(page, ENTRY)
    page.goto(f"{base_url}/s#{codes[2].scanned}")
    heading(page, QUESTIONS)
    assert count_answers(database) == 1


def test_a_mistyped_code_is_found_on_the_phone_and_stays_in_the_field(
    page: Page, base_url: str, codes: list[SlipCodes]
) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.goto(f"{base_url}/s")
    code = show_typed(codes[0].typed)
    wrong = [code[1] + code[0] + code[2:], code[:-1], "X" + code[1:] if code[0] != "X" else "Y" + code[1:]]
    for text in wrong if code[0] != code[1] else wrong[1:]:
        type_code(page, text)
        expect(page.get_by_text(MISTYPED)).to_be_visible()
        expect(page.get_by_label(FIELD)).to_have_value(text)
    assert "POST" not in sent
    type_code(page, code.replace("0", "O").replace("1", "i"))
    heading(page, QUESTIONS)


def test_the_phone_and_the_server_agree_on_what_is_mistyped(
    page: Page, base_url: str, codes: list[SlipCodes]
) -> None:
    page.goto(f"{base_url}/s")
    page.evaluate("document.querySelector('[data-slip]').addEventListener('submit', e => e.preventDefault())")
    for pair in codes:
        full_width = pair.typed.translate({n: n + 0xFEE0 for n in range(0x21, 0x7F)})
        for text in (pair.typed, full_width, pair.typed[::-1], pair.typed[1:] + pair.typed[0]):
            type_code(page, text)
            assert page.get_by_text(MISTYPED).is_visible() is not is_whole(text)


def test_the_phone_works_for_its_owner_while_many_codes_are_wrong(
    page: Page, base_url: str, codes: list[SlipCodes], database: Database
) -> None:
    page.goto(f"{base_url}/s")
    for _ in range(LIMITS[Scope.DEVICE].n + 1):
        type_code(page, make_codes("ABCDE").typed)
        page.wait_for_load_state()
    expect(page.get_by_text("刚才输错的次数很多。")).to_be_visible()
    work = page.locator("input[name=_work]")
    expect(work).not_to_have_value("", timeout=20_000)
    type_code(page, codes[0].typed)
    heading(page, QUESTIONS)
    answer(page)
    heading(page, THANKS)
    assert count_answers(database) == 1


def test_a_person_reads_the_questionnaire_in_english(
    page: Page, base_url: str, codes: list[SlipCodes], database: Database
) -> None:
    page.goto(f"{base_url}/s#{codes[0].scanned}")
    heading(page, QUESTIONS)
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.locator("form[data-questionnaire] .choices label").first.click()
    page.locator("form[data-questionnaire] > .button").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("thank you")
    assert count_answers(database) == 1


def test_a_double_click_spends_one_slip_and_is_thanked(
    page: Page, base_url: str, codes: list[SlipCodes], database: Database
) -> None:
    page.goto(f"{base_url}/s#{codes[0].scanned}")
    heading(page, QUESTIONS)
    page.get_by_role("group", name=OVERALL).get_by_text("满意", exact=True).click()
    page.get_by_role("button", name="提交答卷").dblclick()
    heading(page, THANKS)
    assert (count_answers(database), count_states(database)[SlipState.USED]) == (1, 1)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_page_of_a_slip_has_a_fault_that_axe_finds(
    page: Page, base_url: str, codes: list[SlipCodes], language: str
) -> None:
    faults: list[str] = []

    def examine(name: str) -> None:
        found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
        faults.extend(f"{name}: {fault['id']} {[node['html'] for node in fault['nodes']]}" for fault in found)
        width = page.evaluate("document.documentElement.scrollWidth")
        faults.extend([f"{name} is {width} wide"] if width > 360 else [])

    def open_form() -> None:
        page.goto(f"{base_url}/s?lang={language}")
        page.locator("#slip").fill(codes[0].typed)
        page.locator("form .button").click()

    page.goto(f"{base_url}/s?lang={language}")
    examine("entry")
    page.locator("#slip").fill("ABC")
    page.locator("form .button").click()
    examine("mistyped")
    page.locator("#slip").fill(make_codes("ABCDE").typed)
    page.locator("form .button").click()
    expect(page.locator("#faults")).to_be_visible()
    examine("refused")
    open_form()
    examine("questionnaire")
    page.locator("form[data-questionnaire] > .button").click()
    examine("blank")
    page.goto(f"{base_url}/s/thanks?lang={language}")
    examine("thanks")
    assert faults == []
