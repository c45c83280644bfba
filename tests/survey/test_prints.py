"""Print runs: every slip on paper is valid and every valid slip is on paper."""

from __future__ import annotations

import os
import re
import resource
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from factories import DURING, add_unit, plan_wave
from keystore import KEYS
from slipwave import DEED, answer_with_slip, count_states, open_slip_wave, print_slips
from sqlalchemy import select

from questionnaires import builtin_definition
from survey import prints, slips, waves
from survey.db import Database
from survey.models import Slip, Wave
from survey.slips import SlipOrder
from survey.slipsheets import SlipSheet
from survey.words import CollectorKind, Group, SlipState, name_word

ADDRESS = "https://spaq.example.gov.cn/s"
TYPED = re.compile(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]{5}\b")


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    """Give an empty SQLite database; what differs on PostgreSQL is tried with the use cases."""
    opened = Database(sqlite_url)
    yield opened
    opened.close()


def make_sheet(order: SlipOrder) -> SlipSheet:
    return SlipSheet(
        unit_code=order.line.unit_code,
        unit=order.line.unit,
        group=name_word(order.line.group),
        wave=order.wave,
        address=ADDRESS,
        short_address=ADDRESS.removeprefix("https://"),
        organiser="示例县食安办",
        contact="12315",
        closes_at=DURING,
        run=order.run,
    )


def make_run(database: Database, directory: Path, **choice: object) -> prints.PrintRun:
    with database.read() as session:
        wave = session.scalars(select(Wave)).one()
        orders = slips.list_orders(session, wave, **choice)  # type: ignore[arg-type]  # The caller's choice.
    return prints.PrintRun(orders=orders, make_sheet=make_sheet, directory=directory, deed=DEED)


def read_typed(path: Path) -> list[str]:
    text = subprocess.run(["pdftotext", str(path), "-"], check=True, capture_output=True, text=True).stdout
    return TYPED.findall(text)


def find_all(database: Database, codes: list[str]) -> list[int | None]:
    with database.read() as session:
        found = [slips.find_slip(session, code, DURING) for code in codes]
    return [held.collector_id if held else None for held in found]


def test_every_printed_code_opens_its_own_collector(database: Database, tmp_path: Path) -> None:
    lines = open_slip_wave(database, D01=12, D02=3)
    printed = prints.print_slips(database, make_run(database, tmp_path))
    assert [path.name for path in printed.paths] == [
        "D01-单位D01-机关事业单位干部职工.pdf",
        "D02-单位D02-机关事业单位干部职工.pdf",
    ]
    assert printed.n_slips == 15
    assert count_states(database)[SlipState.UNUSED] == 15
    for line, path in zip(lines, printed.paths, strict=True):
        assert find_all(database, read_typed(path)) == [line.collector_id] * (line.headcount or 0)


def test_slips_are_not_printed_in_any_order_that_the_database_keeps(
    database: Database, tmp_path: Path
) -> None:
    open_slip_wave(database, D01=30)
    (path,) = prints.print_slips(database, make_run(database, tmp_path)).paths
    with database.read() as session:
        rows = session.execute(select(Slip.selector, Slip.place, Slip.scan_digest)).all()
    printed = [code[:5] for code in read_typed(path)]
    places = {row.selector: row.place for row in rows}
    digests = {row.selector: row.scan_digest for row in rows}
    # Each of these would happen by chance once in 30! runs.
    assert [places[selector] for selector in printed] != sorted(places.values())
    assert [digests[selector] for selector in printed] != sorted(digests.values())
    assert printed != sorted(printed)


def test_the_files_belong_to_their_owner_alone(database: Database, tmp_path: Path) -> None:
    open_slip_wave(database, D01=2)
    (path,) = prints.print_slips(database, make_run(database, tmp_path / "new" / "folder")).paths
    assert path.stat().st_mode & 0o777 == 0o600
    assert os.listdir(path.parent) == [path.name]


def test_no_plain_code_is_in_the_database(sqlite_url: str, tmp_path: Path) -> None:
    database = Database(sqlite_url)
    (line,) = open_slip_wave(database, D01=40)
    codes = print_slips(database, line)
    database.close()
    files = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    for pair in codes:
        assert pair.scanned.encode() not in files
        assert pair.typed[5:14].encode() not in files


def test_a_later_run_replaces_the_file_and_its_slips(database: Database, tmp_path: Path) -> None:
    open_slip_wave(database, D01=5)
    (path,) = prints.print_slips(database, make_run(database, tmp_path)).paths
    old = read_typed(path)
    answer_with_slip(database, old[0], submission_id="one")
    (again,) = prints.print_slips(database, make_run(database, tmp_path)).paths
    new = read_typed(path)
    assert (again, len(new)) == (path, 4)
    assert find_all(database, old) == [None] * 5
    assert None not in find_all(database, new)


def test_single_slips_are_replaced_in_a_file_of_their_own(database: Database, tmp_path: Path) -> None:
    open_slip_wave(database, D01=5)
    (path,) = prints.print_slips(database, make_run(database, tmp_path)).paths
    old = read_typed(path)
    run = make_run(database, tmp_path)
    with database.read() as session:
        wave = session.scalars(select(Wave)).one()
        spoiled = slips.find_spoiled(session, wave, old[3], DURING)
    order = replace(run.orders[0], spoiled=frozenset([spoiled.digest]))
    (other,) = prints.print_slips(database, replace(run, orders=[order])).paths
    assert other.name == "D01-单位D01-机关事业单位干部职工-换发2.pdf"
    assert len(read_typed(other)) == 1
    assert [found is None for found in find_all(database, old)] == [False, False, False, True, False]


