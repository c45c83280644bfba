"""The mixer: batches, new ids, counts that agree."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from factories import (
    AFTER,
    add_open_wave,
    add_unit,
    answer,
    answer_alone,
    find_questionnaire,
    open_department,
)
from keystore import KEYS
from sqlalchemy import func, select, text, update

from survey import collectors, mixer, waves
from survey.db import Database
from survey.models import Cell, Collector, Comment, InboxEntry, IndicatorCell, Response
from survey.verification import verify_wave


def send(database: Database, line: collectors.CollectorLine, n: int) -> None:
    for _ in range(n):
        answer_alone(database, line)


def test_fewer_than_ten_answers_wait(database: Database) -> None:
    line = open_department(database)
    send(database, line, 9)
    assert mixer.mix_due(database, KEYS) == 0
    with database.read() as session:
        assert mixer.count_waiting(session, 1) == 9


def test_ten_answers_are_moved_under_new_ids(database: Database) -> None:
    line = open_department(database)
    send(database, line, 10)
    with database.read() as session:
        before = set(session.scalars(select(InboxEntry.id)))
    assert mixer.mix_due(database, KEYS) == 10
    with database.read() as session:
        assert mixer.count_waiting(session, 1) == 0
        after = set(session.scalars(select(Response.id)))
        assert session.get_one(Collector, line.collector_id).mixed == 10
    assert len(after) == 10
    assert not before & after


def test_batches_of_one_unit_do_not_wait_for_another(database: Database) -> None:
    with database.write() as session:
        add_unit(session, "D01", civil_servants=30)
        add_unit(session, "D02", civil_servants=30)
        one, other = collectors.list_collectors(session, add_open_wave(session))
    send(database, one, 12)
    send(database, other, 8)
    assert mixer.mix_due(database, KEYS) == 12
    with database.write() as session:
        assert mixer.mix_rest(session, waves.find_wave(session, "第一轮"), KEYS) == 8


def test_the_counts_grow_batch_by_batch_and_agree_with_the_sheets(database: Database) -> None:
    line = open_department(database)
    with database.write() as session:
        questionnaire = find_questionnaire(session, line)
        for choice in ("very_good", "good", "poor", "unsure"):
            for _ in range(3):
                answer(session, line, questionnaire, {"overall": [choice]})
    assert mixer.mix_due(database, KEYS) == 12
    send(database, line, 10)
    assert mixer.mix_due(database, KEYS) == 10
    with database.read() as session:
        rows = session.execute(select(Cell.option, Cell.n).where(Cell.item == "overall"))
        cells = {row.option: row.n for row in rows}
        counted = session.execute(
            select(IndicatorCell.base, IndicatorCell.total).where(IndicatorCell.indicator == "satisfaction")
        ).one()
        assert verify_wave(session, waves.find_wave(session, "第一轮")) == []
    assert cells == {"very_good": 3, "good": 3, "poor": 3, "unsure": 3, "_none": 10}
    assert counted == (12, 6)


def test_comments_are_kept_without_a_key_to_their_sheet(database: Database) -> None:
    line = open_department(database)
    with database.write() as session:
        questionnaire = find_questionnaire(session, line)
        item = next(item.code for item in questionnaire.items if item.kind == "text")
        for number in range(10):
            answer(session, line, questionnaire, {item: [f"意见{number}"]})
    mixer.mix_due(database, KEYS)
    with database.read() as session:
        comments = session.scalars(select(Comment)).all()
        ids = set(session.scalars(select(Response.id)))
    assert {comment.text for comment in comments} == {f"意见{number}" for number in range(10)}
    assert not ids & {comment.id for comment in comments}


def test_several_mixers_at_once_move_every_answer_once(database: Database) -> None:
    line = open_department(database, headcount=500)
    send(database, line, 60)
    with ThreadPoolExecutor(4) as pool:
        moved = list(pool.map(lambda _: mixer.mix_due(database, KEYS), range(4)))
    assert sum(moved) == 60
    with database.read() as session:
        assert session.scalars(select(func.count()).select_from(Response)).one() == 60
        assert verify_wave(session, waves.find_wave(session, "第一轮")) == []


def test_the_rest_of_other_waves_stays(database: Database) -> None:
    with database.write() as session:
        add_unit(session, "D01", civil_servants=30)
        first = add_open_wave(session, "第一轮")
        second = add_open_wave(session, "第二轮")
        lines = [collectors.list_collectors(session, wave)[0] for wave in (first, second)]
    for line in lines:
        send(database, line, 2)
    with database.write() as session:
        waves.close_wave(session, waves.find_wave(session, "第一轮"), AFTER, KEYS)
    with database.read() as session:
        assert mixer.count_waiting(session, second.id) == 2


def test_closing_mixes_the_rest_of_all_units_as_one_batch(postgresql_database: Database) -> None:
    with postgresql_database.write() as session:
        for code in ("D01", "D02", "D03"):
            add_unit(session, code, civil_servants=30)
        lines = collectors.list_collectors(session, add_open_wave(session))
    for line in lines:
        send(postgresql_database, line, 9)
    with postgresql_database.write() as session:
        assert waves.close_wave(session, waves.find_wave(session, "第一轮"), AFTER, KEYS) == 27
    with postgresql_database.read() as session:
        rows = session.execute(text("SELECT xmin::text, collector_id FROM responses ORDER BY ctid")).all()
        assert verify_wave(session, waves.find_wave(session, "第一轮")) == []
    assert len({row[0] for row in rows}) == 1
    # The chance that a shuffle leaves 27 answers of three units sorted is under one in 10 ** 11.
    assert [row[1] for row in rows] != sorted(row[1] for row in rows)


def test_a_changed_count_is_named(database: Database) -> None:
    line = open_department(database)
    send(database, line, 10)
    mixer.mix_due(database, KEYS)
    with database.write() as session:
        session.execute(update(Cell).where(Cell.item == "overall").values(n=11))
        session.execute(update(Collector).values(accepted=12))
    with database.read() as session:
        differences = verify_wave(session, waves.find_wave(session, "第一轮"))
    assert [str(difference) for difference in differences] == [
        "轮次“第一轮” D01 机关事业单位干部职工：已接收 记为 12，重新计数为 10",
        "轮次“第一轮” D01 机关事业单位干部职工：选项 overall _none 记为 11，重新计数为 10",
    ]


def test_a_changed_sheet_is_named(database: Database) -> None:
    line = open_department(database)
    send(database, line, 10)
    mixer.mix_due(database, KEYS)
    with database.write() as session:
        one = session.scalars(select(Response)).first()
        assert one is not None
        one.sheet = "1" + one.sheet[1:]
    with database.read() as session:
        differences = verify_wave(session, waves.find_wave(session, "第一轮"))
    assert {difference.what for difference in differences} >= {"指标 satisfaction", "选项 overall _none"}
