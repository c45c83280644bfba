"""Files that are no unit list, or that mean harm: each is refused quickly, in little memory, with a sentence."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from random import Random

import pytest

from survey.unitlist import UnitList, UnitListError, parse_units

OfficeBook = Callable[..., bytes]
SHEET_PART = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)
DAMAGED = "文件：工作簿已损坏，读不出来；请用 Excel 或 WPS 打开，另存一份后再导入。"
TOO_WIDE_MERGE = "文件：工作簿里合并或加链接的区域太大；请取消大片空白处的合并单元格和链接后再导入。"


def unpack(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(parts: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def rewrite(content: bytes, old: bytes, new: bytes, part: str = SHEET_PART) -> bytes:
    parts = unpack(content)
    assert old in parts[part]
    return pack(parts | {part: parts[part].replace(old, new, 1)})


def read_refusal(content: bytes) -> str:
    with pytest.raises(UnitListError) as caught:
        parse_units(content)
    (fault,) = caught.value.faults
    return str(fault)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "文件：文件是空的；请重新保存名册后再导入。"),
        (b" \r\n ", "文件：文件是空的；请重新保存名册后再导入。"),
        (
            bytes(10 * 2**20 + 1).replace(b"\0", b"a"),
            "文件：文件超过 10 MB；名册用不到这么大，请删去图片和无关的工作表后再导入。",
        ),
        (
            OLE + "Workbook".encode("utf-16-le"),
            "文件：这是旧版 Excel（.xls）或 WPS（.et）文件；"
            "请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”后再导入。",
        ),
        (
            OLE + "EncryptedPackage".encode("utf-16-le"),
            "文件：文件设有打开密码；请用 Excel 或 WPS 打开，取消密码并保存后再导入。",
        ),
        (b"%PDF-1.7\n", "文件：这是PDF 文件，不是单位名册；请导入 .xlsx 工作簿或 .csv 文件。"),
        (b"\x89PNG\r\n\x1a\n", "文件：这是图片，不是单位名册；请导入 .xlsx 工作簿或 .csv 文件。"),
        (b"\x1f\x8b\x08", "文件：这是压缩包，不是单位名册；请导入 .xlsx 工作簿或 .csv 文件。"),
        (
            b"\r\n<html><table><tr><td>1</td></tr></table></html>",
            "文件：这是网页或 XML 文件（有的系统把它命名为 .xls），不是单位名册；请导入 .xlsx 工作簿或 .csv 文件。",
        ),
        (b"\x01\0\x02", "文件：这是二进制文件，不是单位名册；请导入 .xlsx 工作簿或 .csv 文件。"),
        (
            pack({"word/document.xml": b"<w/>"}),
            "文件：这是其他软件的文件或普通压缩包，不是单位名册；请导入 .xlsx 工作簿或 .csv 文件。",
        ),
        (b"PK\x03\x04 torn off", DAMAGED),
    ],
    ids=[
        "empty",
        "blank",
        "large",
        "old Excel",
        "password",
        "PDF",
        "picture",
        "gzip",
        "web page",
        "binary",
        "Word",
        "torn",
    ],
)
def test_a_file_of_another_kind_is_named(content: bytes, message: str) -> None:
    assert read_refusal(content) == message


def test_a_workbook_cut_short_is_damaged(office_book: OfficeBook) -> None:
    content = office_book({})

    assert read_refusal(content[: len(content) // 2]) == DAMAGED


def test_a_workbook_with_torn_xml_is_damaged(office_book: OfficeBook) -> None:
    assert read_refusal(rewrite(office_book({}), b"</sheetData>", b"")) == DAMAGED


def test_a_zip_part_with_a_password_is_told(office_book: OfficeBook) -> None:
    content = bytearray(office_book({}))
    flags_of_first_entry = content.rindex(b"PK\x01\x02", 0, content.index(b"PK\x01\x02") + 4) + 8
    content[flags_of_first_entry] |= 1

    assert (
        read_refusal(bytes(content))
        == "文件：文件设有打开密码；请用 Excel 或 WPS 打开，取消密码并保存后再导入。"
    )


def test_a_zip_bomb_is_not_unpacked(office_book: OfficeBook) -> None:
    parts = unpack(office_book({}))
    bomb = pack(parts | {"xl/media/image1.png": bytes(33 * 2**20)})

    assert len(bomb) < 100_000
    assert read_refusal(bomb) == (
        "文件：工作簿解压后超过 32 MB，可能是恶意文件；请用 Excel 或 WPS 打开核对，另存一份后再导入。"
    )


def test_a_part_that_lies_about_its_size_yields_no_more_than_it_declares(office_book: OfficeBook) -> None:
    parts = unpack(office_book({}))
    content = bytearray(pack(parts | {SHEET_PART: parts[SHEET_PART] + b" " * 2**20}))
    entry = content.index(SHEET_PART.encode(), content.index(b"PK\x01\x02")) - 46
    content[entry + 24 : entry + 28] = (100).to_bytes(4, "little")

    assert read_refusal(bytes(content)) == DAMAGED


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_doctype_is_refused_in_any_encoding_and_nothing_is_fetched(
    office_book: OfficeBook, encoding: str
) -> None:
    parts = unpack(office_book({}))
    sheet = parts[SHEET_PART].decode().replace("县委办公室", "&leak;")
    declaration = f'<?xml version="1.0" encoding="{encoding}"?>'
    doctype = '<!DOCTYPE worksheet [<!ENTITY leak SYSTEM "file:///etc/hostname">]>'
    hostile = (declaration + doctype + sheet).encode(encoding)

    assert read_refusal(pack(parts | {SHEET_PART: hostile})) == (
        "文件：工作簿内部的 xl/worksheets/sheet1.xml 带有 DOCTYPE 声明，Excel 和 WPS 不会这样写，文件可能被人改过；"
        "请向提供人核实，并用 Excel 或 WPS 另存一份后再导入。"
    )


def test_a_billion_laughs_are_refused_before_the_first(office_book: OfficeBook) -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    strings = f'<!DOCTYPE sst [<!ENTITY l0 "哈">{laughs}]><sst xmlns="{MAIN}"><si><t>&l9;</t></si></sst>'
    parts = unpack(office_book({}))

    assert "DOCTYPE" in read_refusal(pack(parts | {"xl/sharedStrings.xml": strings.encode()}))


def test_too_many_empty_cells_are_not_built(office_book: OfficeBook) -> None:
    cells = b"<row>" + b"<c/>" * 200_001 + b"</row></sheetData>"

    assert read_refusal(rewrite(office_book({}), b"</sheetData>", cells)) == (
        "文件：工作簿里有超过 200000 个单元格（包括只有格式的空单元格）；请删去表格下方和右侧的空行、空列后再导入。"
    )


def test_a_merge_over_the_whole_sheet_is_not_filled(office_book: OfficeBook) -> None:
    hostile = rewrite(office_book({}), b'ref="A1:K1"', b'ref="A1:XFD1048576"')

    assert read_refusal(hostile) == TOO_WIDE_MERGE


def test_a_merge_of_whole_columns_is_not_filled(office_book: OfficeBook) -> None:
    assert read_refusal(rewrite(office_book({}), b'ref="A1:K1"', b'ref="A:K"')) == TOO_WIDE_MERGE


def test_a_link_over_the_whole_sheet_is_not_filled(office_book: OfficeBook) -> None:
    link = b'</mergeCells><hyperlinks><hyperlink ref="A1:XFD1048576" location="A1"/></hyperlinks>'

    assert read_refusal(rewrite(office_book({}), b"</mergeCells>", link)) == TOO_WIDE_MERGE


def test_content_in_the_last_corner_of_a_sheet_is_refused(office_book: OfficeBook) -> None:
    corner = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'

    assert read_refusal(rewrite(office_book({}), b"</sheetData>", corner)) == (
        "文件：数据写到了第 1048576 行第 16384 列，超过 10000 行、256 列的上限；请删去无关内容后再导入。"
    )


def test_a_format_in_the_last_corner_of_a_sheet_does_no_harm(office_book: OfficeBook) -> None:
    corner = b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'

    unit_list = parse_units(rewrite(office_book({}), b"</sheetData>", corner))

    assert len(unit_list.units) == 6


def test_a_dimension_that_lies_does_no_harm(office_book: OfficeBook) -> None:
    content = office_book({})
    declared = re.search(rb'<dimension ref="[^"]*"', unpack(content)[SHEET_PART])
    assert declared

    unit_list = parse_units(rewrite(content, declared[0], b'<dimension ref="A1:XFD1048576"'))

    assert len(unit_list.units) == 6


def test_a_strict_workbook_is_told_how_to_be_saved(office_book: OfficeBook) -> None:
    strict = rewrite(office_book({}), MAIN.encode(), b"http://purl.oclc.org/ooxml/spreadsheetml/main")

    assert read_refusal(strict) == (
        "文件：工作簿存成了“Strict Open XML”格式；请在 Excel 中另存为“Excel 工作簿（.xlsx）”后再导入。"
    )


def test_a_workbook_without_sheets_says_so(office_book: OfficeBook) -> None:
    parts = unpack(office_book({}))
    book = re.sub(rb"<sheets>.*</sheets>", b"<sheets/>", parts["xl/workbook.xml"])
    names = re.sub(rb"<definedNames.*?/>", b"", book)

    assert read_refusal(pack(parts | {"xl/workbook.xml": names})) == (
        "文件：工作簿里没有工作表；请用 Excel 或 WPS 打开核对，另存一份后再导入。"
    )


def test_formulas_in_a_circle_are_left_alone(office_book: OfficeBook) -> None:
    unit_list = parse_units(office_book({"F8": "=F19", "F19": "=F8+F11"}))

    assert [report.code for report in unit_list.reports] == ["total_unsolved", "total_unsolved"]


def test_sums_over_everything_in_every_cell_end_soon(office_book: OfficeBook) -> None:
    cells = {f"{column}{row}": "=SUM(A1:XFD1048576)" for column in "MNOPQRSTUVWXYZ" for row in range(30, 330)}

    unit_list = parse_units(office_book(cells | {"L3": "汇总"}))

    assert len(unit_list.units) == 6


@pytest.mark.slow
def test_a_bomb_at_the_limits_stays_small_in_memory(office_book: OfficeBook) -> None:
    """The dearest file that is let through: as many cells with values as are allowed, each its own text."""
    rows = b"".join(
        b"<row>%s</row>" % (b'<c t="str"><v>%06d</v></c>' % row * 19) for row in range(22, 10_000)
    )
    content = rewrite(office_book({}), b"</sheetData>", rows + b"</sheetData>")
    script = (
        "import re, sys\n"
        "from survey.unitlist import UnitListError, parse_units\n"
        "try: parse_units(sys.stdin.buffer.read())\n"
        "except UnitListError as error: print(len(error.faults))\n"
        # Not getrusage, whose peak a new program inherits from the one that started it.
        "print(int(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1]) // 1024)\n"
    )

    done = subprocess.run([sys.executable, "-c", script], input=content, capture_output=True, check=True)

    n_faults, megabytes = map(int, done.stdout.split())
    assert n_faults > 0
    assert megabytes < 300


def test_a_workbook_bent_at_random_is_read_or_refused_but_never_breaks(office_book: OfficeBook) -> None:
    random = Random(20261123)
    parts = unpack(office_book({}))
    names = [name for name in parts if name.endswith((".xml", ".rels"))]
    outcomes = {bend_and_read(parts, random.choice([*names, SHEET_PART]), random) for _ in range(40)}

    assert outcomes == {"read", "refused"}


def bend_and_read(parts: Mapping[str, bytes], name: str, random: Random) -> str:
    strings = [match.span() for match in re.finditer(rb'"[^"]*"|>[^<]+<', parts[name])]
    start, end = random.choice(strings)
    inside = random.choice([b"", b"-1", b"999999999999", b"A0", b"x", b"1e999", b"nan"])
    bent = parts[name][: start + 1] + inside + parts[name][end - 1 :]
    try:
        return "read" if isinstance(parse_units(pack({**parts, name: bent})), UnitList) else "lost"
    except UnitListError:
        return "refused"
