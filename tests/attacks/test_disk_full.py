"""A full disk: whoever was thanked stays thanked for, the rest are asked to wait, and room ends the trouble."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from audits import assert_nothing_lost
from phones import Diary, finish_phones, start_phones
from servers import Installation, ask, wait_until
from skips import skip_unless_allowed
from smallwave import open_small_wave

from survey.db import Database
from survey.keys import Keys
from survey.schema import upgrade_schema

ROOM = "8m"
SECONDS_TO_RESUME = 5
N_ACKNOWLEDGED = 30
N_REFUSALS = 20


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a folder on a disk of its own with little room."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "none", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        skip_unless_allowed("a small disk cannot be mounted here, which takes root")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill_up(folder: Path) -> Path:
    """Fill a disk to the last byte; return the file that does it."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        size = 1 << 20
        while size:
            try:
                file.write(bytes(size))
            except OSError:
                size //= 2
    return ballast


@pytest.mark.slow
def test_a_full_disk_loses_nothing_and_ends_with_the_want_of_room(small_disk: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{small_disk / 'survey.db'}"
    database = Database(url)
    upgrade_schema(database)
    line = open_small_wave(database, headcount=1_000_000, keys=Keys.beside(tmp_path / "instance"))
    database.close()
    installation = Installation(url, tmp_path)
    diary = Diary()
    try:
        installation.start()
        phones = start_phones(8, installation.port, [line.token], diary)
        wait_until(lambda: len(diary.acknowledged) > N_ACKNOWLEDGED)
        ballast = fill_up(small_disk)
        wait_until(lambda: diary.statuses[503] > N_REFUSALS)
        assert ask(installation.port, f"/q/{line.token}") == 200
        assert ask(installation.port, "/readyz") == 200
        n_before = len(diary.acknowledged)
        ballast.unlink()
        wait_until(lambda: len(diary.acknowledged) > n_before, SECONDS_TO_RESUME)
        finish_phones(phones, patience=30)
        assert installation.stop() == 0
    finally:
        installation.clean_up()
    assert set(diary.statuses) == {303, 503}
    assert diary.without_retry_after == 0
    assert_nothing_lost(database, installation, diary)
    database.close()
