"""Proofs of work: solved once, in time, for what they are for, and for nothing else."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from altcha import Challenge, Payload, solve_challenge
from sqlalchemy import select

from survey.clock import now
from survey.db import Database
from survey.models import SpentPuzzle
from survey.puzzles import EASIEST, HARDEST, LIFE, make_puzzle, take_solution

KEY = "key"


def solve(puzzle: str) -> str:
    challenge = Challenge.from_dict(json.loads(puzzle))
    solution = solve_challenge(challenge)
    assert solution is not None
    return Payload(challenge, solution).to_base64()


def take(database: Database, text: str, *, signing_key: str = KEY, purpose: str = "slip") -> bool:
    with database.write() as session:
        return take_solution(session, signing_key, purpose, text)


@pytest.fixture
def one_database(sqlite_url: str) -> Iterator[Database]:
    """Give an empty SQLite database, for what never reaches a table."""
    opened = Database(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def solution() -> str:
    return solve(make_puzzle(KEY, "slip", now()))


def change(text: str, part: str, **values: Any) -> str:
    content = json.loads(base64.b64decode(text))
    place = content["challenge"]["parameters"] if part == "parameters" else content[part]
    place |= values
    return base64.b64encode(json.dumps(content).encode()).decode()


def test_a_solution_is_taken_once(database: Database, solution: str) -> None:
    assert [take(database, solution) for _ in range(3)] == [True, False, False]


def test_a_race_with_one_solution_is_won_once(database: Database, solution: str) -> None:
    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(lambda _: take(database, solution), range(18))) == 1


def test_the_same_solution_written_otherwise_is_the_same(database: Database, solution: str) -> None:
    assert take(database, solution)
    assert not take(database, change(solution, "solution", time=5))
    spaced = base64.b64encode(json.dumps(json.loads(base64.b64decode(solution)), indent=1).encode()).decode()
    assert not take(database, spaced)


@pytest.mark.parametrize(
    ("part", "values"),
    [
        ("solution", {"counter": 3, "derivedKey": "00" * 32}),
        ("solution", {"derivedKey": "00"}),
        ("parameters", {"expiresAt": 2**33}),
        ("parameters", {"keyPrefix": "00"}),
        ("parameters", {"data": {"purpose": "login"}}),
        ("parameters", {"nonce": "00" * 16}),
        ("challenge", {"signature": "00" * 32}),
    ],
    ids=str,
)
def test_an_altered_solution_is_none(
    one_database: Database, solution: str, part: str, values: dict[str, Any]
) -> None:
    altered = change(solution, part, **values)
    assert not take(one_database, altered)
    assert not take(one_database, altered, purpose="login")


def test_a_solution_of_a_foreign_puzzle_is_none(one_database: Database, solution: str) -> None:
    assert not take(one_database, solution, signing_key="another")
    assert not take(one_database, solution, purpose="login")


def test_an_expired_solution_is_none(one_database: Database) -> None:
    old = solve(make_puzzle(KEY, "slip", now() - timedelta(seconds=LIFE + 1)))
    assert not take(one_database, old)


@pytest.mark.parametrize("text", ["", "x", "e30=", "W10=", "bnVsbA==", "{}", "AAAA" * 2000, "\0", "一"])
def test_what_is_no_solution_at_all_is_none(one_database: Database, text: str) -> None:
    assert not take(one_database, text)


def test_solutions_handed_in_are_forgotten_after_they_have_expired(database: Database, solution: str) -> None:
    with database.write() as session:
        session.add(SpentPuzzle(digest=b"0" * 32, expires=int(now().timestamp()) - LIFE - 1))
        session.add(SpentPuzzle(digest=b"1" * 32, expires=int(now().timestamp()) + LIFE - 1))
    assert take(database, solution)
    with database.read() as session:
        digests = session.scalars(select(SpentPuzzle.digest)).all()
    assert b"0" * 32 not in digests
    assert len(digests) == 2


def test_a_puzzle_is_neither_trivial_nor_endless() -> None:
    parameters = json.loads(make_puzzle(KEY, "slip", now()))["parameters"]
    assert (parameters["algorithm"], parameters["cost"]) == ("PBKDF2/SHA-256", 1000)
    assert len(parameters["keyPrefix"]) == 32
    assert 50 <= EASIEST < HARDEST <= 200
