"""The command line without the platform: two files in, the published table out."""

import csv
import json
import subprocess
import sys
from io import StringIO

import pytest

from analysis import finite_proportion_ci
from analysis.__main__ import main
from analysis.rates import RATE_COLUMNS
from questionnaires import builtin_definition, canonical_form

ROSTER = """\
unit_code,unit,kind,parent,group,collector,headcount
D01,县档案馆,department,,civil_servants,slip,20
T01,河湾镇,township,,civil_servants,slip,30
T01,河湾镇,township,,village_cadres,slip,12
T01,河湾镇,township,,residents,open,
D02,县文化馆,department,,civil_servants,slip,6
"""
ITEMS = sorted(
    {
        item.code
        for group in ("civil_servants", "village_cadres", "residents")
        for item in builtin_definition(group).choice_items
    }
)


def make_answers(*places):
    lines = [",".join(("unit_code", "group", "collector", *ITEMS))]
    for place, overall, times in places:
        chosen = [overall if item == "overall" else "" for item in ITEMS]
        lines += [",".join((place, *chosen))] * times
    return "\n".join(lines) + "\n"


@pytest.fixture
def files(tmp_path):
    answers, roster = tmp_path / "answers.csv", tmp_path / "roster.csv"
    answers.write_text(
        make_answers(
            ("D01,civil_servants,slip", "good", 15),
            ("D01,civil_servants,slip", "poor", 1),
            ("T01,civil_servants,slip", "very_good", 28),
            ("T01,village_cadres,slip", "good", 4),
            ("T01,residents,open", "fair", 11),
        ),
        encoding="utf-8",
    )
    roster.write_text(ROSTER, encoding="utf-8")
    return answers, roster


def run(capsys, answers, roster, *options):
    code = main(["rates", str(answers), "--roster", str(roster), *options])
    return code, *capsys.readouterr()


def read_rows(text):
    return {(row["unit_code"], row["group"]): row for row in csv.DictReader(StringIO(text))}


def test_its_columns_and_rows_are_those_of_the_published_table(capsys, files):
    code, out, _ = run(capsys, *files, "--format", "csv")

    assert code == 0
    assert out.splitlines()[0] == ",".join(RATE_COLUMNS)
    assert list(read_rows(out)) == [
        ("D01", "all"),
        ("D01", "civil_servants"),
        ("T01", "all"),
        ("T01", "civil_servants"),
        ("T01", "village_cadres"),
        ("T01", "residents"),
        ("D02", "all"),
        ("D02", "civil_servants"),
    ]


def test_the_rates_are_those_of_the_answers(capsys, files):
    _, out, _ = run(capsys, *files, "--format", "csv")
    row = read_rows(out)["D01", "all"]

    assert (row["headcount"], row["responses"], row["response_rate"]) == ("20", "16", "0.8")
    assert (row["n_satisfaction"], row["satisfied"], row["satisfaction_rate"]) == ("16", "15", "0.9375")
    assert float(row["satisfaction_low"]) == finite_proportion_ci(15, 16, 20).low
    assert (row["certified"], row["persons_to_target"], row["awareness_rate"]) == ("below", "1", "")


def test_small_cells_are_hidden_and_so_is_what_gives_them_away(capsys, files):
    _, out, _ = run(capsys, *files, "--format", "csv")
    rows = read_rows(out)

    assert rows["T01", "village_cadres"]["note"] == "样本不足（n<10）"
    assert rows["T01", "village_cadres"]["satisfied"] == ""
    assert rows["T01", "civil_servants"]["note"] == "为防推算一并隐藏"
    assert rows["T01", "all"]["satisfied"] == "32"
    assert rows["D02", "all"]["note"] == "尚无作答"


def test_residents_have_a_rate_and_no_response_rate(capsys, files):
    _, out, _ = run(capsys, *files, "--format", "csv")
    row = read_rows(out)["T01", "residents"]

    assert (row["headcount"], row["response_rate"], row["satisfaction_rate"]) == ("", "", "0.0")


def test_the_table_for_a_terminal_is_aligned_and_in_percent(capsys, files):
    _, out, _ = run(capsys, *files)
    lines = out.splitlines()

    assert lines[0].split()[:3] == ["unit", "group", "collector"]
    assert "93.75%" in lines[1]
    assert "80.00%" in lines[1]


