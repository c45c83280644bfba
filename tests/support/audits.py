"""After an attack: is everything there that was acknowledged, once, and does every count agree?"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence

from phones import Answer, Diary
from servers import Installation
from smallwave import SMALL, WAVE
from sqlalchemy import func, select

from questionnaires import Codebook
from survey.db import Database
from survey.models import Cell, Collector, Comment, InboxEntry, Receipt, Response


def assert_nothing_lost(database: Database, installation: Installation, diary: Diary) -> None:
    """Close the wave by the command, have it verified by the command, and compare it with the phones' diary.

    An answer that a phone gave up on may be stored or not, but only once; an acknowledged one must be.
    """
    closed = installation.run("wave", "close", WAVE)
    assert closed.returncode == 0, closed.stderr
    verified = installation.run("verify", WAVE)
    assert verified.returncode == 0, verified.stdout
    stored = _stored_answers(database, [*diary.acknowledged, *diary.abandoned])
    assert {answer.submission_id for answer in diary.acknowledged} <= {
        answer.submission_id for answer in stored
    }
    _assert_counts(database, len(stored))
    _assert_contents(database, stored)


def assert_accounts_agree(database: Database) -> None:
    """Demand that accepted answers are those waiting and those mixed, whatever state the wave is in."""
    with database.read() as session:
        n_accepted, n_mixed = session.execute(
            select(func.sum(Collector.accepted), func.sum(Collector.mixed))
        ).one()
        n_waiting = session.scalars(select(func.count()).select_from(InboxEntry)).one()
        n_sheets = session.scalars(select(func.count()).select_from(Response)).one()
    assert (n_accepted, n_mixed) == (n_waiting + n_sheets, n_sheets)


def _stored_answers(database: Database, sent: Sequence[Answer]) -> list[Answer]:
    with database.read() as session:
        digests = set(session.scalars(select(Receipt.digest)))
    stored = [answer for answer in sent if hashlib.sha256(answer.submission_id.encode()).digest() in digests]
    assert len(stored) == len(digests), "receipts for answers that no phone sent"
    return stored


def _assert_counts(database: Database, n_stored: int) -> None:
    assert_accounts_agree(database)
    with database.read() as session:
        assert session.scalars(select(func.sum(Collector.accepted))).one() == n_stored
        assert session.scalars(select(func.count()).select_from(InboxEntry)).one() == 0


def _assert_contents(database: Database, stored: Sequence[Answer]) -> None:
    codebook = Codebook(SMALL)
    expected = Counter(answer.option for answer in stored)
    with database.read() as session:
        remarks = Counter(session.scalars(select(Comment.text)))
        sheets = Counter(
            (codebook.decode(sheet)["overall"] or ("",))[0]
            for sheet in session.scalars(select(Response.sheet))
        )
        counts = select(Cell.option, func.sum(Cell.n)).where(Cell.item == "overall").group_by(Cell.option)
        cells = {row[0]: row[1] for row in session.execute(counts)}
    assert remarks == Counter(answer.serial for answer in stored)
    assert sheets == expected
    assert cells == expected
