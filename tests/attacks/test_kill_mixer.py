"""``kill -9`` of the mixer at any moment: no answer is lost, doubled or half-counted."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from audits import assert_accounts_agree, assert_nothing_lost
from phones import Diary, finish_phones, start_phones
from servers import Installation, wait_until
from sqlalchemy import func, select

from survey.db import Database
from survey.models import Collector


def count_mixed(database: Database) -> int:
    with database.read() as session:
        return session.scalars(select(func.sum(Collector.mixed))).one()


def find_mixer(installation: Installation) -> int | None:
    """Return the process that mixes beside the server, None while there is none."""
    for pid in installation.list_children():
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        if b"mix" in command:
            return pid
    return None


@pytest.mark.slow
def test_a_killed_mixer_is_replaced_and_mixes_on(
    database: Database, tokens: list[str], installation: Installation
) -> None:
    installation.start()
    killed = find_mixer(installation)
    assert killed is not None
    diary = Diary()
    phones = start_phones(2, installation.port, tokens[:1], diary)
    wait_until(lambda: count_mixed(database) > 0)
    os.kill(killed, signal.SIGKILL)
    n_mixed = count_mixed(database)
    wait_until(lambda: find_mixer(installation) not in (None, killed))
    wait_until(lambda: count_mixed(database) > n_mixed)
    finish_phones(phones, patience=30)
    assert installation.stop() == 0
    assert_accounts_agree(database)
    assert_nothing_lost(database, installation, diary)