def test_a_target_below_all_is_judged_as_such(capsys, files):
    _, out, _ = run(capsys, *files, "--format", "csv", "--target-satisfaction", "0.7")

    assert read_rows(out)["D01", "all"]["certified"] == "certified"


def test_other_definitions_may_be_given(capsys, files, tmp_path):
    forms = {
        group: canonical_form(builtin_definition(group))
        for group in ("civil_servants", "village_cadres", "residents")
    }
    parsed = {group: json.loads(form) for group, form in forms.items()}
    for name, content in (("texts", forms), ("objects", parsed)):
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps(content), encoding="utf-8")
        _, given, _ = run(capsys, *files, "--definitions", str(path))
        _, shipped, _ = run(capsys, *files)
        assert given == shipped


def test_it_writes_to_a_file_and_then_says_nothing(capsys, files, tmp_path):
    output = tmp_path / "rates.csv"

    code, out, err = run(capsys, *files, "--format", "csv", "-o", str(output))

    assert (code, out, err) == (0, "", "")
    assert output.read_text(encoding="utf-8").startswith("unit_code,unit,")


def test_it_reads_what_a_chinese_spreadsheet_saves(capsys, files):
    answers, roster = files
    _, before, _ = run(capsys, *files)
    roster.write_bytes(ROSTER.encode("gb18030"))
    answers.write_bytes(answers.read_bytes().replace(b"\n", b"\r\n").join([b"\xef\xbb\xbf", b""]))

    _, after, _ = run(capsys, answers, roster)

    assert after == before


@pytest.mark.parametrize(
    ("roster", "message"),
    [
        (ROSTER.replace(",30", ",thirty"), "第 3 行“headcount”应是整数或空白，现在是“thirty”"),
        (ROSTER.replace("headcount", "people"), "缺少“headcount”（应答人数）一列"),
        (ROSTER.replace("unit,kind", "name,kind"), "roster: missing column unit"),
        (ROSTER.replace("slip,20", "slip,15"), "有 16 份答卷，多于应答人数 15"),
        (ROSTER.replace("D01", "D09"), "答卷第 2 行“unit_code”：名册里没有：D01 civil_servants slip"),
        ("", "不是 CSV 表格"),
    ],
)
def test_a_wrong_roster_is_told_with_its_place(capsys, files, roster, message):
    answers, path = files
    path.write_text(roster, encoding="utf-8")

    code, out, err = run(capsys, answers, path)

    assert (code, out) == (1, "")
    assert message in err


def test_a_file_that_is_not_there_is_told(capsys, files):
    code, _, err = run(capsys, files[0], files[1].with_name("none.csv"))

    assert code == 1
    assert "none.csv：打不开" in err


@pytest.mark.parametrize("content", ["[]", "{", '{"civil_servants": {}}'])
def test_definitions_that_are_none_are_told(capsys, files, tmp_path, content):
    path = tmp_path / "definitions.json"
    path.write_text(content, encoding="utf-8")

    code, _, err = run(capsys, *files, "--definitions", str(path))

    assert code == 1
    assert err


def test_wrong_usage_exits_with_two():
    with pytest.raises(SystemExit) as caught:
        main(["rates", "answers.csv", "--roster", "roster.csv", "--target-satisfaction", "95"])

    assert caught.value.code == 2


def test_it_runs_as_a_module_and_shows_an_example():
    shown = subprocess.run(
        [sys.executable, "-m", "analysis", "rates", "--help"],
        capture_output=True,
        check=True,
        encoding="utf-8",
    )

    assert "python -m analysis rates answers.csv --roster roster.csv" in shown.stdout


def test_a_text_that_a_spreadsheet_would_run_is_guarded(capsys, files):
    answers, roster = files
    roster.write_text(ROSTER.replace("县档案馆", "=1+1"), encoding="utf-8")

    _, out, _ = run(capsys, answers, roster, "--format", "csv")

    assert read_rows(out)["D01", "all"]["unit"] == "'=1+1"


def test_an_empty_table_has_its_heading(capsys, files):
    answers, roster = files
    answers.write_text(make_answers(), encoding="utf-8")
    roster.write_text(ROSTER.splitlines()[0] + "\n", encoding="utf-8")

    code, out, _ = run(capsys, answers, roster, "--format", "csv")

    assert code == 0
    assert out == ",".join(RATE_COLUMNS) + "\n"
