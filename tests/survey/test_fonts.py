"""Fonts: what they cover, that they may be given away, and that a gap is never silent."""

from __future__ import annotations

import csv
import importlib.util
import io
from pathlib import Path
from types import ModuleType

import pytest
from fontTools.ttLib import TTFont

from survey.fonts import (
    BOLD,
    FOLDER,
    MONO,
    REGULAR,
    MissingCharacterWarning,
    find_missing,
    make_printable,
    measure_text,
)

ROOT = Path(__file__).parents[2]
RARE = "\U0002a6a5"


@pytest.fixture(scope="module")
def build_fonts() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_fonts", ROOT / "tools" / "build_fonts.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read_codes(name: str) -> set[int]:
    with TTFont(FOLDER / f"{name}.ttf", lazy=True) as font:
        return set(font.getBestCmap())


def gb2312_characters() -> set[str]:
    pairs = (bytes([row, cell]) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    return {pair.decode("gb2312", errors="ignore") for pair in pairs} - {""}


@pytest.mark.parametrize("name", [REGULAR, BOLD])
def test_it_covers_gb2312(name: str) -> None:
    characters = gb2312_characters()
    assert len(characters) == 7445
    assert {ord(character) for character in characters} <= read_codes(name)


@pytest.mark.parametrize("name", [REGULAR, BOLD])
def test_it_covers_the_standard_characters_beyond_gb2312(name: str, build_fonts: ModuleType) -> None:
    characters = build_fonts.read_characters(build_fonts.STANDARD_CHARACTERS)
    assert len(characters) == 1467
    assert characters.isdisjoint(gb2312_characters())
    assert {ord(character) for character in characters} <= read_codes(name)


@pytest.mark.parametrize("name", [REGULAR, BOLD])
def test_it_holds_all_that_its_script_asks_for(name: str, build_fonts: ModuleType) -> None:
    assert {ord(character) for character in build_fonts.han_characters()} <= read_codes(name)


def test_it_covers_what_people_type() -> None:
    assert read_codes(MONO) == set(range(0x20, 0x7F))


def test_it_covers_every_name_of_the_example_county() -> None:
    with (ROOT / "survey" / "data" / "example_units.csv").open(encoding="utf-8-sig") as file:
        names = [row["name"] for row in csv.DictReader(file)]
    assert len(names) == 218
    assert find_missing("".join(names)) == ()


@pytest.mark.parametrize("text", ["二〇二六年“食安”·第1轮—（试）…", "堃喆翀㸆𬭎𫖯塆垱硚", "￥100％ ℃ ① ✓ →"])
def test_it_prints_names_figures_and_signs(text: str) -> None:
    assert make_printable(text) == text


def test_it_names_what_it_lacks_and_prints_a_mark() -> None:
    with pytest.warns(MissingCharacterWarning, match=r"“𪚥”（U\+2A6A5）.*改用通用规范汉字") as caught:
        printed = make_printable(f"{RARE}石村{RARE}组")
    assert printed == "〓石村〓组"
    assert [warning.message.characters for warning in caught] == [(RARE,)]  # type: ignore[union-attr]


def test_it_lists_missing_characters_once_and_in_order() -> None:
    assert find_missing(f"😀{RARE}村😀") == ("😀", RARE)


def test_it_makes_one_line_without_invisible_characters() -> None:
    assert make_printable("　青石\u200b镇\n 人民\t政\x00府\ufeff ") == "青石镇 人民 政府"


def test_typed_symbols_are_all_of_one_width() -> None:
    assert {measure_text(chr(code), MONO, 10) for code in range(0x20, 0x7F)} == {6.0}


def test_a_han_character_is_as_wide_as_its_size() -> None:
    assert measure_text("青石镇", BOLD, 12) == pytest.approx(36)


@pytest.mark.parametrize(("name", "family"), [(REGULAR, "NotoSansSC"), (MONO, "NotoSansMono")])
def test_its_licence_travels_with_it(name: str, family: str) -> None:
    licence = (FOLDER / f"OFL-{family}.txt").read_text(encoding="utf-8")
    with TTFont(FOLDER / f"{name}.ttf", lazy=True) as font:
        copyright_notice = font["name"].getDebugName(0)
        licence_notice = font["name"].getDebugName(13)
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert "SIL Open Font License" in licence_notice
    assert licence.split()[1] in copyright_notice


def test_cutting_a_font_again_gives_the_same_bytes(build_fonts: ModuleType) -> None:
    path = FOLDER / f"{MONO}.ttf"
    assert build_fonts.cut_font(path, build_fonts.mono_characters()) == path.read_bytes()


@pytest.mark.slow
def test_cutting_a_chinese_font_again_gives_the_same_bytes(build_fonts: ModuleType) -> None:
    path = FOLDER / f"{REGULAR}.ttf"
    assert build_fonts.cut_font(path, build_fonts.han_characters()) == path.read_bytes()


def test_cutting_names_what_the_source_lacks(build_fonts: ModuleType) -> None:
    source = io.BytesIO((FOLDER / f"{MONO}.ttf").read_bytes())
    with pytest.raises(ValueError, match=r"lacks U\+98DF"):
        build_fonts.cut_font(source, "A食")


def test_building_refuses_another_source(build_fonts: ModuleType) -> None:
    with pytest.raises(ValueError, match="take the package version"):
        build_fonts.check_source(FOLDER / f"{MONO}.ttf", build_fonts.SOURCES[f"{MONO}.ttf"])
