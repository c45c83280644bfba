"""Every page a respondent may meet: no fault found by axe, thumbs hit, eyes read, small screens hold."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from smallwave import DAY, close_wave, move_wave, open_small_wave

from survey.clock import now
from survey.codes import make_code
from survey.collectors import TOKEN_LENGTH
from survey.db import Database

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SMALLEST_TARGET = 44
NARROWEST = 320


class Respondent:
    """Leads a browser to each page in turn."""

    def __init__(self, page: Page, base_url: str, database: Database, language: str) -> None:
        self.page = page
        self.database = database
        self.query = f"?lang={language}"
        self.base_url = base_url
        self.line = open_small_wave(database, headcount=1)

    def visit_all(self) -> Iterator[str]:
        """Give the name of each page once it is shown."""
        for visit in (self.ask, self.refuse, self.finish):
            yield from visit()

    def ask(self) -> Iterator[str]:
        """Show the questionnaire, its faults, and the question about a blank form."""
        self.open(f"/q/{self.line.token}")
        yield "questionnaire"
        self.page.locator("textarea").fill("长" * 25)
        self.send()
        yield "faults"
        self.page.locator("textarea").fill("")
        self.send()
        yield "blank"

    def refuse(self) -> Iterator[str]:
        """Show what is said to a code that is wrong, and the start page."""
        for name, path in (
            ("damaged", "/q/ABC"),
            ("unknown", f"/q/{make_code(TOKEN_LENGTH)}"),
            ("trouble", "/nothing"),
            ("home", "/"),
        ):
            self.open(path)
            yield name

    def finish(self) -> Iterator[str]:
        """Show what is said once this phone has answered, and to those who come early or late."""
        self.open(f"/q/{self.line.token}")
        self.page.locator("input[type=radio]").first.check()
        self.send()
        yield "thanks"
        self.open(f"/q/{self.line.token}")
        yield "answered"
        self.page.context.clear_cookies()
        self.open(f"/q/{self.line.token}")
        yield "full"
        move_wave(self.database, opens_at=now() + DAY, closes_at=now() + 2 * DAY)
        self.open(f"/q/{self.line.token}")
        yield "early"
        close_wave(self.database)
        self.open(f"/q/{self.line.token}")
        yield "closed"

    def send(self) -> None:
        """Send the form and wait for the reply with its styles; a click alone does not."""
        with self.page.expect_event("load"):
            self.page.locator("form button").click()

    def open(self, path: str) -> None:
        """Open an address in the language."""
        self.page.goto(f"{self.base_url}{path}{self.query}")


@pytest.fixture
def axe() -> Axe:
    return Axe()


def find_faults(axe: Axe, page: Page) -> list[str]:
    found = axe.run(page, options={"runOnly": RULES})
    assert len(found.response["passes"]) > 10, "axe looked at nothing"
    return [
        f"{fault['id']}: {node['html'][:120]}"
        for fault in found.response["violations"]
        for node in fault["nodes"]
    ]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_no_fault_on_any_page(
    page: Page, base_url: str, database: Database, axe: Axe, language: str
) -> None:
    seen = {
        name: find_faults(axe, page) for name in Respondent(page, base_url, database, language).visit_all()
    }
    assert len(seen) == 12
    assert {name: faults for name, faults in seen.items() if faults} == {}


def test_axe_finds_no_fault_in_the_dark(page: Page, base_url: str, database: Database, axe: Axe) -> None:
    page.emulate_media(color_scheme="dark")
    seen = {name: find_faults(axe, page) for name in Respondent(page, base_url, database, "zh").ask()}
    assert {name: faults for name, faults in seen.items() if faults} == {}


MEASURE_TARGETS = """() => [...document.querySelectorAll('label:has(input), button, a, .field')]
    .filter(element => element.offsetParent !== null && !element.matches('.skip'))
    .map(element => [element.textContent.trim(), element.getBoundingClientRect()])
    .map(([words, box]) => ({words, width: box.width, height: box.height}))"""


def test_everything_to_press_is_large_enough_for_a_thumb(
    page: Page, base_url: str, database: Database
) -> None:
    for name in Respondent(page, base_url, database, "zh").visit_all():
        targets = page.evaluate(MEASURE_TARGETS)
        assert targets, name
        small = [target for target in targets if min(target["width"], target["height"]) < SMALLEST_TARGET]
        assert small == [], name


@pytest.mark.parametrize(
    ("width", "text_size"),
    [(NARROWEST, "112.5%"), (360, "157.5%"), (360, "225%"), (1280, "225%")],
    ids=["narrow", "chat-app-largest-text", "double-text", "double-text-wide"],
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_sticks_out_of_a_small_screen_or_with_large_text(
    page: Page, base_url: str, database: Database, width: int, text_size: str, language: str
) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    for name in Respondent(page, base_url, database, language).ask():
        page.evaluate("size => { document.documentElement.style.fontSize = size }", text_size)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name


def test_text_is_as_large_and_airy_as_older_readers_need(
    page: Page, base_url: str, database: Database
) -> None:
    next(Respondent(page, base_url, database, "zh").ask())
    style = page.evaluate(
        "() => { const s = getComputedStyle(document.body); return [s.fontSize, s.lineHeight].map(parseFloat) }"
    )
    assert style[0] >= 18
    assert style[1] / style[0] >= 1.3
    smallest = page.evaluate(
        "() => Math.min(...[...document.querySelectorAll('main :not(input)')]"
        ".map(element => parseFloat(getComputedStyle(element).fontSize)))"
    )
    assert smallest >= 18


def test_a_page_printed_on_paper_has_its_questions(page: Page, base_url: str, database: Database) -> None:
    next(Respondent(page, base_url, database, "zh").ask())
    page.emulate_media(media="print")
    assert page.get_by_role("group").count() == 4
    assert not page.get_by_role("button").is_visible()
