"""Slips in any order of steps, print runs overtaken by answers and by each other among them.

The law: unused and used slips together are as many as there are people, or none before the first print run,
and never is there a response without a used slip.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import pytest
from factories import DURING
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from slipwave import DEED, draw_codes, find_order, open_slip_wave, spend
from sqlalchemy import func, select

from survey import slips
from survey.db import Database
from survey.models import Collector, Slip
from survey.responses import SlipSpentError
from survey.slipcodes import SealedCodes, SlipCodes, seal_codes
from survey.slips import SlipOrder
from survey.words import SlipState

HEADCOUNT = 4
PICK = st.integers(0, 99)
_numbers = count(1)


class SlipLife(RuleBasedStateMachine):
    """The slips of one department; orders are made in one step and carried out in a later one."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.database = database
        number = next(_numbers)
        lines = open_slip_wave(database, f"第{number}轮", **{f"D{number}": HEADCOUNT})
        self.line = next(line for line in lines if line.unit_code == f"D{number}")
        self.alive: dict[bytes, SlipCodes] = {}
        self.dead: list[SlipCodes] = []
        self.n_used = 0
        self.drawn: list[tuple[SlipOrder, list[SlipCodes]]] = []

    @rule()
    def draw_a_print_run(self) -> None:
        with self.database.read() as session:
            order = find_order(session, self.line)
            self.drawn.append((order, draw_codes(session, order.n_new)))

    @precondition(lambda self: self.alive)
    @rule(pick=PICK)
    def draw_for_a_spoiled_slip(self, pick: int) -> None:
        digest = sorted(self.alive)[pick % len(self.alive)]
        with self.database.read() as session:
            order = replace(find_order(session, self.line), spoiled=frozenset([digest]))
            self.drawn.append((order, draw_codes(session, order.n_new)))

    @precondition(lambda self: self.drawn)
    @rule(pick=PICK)
    def carry_out_what_was_drawn(self, pick: int) -> None:
        order, codes = self.drawn.pop(pick % len(self.drawn))
        sealed = [seal_codes(pair) for pair in codes]
        try:
            with self.database.write() as session:
                slips.issue_slips(session, order, sealed, DEED)
        except slips.StaleOrderError:
            return
        self._replace_slips(order, codes, sealed)

    @precondition(lambda self: self.alive)
    @rule(pick=PICK, is_typed=st.booleans())
    def answer(self, pick: int, is_typed: bool) -> None:
        digest = sorted(self.alive)[pick % len(self.alive)]
        codes = self.alive.pop(digest)
        with self.database.read() as session:
            held = slips.find_slip(session, codes.typed if is_typed else codes.scanned, DURING)
        assert held == slips.HeldSlip(digest=digest, collector_id=self.line.collector_id)
        assert spend(self.database, held, submission_id=digest.hex(), sheet="0")
        assert not spend(self.database, held, submission_id=digest.hex(), sheet="0")
        self.dead.append(codes)
        self.n_used += 1

    @precondition(lambda self: self.dead)
    @rule(pick=PICK)
    def try_a_dead_slip(self, pick: int) -> None:
        codes = self.dead[pick % len(self.dead)]
        digest = seal_codes(codes).scan_digest
        with self.database.read() as session:
            assert slips.find_slip(session, codes.typed, DURING) is None
            assert slips.find_slip(session, codes.scanned, DURING) is None
        held = slips.HeldSlip(digest=digest, collector_id=self.line.collector_id)
        with pytest.raises(SlipSpentError):
            spend(self.database, held, submission_id=f"again-{next(_numbers)}", sheet="0")

    @invariant()
    def there_is_one_slip_a_person(self) -> None:
        with self.database.read() as session:
            mine = select(Slip.state, func.count()).where(Slip.collector_id == self.line.collector_id)
            states = {state: int(n) for state, n in session.execute(mine.group_by(Slip.state))}
            accepted = session.get_one(Collector, self.line.collector_id).accepted
        n_used, n_unused = states.get(SlipState.USED, 0), states.get(SlipState.UNUSED, 0)
        assert (n_used, n_unused) == (self.n_used, len(self.alive))
        assert n_used + n_unused in ({0, HEADCOUNT} if not states else {HEADCOUNT})
        assert accepted == n_used

    def _replace_slips(self, order: SlipOrder, codes: list[SlipCodes], sealed: list[SealedCodes]) -> None:
        gone = set(self.alive) if order.spoiled is None else set(order.spoiled)
        self.dead += [self.alive.pop(digest) for digest in gone]
        self.alive |= {kept.scan_digest: pair for kept, pair in zip(sealed, codes, strict=True)}


def test_there_is_one_slip_a_person_whatever_happens_in_whatever_order(database: Database) -> None:
    run_state_machine_as_test(
        lambda: SlipLife(database),
        settings=settings(
            max_examples=5,
            stateful_step_count=14,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
        ),
    )


@pytest.mark.slow
def test_there_is_one_slip_a_person_in_many_long_lives(database: Database) -> None:
    run_state_machine_as_test(
        lambda: SlipLife(database),
        settings=settings(
            max_examples=60,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
        ),
    )
