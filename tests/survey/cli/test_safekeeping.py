"""The commands that keep answers safe: mixing with its key, backup and restore, the auditor's game."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_runs import Run
from factories import answer_alone
from smallwave import open_small_wave
from sqlalchemy import select

from survey import mixer
from survey.clock import now
from survey.collectors import list_collectors
from survey.db import Database
from survey.keys import Keys
from survey.linkability import Report, Score
from survey.models import Wave
from survey.schema import upgrade_schema
from survey.waves import find_wave

N_ANSWERS = 12


def open_database(instance: Path) -> Database:
    return Database(f"sqlite:///{instance / 'survey.db'}")


@pytest.fixture
def keys(instance: Path) -> Keys:
    """Return the key store of the installation."""
    return Keys.beside(instance)


@pytest.fixture
def public(instance: Path, keys: Keys) -> bytes:
    """Open a wave and let twelve people of a department answer; return the wave's public key."""
    database = open_database(instance)
    upgrade_schema(database)
    line = open_small_wave(database, keys=keys)
    for _ in range(N_ANSWERS):
        answer_alone(database, line, now=now())
    with database.read() as session:
        key = session.scalars(select(Wave.seal_key)).one() or b""
    database.close()
    return key


def test_mixing_uses_the_key_of_the_installation(run: Run, public: bytes) -> None:
    assert f"{N_ANSWERS} 份" in run("mix").stderr


def test_mixing_without_the_key_says_which_file_is_missing(run: Run, public: bytes, keys: Keys) -> None:
    keys.locate(public).unlink()
    said = run("mix", code=1).stderr
    assert str(keys.locate(public)) in said
    assert "Traceback" not in said


def test_closing_destroys_the_key(run: Run, public: bytes, keys: Keys) -> None:
    run("wave", "close", "第一轮")
    assert not keys.locate(public).exists()


def test_a_backup_mixes_first_and_restores_elsewhere(
    run: Run, public: bytes, tmp_path: Path, instance: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert f"{N_ANSWERS} 份答卷" in run("backup", tmp_path / "b.db").stderr
    monkeypatch.setenv("SURVEY_INSTANCE_PATH", str(tmp_path / "other"))
    assert f"{N_ANSWERS} 份答卷" in run("restore", tmp_path / "b.db").stderr
    assert "0 处不一致" in run("verify").stderr
    assert "不是空的" in run("restore", tmp_path / "b.db", code=1).stderr


def test_a_backup_says_how_many_answers_it_lacks(
    run: Run, public: bytes, tmp_path: Path, instance: Path
) -> None:
    run("mix")
    database = open_database(instance)
    with database.read() as session:
        line = list_collectors(session, find_wave(session, "第一轮"))[0]
    for _ in range(mixer.MINIMUM_BATCH - 1):
        answer_alone(database, line, now=now())
    database.close()
    assert "另有 9 份答卷" in run("backup", tmp_path / "b.db").stderr


def test_the_game_refuses_a_database_in_use(run: Run, public: bytes, instance: Path) -> None:
    url = f"sqlite:///{instance / 'survey.db'}"
    assert "空的数据库" in run("audit", "linkability", "--database-url", url, code=1).stderr


def make_report(hits: int, findings: list[str]) -> Report:
    score = Score(trick="存储顺序", hits=hits, n_people=30, chance=6.0)
    return Report(
        n_people=60, n_files=7, findings=findings, scores={"responses": [score], "comments": [score]}
    )


@pytest.mark.parametrize(
    ("report", "code", "said"),
    [
        (make_report(6, []), 0, "通过：攻击者不比随机猜测强"),
        (make_report(14, []), 1, "不通过"),
        (make_report(0, ["WAL：有提交编号"]), 1, "泄露：WAL：有提交编号"),
    ],
)
def test_the_game_tells_its_verdict_and_exits_with_it(
    run: Run, monkeypatch: pytest.MonkeyPatch, report: Report, code: int, said: str
) -> None:
    monkeypatch.setattr("survey.cli.audit.play_game", lambda *_, **__: report)
    shown = run("audit", "linkability", "--people", "60", code=code).stdout
    assert said in shown
    assert "上限（+3σ）13.3 人" in shown
