"""The pictures in the documents show what the functions say today."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def load_tool(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    return tool


@pytest.mark.parametrize("name", ["certainty.svg", "intervals.svg", "verdicts.svg"])
def test_a_picture_is_the_one_its_script_draws(name):
    pictures = load_tool("pictures")

    assert (ROOT / "docs" / "images" / name).read_text(encoding="utf-8") == pictures.draw_all()[name]
