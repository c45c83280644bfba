"""An installation under attack: a wave that is open now over several units, and its server."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from factories import add_unit
from servers import Installation
from smallwave import WAVE, open_small_wave

from survey.collectors import list_collectors
from survey.db import Database
from survey.keys import Keys
from survey.waves import find_wave

N_UNITS = 4
HEADCOUNT = 1_000_000
Install = Callable[..., Installation]


@pytest.fixture
def tokens(database: Database, tmp_path: Path) -> list[str]:
    """Open a wave over four departments so large that none is ever full; return its collectors' codes."""
    return open_departments(database, Keys.beside(tmp_path / "instance"))


@pytest.fixture
def installation(database_url: str, tmp_path: Path) -> Iterator[Installation]:
    """Give the installation of the test's database; no process of it outlives the test."""
    installed = Installation(database_url, tmp_path)
    yield installed
    installed.clean_up()


def open_departments(database: Database, keys: Keys) -> list[str]:
    """Open a wave over four departments so large that none is ever full; return its collectors' codes."""
    with database.write() as session:
        for number in range(2, N_UNITS + 1):
            add_unit(session, f"D{number:02}", civil_servants=HEADCOUNT)
    open_small_wave(database, headcount=HEADCOUNT, keys=keys)
    with database.read() as session:
        lines: Sequence[str] = [line.token for line in list_collectors(session, find_wave(session, WAVE))]
    return list(lines)
