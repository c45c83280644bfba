"""The mixer: moves answers from the inbox to sheets so that nobody can tell which came when.

A batch is one collector's waiting answers, at least ten of them unless the wave closes. Its sheets get new
random ids and are written in shuffled order in one transaction, its comments are shuffled by themselves,
and its counts are added to the cells in the same transaction.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from questionnaires import Tally, tally_sheets
from survey.collectors import read_questionnaire
from survey.db import Database, add_counts
from survey.models import (
    Cell,
    Collector,
    Comment,
    InboxEntry,
    IndicatorCell,
    Lock,
    Response,
    WaveGroup,
)
from survey.models.base import table_of
from survey.responses import unseal_answers

MINIMUM_BATCH = 10
_CHOOSER = secrets.SystemRandom()


@dataclass(frozen=True, kw_only=True)
class _Batch:
    collector_id: int
    version_id: int
    sheets: Sequence[str]
    comments: Sequence[tuple[str, str]]


def mix_due(database: Database) -> int:
    """Mix every collector with at least ten waiting answers; return how many answers were moved.

    Each batch is a transaction of its own, so answers do not wait long for their turn to be written.
    """
    with database.read() as session:
        due = _find_due(session)
    return sum(_mix_alone(database, collector_id) for collector_id in due)


def mix_rest(session: Session, wave_id: int) -> int:
    """Mix all that waits for a wave, whatever the size of its batches; return the answers moved.

    For the closing of the wave, in the caller's transaction.
    """
    _take_lock(session)
    waiting = select(InboxEntry.collector_id).where(InboxEntry.wave_id == wave_id).distinct()
    return sum(_mix_collector(session, collector_id) for collector_id in session.scalars(waiting).all())


def count_waiting(session: Session, wave_id: int) -> int:
    """Return how many accepted answers of a wave wait for the mixer."""
    statement = select(func.count()).select_from(InboxEntry).where(InboxEntry.wave_id == wave_id)
    return session.scalars(statement).one()


def _find_due(session: Session) -> Sequence[int]:
    statement = (
        select(InboxEntry.collector_id)
        .group_by(InboxEntry.collector_id)
        .having(func.count() >= MINIMUM_BATCH)
    )
    return session.scalars(statement).all()


def _mix_alone(database: Database, collector_id: int) -> int:
    with database.write() as session:
        _take_lock(session)
        return _mix_collector(session, collector_id, minimum=MINIMUM_BATCH)


def _take_lock(session: Session) -> None:
    # SQLite's BEGIN IMMEDIATE lets one writer in anyway; PostgreSQL holds the row until the commit.
    session.execute(select(Lock).where(Lock.name == "mixer").with_for_update()).one()


def _mix_collector(session: Session, collector_id: int, minimum: int = 1) -> int:
    if _count_entries(session, collector_id) < minimum:
        return 0
    # One statement takes and erases: an answer that arrives meanwhile is in neither and waits on.
    taken = delete(InboxEntry).where(InboxEntry.collector_id == collector_id).returning(InboxEntry.payload)
    batch = _shuffle_batch(session, collector_id, session.scalars(taken).all())
    _write_batch(session, batch)
    _count_batch(session, batch)
    return len(batch.sheets)


def _count_entries(session: Session, collector_id: int) -> int:
    statement = select(func.count()).select_from(InboxEntry).where(InboxEntry.collector_id == collector_id)
    return session.scalars(statement).one()


def _shuffle_batch(session: Session, collector_id: int, payloads: Sequence[bytes]) -> _Batch:
    answers = [unseal_answers(payload) for payload in payloads]
    sheets = [sheet for sheet, _ in answers]
    comments = [pair for _, texts in answers for pair in texts.items()]
    _CHOOSER.shuffle(sheets)
    _CHOOSER.shuffle(comments)
    version_id = session.scalars(
        select(WaveGroup.version_id)
        .join(Collector, (Collector.wave_id == WaveGroup.wave_id) & (Collector.group == WaveGroup.group))
        .where(Collector.id == collector_id)
    ).one()
    return _Batch(collector_id=collector_id, version_id=version_id or 0, sheets=sheets, comments=comments)


def _write_batch(session: Session, batch: _Batch) -> None:
    sheets = [
        {
            "collector_id": batch.collector_id,
            "id": secrets.token_bytes(16),
            "version_id": batch.version_id,
            "sheet_length": len(sheet),
            "sheet": sheet,
        }
        for sheet in batch.sheets
    ]
    session.execute(insert(table_of(Response)), sheets)
    if batch.comments:
        comments = [
            {"collector_id": batch.collector_id, "id": secrets.token_bytes(16), "item": item, "text": text}
            for item, text in batch.comments
        ]
        session.execute(insert(table_of(Comment)), comments)


def _count_batch(session: Session, batch: _Batch) -> None:
    tally = tally_sheets(read_questionnaire(session, batch.version_id), batch.sheets)
    add_counts(session, table_of(Cell), _cell_rows(batch.collector_id, tally), ["n"])
    add_counts(
        session, table_of(IndicatorCell), _indicator_rows(batch.collector_id, tally), ["base", "total"]
    )
    session.execute(
        update(table_of(Collector))
        .where(Collector.id == batch.collector_id)
        .values(mixed=Collector.mixed + len(batch.sheets))
    )


def _cell_rows(collector_id: int, tally: Tally) -> list[dict[str, object]]:
    return [
        {"collector_id": collector_id, "item": item, "option": option, "n": n}
        for item, options in tally.items.items()
        for option, n in options.items()
        if n
    ]


def _indicator_rows(collector_id: int, tally: Tally) -> list[dict[str, object]]:
    return [
        {"collector_id": collector_id, "indicator": code, "base": count.base, "total": count.total}
        for code, count in tally.indicators.items()
    ]
