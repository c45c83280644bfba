"""What an outsider learns by trying codes: nothing from the words, the status, the length or the time.

The time is the processor's, of the thread that serves the request: it is not blurred by whatever else the
machine does, so a difference that hides in the noise of a network or a busy server would still be seen.
"""

from __future__ import annotations

import os
import random
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from flask import Flask
from keystore import KEYS
from scipy import stats
from slipwave import open_slips_now, print_slips
from smallwave import WAVE, make_settings
from sqlalchemy import delete, update

from survey import create_app, slips, waves
from survey.clock import now
from survey.collectors import list_collectors
from survey.db import Database
from survey.models import Slip, WrongCode
from survey.slipcodes import SlipCodes, digest_scanned, is_secret, make_codes
from survey.words import SlipState

SHORT, LONG = 40, int(os.environ.get("SURVEY_ORACLE_CODES", "200"))
HEADCOUNT = 24


class Reply(NamedTuple):
    status: int
    body: bytes
    headers: tuple[str, ...]
    seconds: float


@pytest.fixture
def app(database: Database, tmp_path: Path) -> Flask:
    """Return the respondents' pages over a database of each kind."""
    return _make_app(database, tmp_path)


@pytest.fixture
def sqlite_app(sqlite_url: str, tmp_path: Path) -> Iterator[Flask]:
    """Give the respondents' pages over SQLite, for the short game."""
    opened = Database(sqlite_url)
    yield _make_app(opened, tmp_path)
    opened.close()


@pytest.fixture
def classes(app: Flask) -> dict[str, list[SlipCodes]]:
    """Return codes of each class that lets nobody answer."""
    return _make_classes(app.extensions["database"])


@pytest.fixture
def sqlite_classes(sqlite_app: Flask) -> dict[str, list[SlipCodes]]:
    """Return the same in the SQLite database."""
    return _make_classes(sqlite_app.extensions["database"])


def _make_app(database: Database, folder: Path) -> Flask:
    made = create_app(make_settings("sqlite://", folder / "instance"), faces=("respond",))
    made.extensions["database"] = database
    return made


def _make_classes(database: Database) -> dict[str, list[SlipCodes]]:
    earlier = open_slips_now(database, headcount=HEADCOUNT, name="上一轮")
    with database.write() as session:
        waves.close_wave(session, waves.find_wave(session, "上一轮"), now(), KEYS)
    void = open_slips_now(database)
    with database.read() as session:
        (line,) = list_collectors(session, waves.find_wave(session, WAVE))
    used = print_slips(database, line)
    with database.write() as session:
        digests = [digest_scanned(codes.scanned) for codes in used]
        spent = update(Slip).where(Slip.scan_digest.in_(digests))
        session.execute(spent.values(state=SlipState.USED))
    return {
        "unknown": [make_codes("00000") for _ in range(HEADCOUNT)],
        "near": [make_codes(codes.typed[:5]) for codes in used],
        "used": used,
        "void": void,
        "other wave": earlier,
    }


def list_typed(classes: Mapping[str, Sequence[SlipCodes]]) -> dict[str, list[str]]:
    """Return the typed codes of each class, and damaged ones."""
    typed = {name: [codes.typed for codes in some] for name, some in classes.items()}
    damaged = [code[:-1] + ("A" if code[-1] != "A" else "B") for code in typed["used"]]
    return typed | {"damaged": damaged}


def list_scanned(classes: Mapping[str, Sequence[SlipCodes]]) -> dict[str, list[str]]:
    """Return the scanned codes of each class; one near another is unknown."""
    return {name: [codes.scanned for codes in some] for name, some in classes.items()}


def try_codes(app: Flask, codes: Mapping[str, Sequence[str]], n: int) -> dict[str, list[Reply]]:
    """Send ``n`` codes of each class in random order, each from a new phone."""
    order = random.Random(20261123)
    replies: dict[str, list[Reply]] = defaultdict(list)
    for number in range(n):
        for name in order.sample(sorted(codes), len(codes)):
            replies[name].append(_try_code(app, codes[name][number % len(codes[name])]))
        if number % 10 == 9:
            _forget_wrong_codes(app.extensions["database"])
    return replies


def _try_code(app: Flask, code: str) -> Reply:
    client = app.test_client(use_cookies=False)
    start = time.thread_time()
    response = client.post("/s", data={"_slip": code})
    seconds = time.thread_time() - start
    headers = tuple(f"{name}: {value}" for name, value in response.headers if name != "Set-Cookie")
    return Reply(response.status_code, response.get_data(), headers, seconds)


def _forget_wrong_codes(database: Database) -> None:
    # Otherwise all replies would soon be those of a limit that is exceeded.
    with database.write() as session:
        session.execute(delete(WrongCode))


def compare_times(replies: Mapping[str, Sequence[Reply]]) -> float:
    """Return the p-value, corrected for their number, of all comparisons of a class with the unknown ones."""
    # scipy.stats.ks_2samp: Kolmogorov and Smirnov's test of two samples; Bonferroni's correction.
    unknown = [reply.seconds for reply in replies["unknown"]]
    others = [[reply.seconds for reply in some] for name, some in replies.items() if name != "unknown"]
    return min(1.0, len(others) * min(float(stats.ks_2samp(unknown, other).pvalue) for other in others))


def assert_indistinguishable(app: Flask, codes: Mapping[str, Sequence[str]], n: int) -> None:
    """Fail when status, words, headers or times tell the classes apart."""
    replies = try_codes(app, codes, n)
    shown = {reply[:3] for some in replies.values() for reply in some}
    assert len(shown) == 1
    assert {status for status, *_ in shown} == {422}
    # One sample in a hundred looks different by chance; a difference that is there is seen in both.
    p = compare_times(replies)
    assert p > 0.01 or compare_times(try_codes(app, codes, n)) > 0.01


def test_refused_codes_cannot_be_told_apart(
    sqlite_app: Flask, sqlite_classes: Mapping[str, Sequence[SlipCodes]]
) -> None:
    assert_indistinguishable(sqlite_app, list_typed(sqlite_classes), SHORT)
    assert_indistinguishable(sqlite_app, list_scanned(sqlite_classes), SHORT)


@pytest.mark.slow
@pytest.mark.parametrize("list_codes", [list_typed, list_scanned], ids=["typed", "scanned"])
def test_a_thousand_refused_codes_of_each_class_cannot_be_told_apart(
    app: Flask, classes: Mapping[str, Sequence[SlipCodes]], list_codes: type
) -> None:
    assert_indistinguishable(app, list_codes(classes), LONG)


def test_the_comparison_finds_a_lookup_that_spares_itself_the_work(
    sqlite_app: Flask, sqlite_classes: Mapping[str, Sequence[SlipCodes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_secret_in_haste(verifier: str | None, secret: str) -> bool:
        return verifier is not None and is_secret(verifier, secret)

    monkeypatch.setattr(slips, "is_secret", is_secret_in_haste)
    assert compare_times(try_codes(sqlite_app, list_typed(sqlite_classes), SHORT)) < 0.01


def test_answers_with_a_refused_code_cannot_be_told_apart(
    app: Flask, classes: Mapping[str, Sequence[SlipCodes]]
) -> None:
    shown = set()
    for number, code in enumerate([some[0].scanned for some in classes.values()]):
        form = {"_slip": code, "_submission": f"{number:064}", "overall": "good"}
        response = app.test_client(use_cookies=False).post("/s/answers", data=form)
        shown.add((response.status_code, response.get_data()))
    entry = app.test_client(use_cookies=False).post("/s", data={"_slip": classes["used"][0].scanned})
    assert shown == {(422, entry.get_data())}
