"""``survey slips`` as a clerk uses it: print, replace, void single spoiled slips."""

from __future__ import annotations

import re
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from cli_runs import Run
from click.testing import CliRunner, Result

from survey.cli import main
from survey.clock import now
from survey.config import read_settings
from survey.db import Database
from survey.events import list_events
from survey.slips import find_slip

UNITS = """编号,单位,类别,机关事业单位干部职工,国有企业职工
D01,示例县教育局,县级部门,4,
D02,示例县水利局,县级部门,3,
E01,示例县水务公司,国有企业,,2
"""
TYPED = re.compile(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]{5}\b")


def type_in(*arguments: object, keys: str, code: int = 0) -> Result:
    result = CliRunner().invoke(main, [str(argument) for argument in arguments], input=keys)
    assert result.exit_code == code, result.output
    return result


def read_codes(folder: Path) -> dict[str, list[str]]:
    """Return the typed codes in each PDF of a folder, by the first part of its name."""
    return {path.stem.split("-")[0]: TYPED.findall(read_pdf(path)) for path in sorted(folder.glob("*.pdf"))}


def read_pdf(path: Path) -> str:
    return subprocess.run(["pdftotext", str(path), "-"], check=True, capture_output=True, text=True).stdout


def count_valid(codes: list[str]) -> int:
    database = Database(read_settings().database_url)
    with database.read() as session:
        n_valid = sum(find_slip(session, code, now()) is not None for code in codes)
    database.close()
    return n_valid


@pytest.fixture
def open_wave(run: Run, tmp_path: Path) -> Path:
    """Open a wave in which three units get slips; return the folder to print into."""
    path = tmp_path / "units.csv"
    path.write_text(UNITS, encoding="utf-8")
    run("units", "import", path)
    today = now()
    opens, closes = (today - timedelta(days=1)).isoformat(), (today + timedelta(days=5)).isoformat()
    run("wave", "create", "第一轮", "--opens", opens, "--closes", closes)
    run("wave", "open", "第一轮")
    return tmp_path / "卡片"


def test_a_clerk_prints_a_slip_for_every_person(run: Run, open_wave: Path) -> None:
    printed = run("slips", "第一轮", "-o", open_wave)
    codes = read_codes(open_wave)
    assert {unit: len(some) for unit, some in codes.items()} == {"D01": 4, "D02": 3, "E01": 2}
    assert count_valid([code for some in codes.values() for code in some]) == 9
    assert "3 个文件，9 张卡片" in printed.stderr
    assert "请立即删除" in printed.stderr
    assert not TYPED.search(printed.output)


def test_the_list_of_collectors_sends_people_with_slips_to_one_address(run: Run, open_wave: Path) -> None:
    lines = run("collectors", "第一轮", "--format", "csv").stdout.splitlines()
    assert {line.rsplit(",", 1)[1] for line in lines[1:]} == {"http://127.0.0.1:8000/s"}
    assert {line.split(",")[5] for line in lines[1:]} == {"slip"}


def test_printing_again_asks_for_a_reason_and_for_consent(run: Run, open_wave: Path) -> None:
    run("slips", "第一轮", "-o", open_wave)
    old = read_codes(open_wave)["D01"]
    again = ("slips", "第一轮", "-o", open_wave, "--unit", "D01")
    assert "作废卡片要写明原因" in run(*again, code=1).stderr
    asked = type_in(*again, "--reason", "整袋丢失", keys="n\n", code=1)
    assert "将作废 4 张还没有用过的卡片" in asked.stderr
    assert count_valid(old) == 4
    type_in(*again, "--reason", "整袋丢失", keys="y\n")
    assert count_valid(old) == 0
    assert count_valid(read_codes(open_wave)["D01"]) == 4


def test_consent_can_be_given_beforehand(run: Run, open_wave: Path) -> None:
    run("slips", "第一轮", "-o", open_wave)
    run("slips", "第一轮", "-o", open_wave, "--group", "soe_staff", "--reason", "纸张受潮", "--yes")
    assert {unit: count_valid(codes) for unit, codes in read_codes(open_wave).items()} == {
        "D01": 4,
        "D02": 3,
        "E01": 2,
    }


def test_spoiled_slips_are_typed_and_replaced(run: Run, open_wave: Path, tmp_path: Path) -> None:
    run("slips", "第一轮", "-o", open_wave)
    codes = read_codes(open_wave)
    spoiled = [codes["D01"][0], codes["D02"][1].lower().replace("-", " ")]
    folder = tmp_path / "换发"
    keys = "".join(f"{code}\n" for code in [*spoiled, "", "y"])
    type_in("slips", "第一轮", "-o", folder, "--void", "--reason", "打印不清", keys=keys)
    assert count_valid(spoiled) == 0
    assert {unit: len(some) for unit, some in read_codes(folder).items()} == {"D01": 1, "D02": 1}
    assert count_valid([code for some in read_codes(folder).values() for code in some]) == 2
    assert count_valid([code for some in codes.values() for code in some]) == 7


def test_a_mistyped_spoiled_slip_changes_nothing(run: Run, open_wave: Path, tmp_path: Path) -> None:
    run("slips", "第一轮", "-o", open_wave)
    code = read_codes(open_wave)["D01"][0]
    wrong = ("B" if code[0] == "A" else "A") + code[1:]
    refused = type_in(
        *("slips", "第一轮", "-o", tmp_path / "换发", "--void", "--reason", "打印不清"),
        keys=f"{code}\n{wrong}\n\n",
        code=1,
    )
    assert "这个编码不能作废" in refused.stderr
    assert count_valid([code]) == 1


def test_what_was_done_is_logged_with_the_user_and_the_reason(run: Run, open_wave: Path) -> None:
    run("slips", "第一轮", "-o", open_wave)
    run("slips", "第一轮", "-o", open_wave, "--unit", "E01", "--reason", "纸张受潮", "--yes")
    database = Database(read_settings().database_url)
    with database.read() as session:
        log = [(event.action, event.subject, event.reason, event.actor) for event in list_events(session)]
    database.close()
    assert [line[:3] for line in log] == [
        ("slips.print", "第一轮 D01 civil_servants：作废 0，新印 4", ""),
        ("slips.print", "第一轮 D02 civil_servants：作废 0，新印 3", ""),
        ("slips.print", "第一轮 E01 soe_staff：作废 0，新印 2", ""),
        ("slips.reissue", "第一轮 E01 soe_staff：作废 2，新印 2", "纸张受潮"),
    ]
    assert all(actor for *_, actor in log)


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["第二轮"], 1, "没有名为“第二轮”的调查轮次"),
        (["第一轮", "--unit", "D99"], 1, "单位 D99没有符合条件"),
        (["第一轮", "--group", "deputies"], 1, "没有符合条件的一人一码群体"),
        (["第一轮", "--group", "people"], 2, "people"),
    ],
)
def test_it_says_what_is_wrong_with_an_order(
    run: Run, open_wave: Path, arguments: list[str], code: int, sentence: str
) -> None:
    assert sentence in run("slips", *arguments, "-o", open_wave, code=code).stderr


def test_a_closed_wave_gets_no_slips(run: Run, open_wave: Path) -> None:
    run("wave", "close", "第一轮")
    assert "只有进行中的轮次" in run("slips", "第一轮", "-o", open_wave, code=1).stderr


def test_residents_cannot_be_given_slips(run: Run) -> None:
    refused = run(
        *("wave", "create", "x", "--opens", "2026-12-01", "--closes", "2026-12-02"),
        *("--kind", "residents=slip"),
        code=1,
    )
    assert "群众没有应答人数" in refused.stderr
