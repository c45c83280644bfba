"""The mixer: moves answers from the inbox to sheets so that nobody can tell which came when.

A batch is one collector's waiting answers, at least ten of them; when a wave closes, all that still waits
for it is one batch. Its answers are unsealed, its sheets get new random ids and are written in shuffled
order in one transaction, its comments are shuffled by themselves, and its counts are added to the cells in
the same transaction. ``survey.erasure`` then takes away what the inbox leaves behind on the disk.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey
from sqlalchemy import Select, delete, func, insert, select, update
from sqlalchemy.orm import Session

from questionnaires import Tally, tally_sheets
from survey.collectors import read_questionnaire
from survey.db import Database, add_counts
from survey.errors import SurveyError
from survey.keys import Keys, KeyStoreError
from survey.models import (
    Cell,
    Collector,
    Comment,
    InboxEntry,
    IndicatorCell,
    Lock,
    Response,
    Wave,
    WaveGroup,
)
from survey.models.base import table_of
from survey.sealing import unseal_answers
from survey.usage import renew_rows

MINIMUM_BATCH = 10
_CHOOSER = secrets.SystemRandom()

_Taken: TypeAlias = Sequence[tuple[int, bytes]]


class BrokenSealError(SurveyError):
    """A waiting answer that its wave's private key does not open: it was changed after it was sealed."""

    def __init__(self, collector_id: int) -> None:
        super().__init__(
            f"收件箱中渠道 {collector_id} 有一份答卷解不开：密文在接收之后被改动或损坏。"
            "这一批没有入库，也没有删除；请停止对数据库的其他写入，从磁盘或数据库的备份找回后再试"
        )
        self.collector_id = collector_id


@dataclass(frozen=True, kw_only=True)
class _Batch:
    """Shuffled answers: (collector, sheet) pairs and, apart from them, (collector, item, text) triples."""

    sheets: Sequence[tuple[int, str]]
    comments: Sequence[tuple[int, str, str]]


def mix_due(database: Database, keys: Keys) -> int:
    """Mix every collector with at least ten waiting answers; return how many answers were moved.

    Each batch is a transaction of its own, so answers do not wait long for their turn to be written.
    Raises KeyStoreError for a wave whose private key is missing and BrokenSealError for an answer that was
    changed, after everything else was mixed.
    """
    with database.read() as session:
        due = session.execute(_select_due()).all()
    privates, faults = _read_privates(keys, {row.seal_key for row in due})
    moved = 0
    for row in due:
        if row.seal_key in privates:
            try:
                moved += _mix_alone(database, row.collector_id, privates[row.seal_key])
            except BrokenSealError as error:
                faults.append(error)
    if faults:
        raise faults[0]
    return moved


def mix_rest(session: Session, wave: Wave, keys: Keys) -> int:
    """Mix all that waits for a wave as one batch, whatever its size; return how many answers were moved.

    For the closing of the wave, in the caller's transaction. Raises KeyStoreError when answers wait and the
    wave's private key is missing.
    """
    _take_lock(session)
    waits = InboxEntry.wave_id == wave.id
    if session.scalars(select(InboxEntry.id).where(waits).limit(1)).first() is None:
        return 0
    private = keys.read_private(wave.seal_key or b"")
    taken = delete(InboxEntry).where(waits).returning(InboxEntry.collector_id, InboxEntry.payload)
    return _mix_entries(session, [(row[0], row[1]) for row in session.execute(taken)], private)


def count_waiting(session: Session, wave_id: int) -> int:
    """Return how many accepted answers of a wave wait for the mixer."""
    statement = select(func.count()).select_from(InboxEntry).where(InboxEntry.wave_id == wave_id)
    return session.scalars(statement).one()


def _select_due() -> Select[int, bytes | None]:
    return (
        select(InboxEntry.collector_id, Wave.seal_key)
        .join(Wave, Wave.id == InboxEntry.wave_id)
        .group_by(InboxEntry.collector_id, Wave.seal_key)
        .having(func.count() >= MINIMUM_BATCH)
    )


def _read_privates(
    keys: Keys, publics: Iterable[bytes | None]
) -> tuple[dict[bytes | None, PrivateKey], list[SurveyError]]:
    privates: dict[bytes | None, PrivateKey] = {}
    faults: list[SurveyError] = []
    for public in publics:
        try:
            privates[public] = keys.read_private(public or b"")
        except KeyStoreError as error:
            faults.append(error)
    return privates, faults


