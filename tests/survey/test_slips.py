"""Slips from the print run to the answer: one a person, spent once, void when replaced."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from factories import AFTER, CLOSES, DURING, OPENS, answer_alone, open_department
from keystore import KEYS
from slipwave import (
    DEED,
    answer_with_slip,
    count_states,
    draw_codes,
    find_order,
    open_slip_wave,
    print_slips,
    spend,
)
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from survey import events, mixer, slips, waves
from survey.db import Database
from survey.models import Collector, InboxEntry, Receipt, Response, Slip, Wave
from survey.models.base import table_of
from survey.responses import RefusedError, SlipSpentError
from survey.slipcodes import SlipCodes, seal_codes
from survey.verification import verify_wave
from survey.words import SlipState

UNUSED, USED, VOID = SlipState.UNUSED, SlipState.USED, SlipState.VOID


def count_rows(database: Database, model: type) -> int:
    with database.read() as session:
        return session.scalars(select(func.count()).select_from(model)).one()


def hold(database: Database, codes: SlipCodes) -> slips.HeldSlip:
    with database.read() as session:
        held = slips.find_slip(session, codes.scanned, DURING)
    assert held is not None
    return held


def is_found(database: Database, code: str) -> bool:
    with database.read() as session:
        return slips.find_slip(session, code, DURING) is not None


@pytest.fixture(params=["scanned", "typed"])
def read_code(request: pytest.FixtureRequest) -> Callable[[SlipCodes], str]:
    return lambda codes: str(getattr(codes, request.param))


def test_a_print_run_makes_a_slip_for_every_person(database: Database) -> None:
    first, second = open_slip_wave(database, D01=12, D02=3)
    print_slips(database, first)
    print_slips(database, second)
    with database.read() as session:
        rows = session.scalars(select(Slip)).all()
    assert {(row.collector_id, row.state, row.run) for row in rows} == {
        (first.collector_id, UNUSED, 1),
        (second.collector_id, UNUSED, 1),
    }
    assert sorted(row.place or 0 for row in rows) == sorted([*range(1, 13), *range(1, 4)])


def test_either_code_of_a_slip_finds_it(database: Database, read_code: Callable[[SlipCodes], str]) -> None:
    (line,) = open_slip_wave(database, D01=3)
    for codes in print_slips(database, line):
        with database.read() as session:
            held = slips.find_slip(session, read_code(codes), DURING)
        assert held is not None
        assert held.collector_id == line.collector_id


def test_a_slip_is_spent_once_however_its_code_is_given(
    database: Database, read_code: Callable[[SlipCodes], str]
) -> None:
    (line,) = open_slip_wave(database, D01=2)
    codes = print_slips(database, line)[0]
    assert answer_with_slip(database, read_code(codes), submission_id="first")
    for code in (codes.scanned, codes.typed):
        assert not is_found(database, code)
        with pytest.raises(SlipSpentError):
            answer_with_slip(database, code, submission_id="second")
    assert count_states(database) == {UNUSED: 1, USED: 1, VOID: 0}
    assert count_rows(database, InboxEntry) == 1


def test_a_submission_that_comes_again_is_known_also_after_mixing(database: Database) -> None:
    (line,) = open_slip_wave(database, D01=12)
    printed = print_slips(database, line)
    held = hold(database, printed[0])
    for number, codes in enumerate(printed[:10]):
        answer_with_slip(database, codes.scanned, submission_id=f"person-{number}")
    assert not spend(database, held, submission_id="person-0", sheet="0")
    assert mixer.mix_due(database, KEYS) == 10
    assert not spend(database, held, submission_id="person-0", sheet="0")
    assert count_rows(database, InboxEntry) == 0
    assert count_rows(database, Response) == 10


def test_a_race_for_one_slip_makes_one_response(database: Database) -> None:
    (line,) = open_slip_wave(database, D01=30)
    codes = print_slips(database, line)[0]
    held = hold(database, codes)

    def race(number: int) -> bool:
        try:
            return spend(database, held, submission_id=f"racer-{number}", sheet="0")
        except SlipSpentError:
            return False

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(race, range(24)))
    assert sum(taken) == 1
    assert count_rows(database, InboxEntry) == count_rows(database, Receipt) == 1
    with database.read() as session:
        assert session.get_one(Collector, line.collector_id).accepted == 1


def test_a_used_slip_leaves_nothing_of_the_second_answer(database: Database) -> None:
    (line,) = open_slip_wave(database, D01=2)
    codes = print_slips(database, line)[0]
    held = hold(database, codes)
    spend(database, held, submission_id="first", sheet="0")
    with pytest.raises(SlipSpentError):
        spend(database, held, submission_id="second", sheet="0")
    assert count_rows(database, Receipt) == 1


def test_nobody_answers_at_a_collector_of_slips_without_one(database: Database) -> None:
    (line,) = open_slip_wave(database, D01=5)
    with pytest.raises(RefusedError):
        answer_alone(database, line)
    assert count_rows(database, InboxEntry) == 0


def test_a_slip_opens_only_its_own_collector(database: Database) -> None:
    first, second = open_slip_wave(database, D01=5, D02=5)
    codes = print_slips(database, first)[0]
    foreign = replace(hold(database, codes), collector_id=second.collector_id)
    with pytest.raises(SlipSpentError):
        spend(database, foreign, submission_id="foreign", sheet="0")
    assert count_states(database)[USED] == 0


def test_a_slip_is_nothing_after_its_wave_has_closed(
    database: Database, read_code: Callable[[SlipCodes], str]
) -> None:
    (line,) = open_slip_wave(database, D01=3)
    code = read_code(print_slips(database, line)[0])
    with database.read() as session:
        assert slips.find_slip(session, code, CLOSES) is None
        assert slips.find_slip(session, code, CLOSES - timedelta(seconds=1)) is not None
    with database.write() as session:
        waves.close_wave(session, session.scalars(select(Wave)).one(), DURING, KEYS)
    assert not is_found(database, code)


def test_a_slip_answers_in_its_wave_while_another_is_open(database: Database) -> None:
    (first,) = open_slip_wave(database, D01=3)
    (second,) = open_slip_wave(database, "第二轮")
    codes = print_slips(database, second)[0]
    print_slips(database, first)
    answer_with_slip(database, codes.typed, submission_id="one")
    with database.read() as session:
        accepted = {row.id: row.accepted for row in session.scalars(select(Collector))}
    assert accepted == {first.collector_id: 0, second.collector_id: 1}


def test_a_new_print_run_voids_the_old_unused_slips_and_spares_the_used(database: Database) -> None:
    (line,) = open_slip_wave(database, D01=6)
    old = print_slips(database, line)
    answer_with_slip(database, old[0].scanned, submission_id="one")
    new = print_slips(database, line)
    assert len(new) == 5
    assert count_states(database) == {UNUSED: 5, USED: 1, VOID: 5}
    assert not any(is_found(database, codes.scanned) for codes in old)
    assert all(is_found(database, codes.typed) for codes in new)
    with database.read() as session:
        assert set(session.scalars(select(Slip.run).where(Slip.state == UNUSED))) == {2}


def test_spoiled_slips_are_voided_and_replaced(database: Database) -> None:
    (line,) = open_slip_wave(database, D01=4)
    old = print_slips(database, line)
    with database.write() as session:
        wave = session.scalars(select(Wave)).one()
        spoiled = [slips.find_spoiled(session, wave, codes.typed, DURING) for codes in old[:2]]
        order = replace(find_order(session, line), spoiled=frozenset(held.digest for held in spoiled))
        new = draw_codes(session, order.n_new)
        slips.issue_slips(session, order, [seal_codes(codes) for codes in new], DEED)
    assert len(new) == 2
    assert count_states(database) == {UNUSED: 4, USED: 0, VOID: 2}
    assert [is_found(database, codes.scanned) for codes in [*old, *new]] == [False] * 2 + [True] * 4


def test_a_used_a_void_and_an_unknown_slip_cannot_be_voided(database: Database) -> None:
    (line,) = open_slip_wave(database, D01=3)
    used, unused, _ = print_slips(database, line)
    answer_with_slip(database, used.scanned, submission_id="one")
    with database.read() as session:
        wave = session.scalars(select(Wave)).one()
        for text_ in (used.typed, unused.typed[:-1], "", "ABCDE"):
            with pytest.raises(slips.SlipOrderError, match="不能作废"):
                slips.find_spoiled(session, wave, text_, DURING)


def test_a_slip_of_another_wave_cannot_be_voided(database: Database) -> None:
    (first,) = open_slip_wave(database, D01=3)
    open_slip_wave(database, "第二轮")
    codes = print_slips(database, first)[0]
    with database.read() as session:
        second = waves.find_wave(session, "第二轮")
        with pytest.raises(slips.SlipOrderError, match="不是本轮的卡片"):
            slips.find_spoiled(session, second, codes.typed, DURING)


def test_slips_used_while_new_ones_are_drawn_make_the_order_stale(database: Database) -> None:
    (line,) = open_slip_wave(database, D01=4)
    old = print_slips(database, line)
    with database.read() as session:
        order = find_order(session, line)
        drawn = [seal_codes(codes) for codes in draw_codes(session, order.n_new)]
    answer_with_slip(database, old[0].scanned, submission_id="meanwhile")
    with pytest.raises(slips.StaleOrderError), database.write() as session:
        slips.issue_slips(session, order, drawn, DEED)
    assert count_states(database) == {UNUSED: 3, USED: 1, VOID: 0}
    assert is_found(database, old[1].scanned)


def test_print_runs_at_the_same_time_leave_one_slip_a_person(database: Database) -> None:
    (line,) = open_slip_wave(database, D01=8)

    def run(_: int) -> bool:
        try:
            print_slips(database, line)
        except slips.StaleOrderError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(run, range(4)))
    assert any(done)
    assert count_states(database)[UNUSED] == 8


def test_a_selector_that_is_taken_makes_the_order_stale(database: Database) -> None:
    first, second = open_slip_wave(database, D01=1, D02=1)
    codes = print_slips(database, first)
    with pytest.raises(slips.StaleOrderError), database.write() as session:
        slips.issue_slips(session, find_order(session, second), [seal_codes(codes[0])], DEED)
    assert count_states(database)[UNUSED] == 1


def test_what_was_done_and_why_is_logged_without_a_code(database: Database) -> None:
    (line,) = open_slip_wave(database, D01=3)
    codes = [*print_slips(database, line), *print_slips(database, line)]
    with database.read() as session:
        log = events.list_events(session)
        lines = [(event.actor, event.action, event.subject, event.reason) for event in log]
        everything = "".join(str(vars(event)) for event in log)
    assert lines == [
        ("county-office", "slips.print", "第一轮 D01 civil_servants：作废 0，新印 3", "打印"),
        ("county-office", "slips.reissue", "第一轮 D01 civil_servants：作废 3，新印 3", "打印"),
    ]
    assert not [pair for pair in codes if pair.typed in everything or pair.scanned in everything]


def test_no_slips_are_ordered_for_a_wave_that_takes_no_answers(database: Database) -> None:
    open_slip_wave(database, D01=3)
    with database.write() as session:
        wave = session.scalars(select(Wave)).one()
        waves.close_wave(session, wave, AFTER, KEYS)
        with pytest.raises(slips.SlipOrderError, match="状态是“已结束”"):
            slips.list_orders(session, wave)


def test_a_wave_without_slips_is_named(database: Database) -> None:
    open_department(database)
    with database.read() as session, pytest.raises(slips.NoSlipsError, match="任何单位没有符合条件"):
        slips.list_orders(session, waves.find_wave(session, "第一轮"))


def test_a_unit_without_slips_is_named(database: Database) -> None:
    open_slip_wave(database, D01=3)
    with database.read() as session, pytest.raises(slips.NoSlipsError, match="单位 D77、D99没有"):
        slips.list_orders(session, session.scalars(select(Wave)).one(), unit_codes=["D01", "D99", "D77"])


@pytest.mark.parametrize(
    "change",
    [
        {"place": 1},
        {"place": 4},
        {"place": 0},
        {"place": None},
        {"place": 3, "state": "void"},
        {"place": 3, "headcount": 9},
        {"place": 3, "run": 0},
        {"place": 3, "selector": "TAKEN"},
    ],
    ids=str,
)
def test_the_database_refuses_more_slips_than_people_and_crooked_ones(
    database: Database, change: dict[str, object]
) -> None:
    (line,) = open_slip_wave(database, D01=3)
    row = {
        "scan_digest": b"1" * 32,
        "collector_id": line.collector_id,
        "headcount": 3,
        "place": 1,
        "selector": "TAKEN",
        "verifier": "",
        "state": "unused",
        "run": 1,
    }
    with database.write() as session:
        session.execute(insert(table_of(Slip)), row)
    with pytest.raises(IntegrityError), database.write() as session:
        session.execute(
            insert(table_of(Slip)), row | {"scan_digest": b"2" * 32, "selector": "OTHER"} | change
        )


def test_a_slip_keeps_no_time_no_name_and_nothing_of_the_answer(database: Database) -> None:
    (line,) = open_slip_wave(database, D01=1)
    codes = print_slips(database, line)[0]
    with database.read() as session:
        before = session.execute(text("SELECT * FROM slips")).mappings().one()
    answer_with_slip(database, codes.scanned, submission_id="one")
    with database.read() as session:
        after = session.execute(text("SELECT * FROM slips")).mappings().one()
    assert set(after) == {
        "scan_digest",
        "collector_id",
        "headcount",
        "place",
        "selector",
        "verifier",
        "state",
        "run",
    }
    assert {name for name in after if after[name] != before[name]} == {"state"}


def test_answers_with_slips_are_mixed_and_recounted_like_others(database: Database) -> None:
    (line,) = open_slip_wave(database, D01=12)
    for number, codes in enumerate(print_slips(database, line)[:10]):
        answer_with_slip(database, codes.scanned, {"overall": ["good"]}, submission_id=f"person-{number}")
    assert mixer.mix_due(database, KEYS) == 10
    assert count_rows(database, Response) == 10
    with database.read() as session:
        assert verify_wave(session, session.scalars(select(Wave)).one()) == []


def test_answers_that_no_slip_was_used_for_are_named(database: Database) -> None:
    (line,) = open_slip_wave(database, D01=3)
    answer_with_slip(database, print_slips(database, line)[0].scanned, submission_id="one")
    with database.write() as session:
        session.execute(update(Slip).where(Slip.state == USED).values(state=UNUSED))
    with database.read() as session:
        (difference,) = verify_wave(session, session.scalars(select(Wave)).one())
    assert str(difference).endswith("已使用的卡片 记为 0，重新计数为 1")


def test_slips_are_destroyed_thirty_days_after_their_wave_has_closed(database: Database) -> None:
    (line,) = open_slip_wave(database, D01=3)
    answer_with_slip(database, print_slips(database, line)[0].scanned, submission_id="one")
    late = CLOSES + timedelta(days=30, seconds=1)
    assert slips.destroy_old(database, late) == 0
    with database.write() as session:
        wave = session.scalars(select(Wave)).one()
        waves.close_wave(session, wave, AFTER, KEYS)
    assert slips.destroy_old(database, late - timedelta(days=1)) == 0
    assert slips.destroy_old(database, late) == 3
    assert count_rows(database, Slip) == 0
    with database.read() as session:
        assert verify_wave(session, session.scalars(select(Wave)).one()) == []


def test_an_early_slip_is_found_and_its_answer_refused(database: Database) -> None:
    (line,) = open_slip_wave(database, D01=3)
    codes = print_slips(database, line)[0]
    with pytest.raises(RefusedError):
        answer_with_slip(database, codes.scanned, submission_id="early", now=OPENS - timedelta(seconds=1))
    assert count_states(database)[USED] == 0
