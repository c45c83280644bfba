"""``survey units import`` and ``survey units list``, as a clerk types them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from survey.cli import main
from survey.db import Database
from survey.models import Wave
from survey.unitlist import parse_units
from survey.units import list_units
from survey.words import WaveState

HERE = Path(__file__).parent / "unitlist"
EXAMPLE_BOOK = HERE / "example_units.xlsx"
EXAMPLE_CSV = HERE / "example_units.csv"

Run = Callable[..., Result]


@pytest.fixture
def run(sqlite_url: str) -> Run:
    """Return a terminal on an empty database: words in, exit code and output back."""

    def run_command(*words: str | Path) -> Result:
        return CliRunner(env={"SURVEY_DATABASE_URL": sqlite_url}).invoke(main, list(map(str, words)))

    return run_command


@pytest.fixture
def count_units(sqlite_url: str) -> Callable[[], int]:
    """Return a count of the units in use, taken from the database itself."""

    def count() -> int:
        database = Database(sqlite_url)
        with database.read() as session:
            n_units = len(list_units(session))
        database.close()
        return n_units

    return count


def change_example(path: Path, *changes: tuple[str, str]) -> Path:
    text = EXAMPLE_CSV.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return path


def test_it_imports_the_office_s_workbook(run: Run, count_units: Callable[[], int]) -> None:
    result = run("units", "import", EXAMPLE_BOOK)

    assert result.exit_code == 0
    assert result.stdout == ""
    assert result.stderr.splitlines() == [
        "名册共 218 个单位：乡镇（街道） 20 个、县级部门 45 个、国有企业 8 个、村（社区） 145 个",
        "应答人数：机关事业单位干部职工 9,282 人、国有企业职工 1,615 人、村（社区）组干部 2,496 人、"
        "两代表一委员 1,156 人",
        "新增 218 个，有变化 0 个，无变化 0 个",
        "已导入",
    ]
    assert count_units() == 218


def test_a_dry_run_says_what_would_change_and_writes_nothing(
    run: Run, count_units: Callable[[], int]
) -> None:
    result = run("units", "import", EXAMPLE_BOOK, "--dry-run")

    assert result.exit_code == 0
    assert "新增 218 个" in result.stderr
    assert result.stderr.splitlines()[-1] == "这是试运行，没有写入任何内容"
    assert count_units() == 0


def test_importing_the_same_list_again_changes_nothing(run: Run) -> None:
    run("units", "import", EXAMPLE_BOOK)

    again = run("units", "import", EXAMPLE_BOOK)

    assert again.exit_code == 0
    assert "新增 0 个，有变化 0 个，无变化 218 个" in again.stderr
    assert again.stderr.splitlines()[-1] == "与现有单位完全一致，没有变化"


def test_the_same_list_as_csv_changes_the_order_only(run: Run) -> None:
    run("units", "import", EXAMPLE_BOOK)

    result = run("units", "import", EXAMPLE_CSV)

    assert "新增 0 个，有变化 0 个，无变化 218 个" in result.stderr
    assert "单位顺序按新名册调整" in result.stderr


def test_a_changed_list_shows_before_and_after(run: Run, tmp_path: Path) -> None:
    run("units", "import", EXAMPLE_CSV)
    changed = change_example(
        tmp_path / "changed.csv",
        ("D01,县委办公室,department,,11990000010000001J,16,", "D01,县委办,department,,,18,"),
        ("D02,县人大常委会办公室", "D99,县人大常委会办公室"),
        ("11990000010000002M", ""),
    )

    result = run("units", "import", changed)

    assert result.exit_code == 0
    cells = [[cell.strip() for cell in line.split("│")[1:-1]] for line in result.stdout.splitlines()]
    assert [row for row in cells if row] == [
        ["新增", "D99", "县人大常委会办公室", "", "县级部门，39 人"],
        ["更名", "D01", "县委办", "县委办公室", "县委办"],
        ["信用代码", "D01", "县委办", "11990000010000001J", "（无）"],
        ["机关事业单位干部职工人数", "D01", "县委办", "16", "18"],
    ]
    assert (
        "名册里没有的 1 个现有单位保留不动（加 --retire-missing 可停用）：县人大常委会办公室（D02）"
        in result.stderr
    )


def test_missing_units_are_retired_on_request(
    run: Run, count_units: Callable[[], int], tmp_path: Path
) -> None:
    run("units", "import", EXAMPLE_CSV)
    line = "E08,示例县融资担保公司,soe,,919900000200000082,0,307,0,0\n"
    shorter = change_example(tmp_path / "shorter.csv", (line, ""))

    result = run("units", "import", shorter, "--retire-missing")

    assert "名册里没有的 1 个现有单位停用：示例县融资担保公司（E08）" in result.stderr
    assert count_units() == 217
    assert "示例县融资担保公司（已停用）" in run("units", "list", "--all").stdout
    assert "示例县融资担保公司" not in run("units", "list").stdout


def test_a_faulty_list_imports_nothing_and_exits_1(
    run: Run, count_units: Callable[[], int], tmp_path: Path
) -> None:
    faulty = change_example(tmp_path / "faulty.csv", (",53,0,0,48", ",-3,0,0,许多"))

    result = run("units", "import", faulty)

    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.splitlines() == [
        "名册有 2 处需要改正，没有导入任何单位：",
        "第 2 行第 6 列：机关事业单位干部职工的人数“-3”是负数；请填 0 或正整数。",
        "第 2 行第 9 列：两代表一委员的人数“许多”不是数字；请填 0 或正整数，例如 35。",
    ]
    assert count_units() == 0


def test_reports_of_the_reading_are_passed_on(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "small.csv"
    path.write_text("单位名称,类别,机关干部\n县委办公室,部门,16\n", encoding="gb18030")

    result = run("units", "import", path)

    assert result.exit_code == 0
    assert "提示：第 1 行：没有这些群体的人数列：" in result.stderr
    assert "提示：第 2 行第 1 列：有 1 个单位没有编号" in result.stderr


def test_an_open_wave_is_named_because_its_headcounts_stay(run: Run, sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with database.write() as session:
        session.add(
            Wave(
                name="第一轮",
                state=WaveState.OPEN,
                opens_at=datetime(2026, 12, 1, tzinfo=UTC),
                closes_at=datetime(2026, 12, 10, tzinfo=UTC),
                organiser="县食安办",
                contact="",
                parameters={},
            )
        )
    database.close()

    result = run("units", "import", EXAMPLE_CSV)

    assert (
        result.stderr.splitlines()[-1] == "轮次“第一轮”正在进行，它的单位和应答人数已冻结，不受这次导入影响"
    )


@pytest.mark.parametrize(
    "words", [["import"], ["import", "没有这个文件.xlsx"], ["list", "--format", "csv", "--all"]]
)
def test_wrong_usage_exits_2(run: Run, words: list[str]) -> None:
    assert run("units", *words).exit_code == 2


def test_the_listed_csv_is_the_imported_csv(run: Run) -> None:
    run("units", "import", EXAMPLE_CSV)

    result = run("units", "list", "--format", "csv")

    listed = list(csv.reader(io.StringIO(result.stdout)))
    assert listed == list(csv.reader(io.StringIO(EXAMPLE_CSV.read_text(encoding="utf-8-sig"))))


def test_the_written_csv_opens_in_excel_and_imports_without_change(run: Run, tmp_path: Path) -> None:
    run("units", "import", EXAMPLE_BOOK)
    path = tmp_path / "单位.csv"

    written = run("units", "list", "-o", path)

    assert written.stderr == f"已写入 {path}（218 个单位）\n"
    assert path.read_bytes().startswith(b"\xef\xbb\xbfcode,")
    assert len(parse_units(path.read_bytes()).units) == 218
    assert "与现有单位完全一致，没有变化" in run("units", "import", path).stderr


def test_the_table_names_kinds_and_parents_in_chinese(run: Run) -> None:
    run("units", "import", EXAMPLE_BOOK)

    line = next(line for line in run("units", "list").stdout.splitlines() if "T20V07" in line)

    assert [cell.strip() for cell in line.split("│")[1:-1]] == [
        *("T20V07", "城关街道太平村村民委员会", "村（社区）", "城关街道办事处", ""),
        *("—", "—", "7", "—"),
    ]


def test_an_empty_database_says_what_to_do(run: Run) -> None:
    assert run("units", "list").stderr == "还没有单位；请先运行 survey units import\n"


@pytest.mark.parametrize("words", [["import"], ["list"]])
def test_help_is_chinese_and_shows_an_example(run: Run, words: list[str]) -> None:
    result = run("units", *words, "--help")

    assert result.exit_code == 0
    assert f"例：survey units {words[0]}" in result.stdout


def test_an_import_from_the_terminal_works_on_either_database(database: Database, database_url: str) -> None:
    runner = CliRunner(env={"SURVEY_DATABASE_URL": database_url})

    result = runner.invoke(main, ["units", "import", str(EXAMPLE_BOOK)])

    assert result.exit_code == 0
    with database.read() as session:
        assert len(list_units(session)) == 218
