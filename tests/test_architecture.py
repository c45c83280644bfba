"""The arrows between the rooms: which module may import which, and that no import runs in a circle."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from configparser import ConfigParser
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("questionnaires", "analysis", "survey")
FACES = ("respond", "unit", "office", "accounts", "api", "cli")
GROUND = ("survey.words", "survey.errors", "survey.version", "survey.codes", "survey.clock", "survey.config")
WEB = ("flask", "flask_babel", "flask_compress", "flask_wtf", "werkzeug", "jinja2")
WEB_MODULES = (
    "survey",
    "survey.headers",
    "survey.health",
    "survey.language",
    "survey.requestlog",
    "survey.server",
)


@cache
def read_modules() -> dict[str, frozenset[str]]:
    """Return every module of ours with all the modules that it imports."""
    paths = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    names = {_name_module(path): path for path in paths}
    return {name: frozenset(_read_imports(name, path, names)) for name, path in names.items()}


def _name_module(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _read_imports(name: str, path: Path, names: dict[str, Path]) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = _name_source(name, path, node)
            submodules = [f"{module}.{alias.name}" for alias in node.names]
            yield from (known for known in submodules if known in names)
            if not all(known in names for known in submodules):
                yield module


def _name_source(name: str, path: Path, node: ast.ImportFrom) -> str:
    """Return the full name of what an import is from; a leading dot is the package the module stands in."""
    if node.level == 0:
        return node.module or ""
    parts = name.split(".") if path.stem == "__init__" else name.split(".")[:-1]
    base = ".".join(parts[: len(parts) - node.level + 1])
    return f"{base}.{node.module}" if node.module else base


def find_arrows(importers: str, imported: str) -> list[str]:
    """Return the imports from the modules at or below one name to those at or below another."""
    return [
        f"{module} -> {target}"
        for module, targets in read_modules().items()
        if _is_in(module, importers)
        for target in sorted(targets)
        if _is_in(target, imported)
    ]


def _is_in(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def test_no_import_runs_in_a_circle() -> None:
    modules = read_modules()
    ours = {name: {target for target in targets if target in modules} for name, targets in modules.items()}
    try:
        TopologicalSorter(ours).prepare()
    except CycleError as error:
        pytest.fail(f"import cycle: {' -> '.join(error.args[1])}")


@pytest.mark.parametrize("target", ["analysis", "survey", "flask", "sqlalchemy", "numpy", "pandas", "scipy"])
def test_questionnaires_needs_nothing_of_ours(target: str) -> None:
    assert find_arrows("questionnaires", target) == []


@pytest.mark.parametrize("target", ["survey", "flask", "sqlalchemy", "click", "time", "random"])
def test_analysis_knows_no_server_no_database_no_clock(target: str) -> None:
    assert find_arrows("analysis", target) == []


def test_results_is_the_one_door_to_analysis() -> None:
    doors = {arrow.split(" -> ")[0] for arrow in find_arrows("survey", "analysis")}
    assert {door.partition(".")[2].split(".")[0] for door in doors} == {"results"}


@pytest.mark.parametrize("face", FACES)
def test_a_face_touches_no_other_face(face: str) -> None:
    others = [other for other in FACES if other != face]
    assert [arrow for other in others for arrow in find_arrows(f"survey.{face}", f"survey.{other}")] == []


def test_use_cases_know_no_request_and_no_template() -> None:
    faces = tuple(f"survey.{face}" for face in FACES)
    arrows = [arrow for web in (*WEB, "click") for arrow in find_arrows("survey", web)]
    inside = [arrow for arrow in arrows if not arrow.startswith(faces)]
    assert [arrow for arrow in inside if arrow.split(" -> ")[0] not in WEB_MODULES] == []


@pytest.mark.parametrize("module", ["survey.respond", "survey.unit", "survey.responses", "survey.sealing"])
def test_what_takes_answers_in_cannot_read_private_keys(module: str) -> None:
    assert find_arrows(module, "survey.keys") == []


def test_use_cases_do_not_know_the_faces() -> None:
    arrows = [arrow for face in FACES for arrow in find_arrows("survey", f"survey.{face}")]
    faces = ("survey.__main__", *(f"survey.{face}" for face in FACES))
    assert [arrow for arrow in arrows if not arrow.startswith(faces)] == []


def test_models_know_only_the_ground_below_them() -> None:
    allowed = {*GROUND, "survey.db"}
    arrows = [arrow.split(" -> ")[1] for arrow in find_arrows("survey.models", "survey")]
    assert {target for target in arrows if not _is_in(target, "survey.models")} <= allowed


def test_no_part_imports_the_factory() -> None:
    importers = {
        arrow.split(" -> ")[0] for arrow in find_arrows("survey", "survey") if arrow.endswith("-> survey")
    }
    assert importers <= {"survey.server"}


DISTRIBUTIONS = {
    "argon2": "argon2-cffi",
    "flask_babel": "flask-babel",
    "flask_compress": "flask-compress",
    "flask_wtf": "flask-wtf",
    "nacl": "pynacl",
    "stdnum": "python-stdnum",
}
"""Libraries that are imported under another name than they are installed by."""
BROUGHT_ALONG = {"PIL", "babel", "jinja2", "markupsafe", "pydantic_core", "werkzeug"}
"""What declared libraries bring: Pillow with qrcode, pydantic's core, the others with Flask and its friends."""


def test_every_library_we_import_is_declared() -> None:
    config = ConfigParser(interpolation=None)
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    declared = {
        re.split(r"[\s\[<>=]", line)[0] for line in config["options"]["install_requires"].split("\n") if line
    }
    imported = {target.split(".")[0] for targets in read_modules().values() for target in targets}
    foreign = imported - set(sys.stdlib_module_names) - {*PACKAGES, *BROUGHT_ALONG, "__future__"}
    assert {DISTRIBUTIONS.get(name, name) for name in foreign} - declared == set()


def test_the_constraints_pin_every_declared_library_without_an_address() -> None:
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    pinned = {line.split("==")[0].lower() for line in text.split("\n") if "==" in line}
    config = ConfigParser(interpolation=None)
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    wanted = "\n".join([config["options"]["install_requires"], *config["options.extras_require"].values()])
    names = {re.split(r"[\s\[<>=]", line)[0].lower() for line in wanted.split("\n") if line}
    assert names - pinned <= {"setuptools"}
    assert "://" not in text
