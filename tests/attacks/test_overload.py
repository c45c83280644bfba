"""A burst of phones far past what the server can take at once: slow is allowed, losing and failing are not."""

from __future__ import annotations

import os
import time

import pytest
from audits import assert_nothing_lost
from phones import Diary, finish_phones, start_phones
from servers import Installation

from survey.db import Database

N_PHONES = int(os.environ.get("SURVEY_OVERLOAD_PHONES", "100"))
SECONDS = float(os.environ.get("SURVEY_OVERLOAD_SECONDS", "4"))


@pytest.mark.slow
def test_a_burst_of_phones_loses_nothing_and_meets_no_failure(
    database: Database, tokens: list[str], installation: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    diary = Diary()
    installation.start()
    phones = start_phones(N_PHONES, installation.port, tokens, diary)
    time.sleep(SECONDS)
    finish_phones(phones, patience=60)
    assert installation.stop() == 0
    seconds = sorted(diary.seconds)
    with capsys.disabled():
        print(  # noqa: T201 - The figures are asked for.
            f"\n{database.engine.dialect.name}: {N_PHONES} phones, {SECONDS:.0f} s, "
            f"{len(diary.acknowledged)} acknowledged, median {seconds[len(seconds) // 2]:.2f} s, "
            f"p95 {seconds[len(seconds) * 95 // 100]:.2f} s, {diary.n_broken} cut off, "
            f"replies {dict(sorted(diary.statuses.items()))}"
        )
    assert set(diary.statuses) <= {303, 503}
    assert diary.without_retry_after == 0
    assert not diary.abandoned
    assert_nothing_lost(database, installation, diary)
