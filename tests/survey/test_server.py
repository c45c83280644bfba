"""The production server: it takes answers, mixes them by itself, and goes when it is told."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
from factories import add_unit, plan_wave

from questionnaires import builtin_definition
from survey import collectors, mixer, waves
from survey.collectors import CollectorLine
from survey.db import Database
from survey.keys import Keys
from survey.words import Group

PATIENCE = 60


def wait_until(is_true: Callable[[], bool]) -> None:
    """Look again and again; an outside process gives no other sign."""
    deadline = time.monotonic() + PATIENCE
    while not is_true():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.1)


def find_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=5) as reply:  # noqa: S310 - The address is this machine's.
            return bool(reply.status == 200)
    except OSError:
        return False


@pytest.fixture
def line(database: Database, tmp_path: Path) -> CollectorLine:
    """Return the collector of a department in a wave that is open now."""
    present = datetime.now(UTC)
    plan = plan_wave()
    keys = Keys.beside(tmp_path / "instance")
    with database.write() as session:
        add_unit(session, "D01", civil_servants=30)
        wave = waves.create_wave(session, plan)
        wave.opens_at, wave.closes_at = present - timedelta(days=1), present + timedelta(days=1)
        waves.open_wave(session, wave, {group: builtin_definition(group) for group in Group}, keys)
        return collectors.list_collectors(session, wave)[0]


@pytest.fixture
def server(database_url: str, tmp_path: Path) -> Iterator[str]:
    """Run ``survey serve`` with two workers and a quick mixer; give its address."""
    port = find_port()
    environ = os.environ | {
        "SURVEY_DATABASE_URL": database_url,
        "SURVEY_INSTANCE_PATH": str(tmp_path / "instance"),
    }
    command = [sys.executable, "-m", "survey", "serve", "--port", str(port), "--mix-every", "1"]
    process = subprocess.Popen(command, env=environ, stderr=subprocess.PIPE, text=True)
    address = f"http://127.0.0.1:{port}"
    wait_until(lambda: answers(f"{address}/readyz"))
    yield address
    process.send_signal(signal.SIGTERM)
    _, talk = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert "Traceback" not in talk


def send_blank(address: str, line: CollectorLine) -> None:
    page = f"{address}/q/{line.token}"
    with urlopen(page, timeout=10) as reply:  # noqa: S310 - The address is this machine's.
        form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="(\w*)"', reply.read().decode()))
    with urlopen(page, urlencode(form | {"overall": "good"}).encode(), timeout=10) as reply:  # noqa: S310 - As above.
        assert reply.url.endswith("/thanks")


@pytest.mark.slow
def test_it_takes_answers_and_mixes_them_by_itself(
    server: str, line: CollectorLine, database: Database
) -> None:
    for _ in range(mixer.MINIMUM_BATCH):
        send_blank(server, line)

    def is_mixed() -> bool:
        with database.read() as session:
            return collectors.list_collectors(session, waves.find_wave(session, "第一轮"))[
                0
            ].accepted == 10 and (mixer.count_waiting(session, 1) == 0)

    wait_until(is_mixed)
