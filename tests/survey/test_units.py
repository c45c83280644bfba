"""Taking over a unit list: the first time, again, with changes, and never by halves; on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from survey.db import Database
from survey.models import Base, Headcount, Unit, Wave
from survey.unitlist import Place, UnitList, UnitListError, UnitRecord, read_units
from survey.units import (
    Aspect,
    ImportPlan,
    apply_import,
    list_open_waves,
    list_units,
    plan_import,
)
from survey.words import Group, UnitKind, WaveState

EXAMPLE = Path(__file__).parent / "unitlist" / "example_units.csv"
TOWN_CREDIT = "11990000000000001G"
BUREAU_CREDIT = "11990000010000001J"


@pytest.fixture
def session(database_url: str) -> Iterator[Session]:
    """Give a transaction on an empty database that is rolled back: far quicker than emptying it after."""
    database = Database(database_url)
    with database.write() as opened:
        for table in reversed(Base.metadata.sorted_tables):
            opened.execute(delete(table))
        yield opened
        opened.rollback()
    database.close()


def make_unit(code: str, name: str, kind: UnitKind = UnitKind.DEPARTMENT, **facts: Any) -> UnitRecord:
    unit = UnitRecord(
        code=code,
        name=name,
        kind=kind,
        parent_code=None,
        credit_code=None,
        headcounts={Group.CIVIL_SERVANTS: 10},
        position=0,
        place=Place(row=2, column=2),
    )
    return replace(unit, **facts)


def make_list(*units: UnitRecord) -> UnitList:
    placed = [replace(unit, position=number) for number, unit in enumerate(units, start=1)]
    return UnitList(units=tuple(placed), reports=())


def take_over(session: Session, *units: UnitRecord, retire_missing: bool = False) -> ImportPlan:
    plan = plan_import(session, make_list(*units))
    apply_import(session, plan, retire_missing=retire_missing)
    return plan


def three_units() -> list[UnitRecord]:
    return [
        make_unit("T01", "青石镇人民政府", UnitKind.TOWNSHIP, credit_code=TOWN_CREDIT),
        make_unit(
            "T01V01",
            "合力村村民委员会",
            UnitKind.VILLAGE,
            parent_code="T01",
            headcounts={Group.VILLAGE_CADRES: 25, Group.DEPUTIES: 0},
        ),
        make_unit("D01", "县委办公室", credit_code=BUREAU_CREDIT),
    ]


def show_changes(plan: ImportPlan) -> list[tuple[str, Aspect, str, str]]:
    return [(change.code, change.aspect, change.before, change.after) for change in plan.changes]


def test_the_first_import_adds_every_unit_with_its_parent_and_headcounts(session: Session) -> None:
    plan = take_over(session, *three_units())

    lines = list_units(session)
    assert [unit.code for unit in plan.added] == ["T01", "T01V01", "D01"]
    assert [(line.code, line.name, line.parent_code, line.parent) for line in lines] == [
        ("T01", "青石镇人民政府", None, None),
        ("T01V01", "合力村村民委员会", "T01", "青石镇人民政府"),
        ("D01", "县委办公室", None, None),
    ]
    assert lines[1].headcounts == {Group.VILLAGE_CADRES: 25}
    assert lines[1].kind is UnitKind.VILLAGE
    assert lines[0].credit_code == TOWN_CREDIT


def test_the_example_imports_whole_and_once(session: Session) -> None:
    example = read_units(EXAMPLE)
    apply_import(session, plan_import(session, example))

    again = plan_import(session, example)

    people = dict(
        session.execute(select(Headcount.group, func.sum(Headcount.n)).group_by(Headcount.group)).all()
    )
    assert session.scalar(select(func.count()).select_from(Unit)) == 218
    assert people == {
        Group.CIVIL_SERVANTS: 9282,
        Group.SOE_STAFF: 1615,
        Group.VILLAGE_CADRES: 2496,
        Group.DEPUTIES: 1156,
    }
    assert again.is_empty
    assert again.n_unchanged == 218
    assert again.missing == ()


def test_a_headcount_of_nobody_is_kept_as_none(session: Session) -> None:
    take_over(session, make_unit("D01", "县委办公室", headcounts={Group.DEPUTIES: 0}))

    assert session.scalars(select(Headcount)).all() == []


def test_planning_writes_nothing(session: Session) -> None:
    plan_import(session, make_list(*three_units()))

    assert list_units(session) == []


def test_it_shows_a_new_name_and_takes_it_over(session: Session) -> None:
    town, village, bureau = three_units()
    take_over(session, town, village, bureau)

    plan = take_over(session, town, village, replace(bureau, name="县委办"))

    assert show_changes(plan) == [("D01", Aspect.NAME, "县委办公室", "县委办")]
    assert plan.n_unchanged == 2
    assert list_units(session)[2].name == "县委办"


def test_it_shows_a_village_that_moved_to_another_township(session: Session) -> None:
    town, village, bureau = three_units()
    other = make_unit("T02", "柳溪镇人民政府", UnitKind.TOWNSHIP)
    take_over(session, town, village, bureau)

    plan = take_over(session, town, replace(village, parent_code="T02"), bureau, other)

    assert show_changes(plan) == [("T01V01", Aspect.PARENT, "T01", "T02")]
    assert [unit.code for unit in plan.added] == ["T02"]
    assert list_units(session)[1].parent == "柳溪镇人民政府"


def test_it_shows_headcounts_before_and_after(session: Session) -> None:
    town, village, bureau = three_units()
    take_over(session, town, village, bureau)
    new = {Group.VILLAGE_CADRES: 0, Group.DEPUTIES: 3}

    plan = take_over(session, town, replace(village, headcounts=new), bureau)

    assert [(change.group, change.before, change.after) for change in plan.changes] == [
        (Group.VILLAGE_CADRES, "25", "0"),
        (Group.DEPUTIES, "0", "3"),
    ]
    assert list_units(session)[1].headcounts == {Group.DEPUTIES: 3}


def test_a_group_without_a_column_keeps_its_headcounts(session: Session) -> None:
    town, village, bureau = three_units()
    take_over(session, town, village, bureau)

    plan = take_over(session, town, replace(village, headcounts={Group.CIVIL_SERVANTS: 2}), bureau)

    assert [change.group for change in plan.changes] == [Group.CIVIL_SERVANTS]
    assert list_units(session)[1].headcounts == {Group.CIVIL_SERVANTS: 2, Group.VILLAGE_CADRES: 25}


def test_it_shows_a_credit_code_that_came_and_one_that_went(session: Session) -> None:
    town, village, bureau = three_units()
    take_over(session, town, village, replace(bureau, credit_code=None))

    plan = take_over(session, replace(town, credit_code=None), village, bureau)

    assert show_changes(plan) == [
        ("T01", Aspect.CREDIT_CODE, TOWN_CREDIT, ""),
        ("D01", Aspect.CREDIT_CODE, "", BUREAU_CREDIT),
    ]


def test_two_units_can_swap_their_credit_codes(session: Session) -> None:
    town, village, bureau = three_units()
    take_over(session, town, village, bureau)

    take_over(
        session,
        replace(town, credit_code=BUREAU_CREDIT),
        village,
        replace(bureau, credit_code=TOWN_CREDIT),
    )

    codes = {line.code: line.credit_code for line in list_units(session)}
    assert codes == {"T01": BUREAU_CREDIT, "T01V01": None, "D01": TOWN_CREDIT}


def test_a_unit_that_the_list_lacks_is_named_and_kept(session: Session) -> None:
    town, village, bureau = three_units()
    take_over(session, town, village, bureau)

    plan = take_over(session, town, village)

    assert plan.missing == (("D01", "县委办公室"),)
    assert [line.code for line in list_units(session)] == ["T01", "T01V01", "D01"]


def test_a_unit_that_the_list_lacks_is_retired_on_request(session: Session) -> None:
    town, village, bureau = three_units()
    take_over(session, town, village, bureau)

    take_over(session, town, village, retire_missing=True)

    assert [line.code for line in list_units(session)] == ["T01", "T01V01"]
    assert [line.is_retired for line in list_units(session, with_retired=True)] == [False, False, True]
    assert plan_import(session, make_list(town, village)).missing == ()


def test_a_retired_unit_that_comes_back_is_restored(session: Session) -> None:
    town, village, bureau = three_units()
    take_over(session, town, village, bureau)
    take_over(session, town, village, retire_missing=True)

    plan = take_over(session, town, village, bureau)

    assert show_changes(plan) == [("D01", Aspect.RETIRED, "停用", "在用")]
    assert [line.code for line in list_units(session)] == ["T01", "T01V01", "D01"]


def test_a_whole_list_in_a_new_order_reorders_the_units(session: Session) -> None:
    town, village, bureau = three_units()
    take_over(session, town, village, bureau)

    plan = take_over(session, bureau, town, village)

    assert plan.is_reordered
    assert not plan.is_empty
    assert plan.n_unchanged == 3
    assert [line.code for line in list_units(session)] == ["D01", "T01", "T01V01"]


def test_a_part_of_the_list_adds_at_the_end_and_reorders_nothing(session: Session) -> None:
    town, village, bureau = three_units()
    take_over(session, town, village, bureau)
    new = make_unit("T01V02", "竹林村村民委员会", UnitKind.VILLAGE, parent_code="T01")

    plan = take_over(session, new, town)

    assert not plan.is_reordered
    assert [line.code for line in list_units(session)] == ["T01", "T01V01", "D01", "T01V02"]


def test_it_refuses_a_code_that_now_stands_for_another_kind(session: Session) -> None:
    town, village, bureau = three_units()
    take_over(session, town, village, bureau)

    with pytest.raises(UnitListError) as caught:
        plan_import(session, make_list(town, village, replace(bureau, kind=UnitKind.SOE)))

    assert [str(fault) for fault in caught.value.faults] == [
        "第 2 行第 2 列：单位编号“D01”现在是“县委办公室”（县级部门），名册里成了国有企业；"
        "类别不能更改，请改正类别，或给新单位另编一个编号。"
    ]


def test_it_refuses_a_credit_code_of_a_unit_that_the_list_lacks(session: Session) -> None:
    town, village, bureau = three_units()
    take_over(session, town, village, bureau)

    with pytest.raises(UnitListError) as caught:
        plan_import(session, make_list(town, village, replace(bureau, code="D02")))

    assert [str(fault) for fault in caught.value.faults] == [
        "第 2 行第 2 列：统一社会信用代码“11990000010000001J”已属于“县委办公室”（编号 D01），"
        "而名册里没有这个单位；如果是同一个单位，请沿用编号 D01。"
    ]


def test_an_import_that_breaks_off_leaves_nothing_behind(database: Database) -> None:
    town, village, bureau = three_units()
    stray = replace(village, code="T09V01", parent_code="T09")

    def import_broken() -> None:
        with database.write() as session:
            apply_import(session, plan_import(session, make_list(town, bureau, stray)))

    with pytest.raises(KeyError):
        import_broken()

    with database.read() as session:
        assert list_units(session) == []


def test_it_names_the_waves_that_keep_their_frozen_headcounts(session: Session) -> None:
    for name, state in (("第一轮", WaveState.CLOSED), ("第二轮", WaveState.OPEN)):
        session.add(
            Wave(
                name=name,
                state=state,
                opens_at=datetime(2026, 12, 1, tzinfo=UTC),
                closes_at=datetime(2026, 12, 10, tzinfo=UTC),
                organiser="县食安办",
                contact="",
                parameters={},
            )
        )

    assert list_open_waves(session) == ["第二轮"]
