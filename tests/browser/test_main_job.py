"""The main job as its people do it: a clerk at the command line, respondents before a poster on the wall."""

from __future__ import annotations

import csv
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from pyzbar.pyzbar import ZBarSymbol, decode

from survey.cli import main
from survey.clock import now
from survey.db import Database

pytestmark = pytest.mark.browser

WAVE = "第一轮"
UNITS = """code,name,kind,parent,credit_code,civil_servants,soe_staff,village_cadres,deputies
D01,县委办公室,department,,,8,0,0,0
D02,县财政局,department,,,6,0,0,0
"""
OVERALL = "总的来看，您如何评价示例县目前的食品安全状况？"
CANTEEN = "您所在的单位有没有食堂？"
REVIEW = "您是否知道示例县正在迎接省级食品安全示范县复审？"
ROOM_TEMPERATURE = "熟食在室温下最多放多久？"
MAIN_DUTY = "谁对食品安全负主体责任？"
CHOPPING_BOARD = "切熟食应该用哪种菜板？"


@dataclass(frozen=True, kw_only=True)
class Person:
    """What one respondent chooses, by the words on the screen, and writes."""

    choices: Mapping[str, str]
    words: str = ""


PEOPLE = (
    Person(
        choices={
            OVERALL: "很满意",
            CANTEEN: "有",
            "您如何评价本单位食堂的食品安全状况？": "一般",
            REVIEW: "知道",
            ROOM_TEMPERATURE: "2小时",
            MAIN_DUTY: "食品生产经营者",
            CHOPPING_BOARD: "熟食专用的",
        },
        words="多公布抽检结果",
    ),
    Person(
        choices={
            OVERALL: "满意",
            REVIEW: "知道",
            ROOM_TEMPERATURE: "2小时",
            MAIN_DUTY: "食品生产经营者",
            CHOPPING_BOARD: "不确定",
        }
    ),
    Person(choices={OVERALL: "不满意", REVIEW: "听说过但不清楚", ROOM_TEMPERATURE: "12小时"}),
    Person(choices={OVERALL: "不了解", CANTEEN: "没有", REVIEW: "不知道"}),
    Person(choices={"您是否支持示例县保持省级食品安全示范县称号？": "支持"}),
)
WITHOUT_SCRIPT = Person(
    choices={
        OVERALL: "很满意",
        REVIEW: "知道",
        ROOM_TEMPERATURE: "2小时",
        MAIN_DUTY: "食品生产经营者",
        CHOPPING_BOARD: "熟食专用的",
    }
)


@pytest.fixture
def office(
    served_app: Flask, base_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """Give an empty installation whose posters lead to the served pages; return its folder."""
    monkeypatch.delenv("SURVEY_DATABASE_URL", raising=False)
    monkeypatch.setenv("SURVEY_INSTANCE_PATH", str(tmp_path))
    monkeypatch.setenv("SURVEY_PUBLIC_URL", base_url)
    monkeypatch.setenv("SURVEY_COUNTY", "示例县")
    opened = Database(f"sqlite:///{tmp_path / 'survey.db'}")
    served_app.extensions["database"] = opened
    served_app.extensions["shelf"].clear()
    yield tmp_path
    opened.close()


def survey(*arguments: object) -> str:
    """Run the command as a clerk would; return what it printed."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def open_wave(folder: Path) -> None:
    """Go from the unit list to an open wave."""
    (folder / "units.csv").write_text(UNITS, encoding="utf-8")
    survey("units", "import", folder / "units.csv")
    opens, closes = now() - timedelta(days=1), now() + timedelta(days=5)
    survey(
        "wave",
        "create",
        WAVE,
        "--opens",
        opens.isoformat(),
        "--closes",
        closes.isoformat(),
        "--collector",
        "open",
    )
    survey("wave", "open", WAVE)


def scan_poster(folder: Path, unit_code: str) -> str:
    """Print a unit's poster, look at it with a scanner, and return the address it leads to."""
    survey("posters", WAVE, "-o", folder / "posters")
    (poster,) = (folder / "posters").glob(f"*{unit_code}*.pdf")
    command = ["pdftoppm", "-png", "-r", "100", "-singlefile", str(poster)]
    picture = subprocess.run(command, check=True, capture_output=True).stdout
    (code,) = decode(Image.open(BytesIO(picture)), symbols=[ZBarSymbol.QRCODE])
    return code.data.decode()


def fill_in(page: Page, person: Person) -> None:
    """Answer by the words on the screen, submit, and wait for the thanks."""
    for question, label in person.choices.items():
        page.get_by_role("group", name=question).get_by_text(label, exact=True).click()
    if person.words:
        page.get_by_role("textbox").fill(person.words)
    page.get_by_role("button", name="提交答卷").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("已收到您的答卷，谢谢您")


def read_rates() -> dict[tuple[str, str], dict[str, str]]:
    """Return the lines of the rate table by unit and group."""
    rows = csv.DictReader(StringIO(survey("rates", WAVE, "--format", "csv")))
    return {(row["unit_code"], row["group"]): row for row in rows}


def test_answers_given_before_a_poster_are_the_figures_of_the_table(
    page: Page, browser: Browser, browser_context_args: dict[str, Any], office: Path
) -> None:
    open_wave(office)
    address = scan_poster(office, "D01")

    page.goto(address)
    fill_in(page, PEOPLE[0])
    for person in PEOPLE[1:]:
        page.get_by_role("link", name="换一个人作答").click()
        fill_in(page, person)
    scriptless = browser.new_context(**browser_context_args | {"java_script_enabled": False})
    other = scriptless.new_page()
    other.goto(address)
    fill_in(other, WITHOUT_SCRIPT)
    scriptless.close()
    survey("wave", "close", WAVE)

    rates = read_rates()
    asked = rates["D01", "civil_servants"]
    assert {name: float(asked[name]) for name in EXPECTED} == EXPECTED
    assert {name: asked[name] for name in EXPECTED} == {name: rates["D01", "all"][name] for name in EXPECTED}
    assert rates["D02", "civil_servants"]["responses"] == "0"
    survey("verify")


EXPECTED = {
    "headcount": 8,
    "responses": 6,
    "response_rate": 6 / 8,
    "n_satisfaction": 5,
    "satisfied": 3,
    "satisfaction_rate": 3 / 5,
    "satisfaction_score": (100 + 80 + 30 + 100) / 4,
    "dont_know_share": 1 / 5,
    "n_awareness": 5,
    "aware": 3,
    "awareness_rate": 3 / 5,
    "knowledge_rate": 3 / 4,
}
