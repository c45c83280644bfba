"""Comments: shown in bulk or not at all."""

from __future__ import annotations

from factories import add_open_wave, add_unit, answer, find_questionnaire
from keystore import KEYS

from survey import collectors, mixer, waves
from survey.collectors import CollectorLine
from survey.comments import MINIMUM_COMMENTS, list_comments
from survey.db import Database


def write_comments(database: Database, line: CollectorLine, n: int) -> None:
    """Send ten answers from a unit, ``n`` of them with a comment."""
    with database.write() as session:
        questionnaire = find_questionnaire(session, line)
        item = questionnaire.text_items[0].code
        for number in range(mixer.MINIMUM_BATCH):
            answer(
                session, line, questionnaire, {item: [f"{line.unit_code}意见{number}"]} if number < n else {}
            )


def test_only_a_unit_with_ten_comments_shows_them(database: Database) -> None:
    with database.write() as session:
        for code in ("D01", "D02"):
            add_unit(session, code, civil_servants=30)
        talkative, shy = collectors.list_collectors(session, add_open_wave(session))
    write_comments(database, talkative, MINIMUM_COMMENTS)
    write_comments(database, shy, MINIMUM_COMMENTS - 1)
    mixer.mix_due(database, KEYS)
    with database.read() as session:
        shown = list_comments(session, waves.find_wave(session, "第一轮"))
    assert [unit.unit for unit in shown] == ["单位D01"]
    assert set(shown[0].texts) == {f"D01意见{number}" for number in range(MINIMUM_COMMENTS)}


def test_a_comment_that_still_waits_is_not_shown(database: Database) -> None:
    with database.write() as session:
        add_unit(session, "D01", civil_servants=30)
        line = collectors.list_collectors(session, add_open_wave(session))[0]
    write_comments(database, line, MINIMUM_COMMENTS)
    with database.read() as session:
        assert list_comments(session, waves.find_wave(session, "第一轮")) == []
