"""``kill -9`` of the server at random under phones that insist: nothing acknowledged is lost or doubled.

``make torture`` runs the same at length: the figures come from the environment.
"""

from __future__ import annotations

import os

import pytest
from audits import assert_nothing_lost
from kills import Ordeal, torture
from phones import Diary, finish_phones, start_phones
from servers import Installation, wait_until

from survey.db import Database

ORDEAL = Ordeal(
    n_kills=int(os.environ.get("SURVEY_TORTURE_KILLS", "4")),
    n_answers=int(os.environ.get("SURVEY_TORTURE_ANSWERS", "200")),
    seconds=float(os.environ.get("SURVEY_TORTURE_SECONDS", "120")),
    seed=int(os.environ.get("SURVEY_TORTURE_SEED", "20261123")),
)


@pytest.mark.slow
def test_no_acknowledged_answer_is_lost_or_doubled_by_kills(
    database: Database, tokens: list[str], installation: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    toll = torture(installation, tokens, ORDEAL)
    with capsys.disabled():
        print(f"\n{database.engine.dialect.name}\n{toll.describe()}")  # noqa: T201 - The figures are asked for.
    assert_nothing_lost(database, installation, toll.diary)
    assert toll.kills.total() >= ORDEAL.n_kills
    assert len(toll.diary.acknowledged) >= ORDEAL.n_answers
    assert toll.diary.statuses[500] == 0
    assert toll.diary.without_retry_after == 0


@pytest.mark.slow
def test_it_can_be_started_again_at_once_when_only_its_master_died(
    database: Database, tokens: list[str], installation: Installation
) -> None:
    installation.start()
    diary = Diary()
    phones = start_phones(8, installation.port, tokens, diary)
    wait_until(lambda: bool(diary.acknowledged))
    installation.kill_master()
    installation.start()
    finish_phones(phones, patience=30)
    assert installation.stop() == 0
    assert_nothing_lost(database, installation, diary)
