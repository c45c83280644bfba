"""Posters: rendered to pixels, scanned like a phone would, measured like a printer would."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from PIL import Image
from pyzbar.pyzbar import Decoded, ZBarSymbol, decode

from survey.clock import CHINA
from survey.fonts import MissingCharacterWarning
from survey.posters import NoPosterError, PosterSheet, draw_posters, write_posters
from survey.qr import make_matrix

PAGE_WIDTH, PAGE_HEIGHT = 595.28, 841.89
MM = 72 / 25.4
WORD = re.compile(r'<word xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)">(.*?)</word>')
LONG_UNIT = "示例县市场监督管理局（知识产权局、食品安全委员会办公室）下属食品药品检验检测与不良反应监测中心"
LONG_ADDRESS = "spaq.shilixian-shichangjianguan.example.gov.cn/diaocha/q/K7M2P9A4"


class Word(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float
    text: str


def make_sheet(**changes: Any) -> PosterSheet:
    values: dict[str, Any] = {
        "unit_code": "T01",
        "unit": "青石镇人民政府",
        "group": "机关事业单位干部职工",
        "wave": "2026年第二轮食品安全满意度、知晓率调查",
        "address": "https://spaq.example.gov.cn/q/K7M2P9A4",
        "short_address": "spaq.example.gov.cn/q/K7M2P9A4",
        "county": "示例县",
        "organiser": "示例县食品安全委员会办公室",
        "contact": "0800-1234567",
        "closes_at": datetime(2026, 12, 1, 18, tzinfo=CHINA),
    }
    return PosterSheet(**values | changes)


EXTREMES = {
    "usual": make_sheet(),
    "one full line": make_sheet(unit="镇" * 21),
    "two lines": make_sheet(unit="示例县高新技术产业开发区管理委员会社会事务和应急管理局"),
    "long": make_sheet(
        unit=LONG_UNIT,
        short_address=LONG_ADDRESS,
        address=f"https://{LONG_ADDRESS}",
        wave=LONG_UNIT * 2,
        organiser=LONG_UNIT,
        group="机关事业单位干部职工（含聘用、借调、公益性岗位和劳务派遣人员）",
    ),
    "longest": make_sheet(unit=LONG_UNIT * 4, short_address="x" * 150, address="https://" + "x" * 150),
    "short": make_sheet(unit="局", address="http://a.cn", short_address="a.cn", contact="", county=""),
}


def draw(sheets: Sequence[PosterSheet], path: Path) -> Path:
    with path.open("wb") as file:
        draw_posters(sheets, file)
    return path


def render(path: Path, page: int = 1, dpi: int = 100) -> Image.Image:
    command = ["pdftoppm", "-r", str(dpi), "-gray", "-f", str(page), "-l", str(page), str(path)]
    return Image.open(BytesIO(subprocess.run(command, check=True, capture_output=True).stdout))


def scan(page: Image.Image) -> list[Decoded]:
    # Among so many bars a scanner at low resolution also finds numbers in the older striped codes.
    return decode(page, symbols=[ZBarSymbol.QRCODE])


def read_text(path: Path, *options: str) -> str:
    command = ["pdftotext", *options, str(path), "-"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def read_words(path: Path) -> list[Word]:
    found = WORD.findall(read_text(path, "-bbox"))
    return [Word(*map(float, box[:4]), box[4]) for box in found]


def read_facts(path: Path) -> str:
    return subprocess.run(["pdfinfo", str(path)], check=True, capture_output=True, text=True).stdout


class Poster(NamedTuple):
    sheet: PosterSheet
    page: Image.Image
    words: list[Word]
    text: str
    facts: str


@pytest.fixture(scope="module", params=EXTREMES)
def extreme(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Poster:
    sheet = EXTREMES[request.param]
    path = draw([sheet], tmp_path_factory.mktemp("poster") / "poster.pdf")
    return Poster(sheet, render(path), read_words(path), read_text(path), read_facts(path))


def test_its_code_leads_to_the_address(extreme: Poster) -> None:
    assert [code.data.decode() for code in scan(extreme.page)] == [extreme.sheet.address]


def test_its_code_is_about_90_mm_wide(extreme: Poster) -> None:
    (code,) = scan(extreme.page)
    width, height = code.rect.width / 100 * 25.4, code.rect.height / 100 * 25.4
    assert 80 < width < 104
    assert height == pytest.approx(width, abs=0.6)


def test_nothing_stands_in_the_quiet_zone(extreme: Poster) -> None:
    (code,) = scan(extreme.page)
    left, top, width, height = code.rect
    zone = int(4 * width / len(make_matrix(extreme.sheet.address))) - 2
    bands = [
        (left - zone, top - zone, left + width + zone, top - 3),
        (left - zone, top + height + 3, left + width + zone, top + height + zone),
        (left - zone, top - zone, left - 3, top + height + zone),
        (left + width + 3, top - zone, left + width + zone, top + height + zone),
    ]
    assert zone > 20
    assert {extreme.page.crop(band).getextrema() for band in bands} == {(255, 255)}


def test_everything_is_within_the_margins_of_one_page(extreme: Poster) -> None:
    words = extreme.words
    assert "Pages:           1\n" in extreme.facts
    assert min(word.left for word in words) >= 14 * MM
    assert max(word.right for word in words) <= PAGE_WIDTH - 14 * MM
    assert min(word.top for word in words) >= 10 * MM
    assert max(word.bottom for word in words) <= PAGE_HEIGHT - 10 * MM


def test_the_unit_and_its_group_stand_inside_the_frame(extreme: Poster) -> None:
    framed = [word for word in extreme.words if 49 * MM < (word.top + word.bottom) / 2 < 92 * MM]
    strokes = [(word.bottom - word.top) * 0.15 for word in framed]
    assert len(framed) >= 2
    assert min(word.top + stroke for word, stroke in zip(framed, strokes, strict=True)) > 52 * MM
    assert max(word.bottom - stroke for word, stroke in zip(framed, strokes, strict=True)) < 82 * MM


def test_no_line_runs_into_another(extreme: Poster) -> None:
    # The boxes hold the whole height of the font; the strokes fill about the middle 70 per cent.
    inner = [
        word._replace(top=word.top + 0.15 * height, bottom=word.bottom - 0.15 * height)
        for word in extreme.words
        for height in [word.bottom - word.top]
    ]
    clashes = [
        (one.text, other.text)
        for number, one in enumerate(inner)
        for other in inner[number + 1 :]
        if one.left < other.right and other.left < one.right
        if one.top < other.bottom and other.top < one.bottom
    ]
    assert clashes == []


def test_its_text_can_be_searched_whole(extreme: Poster) -> None:
    sheet, text = extreme.sheet, re.sub(r"\s", "", extreme.text)
    for value in (sheet.unit, sheet.group, sheet.wave, sheet.short_address, sheet.organiser, sheet.contact):
        assert value in text


def test_it_says_what_for_how_long_until_when_and_who_sees_it(tmp_path: Path) -> None:
    text = read_text(draw([make_sheet()], tmp_path / "a.pdf"))
    for sentence in (
        "请您评价本县食品安全",
        "匿名 · 自愿 · 约3分钟",
        "本码供以下人员使用：机关事业单位干部职工",
        "扫码",
        "作答",
        "提交",
        "单位、村（社区）只能看到有多少人作答，看不到谁答了、答了什么。",
        "组织单位：示例县食品安全委员会办公室，咨询：0800-1234567",
        "作答截止：2026年12月1日 18:00",
    ):
        assert sentence in text


@pytest.mark.parametrize(
    ("county", "headline"),
    [("示例区", "本区"), ("示例市", "本市"), ("示例旗", "本旗"), ("示例", "本地"), ("", "本地")],
)
def test_its_headline_names_the_kind_of_place(county: str, headline: str, tmp_path: Path) -> None:
    text = read_text(draw([make_sheet(county=county)], tmp_path / "a.pdf"))
    assert f"请您评价{headline}食品安全" in text


def test_closing_at_midnight_belongs_to_the_day_before(tmp_path: Path) -> None:
    closes_at = datetime(2026, 12, 1, tzinfo=CHINA)
    text = read_text(draw([make_sheet(closes_at=closes_at)], tmp_path / "a.pdf"))
    assert "作答截止：2026年11月30日 24:00" in text


def test_a_poster_without_a_contact_names_the_organiser_alone(tmp_path: Path) -> None:
    text = read_text(draw([make_sheet(contact="")], tmp_path / "a.pdf"))
    assert "组织单位：示例县食品安全委员会办公室\n" in text


def test_rare_characters_are_printed_and_searchable(tmp_path: Path) -> None:
    path = draw([make_sheet(unit="𬭎𫖯塆垱村")], tmp_path / "a.pdf")
    assert "𬭎𫖯塆垱村" in read_text(path)


def test_a_character_without_a_type_is_marked_and_named(tmp_path: Path) -> None:
    with pytest.warns(MissingCharacterWarning, match=r"“\U0002a6a5石村”里的“\U0002a6a5”（U\+2A6A5）"):
        path = draw([make_sheet(unit="\U0002a6a5石村")], tmp_path / "a.pdf")
    assert "〓石村" in read_text(path)


def test_each_sheet_has_its_own_page_in_the_order_given(tmp_path: Path) -> None:
    addresses = [f"https://spaq.example.gov.cn/q/K7M2P9A{number}" for number in (3, 1, 2)]
    path = draw([make_sheet(address=address) for address in addresses], tmp_path / "a.pdf")
    codes = [scan(render(path, page, 60)) for page in (1, 2, 3)]
    assert [[code.data.decode() for code in page] for page in codes] == [[address] for address in addresses]


def test_it_is_a4_in_chinese_with_a_title_and_an_author(tmp_path: Path) -> None:
    path = draw([make_sheet()], tmp_path / "a.pdf")
    facts = read_facts(path)
    assert "(A4)" in facts
    assert re.search("Title: +2026年第二轮食品安全满意度、知晓率调查海报：青石镇人民政府\n", facts)
    assert re.search("Author: +示例县食品安全委员会办公室\n", facts)
    assert b"/Lang (zh-CN)" in path.read_bytes()


def test_the_title_of_several_units_counts_them(tmp_path: Path) -> None:
    path = draw([make_sheet(), make_sheet(unit="金竹村"), make_sheet()], tmp_path / "a.pdf")
    assert "海报：2个单位\n" in read_facts(path)


def test_all_fonts_are_embedded_subsets_with_a_map_to_unicode(tmp_path: Path) -> None:
    path = draw([make_sheet()], tmp_path / "a.pdf")
    table = subprocess.run(["pdffonts", str(path)], check=True, capture_output=True, text=True).stdout
    rows = table.splitlines()[2:]
    assert len(rows) == 3
    assert all(re.search(r"TrueType +WinAnsi +yes yes yes", row) for row in rows)


def test_it_is_black_on_white(tmp_path: Path) -> None:
    path = draw([make_sheet()], tmp_path / "a.pdf")
    command = ["pdftoppm", "-r", "40", str(path)]
    page = Image.open(BytesIO(subprocess.run(command, check=True, capture_output=True).stdout))
    red, green, blue = page.split()
    assert red.tobytes() == green.tobytes() == blue.tobytes()


def test_the_same_sheets_give_the_same_bytes(tmp_path: Path) -> None:
    one, other = (draw(list(EXTREMES.values()), tmp_path / name) for name in ("a.pdf", "b.pdf"))
    assert one.read_bytes() == other.read_bytes()


def test_no_sheets_are_refused(tmp_path: Path) -> None:
    with pytest.raises(NoPosterError, match="没有可打印的海报"):
        draw([], tmp_path / "a.pdf")


def test_each_unit_gets_one_file_with_a_page_a_group(tmp_path: Path) -> None:
    sheets = [
        make_sheet(address="https://a.cn/q/1"),
        make_sheet(unit_code="T02", unit="金竹镇人民政府", address="https://a.cn/q/2"),
        make_sheet(group="两代表一委员", address="https://a.cn/q/3"),
    ]
    paths = write_posters(sheets, tmp_path / "new" / "folder")
    codes = [scan(render(paths[0], page, 60))[0].data for page in (1, 2)]
    assert [path.name for path in paths] == ["T01-青石镇人民政府.pdf", "T02-金竹镇人民政府.pdf"]
    assert sorted((tmp_path / "new" / "folder").iterdir()) == sorted(paths)
    assert codes == [b"https://a.cn/q/1", b"https://a.cn/q/3"]
    assert "Pages:           1\n" in read_facts(paths[1])


def test_no_sheets_write_no_file(tmp_path: Path) -> None:
    assert write_posters([], tmp_path) == ()


@pytest.mark.parametrize(
    ("unit_code", "unit", "name"),
    [
        ("T/1", '青石:镇*人?民"政<府>|', "T1-青石镇人民政府.pdf"),
        ("..", "\\..\\..", "-.pdf"),
        ("T01", "青石镇\n\x00人民政府. ", "T01-青石镇人民政府.pdf"),
        ("T01", "镇" * 200, f"T01-{'镇' * 56}.pdf"),
    ],
)
def test_a_file_name_holds_nothing_unsafe(unit_code: str, unit: str, name: str, tmp_path: Path) -> None:
    (path,) = write_posters([make_sheet(unit_code=unit_code, unit=unit)], tmp_path)
    assert (path.parent, path.name) == (tmp_path, name)
    assert path.exists()


def test_units_whose_names_clash_get_a_file_each(tmp_path: Path) -> None:
    sheets = [make_sheet(unit_code=code, unit="局") for code in ("a/1", "A1", "a*1")]
    paths = write_posters(sheets, tmp_path)
    assert [path.name for path in paths] == ["a1-局.pdf", "A1-局-2.pdf", "a1-局-3.pdf"]


def test_writing_again_replaces_the_older_files(tmp_path: Path) -> None:
    first = write_posters([make_sheet(), make_sheet()], tmp_path)
    second = write_posters([make_sheet()], tmp_path)
    assert first == second == tuple(tmp_path.iterdir())
    assert "Pages:           1\n" in read_facts(second[0])


def test_it_reports_each_file_as_it_is_written(tmp_path: Path) -> None:
    seen: list[Path] = []
    sheets = [make_sheet(unit_code=code) for code in ("T01", "T02")]
    paths = write_posters(sheets, tmp_path, seen.append)
    assert tuple(seen) == paths


@pytest.mark.slow
def test_a_county_of_400_posters_takes_less_than_20_seconds(tmp_path: Path) -> None:
    sheets = [
        make_sheet(
            unit=f"青石镇第{number}村村民委员会", address=f"https://spaq.example.gov.cn/q/K7M2P{number:03}"
        )
        for number in range(400)
    ]
    start = time.perf_counter()
    path = draw(sheets, tmp_path / "a.pdf")
    seconds = time.perf_counter() - start
    last = [code.data.decode() for code in scan(render(path, 400, 60))]
    assert seconds < 20
    assert last == [sheets[-1].address]
