"""The pictures of league tables and daily looks show what the functions say today."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["funnel.svg", "looks.svg"])
def test_a_league_picture_is_the_one_its_script_draws(name, monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    spec = importlib.util.spec_from_file_location("league_pictures", ROOT / "tools" / "league_pictures.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)

    assert (ROOT / "docs" / "images" / name).read_text(encoding="utf-8") == tool.draw_all()[name]
