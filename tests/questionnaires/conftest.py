"""A small self-contained questionnaire to break, and a way to write definition files."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from questionnaires import Questionnaire, load_definition

SELF_CONTAINED = Path(__file__).parent / "data" / "self_contained.toml"


@pytest.fixture
def raw() -> dict[str, Any]:
    """Return the plain tables of a valid, clean questionnaire, the test's own to break."""
    return tomllib.loads(SELF_CONTAINED.read_text(encoding="utf-8"))


@pytest.fixture
def fair() -> Questionnaire:
    """Return that questionnaire as it is."""
    return load_definition(SELF_CONTAINED)


@pytest.fixture
def write_file(tmp_path: Path) -> Callable[[str], Path]:
    """Return a function that writes a definition file and gives its path."""

    def write(text: str) -> Path:
        path = tmp_path / "definition.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write
