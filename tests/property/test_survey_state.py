"""The life of a wave in any order of steps: nobody answers twice or too late, and every count agrees.

The machine keeps its own books of who was taken in and compares them with the database after each step.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from factories import AFTER, DURING, add_unit, plan_wave
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from keystore import KEYS
from slipwave import DEED, draw_codes, find_order, print_slips
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from questionnaires import builtin_definition, check_answers
from survey import backups, erasure, mixer, slips, waves
from survey.collectors import CollectorLine, Doorway, list_collectors
from survey.db import Database
from survey.models import Collector, InboxEntry, Response
from survey.responses import RefusedError, SlipSpentError, Submission, save_response
from survey.slipcodes import SlipCodes, digest_scanned, seal_codes
from survey.verification import verify_wave
from survey.words import CollectorKind, Group

OPEN_HEADCOUNT = 12
SLIP_HEADCOUNT = 3
CHOICE = {"overall": ["good"]}
ASKED = {Group.DEPUTIES: CollectorKind.OPEN, Group.CIVIL_SERVANTS: CollectorKind.SLIP}
PICK = st.integers(0, 99)
_numbers = count(1)


class WaveLife(RuleBasedStateMachine):
    """One department, asked through an open code and through slips; each run has a wave of its own."""

    def __init__(self, database: Database, *, is_backed_up: bool) -> None:
        super().__init__()
        self.database = database
        self.number = next(_numbers)
        self.name = f"第{self.number}轮"
        self.state = "draft"
        self.is_backed_up = is_backed_up
        self.lines: dict[CollectorKind, CollectorLine] = {}
        self.taken: dict[CollectorKind, list[Submission]] = {kind: [] for kind in CollectorKind}
        self.n_mixed = dict.fromkeys(CollectorKind, 0)
        self.unused: list[SlipCodes] = []
        self.spent: list[SlipCodes] = []
        self.void: list[SlipCodes] = []
        with database.write() as session:
            add_unit(session, f"D{self.number}", deputies=OPEN_HEADCOUNT, civil_servants=SLIP_HEADCOUNT)
            plan = replace(plan_wave(self.name, list(ASKED)), kinds=ASKED)
            self.wave_id = waves.create_wave(session, plan).id

    @precondition(lambda self: self.state == "draft")
    @rule()
    def open_it(self) -> None:
        with self.database.write() as session:
            wave = waves.find_wave(session, self.name)
            waves.open_wave(session, wave, {group: builtin_definition(group) for group in ASKED}, KEYS)
            lines = list_collectors(session, wave)
        self.lines = {line.collector: line for line in lines if line.unit_code == f"D{self.number}"}
        self.unused = print_slips(self.database, self.lines[CollectorKind.SLIP])
        self.state = "open"

    @precondition(lambda self: self.lines)
    @rule(choice=st.sampled_from([{}, CHOICE]))
    def answer_openly(self, choice: dict[str, list[str]]) -> None:
        submission = self._fill(CollectorKind.OPEN, choice)
        if self.state != "open":
            self._assert_refused(submission, Doorway.CLOSED)
        elif len(self.taken[CollectorKind.OPEN]) == OPEN_HEADCOUNT:
            self._assert_refused(submission, Doorway.FULL)
        else:
            assert self._send(submission)
            self.taken[CollectorKind.OPEN].append(submission)

    @precondition(lambda self: self.state == "open")
    @rule(n=st.integers(2, OPEN_HEADCOUNT))
    def answer_in_a_crowd(self, n: int) -> None:
        for _ in range(n):
            self.answer_openly(CHOICE)

    @precondition(lambda self: self.unused)
    @rule(pick=PICK)
    def answer_with_a_slip(self, pick: int) -> None:
        codes = self.unused[pick % len(self.unused)]
        submission = self._fill(CollectorKind.SLIP, CHOICE, codes)
        if self.state != "open":
            self._assert_refused(submission, Doorway.CLOSED)
            return
        assert self._send(submission)
        self.taken[CollectorKind.SLIP].append(submission)
        self.unused.remove(codes)
        self.spent.append(codes)

    @precondition(lambda self: self.state == "open" and (self.spent or self.void))
    @rule(pick=PICK)
    def try_a_dead_slip(self, pick: int) -> None:
        dead = [*self.spent, *self.void]
        with pytest.raises(SlipSpentError):
            self._send(self._fill(CollectorKind.SLIP, CHOICE, dead[pick % len(dead)]))

    @precondition(lambda self: any(self.taken.values()))
    @rule(pick=PICK, now=st.sampled_from([DURING, AFTER]))
    def send_again(self, pick: int, now: datetime) -> None:
        taken = [submission for some in self.taken.values() for submission in some]
        with self.database.write() as session:
            assert not save_response(session, taken[pick % len(taken)], now)

    @precondition(lambda self: self.state == "open")
    @rule()
    def answer_too_late(self) -> None:
        with pytest.raises(RefusedError), self.database.write() as session:
            save_response(session, self._fill(CollectorKind.OPEN, CHOICE), AFTER)

    @precondition(lambda self: self.state == "open" and self.unused)
    @rule(pick=PICK)
    def void_and_replace_a_slip(self, pick: int) -> None:
        spoiled = self.unused[pick % len(self.unused)]
        with self.database.write() as session:
            held = slips.find_slip(session, spoiled.scanned, DURING)
            assert held is not None
            order = replace(
                find_order(session, self.lines[CollectorKind.SLIP]), spoiled=frozenset({held.digest})
            )
            codes = draw_codes(session, order.n_new)
            slips.issue_slips(session, order, [seal_codes(pair) for pair in codes], DEED)
        self.unused.remove(spoiled)
        self.unused += codes
        self.void.append(spoiled)

    @precondition(lambda self: self.state == "open")
    @rule()
    def print_anew(self) -> None:
        self.void += self.unused
        self.unused = print_slips(self.database, self.lines[CollectorKind.SLIP])

    @rule()
    def mix(self) -> None:
        mixer.mix_due(self.database, KEYS)
        erasure.erase_traces(self.database)
        for kind, taken in self.taken.items():
            if len(taken) - self.n_mixed[kind] >= mixer.MINIMUM_BATCH:
                self.n_mixed[kind] = len(taken)

    @precondition(lambda self: self.state == "open")
    @rule(now=st.sampled_from([DURING, AFTER]))
    def close_it(self, now: datetime) -> None:
        with self.database.write() as session:
            wave = waves.find_wave(session, self.name)
            waves.close_wave(session, wave, now, KEYS)
        self.n_mixed = {kind: len(taken) for kind, taken in self.taken.items()}
        self.state = "closed"

    @precondition(lambda self: self.lines and not self.is_backed_up)
    @rule()
    def back_up_and_restore(self) -> None:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "backup.db"
            backups.write_backup(self.database, path)
            restored = Database(f"sqlite:///{folder}/restored.db")
            backups.restore_backup(restored, path, KEYS)
            with restored.read() as session:
                assert verify_wave(session, waves.find_wave(session, self.name)) == []
                for kind, line in self.lines.items():
                    row = session.get_one(Collector, line.collector_id)
                    assert row.accepted == row.mixed == self.n_mixed[kind]
                    assert _count(session, Response, line) == self.n_mixed[kind]
                    assert _count(session, InboxEntry, line) == 0
            restored.close()
        self.is_backed_up = True

    @rule()
    def verify(self) -> None:
        with self.database.read() as session:
            assert verify_wave(session, waves.find_wave(session, self.name)) == []

    @invariant()
    def every_count_agrees_with_the_books(self) -> None:
        with self.database.read() as session:
            for kind, line in self.lines.items():
                row = session.get_one(Collector, line.collector_id)
                assert row.accepted == len(self.taken[kind]) <= (row.headcount or 0)
                assert row.mixed == self.n_mixed[kind] == _count(session, Response, line)
                assert row.accepted - row.mixed == _count(session, InboxEntry, line)

    def teardown(self) -> None:
        """Leave nothing in the inbox to the next run."""
        if self.state == "open":
            self.close_it(AFTER)
        self.verify()

    def _fill(
        self, kind: CollectorKind, choice: dict[str, list[str]], codes: SlipCodes | None = None
    ) -> Submission:
        line = self.lines[kind]
        checked = check_answers(builtin_definition(line.group), choice)
        return Submission(
            collector_id=line.collector_id,
            submission_id=f"{self.number}-{next(_numbers)}",
            sheet=checked.sheet,
            comments=checked.comments,
            slip=digest_scanned(codes.scanned) if codes else None,
        )

    def _send(self, submission: Submission) -> bool:
        with self.database.write() as session:
            return save_response(session, submission, DURING)

    def _assert_refused(self, submission: Submission, doorway: Doorway) -> None:
        with pytest.raises(RefusedError) as refused:
            self._send(submission)
        assert refused.value.doorway is doorway


def _count(session: Session, model: type[InboxEntry | Response], line: CollectorLine) -> int:
    statement = select(func.count()).select_from(model).where(model.collector_id == line.collector_id)
    return session.scalars(statement).one()


def live(database: Database, n_lives: int, n_steps: int, *, is_backed_up: bool) -> None:
    """Let the machine live so many lives of so many steps, each with one backup unless it has one already."""
    run_state_machine_as_test(
        lambda: WaveLife(database, is_backed_up=is_backed_up),
        settings=settings(
            max_examples=n_lives,
            stateful_step_count=n_steps,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_a_wave_keeps_its_books_whatever_the_order_of_steps(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    live(database, 12, 25, is_backed_up=True)
    database.close()


@pytest.mark.slow
def test_a_wave_keeps_its_books_through_many_lives(database: Database) -> None:
    live(database, 10, 30, is_backed_up=False)
