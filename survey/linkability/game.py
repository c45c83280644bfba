"""The game itself: people answer, the attacker takes everything before and after mixing, and is judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from sqlalchemy import inspect, select

from survey.db import Database
from survey.errors import SurveyError
from survey.linkability.attacks import Target, attack_sqlite
from survey.linkability.loot import COMMENTS, RESPONSES, Loot, read_position, seize
from survey.linkability.people import Person, draw_people
from survey.linkability.scores import Order, Score, Truth, judge_orders
from survey.linkability.searches import search_contents, search_schema, search_traces
from survey.linkability.stage import Stage, prepare_stage
from survey.linkability.visits import send_form
from survey.models import Wave

PEOPLE_PER_UNIT = 20
BACKUP = "backup.db"


class NotEmptyError(SurveyError):
    """A database with waves of its own, in which the game must not play."""

    def __init__(self) -> None:
        super().__init__("这个数据库里已有调查轮次；关联游戏会写入模拟数据，请给它一个空的数据库")


@dataclass(frozen=True, kw_only=True)
class Report:
    """What the attacker achieved.

    ``findings`` are sentences about contents, codes and times that could be read. ``scores`` has for answers
    and for comments every trick's score, the one the attacker chose first.
    """

    n_people: int
    n_files: int
    findings: Sequence[str]
    scores: Mapping[str, Sequence[Score]]

    @property
    def is_won(self) -> bool:
        """Whether the attacker read something or linked more people than guessing does."""
        return bool(self.findings) or any(scores[0].is_won for scores in self.scores.values())


def refuse_waves(database: Database) -> None:
    """Raise NotEmptyError when the database has waves."""
    if not inspect(database.engine).has_table(Wave.__tablename__):
        return
    with database.read() as session:
        if session.scalars(select(Wave.id).limit(1)).first() is not None:
            raise NotEmptyError


def play_game(database_url: str, folder: Path, *, n_people: int, random: Random) -> Report:
    """Play once in the given database, which gets a wave of the game's own, and in an empty folder.

    ``n_people`` (at least 60) is rounded down to units of equal size. Two thirds of a unit's people are mixed
    in a batch; the last of them wait for the closing. Takes about a tenth of a second a person.
    """
    n_units = n_people // PEOPLE_PER_UNIT if n_people <= 100 else n_people // 50
    stage = prepare_stage(database_url, folder, n_units=n_units, headcount=n_people // n_units)
    people = draw_people(stage.questionnaire, n_people, n_units, random)
    database = Database(database_url)
    try:
        return _play(stage, database, people, random)
    finally:
        database.close()


def _play(stage: Stage, database: Database, people: Sequence[Person], random: Random) -> Report:
    start = read_position(database)
    early = [person for person in people if person.round == 0]
    late = [person for person in people if person.round > 0]
    with stage.serve() as base:
        submission_ids = _answer(stage, base, early)
        waiting = seize(stage, database, since=start, extra={})
        stage.run("mix")
        submission_ids += _answer(stage, base, late)
        still_waiting = seize(stage, database, since=waiting, extra={})
        stage.run("wave", "close", stage.wave)
    after = seize(stage, database, since=still_waiting, extra=_publish(stage))
    findings = [
        *search_contents(waiting, people),
        *search_contents(still_waiting, late),
        *search_traces(waiting, submission_ids, stage.tokens),
        *search_traces(after, submission_ids, stage.tokens),
        *search_schema(),
    ]
    return Report(
        n_people=len(people),
        n_files=len(after.files),
        findings=findings,
        scores={
            target.table: _judge(stage, people, (waiting, still_waiting, after), target, random)
            for target in (RESPONSES, COMMENTS)
        },
    )


def _answer(stage: Stage, base: str, people: Sequence[Person]) -> list[str]:
    return [send_form(f"{base}/q/{stage.tokens[person.unit]}", person.form) for person in people]


def _publish(stage: Stage) -> dict[str, bytes]:
    """Return all that leaves the machine: tables, addresses, the backup."""
    backup = stage.folder / BACKUP
    stage.run("backup", str(backup))
    exports = {
        by: stage.run("rates", stage.wave, "--by", by, "--format", "csv") for by in ("unit", "question")
    }
    collectors = stage.run("collectors", stage.wave, "--format", "csv")
    return {f"导出 {by}": content for by, content in exports.items()} | {
        "导出 collectors": collectors,
        "备份": backup.read_bytes(),
    }


def _judge(
    stage: Stage, people: Sequence[Person], loots: Sequence[Loot], target: Target, random: Random
) -> list[Score]:
    after = loots[-1]
    orders = [*after.orders[target.table], *attack_sqlite(stage.folder / BACKUP, target, "备份")]
    # Were an inbox entry's id kept, the order of the inbox before the mix would be that of the answers.
    orders += [
        Order(trick=f"收件箱 {order.trick}", keys=order.keys)
        for loot in loots
        for order in loot.orders["inbox"]
    ]
    return judge_orders(orders, _find_truth(people, after, target), random)


def _find_truth(people: Sequence[Person], after: Loot, target: Target) -> list[Truth]:
    keys = {content: key for key, _, content in after.rows[target.table]}
    return [
        Truth(
            key=keys[person.comment if target is COMMENTS else person.sheet],
            batch=(person.unit, person.round),
            is_colluding=person.is_colluding,
        )
        for person in people
    ]
