"""The whole way on one machine, command by command."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from cli_runs import Run
from factories import answer, find_questionnaire
from openpyxl import load_workbook
from sqlalchemy import update

from analysis.rates import RATE_COLUMNS
from survey import collectors, waves
from survey.counts import read_versions
from survey.db import Database
from survey.models import Unit, WaveUnit
from survey.words import Group

UNITS = """code,name,kind,parent,credit_code,civil_servants,soe_staff,village_cadres,deputies
T01,青石镇人民政府,township,,,12,0,0,3
T01V01,青石镇合力村村民委员会,village,T01,,0,0,8,0
D01,县委办公室,department,,,6,0,0,0
"""


def import_units(run: Run, folder: Path) -> None:
    path = folder / "units.csv"
    path.write_text(UNITS, encoding="utf-8")
    run("units", "import", path)


def open_wave(run: Run, folder: Path) -> None:
    import_units(run, folder)
    opens = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    closes = (datetime.now(UTC) + timedelta(days=5)).isoformat()
    run(
        "wave",
        "create",
        "第一轮",
        "--opens",
        opens,
        "--closes",
        closes,
        "--collector",
        "open",
        "--county",
        "示例县",
    )
    run("wave", "open", "第一轮")


def answer_department(instance: Path, n: int) -> None:
    database = Database(f"sqlite:///{instance / 'survey.db'}")
    with database.write() as session:
        lines = collectors.list_collectors(session, waves.find_wave(session, "第一轮"))
        line = next(line for line in lines if line.unit_code == "D01")
        for _ in range(n):
            answer(
                session, line, find_questionnaire(session, line), {"overall": ["good"]}, now=datetime.now(UTC)
            )
    database.close()


def read_csv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text)))


def test_a_clerk_goes_from_the_unit_list_to_the_rate_table(run: Run, instance: Path, tmp_path: Path) -> None:
    open_wave(run, tmp_path)
    answer_department(instance, 6)
    run("wave", "close", "第一轮")

    table = run("rates", "第一轮", "--format", "csv").stdout

    rows = read_csv(table)
    assert tuple(rows[0]) == RATE_COLUMNS
    assert [(row["unit_code"], row["group"], row["responses"]) for row in rows] == [
        ("T01", "all", "0"),
        ("T01", "civil_servants", "0"),
        ("T01", "deputies", "0"),
        ("T01V01", "all", "0"),
        ("T01V01", "village_cadres", "0"),
        ("T01V01", "residents", "0"),
        ("D01", "all", "6"),
        ("D01", "civil_servants", "6"),
    ]
    whole = rows[6]
    assert (whole["headcount"], whole["response_rate"], whole["satisfaction_rate"]) == ("6", "1.0", "1.0")
    assert (whole["certified"], whole["rank"], whole["persons_to_target"]) == ("certified", "1", "0")
    assert rows[0]["satisfaction_rate"] == rows[0]["rank"] == ""


def test_the_table_on_the_screen_shows_names_and_the_rules(run: Run, instance: Path, tmp_path: Path) -> None:
    open_wave(run, tmp_path)
    answer_department(instance, 6)
    run("wave", "close", "第一轮")
    shown = run("rates", "第一轮").stdout
    for text in (
        "青石镇人民政府",
        "尚无作答",
        "100.00%",
        "全体达标",
        "满意率（satisfaction@1）",
        "超几何分布",
    ):
        assert text in shown


@pytest.mark.parametrize("by", ["unit", "kind", "group", "question"])
def test_json_carries_rows_rules_and_method(run: Run, tmp_path: Path, by: str) -> None:
    open_wave(run, tmp_path)
    content = json.loads(run("rates", "第一轮", "--by", by, "--format", "json").stdout)
    assert content["wave"] == "第一轮"
    assert content["by"] == by
    assert content["rows"]
    assert content["rules"]
    assert content["method"]


@pytest.mark.parametrize("by", ["unit", "kind", "group", "question"])
def test_a_workbook_holds_text_as_text_and_numbers_as_numbers(run: Run, tmp_path: Path, by: str) -> None:
    open_wave(run, tmp_path)
    path = tmp_path / "表.xlsx"
    run("rates", "第一轮", "--by", by, "--format", "xlsx", "-o", path)
    sheet = load_workbook(path).active
    assert sheet is not None
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    texts = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.data_type == "s"]
    assert any("满意率" in text for text in texts)
    assert sheet.print_title_rows == "$3:$3"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_a_name_that_looks_like_a_formula_is_made_harmless(
    run: Run, instance: Path, tmp_path: Path, start: str
) -> None:
    open_wave(run, tmp_path)
    database = Database(f"sqlite:///{instance / 'survey.db'}")
    with database.write() as session:
        session.execute(update(WaveUnit).values(name=f"{start}1+1"))
    database.close()
    rows = read_csv(run("rates", "第一轮", "--format", "csv").stdout)
    assert {row["unit"] for row in rows} == {f"'{start}1+1"}
    path = tmp_path / "表.xlsx"
    run("rates", "第一轮", "--format", "xlsx", "-o", path)
    sheet = load_workbook(path).active
    assert sheet is not None
    assert [cell.data_type for cell in sheet["B"] if cell.value and "1+1" in str(cell.value)] == ["s"] * len(
        rows
    )


def test_a_file_gets_the_same_bytes_as_the_screen(run: Run, tmp_path: Path) -> None:
    open_wave(run, tmp_path)
    path = tmp_path / "table.csv"
    run("rates", "第一轮", "--format", "csv", "-o", path)
    assert path.read_text(encoding="utf-8") == run("rates", "第一轮", "--format", "csv").stdout


def test_a_workbook_needs_a_file(run: Run, tmp_path: Path) -> None:
    open_wave(run, tmp_path)
    assert "-o" in run("rates", "第一轮", "--format", "xlsx", code=2).stderr


def test_collectors_are_listed_with_their_addresses(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SURVEY_PUBLIC_URL", "https://wj.example.gov.cn")
    open_wave(run, tmp_path)
    rows = read_csv(run("collectors", "第一轮", "--format", "csv").stdout)
    assert [(row["unit_code"], row["group"], row["headcount"]) for row in rows][:2] == [
        ("T01", "civil_servants", "12"),
        ("T01", "deputies", "3"),
    ]
    assert all(row["address"].startswith("https://wj.example.gov.cn/q/") for row in rows)
    assert "https://wj.example.gov.cn/q/" in run("collectors", "第一轮").stdout


def test_a_wave_is_shown_with_its_people_and_answers(run: Run, instance: Path, tmp_path: Path) -> None:
    open_wave(run, tmp_path)
    answer_department(instance, 2)
    shown = run("wave", "show", "第一轮").stdout
    assert "进行中" in shown
    assert "待混合入库的答卷：2" in shown
    assert "第一轮" in run("wave", "list").stdout


def test_posters_are_written_for_every_unit(run: Run, tmp_path: Path) -> None:
    open_wave(run, tmp_path)
    run("posters", "第一轮", "-o", tmp_path / "海报")
    names = sorted(path.name for path in (tmp_path / "海报").glob("*.pdf"))
    assert [name[:6] for name in names] == ["D01-县委", "T01-青石", "T01V01"]
    assert "没有可打印的海报" in run("posters", "第一轮", "-o", tmp_path, "--unit", "X9", code=1).stderr


def test_verify_finds_nothing_in_a_sound_wave_and_names_what_is_not(
    run: Run, instance: Path, tmp_path: Path
) -> None:
    open_wave(run, tmp_path)
    answer_department(instance, 6)
    run("wave", "close", "第一轮")
    assert "0 处不一致" in run("verify").stderr
    database = Database(f"sqlite:///{instance / 'survey.db'}")
    with database.write() as session:
        session.connection().exec_driver_sql("UPDATE cells SET n = n + 1 WHERE item = 'overall'")
    database.close()
    found = run("verify", "第一轮", code=1)
    assert "选项 overall good 记为 7，重新计数为 6" in found.stdout


def test_mixing_waits_for_a_whole_batch(run: Run, instance: Path, tmp_path: Path) -> None:
    open_wave(run, tmp_path)
    answer_department(instance, 6)
    assert "已混合入库 0 份" in run("mix").stderr


def test_an_early_end_cannot_be_taken_back(run: Run, tmp_path: Path) -> None:
    open_wave(run, tmp_path)
    run("wave", "close", "第一轮")
    assert "不能结束" in run("wave", "close", "第一轮", code=1).stderr
    run("wave", "archive", "第一轮")
    assert "已归档" in run("wave", "show", "第一轮").stdout


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["rates", "无此轮"], 1, "没有名为“无此轮”的调查轮次"),
        (["wave", "create", "x", "--opens", "明天", "--closes", "2026-12-01"], 1, "“明天”不是有效的日期"),
        (
            ["wave", "create", "x", "--opens", "2026-12-02", "--closes", "2026-12-01"],
            1,
            "结束时间应晚于开始时间",
        ),
        (
            ["wave", "create", "x", "--opens", "2026-12-01", "--closes", "2026-12-02", "--set", "a"],
            1,
            "名称=内容",
        ),
        (["wave", "create", "x"], 2, "--opens"),
        (["rates", "x", "--by", "person"], 2, "person"),
        (["nothing"], 2, "nothing"),
    ],
)
def test_a_mistake_is_named_and_gets_its_exit_code(
    run: Run, arguments: list[str], code: int, message: str
) -> None:
    assert message in run(*arguments, code=code).stderr


def test_opening_without_units_says_what_to_do(run: Run) -> None:
    run("wave", "create", "空", "--opens", "2026-12-01", "--closes", "2026-12-02")
    assert "survey units import" in run("wave", "open", "空", code=1).stderr


def test_opening_reminds_of_a_missing_contact(run: Run, tmp_path: Path) -> None:
    import_units(run, tmp_path)
    run("wave", "create", "x", "--opens", "2026-12-01", "--closes", "2026-12-02")
    assert "没有联系方式" in run("wave", "open", "x").stderr


def test_a_unit_can_be_imported_again_after_opening(run: Run, instance: Path, tmp_path: Path) -> None:
    open_wave(run, tmp_path)
    (tmp_path / "units.csv").write_text(UNITS.replace(",12,", ",99,"), encoding="utf-8")
    run("units", "import", tmp_path / "units.csv")
    rows = read_csv(run("rates", "第一轮", "--format", "csv").stdout)
    assert rows[0]["headcount"] == "15"
    database = Database(f"sqlite:///{instance / 'survey.db'}")
    with database.read() as session:
        assert session.query(Unit).count() == 3
    database.close()


def test_the_shipped_questionnaires_pass_their_check(run: Run) -> None:
    assert "检查了 5 份问卷，0 个问题" in run("questionnaires", "check").stderr


def test_a_faulty_questionnaire_is_listed_fault_by_fault(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "坏.toml"
    path.write_text('code = "x"\ngroup = "nobody"\n', encoding="utf-8")
    found = run("questionnaires", "check", path, code=1)
    assert "坏.toml：group：" in found.stdout
    assert "坏.toml：title：" in found.stdout


def test_an_outdated_database_is_refused_and_can_be_upgraded(run: Run, instance: Path) -> None:
    run("db", "upgrade")
    database = Database(f"sqlite:///{instance / 'survey.db'}")
    with database.write() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    database.close()
    assert "survey db upgrade" in run("wave", "list", code=1).stderr


def test_a_database_that_does_not_answer_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SURVEY_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    assert "SURVEY_DATABASE_URL" in run("wave", "list", code=1).stderr


DATES = ("--opens", "2026-12-01", "--closes", "2026-12-10", "--collector", "open")


@pytest.mark.parametrize(
    "command",
    [("rates",), ("collectors",), ("posters", "-o", "海报"), ("comments",)],
    ids=lambda words: words[0],
)
def test_a_draft_has_nothing_to_show_yet(run: Run, tmp_path: Path, command: tuple[str, ...]) -> None:
    import_units(run, tmp_path)
    run("wave", "create", "草稿", *DATES)
    name, *rest = command
    assert "请先运行 survey wave open 草稿" in run(name, "草稿", *rest, code=1).stderr


def test_a_draft_can_be_taken_back_but_not_an_opened_wave(run: Run, tmp_path: Path) -> None:
    open_wave(run, tmp_path)
    run("wave", "create", "写错了", *DATES)
    run("wave", "delete", "写错了")
    assert "写错了" not in run("wave", "list").stdout
    assert "不能删除" in run("wave", "delete", "第一轮", code=1).stderr


def test_a_local_number_that_nobody_gave_is_named_until_it_is_given(run: Run, tmp_path: Path) -> None:
    import_units(run, tmp_path)
    created = run("wave", "create", "x", *DATES)
    assert "问卷暂用示例值 50" in created.stderr
    assert "--set banquet_headcount=" in created.stderr
    assert "示例值" not in run("wave", "open", "x", "--set", "banquet_headcount=80").stderr
    assert "banquet_headcount=80" in run("wave", "show", "x").stdout


def test_a_wave_that_is_over_when_it_opens_is_pointed_out(run: Run, tmp_path: Path) -> None:
    import_units(run, tmp_path)
    run("wave", "create", "x", "--opens", "2020-01-01", "--closes", "2020-01-02")
    assert "结束时间已经过去" in run("wave", "open", "x").stderr


def test_comments_of_a_unit_are_listed_from_ten_on(run: Run, instance: Path, tmp_path: Path) -> None:
    open_wave(run, tmp_path)
    database = Database(f"sqlite:///{instance / 'survey.db'}")
    with database.write() as session:
        wave = waves.find_wave(session, "第一轮")
        for line in collectors.list_collectors(session, wave):
            questionnaire = read_versions(session, wave)[line.group]
            n_comments = (
                {"T01": 10, "D01": 5}.get(line.unit_code, 0) if line.group is Group.CIVIL_SERVANTS else 0
            )
            for number in range(n_comments):
                text = {"suggestion": [f"=意见{number}"]}
                answer(session, line, questionnaire, text, now=datetime.now(UTC))
    database.close()
    run("wave", "close", "第一轮")
    listed = run("comments", "第一轮", "--format", "csv")
    assert sorted(row["comment"] for row in read_csv(listed.stdout)) == [
        f"'=意见{number}" for number in range(10)
    ]
    assert "1 个单位、10 条意见" in listed.stderr
    assert "=意见3" in run("comments", "第一轮").stdout
