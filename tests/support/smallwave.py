"""A small wave that is open now: one department, a questionnaire with every kind of item, its installation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from factories import add_unit
from keystore import KEYS
from sqlalchemy import func, select, update

from questionnaires import load_definition
from survey import waves
from survey.clock import now
from survey.collectors import CollectorLine, list_collectors
from survey.config import Settings
from survey.db import Database
from survey.keys import Keys
from survey.models import Collector, InboxEntry, Wave
from survey.sealing import unseal_answers
from survey.words import CollectorKind, Group

SMALL = load_definition(Path(__file__).with_suffix(".toml"))
WAVE = "第一轮"
DAY = timedelta(days=1)


def make_settings(database_url: str, instance_path: Path) -> Settings:
    """Return the settings of an installation with this database."""
    return Settings(
        instance_path=instance_path,
        database_url=database_url,
        public_url="http://127.0.0.1:8000",
        county="示例县",
        organiser="示例县食安办",
        contact="12315",
        proxy_hops=0,
    )


def plan_now(groups: Sequence[Group], name: str = WAVE) -> waves.WavePlan:
    """Return a plan of a wave from yesterday to next week that asks these groups through open collectors."""
    return waves.WavePlan(
        name=name,
        opens_at=now() - DAY,
        closes_at=now() + 7 * DAY,
        organiser="示例县食安办",
        contact="12315",
        kinds=dict.fromkeys(groups, CollectorKind.OPEN),
        parameters={"county": "示例县"},
    )


def open_small_wave(
    database: Database, headcount: int = 30, code: str = "D01", keys: Keys = KEYS
) -> CollectorLine:
    """Make a department and open a wave for its civil servants alone; return its collector."""
    with database.write() as session:
        add_unit(session, code, civil_servants=headcount)
        wave = waves.create_wave(session, plan_now((Group.CIVIL_SERVANTS,)))
        waves.open_wave(session, wave, {Group.CIVIL_SERVANTS: SMALL}, keys)
        return list_collectors(session, wave)[0]


def move_wave(database: Database, *, opens_at: datetime, closes_at: datetime) -> None:
    """Give the only wave another period."""
    with database.write() as session:
        session.execute(update(Wave).values(opens_at=opens_at, closes_at=closes_at))


def close_wave(database: Database) -> None:
    """Close the only wave."""
    with database.write() as session:
        waves.close_wave(session, waves.find_wave(session, WAVE), now(), KEYS)


def count_answers(database: Database) -> int:
    """Return how many answers were taken in, waiting or mixed."""
    with database.read() as session:
        return session.scalars(select(func.sum(Collector.accepted))).one()


def read_waiting(database: Database) -> list[tuple[str, dict[str, str]]]:
    """Return the sheets that wait in the inbox, each with its comments."""
    with database.read() as session:
        private = KEYS.read_private(session.scalars(select(Wave.seal_key)).one() or b"")
        return [unseal_answers(private, payload) for payload in session.scalars(select(InboxEntry.payload))]
