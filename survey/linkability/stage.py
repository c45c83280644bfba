"""The stage: an installation with a wave that is open, its server, and its commands, as an operator has them."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from questionnaires import Questionnaire, builtin_definition
from survey.clock import now
from survey.collectors import list_collectors
from survey.counts import read_versions
from survey.db import Database
from survey.keys import Keys
from survey.linkability.visits import is_ready
from survey.models import Headcount, Unit
from survey.schema import upgrade_schema
from survey.waves import WavePlan, create_wave, open_wave
from survey.words import CollectorKind, Group, UnitKind

GROUP = Group.CIVIL_SERVANTS
_PATIENCE = 60
_NEVER = "86400"


class StageError(RuntimeError):
    """A command or a server of the game that failed; the text is what it said."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One installation: its folder, its database, the name of its wave and the codes of its collectors."""

    folder: Path
    database_url: str
    wave: str
    tokens: Sequence[str]
    collector_ids: Sequence[int]
    questionnaire: Questionnaire

    @property
    def instance(self) -> Path:
        """The instance folder, with the logs and the keys."""
        return self.folder / "instance"

    @property
    def talk(self) -> Path:
        """What the server and the commands said on their error stream."""
        return self.folder / "talk.txt"

    def run(self, *arguments: str) -> bytes:
        """Run a ``survey`` command and return what it printed; raise StageError when it fails."""
        done = subprocess.run(  # noqa: S603 - The words are the game's own.
            self._command(*arguments), env=self._environ(), capture_output=True, check=False
        )
        with self.talk.open("ab") as talk:
            talk.write(done.stderr)
        if done.returncode != 0:
            raise StageError(done.stderr.decode(errors="replace"))
        return done.stdout

    @contextmanager
    def serve(self) -> Iterator[str]:
        """Run the real server, whose mixer stays idle, and give its address; it is gone afterwards."""
        port = _find_port()
        arguments = ("serve", "--port", str(port), "--workers", "2", "--mix-every", _NEVER)
        with self.talk.open("ab") as talk:
            server = subprocess.Popen(  # noqa: S603 - As above.
                self._command(*arguments), env=self._environ(), stdout=talk, stderr=talk
            )
        try:
            base = f"http://127.0.0.1:{port}"
            self._await(server, base)
            yield base
        finally:
            server.terminate()
            server.wait(_PATIENCE)

    def _await(self, server: subprocess.Popen[bytes], base: str) -> None:
        deadline = time.monotonic() + _PATIENCE
        while not is_ready(base):
            if server.poll() is not None or time.monotonic() > deadline:
                raise StageError(self.talk.read_text(encoding="utf-8", errors="replace"))
            time.sleep(0.1)

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "survey", *arguments]

    def _environ(self) -> dict[str, str]:
        return os.environ | {
            "SURVEY_DATABASE_URL": self.database_url,
            "SURVEY_INSTANCE_PATH": str(self.instance),
        }


def prepare_stage(database_url: str, folder: Path, *, n_units: int, headcount: int) -> Stage:
    """Bring the database to the newest schema and open a wave of its own over ``n_units`` new units."""
    database = Database(database_url)
    name = f"关联游戏{secrets.token_hex(4)}"
    try:
        upgrade_schema(database)
        with database.write() as session:
            for _ in range(n_units):
                unit = Unit(code=f"G{secrets.token_hex(5)}", name=name, kind=UnitKind.DEPARTMENT, position=0)
                session.add(unit)
                session.flush()
                session.add(Headcount(unit_id=unit.id, group=GROUP, n=headcount))
            wave = create_wave(session, _plan_wave(name))
            open_wave(session, wave, {GROUP: builtin_definition(GROUP)}, Keys.beside(folder / "instance"))
            lines = [line for line in list_collectors(session, wave) if line.unit == name]
            questionnaire = read_versions(session, wave)[GROUP]
    finally:
        database.close()
    return Stage(
        folder=folder,
        database_url=database_url,
        wave=name,
        tokens=[line.token for line in lines],
        collector_ids=[line.collector_id for line in lines],
        questionnaire=questionnaire,
    )


def _plan_wave(name: str) -> WavePlan:
    return WavePlan(
        name=name,
        opens_at=now() - timedelta(days=1),
        closes_at=now() + timedelta(days=1),
        organiser="食安办",
        contact="",
        kinds={GROUP: CollectorKind.OPEN},
        parameters={"county": "示例县"},
    )


def _find_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
