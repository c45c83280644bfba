"""Sheets of slips: rendered to pixels, every code scanned, every typed code read off the page."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from PIL import Image
from pyzbar.pyzbar import decode

from survey.clock import CHINA
from survey.covers import Cover, draw_cover, find_box_size
from survey.fonts import MissingCharacterWarning
from survey.paper import Sheet, open_canvas
from survey.slipcodes import SlipCodes, draw_selectors, make_codes, show_typed
from survey.slipsheets import SLIPS_A_PAGE, SlipSheet, draw_slips

ADDRESS = "https://spaq.example.gov.cn/s"
LONG_ADDRESS = "https://spaq.shilixian-shichangjianguan.example.gov.cn/diaocha/s"
LONG_UNIT = "示例县市场监督管理局（知识产权局、食品安全委员会办公室）下属食品药品检验检测与不良反应监测中心"
DPI = 150
TYPED = re.compile(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]{5}\b")
WORD = re.compile(r'<word xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)">(.*?)</word>')


def make_sheet(**changes: Any) -> SlipSheet:
    values: dict[str, Any] = {
        "unit_code": "T01",
        "unit": "青石镇人民政府",
        "group": "机关事业单位干部职工",
        "wave": "2026年第二轮食品安全满意度、知晓率调查",
        "address": ADDRESS,
        "short_address": ADDRESS.removeprefix("https://"),
        "organiser": "示例县食品安全委员会办公室",
        "contact": "0800-1234567",
        "closes_at": datetime(2026, 12, 2, tzinfo=CHINA),
        "run": 1,
    }
    return SlipSheet(**values | changes)


def make_cover(**changes: Any) -> Cover:
    values: dict[str, Any] = {
        "unit_code": "T01",
        "unit": "青石镇人民政府",
        "group": "机关事业单位干部职工",
        "wave": "第一轮",
        "organiser": "示例县食品安全委员会办公室",
        "deadline": "2026年12月1日 24:00",
        "run": 1,
        "n_slips": 25,
    }
    return Cover(**values | changes)


EXTREMES = {
    "usual": make_sheet(),
    "long": make_sheet(
        unit=LONG_UNIT,
        wave=LONG_UNIT,
        group="机关事业单位干部职工（含聘用、借调、公益性岗位和劳务派遣人员）",
        organiser=LONG_UNIT,
        contact="",
        address=LONG_ADDRESS,
        short_address=LONG_ADDRESS.removeprefix("https://"),
    ),
    "short": make_sheet(unit="局", wave="一", address="http://a.cn/s", short_address="a.cn/s", contact=""),
}


def draw_codes(n: int) -> list[SlipCodes]:
    return [make_codes(selector) for selector in draw_selectors(n, set())]


def draw(sheet: SlipSheet, codes: Sequence[SlipCodes], path: Path) -> Path:
    with path.open("wb") as file:
        draw_slips(sheet, codes, file)
    return path


def render(path: Path, page: int) -> Image.Image:
    command = ["pdftoppm", "-r", str(DPI), "-gray", "-f", str(page), "-l", str(page), str(path)]
    return Image.open(BytesIO(subprocess.run(command, check=True, capture_output=True).stdout))


def read_text(path: Path, *options: str) -> str:
    command = ["pdftotext", *options, str(path), "-"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def count_pages(path: Path) -> int:
    facts = subprocess.run(["pdfinfo", str(path)], check=True, capture_output=True, text=True).stdout
    return int(re.findall(r"Pages: +(\d+)", facts)[0])


class Drawn(NamedTuple):
    sheet: SlipSheet
    codes: list[SlipCodes]
    path: Path
    page: Image.Image


@pytest.fixture(scope="module", params=EXTREMES)
def drawn(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Drawn:
    codes = draw_codes(10)
    sheet = EXTREMES[request.param]
    path = draw(sheet, codes, tmp_path_factory.mktemp("slips") / "slips.pdf")
    return Drawn(sheet, codes, path, render(path, 2))


def test_every_code_on_the_page_leads_to_its_slip(drawn: Drawn) -> None:
    scanned = sorted(code.data.decode() for code in decode(drawn.page))
    assert scanned == sorted(f"{drawn.sheet.address}#{codes.scanned}" for codes in drawn.codes)


def test_every_code_is_at_least_25_mm_wide(drawn: Drawn) -> None:
    widths = [code.rect.width / DPI * 25.4 for code in decode(drawn.page)]
    assert len(widths) == SLIPS_A_PAGE
    assert all(25 <= width <= 27 for width in widths)


def test_each_slip_has_the_typed_code_of_its_own_qr_code(drawn: Drawn) -> None:
    words = [(*map(float, box[:4]), box[4]) for box in WORD.findall(read_text(drawn.path, "-bbox"))]
    typed = {word: (left, (top + bottom) / 2) for left, top, _, bottom, word in words if TYPED.match(word)}
    expected = {f"{drawn.sheet.address}#{codes.scanned}": show_typed(codes.typed) for codes in drawn.codes}
    assert set(typed) == set(expected.values())
    for code in decode(drawn.page):
        x, y = typed[expected[code.data.decode()]]
        left, top = code.rect.left / DPI * 72, code.rect.top / DPI * 72
        assert 70 < x - left < 160
        assert 0 < y - top < 100


def test_all_is_within_the_page_and_no_word_crosses_a_cut(drawn: Drawn) -> None:
    words = [tuple(map(float, box[:4])) for box in WORD.findall(read_text(drawn.path, "-f", "2", "-bbox"))]
    middle = 595.28 / 2
    assert min(word[0] for word in words) > 8 / 25.4 * 72
    assert max(word[2] for word in words) < 595.28 - 8 / 25.4 * 72
    assert not [word for word in words if word[0] < middle < word[2]]


def find_clashes(path: Path, page: int) -> list[tuple[str, str]]:
    """Return the pairs of words that run into each other; strokes fill about the middle two thirds of a box."""
    found = WORD.findall(read_text(path, "-f", str(page), "-l", str(page), "-bbox"))
    boxes = [(*map(float, box[:4]), box[4]) for box in found]
    inner = [
        (left, top + 0.18 * (bottom - top), right, bottom - 0.18 * (bottom - top), word)
        for left, top, right, bottom, word in boxes
    ]
    return [
        (one[4], other[4])
        for number, one in enumerate(inner)
        for other in inner[number + 1 :]
        if one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
    ]


@pytest.mark.parametrize("page", [1, 2])
def test_no_line_runs_into_another(drawn: Drawn, page: int) -> None:
    assert find_clashes(drawn.path, page) == []


def test_a_slip_says_whose_it_is_what_to_do_and_what_is_not_recorded(tmp_path: Path) -> None:
    text = read_text(draw(make_sheet(), draw_codes(1), tmp_path / "a.pdf"), "-f", "2")
    text = re.sub(r"\s", "", text)
    for words in (
        "青石镇人民政府",
        "机关事业单位干部职工",
        "2026年第二轮食品安全满意度、知晓率调查",
        "扫不了码？打开spaq.example.gov.cn/s输入：",
        "咨询：0800-1234567",
        "每张卡片只能交一份，2026年12月1日24:00截止",
        "单位只能看到有多少人作答，看不到谁答了、答了什么",
        "请不要拍照或转交，答完请撕毁",
    ):
        assert words in text


def test_nothing_but_the_codes_tells_two_slips_apart(tmp_path: Path) -> None:
    path = draw(make_sheet(), draw_codes(SLIPS_A_PAGE), tmp_path / "a.pdf")
    words = [box[4] for box in WORD.findall(read_text(path, "-f", "2", "-bbox"))]
    counts = Counter(word for word in words if not TYPED.match(word))
    assert counts
    assert {n % SLIPS_A_PAGE for n in counts.values()} == {0}


@pytest.mark.parametrize(("n", "pages"), [(0, 1), (1, 2), (10, 2), (11, 3), (95, 11)])
def test_ten_slips_stand_on_a_page_behind_the_cover(n: int, pages: int, tmp_path: Path) -> None:
    path = draw(make_sheet(), draw_codes(n), tmp_path / "a.pdf")
    assert count_pages(path) == pages
    assert len(TYPED.findall(read_text(path))) == n


def test_the_cover_tells_how_many_there_are_and_how_to_hand_them_out(tmp_path: Path) -> None:
    text = read_text(draw(make_sheet(run=3), draw_codes(7), tmp_path / "a.pdf"), "-l", "1")
    text = text.replace(" ", "")
    for words in (
        "共7张",
        "单位编号T01",
        "第3次印制",
        "打乱",
        "不登记谁领了哪一张",
        "只记张数，不写姓名",
        "由其作废、换发",
        "发放登记（每格1张）",
        "发出张数",
    ):
        assert words in text
    assert not TYPED.search(text)
    assert decode(render(tmp_path / "a.pdf", 1)) == []


@pytest.mark.parametrize(("n", "size"), [(0, 1), (1, 1), (400, 1), (401, 10), (4000, 10), (4001, 100)])
def test_a_box_of_the_register_stands_for_as_many_as_fit(n: int, size: int) -> None:
    assert find_box_size(n) == size


@pytest.mark.parametrize("n", [400, 4000])
def test_the_steps_the_boxes_and_the_table_of_days_stand_apart(n: int, tmp_path: Path) -> None:
    path = tmp_path / "cover.pdf"
    with path.open("wb") as file:
        canvas = open_canvas(file, Sheet(title="", author="", subject=""))
        draw_cover(canvas, make_cover(unit=LONG_UNIT, n_slips=n))
        canvas.save()
    words = [(float(box[1]), float(box[3]), box[4]) for box in WORD.findall(read_text(path, "-bbox"))]
    (title,) = [word for word in words if word[2].startswith("发放登记")]
    (days,) = [word for word in words if word[2] == "日期"]
    assert find_clashes(path, 1) == []
    page = render(path, 1)
    left, right = page.width // 10, page.width * 9 // 10
    below_title, above_days = int(title[1] / 72 * DPI), int((days[0] - 9) / 72 * DPI)
    rows = [page.crop((left, y, right, y + 1)).getextrema()[0] < 128 for y in range(below_title, above_days)]
    assert sum(rows) > 200
    assert not any(rows[-12:])


def test_the_file_says_what_it_is_and_keeps_no_code_in_its_facts(tmp_path: Path) -> None:
    codes = draw_codes(3)
    path = draw(make_sheet(), codes, tmp_path / "a.pdf")
    facts = subprocess.run(["pdfinfo", str(path)], check=True, capture_output=True, text=True).stdout
    assert "2026年第二轮食品安全满意度、知晓率调查答题卡片：青石镇人民政府（机关事业单位干部职工）" in facts
    assert "示例县食品安全委员会办公室" in facts
    assert not [pair for pair in codes if pair.typed in facts or pair.scanned in facts]


def test_a_character_that_no_font_has_is_marked_and_named(tmp_path: Path) -> None:
    with pytest.warns(MissingCharacterWarning, match="U\\+2A6D6"):
        path = draw(make_sheet(unit="𪛖村"), draw_codes(1), tmp_path / "a.pdf")
    assert "〓村" in read_text(path, "-f", "2")
