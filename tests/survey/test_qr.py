"""QR codes: every drawing is read back by a scanner, as a phone would."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pyzbar.pyzbar import ZBarSymbol, decode

from survey.qr import (
    QUIET_ZONE,
    AddressLengthError,
    draw_png,
    draw_svg,
    draw_terminal,
    find_runs,
    make_matrix,
)

ADDRESS = "https://spaq.example.gov.cn/q/K7M2P9A4"
ADDRESSES = [ADDRESS, "http://127.0.0.1:8000/q/00000000", "https://a.cn/s#" + "A" * 26, "https://食安.cn/q/1"]
SVG = "{http://www.w3.org/2000/svg}"
RUN = re.compile(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z")
UPPER, LOWER = "▀█", "▄█"


def read_codes(picture: Image.Image) -> list[str]:
    return [code.data.decode() for code in decode(picture, symbols=[ZBarSymbol.QRCODE])]


def paint(cells: Iterator[tuple[int, int]], side: int) -> Image.Image:
    picture = Image.new("L", (side, side), 255)
    for column, row in cells:
        picture.putpixel((column, row), 0)
    return picture.resize((side * 6, side * 6), Image.Resampling.NEAREST)


@pytest.mark.parametrize("address", ADDRESSES)
def test_its_png_is_read_back(address: str) -> None:
    assert read_codes(Image.open(BytesIO(draw_png(address)))) == [address]


@pytest.mark.parametrize("module_pixels", [2, 5])
def test_its_png_has_the_pixels_asked_for(module_pixels: int) -> None:
    picture = Image.open(BytesIO(draw_png(ADDRESS, module_pixels=module_pixels)))
    side = (len(make_matrix(ADDRESS)) + 2 * QUIET_ZONE) * module_pixels
    assert (picture.mode, picture.size) == ("1", (side, side))


@pytest.mark.parametrize("address", ADDRESSES)
def test_its_svg_is_read_back_from_its_one_path(address: str) -> None:
    picture = ET.fromstring(draw_svg(address))  # noqa: S314 - our own drawing.
    side = int(picture.attrib["viewBox"].split()[3])
    (path,) = picture.findall(f"{SVG}path")
    runs = [tuple(map(int, run)) for run in RUN.findall(path.attrib["d"])]
    cells = ((x, row) for column, row, length, _ in runs for x in range(column, column + length))
    assert RUN.sub("", path.attrib["d"]) == ""
    assert read_codes(paint(cells, side)) == [address]


def test_its_svg_scales_and_keeps_its_quiet_zone() -> None:
    picture = ET.fromstring(draw_svg(ADDRESS))  # noqa: S314 - our own drawing.
    modules = len(make_matrix(ADDRESS))
    runs = RUN.findall(picture.findall(f"{SVG}path")[0].attrib["d"])
    places = {int(place) for run in runs for place in (run[0], run[1])}
    ends = {int(column) + int(length) for column, _, length, _ in runs}
    assert picture.attrib["viewBox"] == f"0 0 {modules + 8} {modules + 8}"
    assert not {"width", "height", "style"} & picture.attrib.keys()
    assert (min(places), max(ends)) == (4, modules + 4)


def test_its_svg_is_named_by_an_escaped_address() -> None:
    picture = ET.fromstring(draw_svg("https://a.cn/?a=1&b=<2>"))  # noqa: S314 - our own drawing.
    assert picture.findtext(f"{SVG}title") == "https://a.cn/?a=1&b=<2>"


@pytest.mark.parametrize("ansi", [True, False])
def test_its_terminal_text_is_read_back(*, ansi: bool) -> None:
    text = re.sub("\x1b\\[[0-9;]*m", "", draw_terminal(ADDRESS, ansi=ansi))
    lines = text.split("\n")
    side = len(lines[0])
    drawn = {
        (column, 2 * number + half)
        for number, line in enumerate(lines)
        for column, block in enumerate(line)
        for half, filled in enumerate((UPPER, LOWER))
        if block in filled
    }
    # Without colours of its own the text is light on dark: what is drawn is paper.
    everything = {(column, row) for column in range(side) for row in range(side)}
    dark = drawn if ansi else everything - drawn
    assert {len(line) for line in lines} == {side}
    assert read_codes(paint(iter(dark), side + 1)) == [ADDRESS]


def test_its_terminal_text_sets_and_resets_colours_on_every_line() -> None:
    lines = draw_terminal(ADDRESS, ansi=True).split("\n")
    assert all(line.startswith("\x1b[38;5;16;48;5;231m") and line.endswith("\x1b[0m") for line in lines)


def test_it_corrects_errors_at_level_q() -> None:
    # The first two format bits name the level, masked by 10: Q is 11, so 01 stands in the code.
    matrix = make_matrix(ADDRESS)
    assert (matrix[8][0], matrix[8][1]) == (False, True)


def test_it_is_read_with_a_tenth_of_it_torn_away() -> None:
    picture = Image.open(BytesIO(draw_png(ADDRESS, module_pixels=8))).convert("L")
    picture.paste(255, (140, 140, 220, 220))
    assert read_codes(picture) == [ADDRESS]


def test_a_usual_address_needs_a_small_code() -> None:
    assert len(make_matrix(ADDRESS)) == 33


@pytest.mark.parametrize("address", ["", "x" * 1664])
def test_it_refuses_an_address_no_code_holds(address: str) -> None:
    with pytest.raises(AddressLengthError, match=f"长{len(address)}个字节") as caught:
        make_matrix(address)
    assert caught.value.address == address


def test_it_takes_the_longest_address() -> None:
    assert len(make_matrix("x" * 1663)) == 177


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=60))
def test_its_runs_are_all_the_dark_modules_once(address: str) -> None:
    matrix = make_matrix(address)
    cells = [(row, x) for row, column, length in find_runs(matrix) for x in range(column, column + length)]
    dark = [(row, x) for row, modules in enumerate(matrix) for x, is_dark in enumerate(modules) if is_dark]
    assert cells == dark
