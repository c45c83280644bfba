"""The office's example workbook and the clean CSV beside it are the same units."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from survey.unitlist import UnitList, UnitRecord, read_units
from survey.words import ROSTER_GROUPS, Group, UnitKind

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def workbook_list() -> UnitList:
    return read_units(HERE / "example_units.xlsx")


@pytest.fixture(scope="module")
def csv_list() -> UnitList:
    return read_units(HERE / "example_units.csv")


def _by_code(unit_list: UnitList) -> dict[str, tuple[object, ...]]:
    return {unit.code: _facts(unit) for unit in unit_list.units}


def _facts(unit: UnitRecord) -> tuple[object, ...]:
    return unit.name, unit.kind, unit.parent_code, unit.credit_code, dict(unit.headcounts)


def test_the_workbook_and_the_csv_give_the_same_units(workbook_list: UnitList, csv_list: UnitList) -> None:
    assert _by_code(workbook_list) == _by_code(csv_list)


def test_the_example_has_as_many_units_of_each_kind_as_the_csv_has_lines(workbook_list: UnitList) -> None:
    # Counted from the CSV's kind column: 20 townships, 45 departments, 8 enterprises, 145 villages.
    with (HERE / "example_units.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = Counter(line["kind"] for line in csv.DictReader(file))

    kinds = Counter(unit.kind for unit in workbook_list.units)

    assert kinds == lines == {"township": 20, "department": 45, "soe": 8, "village": 145}
    assert len(workbook_list.units) == 218


def test_the_example_has_the_people_its_bottom_line_states(csv_list: UnitList) -> None:
    people = [sum(unit.headcounts[group] for unit in csv_list.units) for group in ROSTER_GROUPS]

    assert people == [9282, 1615, 2496, 1156]


def test_every_line_of_the_csv_is_read_as_a_plain_csv_reader_reads_it(csv_list: UnitList) -> None:
    with (HERE / "example_units.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))

    assert [_facts(unit) for unit in csv_list.units] == [
        (
            line["name"],
            UnitKind(line["kind"]),
            line["parent"] or None,
            line["credit_code"] or None,
            {group: int(line[group]) for group in ROSTER_GROUPS},
        )
        for line in lines
    ]


def test_a_unit_of_the_workbook_knows_its_cell_and_its_position(workbook_list: UnitList) -> None:
    village = next(unit for unit in workbook_list.units if unit.code == "T20V07")

    assert str(village.place) == "工作表“单位名册”B229"
    assert village.position == 218
    assert village.headcounts[Group.VILLAGE_CADRES] == 7


def test_a_unit_of_the_csv_knows_its_line_and_column(csv_list: UnitList) -> None:
    assert str(csv_list.units[0].place) == "第 2 行第 2 列"


def test_the_example_leaves_nothing_to_report(workbook_list: UnitList, csv_list: UnitList) -> None:
    assert workbook_list.reports == csv_list.reports == ()
