"""The demonstration: an example county in a database of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_runs import Run

from survey import waves
from survey.cli.demo import WAVE
from survey.db import Database
from survey.exports import plain_rows
from survey.results import By, make_table
from survey.verification import verify_wave


@pytest.mark.slow
def test_it_goes_from_the_unit_list_to_the_rate_table(run: Run, instance: Path) -> None:
    shown = run("demo", "--no-serve").stdout

    for text in ("全县", "14549", "离 100% 最远的 10 个单位", "满意率（satisfaction@1）", "/q/", "█"):
        assert text in shown
    assert not (instance / "survey.db").exists()
    database = Database(f"sqlite:///{instance / 'demo.db'}")
    with database.read() as session:
        wave = waves.find_wave(session, WAVE)
        assert verify_wave(session, wave) == []
        rows = plain_rows(make_table(session, wave, By.UNIT).rows)
    database.close()
    whole = [row for row in rows if row["group"] == "all"]
    units = {row["unit_code"] for row in rows}
    silent = units - {row["unit_code"] for row in rows if row["responses"]}
    assert (len(whole), len(silent)) == (218, 3)
    assert any(row["certified"] == "below" for row in whole)
    assert any(row["certified"] == "observed" for row in whole)
    assert any(0 < row["responses"] < 5 and row["satisfied"] is None for row in whole)


@pytest.mark.slow
def test_the_same_seed_gives_the_same_answers(run: Run) -> None:
    def show_table() -> str:
        return run("demo", "--no-serve", "--seed", "7").stdout.split("问卷地址示例")[0]

    assert show_table() == show_table()
