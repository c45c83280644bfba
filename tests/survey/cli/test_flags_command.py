"""``survey flags`` as the office runs it."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path

import pytest
from cli_runs import Run
from counties import N_UNITS, STUFFED, fill_county, stuff_unit
from factories import AFTER
from keystore import KEYS

from survey import waves
from survey.db import Database
from survey.schema import upgrade_schema


@pytest.fixture
def stuffed(instance: Path) -> Database:
    """Return the installation's database: an open wave with one stuffed unit."""
    instance.mkdir(parents=True)
    database = Database(f"sqlite:///{instance / 'survey.db'}")
    upgrade_schema(database)
    lines = fill_county(database)
    stuff_unit(database, next(line for line in lines if line.unit_code == STUFFED))
    return database


def close(database: Database) -> None:
    with database.write() as session:
        waves.close_wave(session, waves.find_wave(session, "第一轮"), AFTER, KEYS)
    database.close()


def test_it_shows_flagged_units_alone_and_every_format_agrees(
    run: Run, stuffed: Database, tmp_path: Path
) -> None:
    running = run("flags", "第一轮")
    assert "还在进行" in running.stderr
    close(stuffed)
    shown = run("flags", "第一轮")
    assert shown.stderr == ""
    assert f"共比较 {N_UNITS} 个单位，1 个建议复核" in shown.stdout
    assert "共用设备" in shown.stdout
    assert "不能证明作假" in shown.stdout
    assert STUFFED in shown.stdout
    assert "D08" not in shown.stdout
    rows = list(csv.DictReader(StringIO(run("flags", "第一轮", "--format", "csv").stdout)))
    assert {row["unit_code"] for row in rows if row["flagged"] == "True"} == {STUFFED}
    assert len({row["unit_code"] for row in rows}) == N_UNITS
    path = tmp_path / "flags.json"
    assert str(path) in run("flags", "第一轮", "--format", "json", "-o", path).stderr
    content = json.loads(path.read_text(encoding="utf-8"))
    assert [unit["unit_code"] for unit in content["units"] if unit["flagged"]] == [STUFFED]
    assert content["is_final"]
    assert len(content["caution"]) == 2


def test_an_unknown_wave_is_named(run: Run, stuffed: Database) -> None:
    stuffed.close()
    assert "没有名为“第二轮”" in run("flags", "第二轮", code=1).stderr