def _mix_alone(database: Database, collector_id: int, private: PrivateKey) -> int:
    with database.write() as session:
        _take_lock(session)
        waits = InboxEntry.collector_id == collector_id
        n_waiting = session.scalars(select(func.count()).select_from(InboxEntry).where(waits)).one()
        if n_waiting < MINIMUM_BATCH:
            return 0
        # One statement takes and erases: an answer that arrives meanwhile is in neither and waits on.
        taken = delete(InboxEntry).where(waits).returning(InboxEntry.payload)
        entries = [(collector_id, payload) for payload in session.scalars(taken)]
        return _mix_entries(session, entries, private)


def _take_lock(session: Session) -> None:
    # SQLite's BEGIN IMMEDIATE lets one writer in anyway; PostgreSQL holds the row until the commit.
    session.execute(select(Lock).where(Lock.name == "mixer").with_for_update()).one()


def _mix_entries(session: Session, taken: _Taken, private: PrivateKey) -> int:
    batch = _shuffle_batch(taken, private)
    versions = _read_versions(session, {collector_id for collector_id, _ in batch.sheets})
    session.execute(insert(table_of(Response)), list(_make_responses(batch, versions)))
    if batch.comments:
        session.execute(insert(table_of(Comment)), list(_make_comments(batch)))
    for collector_id, sheets in _group_sheets(batch).items():
        _count_sheets(session, collector_id, versions[collector_id], sheets)
    # After the collectors, in the order in which an answer on its way takes them too: no deadlock.
    renew_rows(session, versions)
    return len(batch.sheets)


def _shuffle_batch(taken: _Taken, private: PrivateKey) -> _Batch:
    answers = [(collector_id, *_unseal(private, collector_id, payload)) for collector_id, payload in taken]
    sheets = [(collector_id, sheet) for collector_id, sheet, _ in answers]
    comments = [(collector_id, *pair) for collector_id, _, texts in answers for pair in texts.items()]
    _CHOOSER.shuffle(sheets)
    _CHOOSER.shuffle(comments)
    return _Batch(sheets=sheets, comments=comments)


def _unseal(private: PrivateKey, collector_id: int, payload: bytes) -> tuple[str, dict[str, str]]:
    try:
        return unseal_answers(private, payload)
    except CryptoError as error:
        raise BrokenSealError(collector_id) from error


def _read_versions(session: Session, collector_ids: set[int]) -> dict[int, int]:
    is_asked = (Collector.wave_id == WaveGroup.wave_id) & (Collector.group == WaveGroup.group)
    statement = select(Collector.id, WaveGroup.version_id).join(WaveGroup, is_asked)
    rows = session.execute(statement.where(Collector.id.in_(collector_ids)))
    return {collector_id: version_id or 0 for collector_id, version_id in rows}


def _make_responses(batch: _Batch, versions: dict[int, int]) -> Iterator[dict[str, object]]:
    for collector_id, sheet in batch.sheets:
        yield {
            "collector_id": collector_id,
            "id": secrets.token_bytes(16),
            "version_id": versions[collector_id],
            "sheet_length": len(sheet),
            "sheet": sheet,
        }


def _make_comments(batch: _Batch) -> Iterator[dict[str, object]]:
    for collector_id, item, text in batch.comments:
        yield {"collector_id": collector_id, "id": secrets.token_bytes(16), "item": item, "text": text}


def _group_sheets(batch: _Batch) -> dict[int, list[str]]:
    groups: dict[int, list[str]] = defaultdict(list)
    for collector_id, sheet in batch.sheets:
        groups[collector_id].append(sheet)
    # The order of arrival must not show in the order in which collectors are counted either.
    return dict(sorted(groups.items()))


def _count_sheets(session: Session, collector_id: int, version_id: int, sheets: Sequence[str]) -> None:
    tally = tally_sheets(read_questionnaire(session, version_id), sheets)
    add_counts(session, table_of(Cell), _cell_rows(collector_id, tally), ["n"])
    add_counts(session, table_of(IndicatorCell), _indicator_rows(collector_id, tally), ["base", "total"])
    session.execute(
        update(table_of(Collector))
        .where(Collector.id == collector_id)
        .values(mixed=Collector.mixed + len(sheets))
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
