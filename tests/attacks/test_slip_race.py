"""Many hands on the same slips at once: every slip makes one response, and nobody gets an error of the server."""

from __future__ import annotations

import http.client
import os
import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from urllib.parse import urlencode

import pytest
from servers import HOST, Installation
from slipwave import count_states, open_slips_now, spend
from smallwave import SMALL, count_answers
from sqlalchemy import func, select

from questionnaires import Codebook
from survey.clock import now
from survey.db import Database
from survey.keys import Keys
from survey.models import Receipt
from survey.responses import SlipSpentError
from survey.slipcodes import SlipCodes
from survey.slips import HeldSlip, find_slip
from survey.words import SlipState

N_HANDS = 50
N_POOLS = 2
N_SLIPS = int(os.environ.get("SURVEY_RACE_SLIPS", "200"))
BLANK = Codebook(SMALL).encode({})
SUBMISSION = re.compile(r'name="_submission" value="([0-9a-f]{64})"')


def run_hands(hand: Callable[[int], Counter[object]]) -> Counter[object]:
    """Let fifty hands work at once and add up what they met."""
    with ThreadPoolExecutor(N_HANDS) as pool:
        return sum(pool.map(hand, range(N_HANDS)), Counter())


def spend_all(database: Database, held: Sequence[HeldSlip], hand: int) -> Counter[object]:
    """Try every slip in an order of this hand's own; return how many were spent and how many refused."""
    met: Counter[object] = Counter()
    for number in random.Random(hand).sample(range(len(held)), len(held)):
        try:
            spend(database, held[number], submission_id=f"{hand}-{number}", sheet=BLANK, now=now())
            met["spent"] += 1
        except SlipSpentError:
            met["refused"] += 1
    return met


def hold_all(database: Database, codes: Sequence[SlipCodes]) -> list[HeldSlip]:
    with database.read() as session:
        held = [find_slip(session, pair.scanned, now()) for pair in codes]
    assert None not in held
    return [slip for slip in held if slip]


def assert_each_spent_once(database: Database, n_slips: int) -> None:
    with database.read() as session:
        n_receipts = session.scalars(select(func.count()).select_from(Receipt)).one()
    assert count_answers(database) == n_receipts == count_states(database)[SlipState.USED] == n_slips


@pytest.mark.parametrize("n_slips", [20, pytest.param(N_SLIPS, marks=pytest.mark.slow)])
def test_fifty_threads_on_every_slip_make_one_response_a_slip(
    database: Database, database_url: str, n_slips: int
) -> None:
    held = hold_all(database, open_slips_now(database, headcount=n_slips))
    # As many pools of connections as servers would have, so that no hand waits in vain for a connection.
    with ExitStack() as stack:
        pools = [stack.enter_context(closing(Database(database_url))) for _ in range(N_POOLS)]
        met = run_hands(lambda hand: spend_all(pools[hand % N_POOLS], held, hand))
    assert met == {"spent": n_slips, "refused": (N_HANDS - 1) * n_slips}
    assert_each_spent_once(database, n_slips)


class Browser:
    """One connection to the server, which begins with a slip and sends a form."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection(HOST, port, timeout=60)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def post(self, path: str, **fields: str) -> tuple[int, str]:
        """Send a form; return the status and the page."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        self._connection.request("POST", path, urlencode(fields), headers)
        reply = self._connection.getresponse()
        return reply.status, reply.read().decode()

    def answer(self, code: str) -> int:
        """Enter with a slip and answer; return the last status: 303 for thanks."""
        status, page = self.post("/s", _slip=code)
        found = SUBMISSION.search(page)
        if found is None:
            return status
        return self.post("/s/answers", _slip=code, _submission=found[1], overall="good")[0]


@pytest.mark.slow
def test_fifty_browsers_at_several_server_processes_make_one_response_a_slip(
    database: Database, installation: Installation, tmp_path: Path
) -> None:
    n_slips = 24
    keys = Keys.beside(tmp_path / "instance")
    codes = [pair.scanned for pair in open_slips_now(database, headcount=n_slips, keys=keys)]
    installation.start()

    def answer_all(hand: int) -> Counter[object]:
        with closing(Browser(installation.port)) as browser:
            return Counter(browser.answer(code) for code in random.Random(hand).sample(codes, n_slips))

    met = run_hands(answer_all)
    assert installation.stop() == 0
    assert set(met) == {303, 422}
    assert met[303] == n_slips
    assert met[422] == (N_HANDS - 1) * n_slips
    assert_each_spent_once(database, n_slips)