def test_nothing_is_printed_where_everybody_has_answered(database: Database, tmp_path: Path) -> None:
    first, _ = open_slip_wave(database, D01=1, D02=1)
    answer_with_slip(database, print_slips(database, first)[0].scanned, submission_id="one")
    printed = prints.print_slips(database, make_run(database, tmp_path))
    assert [path.name[:3] for path in printed.paths] == ["D02"]


def test_slips_used_meanwhile_are_drawn_anew(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (line,) = open_slip_wave(database, D01=6)
    old = print_slips(database, line)
    draw, drawn = prints.draw_job, []

    def draw_while_one_answers(job: prints.PrintJob) -> prints.Drawn:
        if len(drawn) < 2:
            answer_with_slip(database, old[len(drawn)].scanned, submission_id=f"meanwhile-{len(drawn)}")
        drawn.append(job.order.n_new)
        return draw(job)

    monkeypatch.setattr(prints, "draw_job", draw_while_one_answers)
    printed = prints.print_slips(database, make_run(database, tmp_path))
    assert (drawn, printed.n_slips) == ([6, 5, 4], 4)
    assert count_states(database) == {SlipState.UNUSED: 4, SlipState.USED: 2, SlipState.VOID: 4}
    assert None not in find_all(database, read_typed(printed.paths[0]))


def test_a_run_that_is_overtaken_again_and_again_gives_up_and_changes_nothing(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (line,) = open_slip_wave(database, D01=9)
    old = [codes.scanned for codes in print_slips(database, line)]
    draw = prints.draw_job

    def draw_while_one_answers(job: prints.PrintJob) -> prints.Drawn:
        answer_with_slip(database, old.pop(), submission_id=f"meanwhile-{len(old)}")
        return draw(job)

    monkeypatch.setattr(prints, "draw_job", draw_while_one_answers)
    with pytest.raises(prints.PrintError, match="一直在被使用"):
        prints.print_slips(database, make_run(database, tmp_path / "out"))
    assert os.listdir(tmp_path / "out") == []
    assert None not in find_all(database, old)


def test_a_folder_that_cannot_be_written_is_named_and_changes_nothing(
    database: Database, tmp_path: Path
) -> None:
    (line,) = open_slip_wave(database, D01=3)
    old = [codes.scanned for codes in print_slips(database, line)]
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(prints.PrintError, match="已印成 0 个文件"):
        prints.print_slips(database, make_run(database, tmp_path / "file" / "out"))
    assert None not in find_all(database, old)


def test_a_file_that_cannot_be_drawn_leaves_the_finished_ones_valid(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_slip_wave(database, D01=5, D02=2)
    draw = prints.draw_job

    def draw_until_the_disk_is_full(job: prints.PrintJob) -> prints.Drawn:
        if job.order.line.unit_code == "D02":
            raise OSError(28, "No space left on device", str(job.draft))
        return draw(job)

    monkeypatch.setattr(prints, "draw_job", draw_until_the_disk_is_full)
    with pytest.raises(prints.PrintError, match="No space left") as failed:
        prints.print_slips(database, make_run(database, tmp_path))
    assert failed.value.n_done == 1
    (path,) = tmp_path.glob("*.pdf")
    assert find_all(database, read_typed(path)).count(None) == 0
    assert count_states(database)[SlipState.UNUSED] == 5


def test_it_tells_how_many_slips_each_file_holds(database: Database, tmp_path: Path) -> None:
    open_slip_wave(database, D01=2, D02=7, D03=4)
    told: list[int] = []
    prints.print_slips(database, make_run(database, tmp_path), told.append)
    assert told == [7, 4, 2]


def test_units_whose_names_clash_get_a_file_each(database: Database, tmp_path: Path) -> None:
    open_slip_wave(database, **{"A/1": 1, "A*1": 1})
    printed = prints.print_slips(database, make_run(database, tmp_path))
    assert len({path.name.casefold() for path in printed.paths}) == 2


def open_county(database: Database, n_units: int, headcount: int) -> None:
    plan = replace(plan_wave(groups=[Group.SOE_STAFF]), kinds={Group.SOE_STAFF: CollectorKind.SLIP})
    with database.write() as session:
        for number in range(n_units):
            add_unit(session, f"E{number:03}", soe_staff=headcount)
        wave = waves.create_wave(session, plan)
        waves.open_wave(session, wave, {Group.SOE_STAFF: builtin_definition(Group.SOE_STAFF)}, KEYS)


@pytest.mark.slow
def test_several_processes_print_one_run(sqlite_url: str, tmp_path: Path) -> None:
    database = Database(sqlite_url)
    open_county(database, n_units=4, headcount=prints.SMALL_RUN // 3)
    printed = prints.print_slips(database, make_run(database, tmp_path / "out"))
    codes = [code for path in printed.paths for code in read_typed(path)]
    assert len(set(codes)) == printed.n_slips == 4 * (prints.SMALL_RUN // 3)
    assert None not in find_all(database, codes[::25])
    database.close()


@pytest.mark.slow
def test_ten_thousand_slips_take_two_cores_less_than_60_seconds(sqlite_url: str, tmp_path: Path) -> None:
    database = Database(sqlite_url)
    open_county(database, n_units=100, headcount=100)
    before = measure_work()
    printed = prints.print_slips(database, make_run(database, tmp_path / "out"))
    database.close()
    assert printed.n_slips == 10_000
    # The work and not the clock, which tells how busy the machine is with something else.
    assert (measure_work() - before) / 2 < 60


def measure_work() -> float:
    """Return the processor seconds of this process and of those it has waited for."""
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in both)
