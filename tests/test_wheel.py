"""The package as others get it: a wheel that works where this checkout is not."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = ("analysis", "questionnaires", "survey", "setup.cfg", "pyproject.toml", "README.md", "LICENSE")

ASK_A_PAGE = """
import survey
from survey import create_app
from survey.config import read_settings

assert {place!r} in survey.__file__, survey.__file__
client = create_app(read_settings()).test_client()
for path in ("/", "/?lang=en", "/healthz", "/readyz"):
    assert client.get(path).status_code == 200, path
page = client.get("/?lang=en").text
assert 'lang="en"' in page and "Food-safety satisfaction" in page, page
for link in page.split('href="')[1:]:
    address = link.split('"')[0]
    if address.startswith("/static/"):
        assert client.get(address).status_code == 200, address
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a wheel from a copy of the sources and install it into a folder of its own."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for name in SOURCES:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, source / name)
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder / "dist", source)
    (wheel,) = (folder / "dist").glob("*.whl")
    run(sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", folder / "site", wheel)
    return folder / "site"


def run(*command: object, cwd: Path | None = None, **environ: object) -> str:
    """Run a command, demand success, and return what it printed."""
    words = [str(word) for word in command]
    extra = {name: str(value) for name, value in environ.items()}
    done = subprocess.run(
        words, cwd=cwd, env=os.environ | extra, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.slow
def test_an_installed_wheel_runs_the_main_job(installed: Path, tmp_path: Path) -> None:
    environ = {"PYTHONPATH": installed, "SURVEY_INSTANCE_PATH": tmp_path / "instance"}
    command = (installed / "bin" / "survey",)
    units = installed / "survey" / "data" / "example_units.csv"

    assert "检查了 5 份问卷，0 个问题" in run(*command, "questionnaires", "check", cwd=tmp_path, **environ)
    run(*command, "units", "import", units, cwd=tmp_path, **environ)
    dates = ("--opens", "2026-12-01", "--closes", "2026-12-10", "--collector", "open")
    run(*command, "wave", "create", "第一轮", *dates, cwd=tmp_path, **environ)
    run(*command, "wave", "open", "第一轮", cwd=tmp_path, **environ)
    run(*command, "posters", "第一轮", "-o", tmp_path, "--unit", "D01", cwd=tmp_path, **environ)
    assert len(list(tmp_path.glob("D01-*.pdf"))) == 1
    table = run(*command, "rates", "第一轮", "--format", "csv", cwd=tmp_path, **environ)
    assert len([line for line in table.splitlines() if ",all," in line]) == 218


@pytest.mark.slow
def test_an_installed_wheel_serves_its_pages_in_both_languages(installed: Path, tmp_path: Path) -> None:
    environ = {"PYTHONPATH": installed, "SURVEY_INSTANCE_PATH": tmp_path / "instance"}
    run(installed / "bin" / "survey", "db", "upgrade", cwd=tmp_path, **environ)
    run(sys.executable, "-c", ASK_A_PAGE.format(place=str(installed)), cwd=tmp_path, **environ)
