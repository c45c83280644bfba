"""Running the ``survey`` command as a clerk would, each test in an instance folder of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_runs import Run
from click.testing import CliRunner, Result

from survey.cli import main


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty instance folder that the commands use."""
    for name in ("SURVEY_DATABASE_URL", "SURVEY_PUBLIC_URL", "SURVEY_CONTACT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SURVEY_INSTANCE_PATH", str(tmp_path / "instance"))
    return tmp_path / "instance"


@pytest.fixture
def run(instance: Path) -> Run:
    """Return a function that runs the command and demands an exit code, 0 by default."""

    def run_command(*arguments: object, code: int = 0) -> Result:
        result = CliRunner().invoke(main, [str(argument) for argument in arguments])
        assert result.exit_code == code, result.output
        return result

    return run_command
