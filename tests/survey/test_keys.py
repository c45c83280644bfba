"""Wave keys: owner-only files that seal what waits, and clear words when one is missing."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from factories import AFTER, add_open_wave, add_unit, answer_alone, find_questionnaire
from nacl.exceptions import CryptoError
from sqlalchemy import select

from survey import collectors, erasure, mixer, waves
from survey.collectors import CollectorLine
from survey.db import Database
from survey.keys import ForeignKeyFileError, Keys, MissingKeyError
from survey.models import Collector, InboxEntry, Response, Wave
from survey.sealing import SIZE_CLASS, seal_answers, unseal_answers


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    """Return an empty key store."""
    return Keys(tmp_path / "keys")


@pytest.fixture
def line(database: Database, keys: Keys) -> CollectorLine:
    """Open a wave over one department of thirty and return its collector."""
    with database.write() as session:
        add_unit(session, "D01", civil_servants=30)
        return collectors.list_collectors(session, add_open_wave(session, keys=keys))[0]


def read_public(database: Database) -> bytes:
    with database.read() as session:
        return session.scalars(select(Wave.seal_key)).one() or b""


def test_a_pair_opens_what_its_public_half_sealed(keys: Keys) -> None:
    public = keys.make_pair()
    comments = {"wish": "多公布抽检结果\n“谢谢”"}
    payload = seal_answers(public, "10-", comments)
    assert unseal_answers(keys.read_private(public), payload) == ("10-", comments)


def test_another_pair_opens_nothing(keys: Keys) -> None:
    payload = seal_answers(keys.make_pair(), "10-", {})
    with pytest.raises(CryptoError):
        unseal_answers(keys.read_private(keys.make_pair()), payload)


def test_the_same_answers_never_look_alike_and_are_all_of_one_length(keys: Keys) -> None:
    public = keys.make_pair()
    full = {"wish": "食" * 200, "praise": "品" * 200}
    sealed = [seal_answers(public, "1" * 200, comments) for comments in ({}, {}, {"wish": "好"}, full)]
    assert len(set(sealed)) == 4
    assert {len(payload) for payload in sealed} == {SIZE_CLASS + 48}


def test_a_longer_answer_takes_the_next_class(keys: Keys) -> None:
    sealed = seal_answers(keys.make_pair(), "1" * 200, {"a": "食" * 600})
    assert len(sealed) == 2 * SIZE_CLASS + 48


def test_only_the_owner_reads_the_private_half(keys: Keys) -> None:
    path = keys.locate(keys.make_pair())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_missing_key_names_its_file_and_what_is_lost(keys: Keys) -> None:
    public = keys.make_pair()
    path = keys.locate(public)
    assert keys.destroy_private(public)
    assert not keys.destroy_private(public)
    with pytest.raises(MissingKeyError, match=f"{path}.*尚未入库的答卷无法解读"):
        keys.read_private(public)


@pytest.mark.parametrize("content", ["", "zz", "00", "ab" * 32])
def test_a_file_with_something_else_is_refused(keys: Keys, content: str) -> None:
    public = keys.make_pair()
    keys.locate(public).write_text(content, encoding="ascii")
    with pytest.raises(ForeignKeyFileError, match="内容与轮次不符"):
        keys.read_private(public)
    assert not keys.has_private(public)


def test_the_database_holds_only_the_public_half(database: Database, line: CollectorLine, keys: Keys) -> None:
    public = read_public(database)
    assert bytes(keys.read_private(public).public_key) == public
    assert bytes(keys.read_private(public)) != public


def test_without_the_key_nothing_is_mixed_and_nothing_is_lost(
    database: Database, line: CollectorLine, keys: Keys
) -> None:
    for _ in range(mixer.MINIMUM_BATCH):
        answer_alone(database, line)
    path = keys.locate(read_public(database))
    kept = path.read_text(encoding="ascii")
    path.unlink()
    with pytest.raises(MissingKeyError):
        mixer.mix_due(database, keys)
    with pytest.raises(MissingKeyError), database.write() as session:
        waves.close_wave(session, waves.find_wave(session, "第一轮"), AFTER, keys)
    with database.read() as session:
        assert mixer.count_waiting(session, 1) == mixer.MINIMUM_BATCH
        assert session.scalars(select(Response)).all() == []
        assert session.get_one(Collector, line.collector_id).mixed == 0
    path.write_text(kept, encoding="ascii")
    assert mixer.mix_due(database, keys) == mixer.MINIMUM_BATCH


def test_another_wave_is_mixed_although_one_key_is_missing(database: Database, keys: Keys) -> None:
    with database.write() as session:
        add_unit(session, "D01", civil_servants=30)
        opened = [add_open_wave(session, name, keys=keys) for name in ("第一轮", "第二轮")]
        lines = [collectors.list_collectors(session, wave)[0] for wave in opened]
        publics = [wave.seal_key or b"" for wave in opened]
    for line in lines:
        for _ in range(mixer.MINIMUM_BATCH):
            answer_alone(database, line)
    keys.locate(publics[0]).unlink()
    with pytest.raises(MissingKeyError):
        mixer.mix_due(database, keys)
    with database.read() as session:
        assert [mixer.count_waiting(session, wave.id) for wave in opened] == [mixer.MINIMUM_BATCH, 0]


def test_a_changed_answer_stops_its_batch_and_no_other(database: Database, keys: Keys) -> None:
    with database.write() as session:
        for code in ("D01", "D02"):
            add_unit(session, code, civil_servants=30)
        changed, sound = collectors.list_collectors(session, add_open_wave(session, keys=keys))
    for line in (changed, sound):
        for _ in range(mixer.MINIMUM_BATCH):
            answer_alone(database, line)
    with database.write() as session:
        waiting = select(InboxEntry).where(InboxEntry.collector_id == changed.collector_id)
        entry = session.scalars(waiting.limit(1)).one()
        entry.payload = entry.payload[:-1] + bytes([entry.payload[-1] ^ 1])
    with pytest.raises(mixer.BrokenSealError, match="被改动"):
        mixer.mix_due(database, keys)
    with database.read() as session:
        assert session.get_one(Collector, changed.collector_id).mixed == 0
        assert session.get_one(Collector, sound.collector_id).mixed == mixer.MINIMUM_BATCH
        assert mixer.count_waiting(session, 1) == mixer.MINIMUM_BATCH


def test_what_waits_was_sealed_with_its_comments(database: Database, line: CollectorLine, keys: Keys) -> None:
    answer_alone(database, line)
    with database.read() as session:
        payload = session.scalars(select(InboxEntry.payload)).one()
        length = len(find_questionnaire(session, line).choice_items)
    sheet, comments = unseal_answers(keys.read_private(read_public(database)), payload)
    assert (len(sheet) >= length, comments) == (True, {})


def test_the_key_outlives_the_closing_until_it_is_destroyed(
    database: Database, line: CollectorLine, keys: Keys
) -> None:
    answer_alone(database, line)
    assert erasure.destroy_keys(database, keys) == 0
    with database.write() as session:
        waves.close_wave(session, waves.find_wave(session, "第一轮"), AFTER, keys)
    assert keys.has_private(read_public(database))
    assert erasure.destroy_keys(database, keys) == 1
    assert not keys.locate(read_public(database)).exists()
    assert erasure.destroy_keys(database, keys) == 0
