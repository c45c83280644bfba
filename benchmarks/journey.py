"""Time a respondent's journey (page, answers, thanks) against a bare Flask page and one durable insert.

Run from the project's folder: ``python benchmarks/journey.py [--journeys 500]``. Both sides are called through
WSGI in one process, so the figures are what the program costs and not what a network does. The bare side is
the least that any such system does: a ready string of the same size, one row in SQLite committed with
``synchronous=FULL``, a redirection, and a short page. Processor time is printed beside wall time, because
commits wait for the disk.
"""

from __future__ import annotations

import argparse
import csv
import os
import re
import secrets
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO, StringIO
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from click.testing import CliRunner
from flask import Flask, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.test import EnvironBuilder, run_wsgi_app

from questionnaires import builtin_definition
from survey import create_app
from survey.cli import main as commands
from survey.clock import CHINA, now

GROUP = "civil_servants"
WAVE = "benchmark"
SUBMISSION = re.compile(rb'name="_submission" value="([0-9a-f]+)"')


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What an application answered."""

    status: int
    location: str
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Cost:
    """Milliseconds a journey takes, by the clock and of the processor."""

    wall: float
    processor: float


def main() -> int:
    """Print what a journey costs, step by step, and how it stands to the bare one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--journeys", type=int, default=500)
    n = parser.parse_args().journeys
    with tempfile.TemporaryDirectory() as name:
        app, address = _prepare_survey(Path(name), n)
        page = _call(app, "GET", address).body
        bare = _make_bare(Path(name), page)
        ours = _time_journeys(lambda: _travel(app, address, _choose_answers()), n)
        least = _time_journeys(lambda: _travel(bare, "/q/bare", _choose_answers()), n)
        steps = {
            "page": _time_journeys(lambda: _call(app, "GET", address), n),
            "page, gzip": _time_journeys(lambda: _call(app, "GET", address, gzip=True), n),
            "thanks": _time_journeys(lambda: _call(app, "GET", f"{address}/thanks"), n),
        }
        app.extensions["database"].close()
    print(f"{n} journeys through a page of {len(page)} bytes, milliseconds each (wall, processor)")
    for label, cost in {"ours": ours, "bare Flask and one insert": least, **steps}.items():
        print(f"  {label}: {cost.wall:.2f}, {cost.processor:.2f}")
    ratio = Cost(wall=least.wall / ours.wall, processor=least.processor / ours.processor)
    print(
        f"share of the ceiling's speed: {ratio.wall:.0%} by the clock, {ratio.processor:.0%} of the processor"
    )
    return 0


def _prepare_survey(folder: Path, n: int) -> tuple[Flask, str]:
    """Open a wave that asks enough people of one department; return the pages and their address."""
    os.environ["SURVEY_INSTANCE_PATH"] = str(folder)
    os.environ.pop("SURVEY_DATABASE_URL", None)
    units = folder / "units.csv"
    units.write_text(f"code,name,kind,{GROUP}\nD01,示例县教育局,department,{10 * n}\n", encoding="utf-8")
    today = now().astimezone(CHINA).date()
    period = ("--opens", today - timedelta(days=1), "--closes", today + timedelta(days=1))
    _run("units", "import", units)
    _run("wave", "create", WAVE, *period, "--collector", "open", "--group", GROUP, "--county", "示例县")
    _run("wave", "open", WAVE)
    (line,) = csv.DictReader(StringIO(_run("collectors", WAVE, "--format", "csv")))
    return create_app(faces=("respond",)), urlsplit(line["address"]).path


def _run(*arguments: object) -> str:
    words = [str(argument) for argument in arguments]
    return CliRunner().invoke(commands, words, catch_exceptions=False).stdout


def _make_bare(folder: Path, page: bytes) -> Flask:
    """Return the least application of this kind."""
    app = Flask("bare")
    connection = sqlite3.connect(folder / "bare.db", isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE answers (id BLOB PRIMARY KEY, payload TEXT) WITHOUT ROWID")
    ready = page.decode()

    @app.get("/q/bare")
    def show_page() -> ResponseReturnValue:
        return ready

    @app.post("/q/bare")
    def take_answers() -> ResponseReturnValue:
        payload = urlencode(request.form)
        connection.execute("INSERT INTO answers VALUES (?, ?)", (secrets.token_bytes(16), payload))
        return redirect("/q/bare/thanks", 303)

    @app.get("/q/bare/thanks")
    def show_thanks() -> ResponseReturnValue:
        return ready[:1000]

    return app


def _choose_answers() -> dict[str, str]:
    items = builtin_definition(GROUP).choice_items
    return {item.code: secrets.choice(item.options).code for item in items}


def _travel(app: Flask, address: str, answers: dict[str, str]) -> None:
    """Open the page, send its form, and follow to the thanks."""
    found = SUBMISSION.search(_call(app, "GET", address).body)
    assert found is not None  # noqa: S101 - A page without a form would make the figures worthless.
    sent = _call(app, "POST", address, data=answers | {"_submission": found[1].decode()})
    thanks = _call(app, "GET", sent.location)
    assert (sent.status, thanks.status) == (303, 200)  # noqa: S101 - Only journeys that arrive are counted.


def _call(
    app: Flask, method: str, path: str, *, gzip: bool = False, data: dict[str, str] | None = None
) -> Reply:
    body = urlencode(data or {}).encode()
    environ = EnvironBuilder(
        path=path,
        method=method,
        headers={"Accept-Encoding": "gzip"} if gzip else None,
        input_stream=BytesIO(body) if data else None,
        content_type="application/x-www-form-urlencoded" if data else None,
        content_length=len(body) if data else None,
    ).get_environ()
    chunks, status, headers = run_wsgi_app(app, environ, buffered=True)
    return Reply(status=int(status[:3]), location=headers.get("Location", ""), body=b"".join(chunks))


def _time_journeys(step: Callable[[], object], n: int) -> Cost:
    for _ in range(20):
        step()
    wall, processor = time.perf_counter(), time.process_time()
    for _ in range(n):
        step()
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    return Cost(wall=1000 * wall / n, processor=1000 * processor / n)


if __name__ == "__main__":
    sys.exit(main())
