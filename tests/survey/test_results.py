"""The published tables: every figure again from the raw sheets, by a slow and obvious path."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, comb, sqrt
from random import Random
from typing import Any

import pytest
from factories import AFTER, DURING, add_open_wave, add_unit, answer, answer_alone, open_department
from keystore import KEYS
from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires import Codebook, Questionnaire, SingleItem
from survey import collectors, mixer, waves
from survey.collectors import CollectorLine
from survey.columns import COLUMNS
from survey.counts import read_versions
from survey.db import Database
from survey.exports import plain_rows
from survey.models import Response, Wave
from survey.results import By, Table, make_table
from survey.words import Group, UnitKind

N_ANSWERS = 500
Z = 1.959963984540054


def build_county(session: Session) -> Wave:
    """Add a county with every kind of unit, one of them silent and one tiny; open its wave."""
    town = add_unit(session, "T01", kind=UnitKind.TOWNSHIP, civil_servants=60, deputies=12)
    add_unit(session, "T01V01", kind=UnitKind.VILLAGE, parent=town, village_cadres=25)
    add_unit(session, "T01V02", kind=UnitKind.VILLAGE, parent=town, village_cadres=9, deputies=3)
    for number in range(1, 5):
        add_unit(session, f"D0{number}", civil_servants=20 + 30 * number)
    add_unit(session, "D05", civil_servants=4)
    add_unit(session, "D06", civil_servants=40)
    add_unit(session, "E01", kind=UnitKind.SOE, soe_staff=80)
    return add_open_wave(session)


def answer_at_random(database: Database) -> Wave:
    """Answer 500 forms at random, blank ones and half-filled ones among them, mix, and close the wave."""
    random = Random(20261123)
    with database.write() as session:
        wave = build_county(session)
        lines = [line for line in collectors.list_collectors(session, wave) if line.unit_code != "D06"]
        versions = read_versions(session, wave)
        room = {line.collector_id: line.headcount or 60 for line in lines}
        for _ in range(N_ANSWERS):
            line = random.choice([line for line in lines if room[line.collector_id]])
            room[line.collector_id] -= 1
            answer(session, line, versions[line.group], fill_at_random(versions[line.group], random))
    mixer.mix_due(database, KEYS)
    with database.write() as session:
        found = waves.find_wave(session, wave.name)
        waves.close_wave(session, found, AFTER, KEYS)
        return found


def fill_at_random(questionnaire: Questionnaire, random: Random) -> dict[str, list[str]]:
    filled = {}
    share = random.choice((0.0, 0.7, 1.0))
    for item in questionnaire.choice_items:
        if random.random() < share:
            codes = [option.code for option in item.options if not option.exclusive]
            chosen = random.sample(codes, random.randint(1, 2)) if item.kind == "multiple" else [codes[0]]
            filled[item.code] = chosen if random.random() < 0.5 else [random.choice(codes)]
    return filled


@dataclass
class Tallied:
    """The counts of one row, added up answer by answer."""

    people: int | None = 0
    responses: int = 0
    overall: Counter[str] = field(default_factory=Counter)
    review: Counter[str] = field(default_factory=Counter)
    support: Counter[str] = field(default_factory=Counter)
    passed: list[bool] = field(default_factory=list)

    def add(self, questionnaire: Questionnaire, answers: dict[str, tuple[str, ...] | None]) -> None:
        self.responses += 1
        for code in ("overall", "review", "support"):
            getattr(self, code).update(answers[code] or ())
        keys = {
            item.code: item.key
            for item in questionnaire.choice_items
            if isinstance(item, SingleItem) and item.key is not None and answers[item.code] is not None
        }
        if any(answers[code] for code in keys):
            right = sum(answers[code] == (key,) for code, key in keys.items())
            self.passed.append(Fraction(right, len(keys)) >= Fraction(6, 10))


def recount(session: Session, wave: Wave) -> Iterator[tuple[CollectorLine, Tallied]]:
    versions = read_versions(session, wave)
    for line in collectors.list_collectors(session, wave):
        tallied = Tallied(people=line.headcount)
        codebook = Codebook(versions[line.group])
        for sheet in session.scalars(
            select(Response.sheet).where(Response.collector_id == line.collector_id)
        ):
            tallied.add(versions[line.group], codebook.decode(sheet))
        yield line, tallied


def pool(parts: list[Tallied]) -> Tallied:
    whole = Tallied(people=0)
    for part in parts:
        whole.people = None if part.people is None or whole.people is None else whole.people + part.people
        whole.responses += part.responses
        whole.overall += part.overall
        whole.review += part.review
        whole.support += part.support
        whole.passed += part.passed
    return whole


def exact_limits(x: int, n: int, people: int) -> tuple[float, float]:
    """Try every number of satisfied people, in whole numbers."""
    kept = []
    for m in range(x, people - n + x + 1):
        chances = [comb(m, k) * comb(people - m, n - k) for k in range(n + 1)]
        total = comb(people, n)
        if sum(chances[x:]) * 40 > total and sum(chances[: x + 1]) * 40 > total:
            kept.append(m)
    return min(kept) / people, max(kept) / people


def wilson_limits(x: int, n: int) -> tuple[float, float]:
    p = x / n
    middle = p + Z * Z / (2 * n)
    half = Z * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    return (middle - half) / (1 + Z * Z / n), (middle + half) / (1 + Z * Z / n)


def expect_row(tallied: Tallied, minimum: int) -> dict[str, Any]:
    """Return what a row must hold, None for what must be empty."""
    people, n = tallied.people, tallied.responses
    told: dict[str, Any] = {
        "headcount": people,
        "responses": n,
        "response_rate": n / people if people else None,
    }
    if n == 0:
        return told | {"certified": "none", "note": "尚无作答", "satisfaction_rate": None}
    if n < minimum:
        return told | {
            "certified": "too_few",
            "satisfaction_rate": None,
            "aware": None,
            "knowledge_rate": None,
        }
    weights = {"very_good": 100, "good": 80, "fair": 60, "poor": 30, "very_poor": 0}
    told |= expect_rate("satisfaction", "satisfied", tallied.overall, ("very_good", "good"), people, minimum)
    told |= expect_rate("awareness", "aware", tallied.review, ("aware",), people, minimum)
    base, supporting = tallied.support.total(), tallied.support["for"]
    told["support_rate"] = supporting / base if base else None
    told["knowledge_rate"] = sum(tallied.passed) / len(tallied.passed) if tallied.passed else None
    if told["satisfaction_rate"] is None:
        return told
    scored = [weights[code] for code in tallied.overall.elements() if code in weights]
    answered, satisfied = told["n_satisfaction"], told["satisfied"]
    return told | {
        "satisfaction_score": sum(scored) / len(scored) if scored else None,
        "dont_know_share": tallied.overall["unsure"] / answered,
        "persons_to_target": answered - satisfied,
        "certified": expect_verdict(satisfied, answered, people),
        "note": "",
    }


def expect_rate(
    rate: str, part: str, answers: Counter[str], counted: tuple[str, ...], people: int | None, minimum: int
) -> dict[str, Any]:
    n = answers.total()
    if n < minimum:
        return {f"{rate}_rate": None, f"{rate}_low": None, part: None if n else 0}
    x = sum(answers[code] for code in counted)
    low, high = wilson_limits(x, n) if people is None else exact_limits(x, n, people)
    return {
        f"n_{rate}": n,
        part: x,
        f"{rate}_rate": x / n,
        f"{rate}_low": low,
        f"{rate}_high": high,
        f"gap_{rate}": 1 - x / n,
    }


def expect_verdict(x: int, n: int, people: int | None) -> str:
    if x < n:
        return "below"
    return "certified" if people is not None and n >= ceil(Fraction(95, 100) * people) else "observed"


def check_rows(rows: list[dict[str, Any]], expected: list[dict[str, Any]]) -> None:
    assert len(rows) == len(expected)
    for row, told in zip(rows, expected, strict=True):
        for name, value in told.items():
            place = (row["unit"], row["group"], name)
            wanted = (
                value
                if value is None or isinstance(value, str)
                else pytest.approx(value, rel=1e-12, abs=1e-12)
            )
            assert (place, row[name]) == (place, wanted)


def read_table(database: Database, by: By) -> Table:
    with database.read() as session:
        return make_table(session, waves.list_waves(session)[0], by)


def test_every_figure_by_unit_agrees_with_the_raw_sheets(database: Database) -> None:
    answer_at_random(database)
    with database.read() as session:
        recounted = list(recount(session, waves.list_waves(session)[0]))
    expected = []
    for code in dict.fromkeys(line.unit_code for line, _ in recounted):
        mine = [(line, tallied) for line, tallied in recounted if line.unit_code == code]
        rostered = [tallied for line, tallied in mine if line.headcount is not None]
        expected.append({"unit_code": code, "group": "all"} | expect_row(pool(rostered), 5))
        for line, tallied in mine:
            is_only = line.headcount is not None and len(rostered) == 1
            expected.append({"group": line.group.value} | expect_row(tallied, 5 if is_only else 10))
    rows = plain_rows(read_table(database, By.UNIT).rows)
    check_rows(rows, expected)
    assert sum(row["responses"] for row in rows if row["group"] != "all") == N_ANSWERS


def test_every_figure_by_group_agrees_with_the_raw_sheets(database: Database) -> None:
    answer_at_random(database)
    with database.read() as session:
        recounted = list(recount(session, waves.list_waves(session)[0]))
    by_group = {
        group: pool([tallied for line, tallied in recounted if line.group is group])
        for group in Group
        if any(line.group is group for line, _ in recounted)
    }
    rostered = pool([tallied for group, tallied in by_group.items() if group is not Group.RESIDENTS])
    expected = [{"group": "all", "unit": "全县"} | expect_row(rostered, 10)]
    expected += [{"group": group.value} | expect_row(tallied, 10) for group, tallied in by_group.items()]
    check_rows(plain_rows(read_table(database, By.GROUP).rows), expected)


def test_kinds_add_up_to_the_county(database: Database) -> None:
    answer_at_random(database)
    rows = plain_rows(read_table(database, By.KIND).rows)
    whole = {row["kind"]: row for row in rows if row["group"] == "all"}
    assert list(whole) == ["township", "department", "soe", "village", "county"]
    for name in ("headcount", "responses", "n_satisfaction", "satisfied", "n_awareness", "aware"):
        assert sum(row[name] for kind, row in whole.items() if kind != "county") == whole["county"][name]
    assert {row["rank"] for row in rows} == {None}


def test_options_of_a_question_agree_with_the_raw_sheets(database: Database) -> None:
    answer_at_random(database)
    with database.read() as session:
        wave = waves.list_waves(session)[0]
        versions = read_versions(session, wave)
        chosen: Counter[tuple[str, str, str]] = Counter()
        answered: Counter[tuple[str, str]] = Counter()
        for line in collectors.list_collectors(session, wave):
            for sheet in session.scalars(
                select(Response.sheet).where(Response.collector_id == line.collector_id)
            ):
                for item, codes in Codebook(versions[line.group]).decode(sheet).items():
                    answered[line.group.value, item] += bool(codes)
                    chosen.update((line.group.value, item, code) for code in codes or ())
    by_group = plain_rows(read_table(database, By.GROUP).rows)
    hidden = {row["group"] for row in by_group if row["certified"] == "too_few"}
    rows = plain_rows(read_table(database, By.QUESTION).rows)
    assert hidden
    assert len(rows) == sum(
        len(item.options) for version in versions.values() for item in version.choice_items
    )
    for row in rows:
        n = answered[row["group"], row["item"]]
        assert row["n_answered"] == n
        is_shown = n >= 10 and row["group"] not in hidden
        expected = chosen[row["group"], row["item"], row["option"]] if is_shown else None
        assert row["n"] == expected
        assert row["share"] == (None if expected is None else expected / n)


def test_sqlite_and_postgresql_give_identical_tables(sqlite_url: str, postgresql_database: Database) -> None:
    sqlite = Database(sqlite_url)
    answer_at_random(sqlite)
    answer_at_random(postgresql_database)
    for by in By:
        one, other = read_table(sqlite, by), read_table(postgresql_database, by)
        assert plain_rows(one.rows) == plain_rows(other.rows)
        assert (one.rules, one.waiting) == (other.rules, other.waiting)
    sqlite.close()


def test_every_unit_has_a_row_although_nobody_answered(database: Database) -> None:
    with database.write() as session:
        build_county(session)
    rows = plain_rows(read_table(database, By.UNIT).rows)
    assert len({row["unit_code"] for row in rows}) == 10
    assert {row["certified"] for row in rows} == {"none"}
    assert {row["note"] for row in rows} == {"尚无作答"}
    assert {row["satisfaction_rate"] for row in rows} == {None}
    for by in (By.KIND, By.GROUP, By.QUESTION):
        assert len(read_table(database, by).rows) > 0


def test_answers_that_wait_are_named_and_not_in_the_rates(database: Database) -> None:
    line = open_department(database)
    for _ in range(12):
        answer_alone(database, line)
    assert mixer.mix_due(database, KEYS) == 12
    for _ in range(3):
        answer_alone(database, line)
    table = read_table(database, By.UNIT)
    assert table.waiting == 3
    assert table.rows["responses"].tolist() == [15, 15]
    assert table.rows["note"].tolist() == ["3 份答卷待入库"] * 2


def test_a_unit_whose_answers_all_wait_is_not_one_that_nobody_answered(database: Database) -> None:
    line = open_department(database)
    answer_alone(database, line)
    row = read_table(database, By.UNIT).rows.iloc[0]
    assert (row["responses"], row["certified"]) == (1, "too_few")


def test_a_table_carries_the_rules_it_was_made_by(database: Database) -> None:
    open_department(database)
    table = read_table(database, By.UNIT)
    assert any("满意率" in rule and "satisfaction@1" in rule for rule in table.rules)
    assert any("知晓率" in rule for rule in table.rules)
    assert any("超几何" in line for line in table.method)


@pytest.mark.parametrize("by", list(By))
def test_every_column_has_a_title(database: Database, by: By) -> None:
    open_department(database)
    assert set(read_table(database, by).rows.columns) <= set(COLUMNS)


def test_a_table_of_an_open_wave_can_be_read(database: Database) -> None:
    line = open_department(database)
    answer_alone(database, line, now=DURING)
    assert read_table(database, By.UNIT).rows.loc[0, "responses"] == 1
