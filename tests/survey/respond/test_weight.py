"""What a phone has to load: one light page, two styles and a script, and no library behind them."""

from __future__ import annotations

import gzip
import re
import subprocess
import sys
from pathlib import Path

import pytest
from factories import add_unit
from flask import Flask
from keystore import KEYS
from smallwave import plan_now
from werkzeug.test import TestResponse

from questionnaires import builtin_definition
from survey import waves
from survey.collectors import list_collectors
from survey.words import Group, UnitKind

LIMIT = 15_000
ROOT = Path(__file__).parents[3]
ASSET = re.compile(r'(?:href|src)="(/static/[^"]+)"')
GZIP = {"Accept-Encoding": "gzip"}


@pytest.fixture
def tokens(sqlite_app: Flask) -> dict[Group, str]:
    """Open a wave with the shipped questionnaires for all five groups."""
    with sqlite_app.extensions["database"].write() as session:
        people = {group.value: 30 for group in Group if group is not Group.RESIDENTS}
        add_unit(session, "V01", kind=UnitKind.VILLAGE, **people)
        wave = waves.create_wave(session, plan_now(tuple(Group)))
        waves.open_wave(session, wave, {group: builtin_definition(group) for group in Group}, KEYS)
        return {line.group: line.token for line in list_collectors(session, wave)}


def weigh(reply: TestResponse) -> int:
    """Return the bytes of a reply on the wire, head and body."""
    head = sum(len(f"{name}: {value}\r\n".encode()) for name, value in reply.headers)
    return len(f"HTTP/1.1 {reply.status}\r\n\r\n") + head + len(reply.data)


@pytest.mark.parametrize("group", list(Group))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_everything_a_phone_loads_stays_under_fifteen_kilobytes(
    sqlite_app: Flask, tokens: dict[Group, str], group: Group, language: str
) -> None:
    client = sqlite_app.test_client()
    page = client.get(f"/q/{tokens[group]}?lang={language}", headers=GZIP)
    assets = ASSET.findall(gzip.decompress(page.data).decode())
    replies = [page, *(client.get(asset, headers=GZIP) for asset in assets)]
    for reply in replies:
        reply.close()
    assert len(assets) == 3
    assert {reply.headers["Content-Encoding"] for reply in replies} == {"gzip"}
    assert sum(map(weigh, replies)) < LIMIT


SCRIPTS = sorted((ROOT / "survey" / "static" / "js").glob("*.js"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_short_and_old_webviews_can_read_it(script: Path) -> None:
    source = script.read_text(encoding="utf-8")
    assert len(source.splitlines()) < 100
    assert not re.search(r"=>|`|\b(let|const|class|async|fetch|localStorage|sessionStorage)\b", source)


def test_the_pages_start_without_the_libraries_of_analysis(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from survey import create_app\n"
        "reply = create_app(faces=('respond',)).test_client().get('/')\n"
        "assert reply.status_code == 200\n"
        "print(*(name for name in ('pandas', 'scipy', 'numpy', 'openpyxl', 'reportlab') if name in sys.modules))\n"
    )
    environment = {"SURVEY_INSTANCE_PATH": str(tmp_path), "PATH": "", "PYTHONPATH": ":".join(sys.path)}
    run = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == ""
