"""The many shapes in which offices keep the same list, all read alike."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Sequence

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from survey.unitlist import UnitList, UnitListError, parse_units
from survey.words import Group, UnitKind

OfficeBook = Callable[..., bytes]
PlainBook = Callable[..., bytes]
Rows = Sequence[Sequence[object]]

HEADER = ("单位编号", "单位名称", "单位类别", "上级单位", "机关事业单位干部职工", "村（社区）组干部")
TOWN = ("T01", "青石镇人民政府", "乡镇", None, 53, None)
OTHER_TOWN = ("T02", "城关街道办事处", "街道", None, 52, None)
VILLAGE = ("V01", "合力村村民委员会", "村", "T01", None, 25)


def write_csv(rows: Rows, *, encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter).writerows(rows)
    return file.getvalue().encode(encoding)


def read_rows(*rows: Sequence[object]) -> UnitList:
    return parse_units(write_csv([HEADER, *rows]))


def list_faults(content: bytes) -> list[str]:
    with pytest.raises(UnitListError) as caught:
        parse_units(content)
    return [str(fault) for fault in caught.value.faults]


def list_facts(unit_list: UnitList) -> list[tuple[object, ...]]:
    return [
        (unit.code, unit.name, unit.kind, unit.parent_code, unit.credit_code, dict(unit.headcounts))
        for unit in unit_list.units
    ]


def list_reports(unit_list: UnitList) -> list[str]:
    return [str(report) for report in unit_list.reports]


def read_office_rows(office_book: OfficeBook) -> list[list[object]]:
    """Return the small office list as a spreadsheet saves it to CSV: without merged cells, sums as numbers."""
    rows: list[list[object]] = []

    def copy(sheet: Worksheet) -> None:
        rows.extend([["" if value is None else value for value in row] for row in sheet.values])

    office_book({"F8": 105, "F11": 16, "G14": 237, "I8": 94, "I14": 1, "H18": 47, "G8": 0, "H8": 0}, (), copy)
    return rows


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [("utf-8", ","), ("utf-8-sig", ","), ("gb18030", ","), ("utf-8", "\t"), ("utf-16", "\t")],
)
def test_the_office_layout_saved_as_csv_gives_the_same_units(
    office_book: OfficeBook, encoding: str, delimiter: str
) -> None:
    saved = write_csv(read_office_rows(office_book), encoding=encoding, delimiter=delimiter)

    assert list_facts(parse_units(saved)) == list_facts(parse_units(office_book({})))


def test_columns_may_stand_in_any_order() -> None:
    order = (4, 1, 5, 0, 3, 2)
    mixed = [[row[place] for place in order] for row in (HEADER, TOWN, VILLAGE)]

    assert list_facts(parse_units(write_csv(mixed))) == list_facts(read_rows(TOWN, VILLAGE))


def test_columns_it_does_not_know_are_passed_over_and_told() -> None:
    rows = [(*HEADER, "联系人", "联系电话"), (*TOWN, "（略）", "02800000000"), (*VILLAGE, None, None)]

    unit_list = parse_units(write_csv(rows))

    assert [unit.code for unit in unit_list.units] == ["T01", "V01"]
    assert "第 1 行：没有用到的列已跳过：联系人、联系电话。" in list_reports(unit_list)


def test_a_group_without_a_column_is_absent_and_told() -> None:
    unit_list = read_rows(TOWN)

    assert unit_list.units[0].headcounts == {Group.CIVIL_SERVANTS: 53, Group.VILLAGE_CADRES: 0}
    assert list_reports(unit_list) == [
        "第 1 行：没有这些群体的人数列：国有企业职工、两代表一委员；这些群体已有的应答人数保持不变。"
    ]


def test_residents_have_no_headcount_and_their_column_is_passed_over() -> None:
    unit_list = parse_units(write_csv([(*HEADER, "群众（人）"), (*TOWN, 30_000)]))

    assert Group.RESIDENTS not in unit_list.units[0].headcounts
    assert "第 1 行：“群众（人）”一列已跳过：群众没有应答人数。" in list_reports(unit_list)


@pytest.mark.parametrize(
    "label",
    [
        "机关干部职工人数",
        "行政事业单位干部职工（人）",
        "其中：机关事业单位",
        "应答人数\n机关干部",
        "Civil_Servants",
    ],
)
def test_a_group_is_known_by_many_labels(label: str) -> None:
    content = write_csv([("单位名称", "类别", label), ("县委办公室", "县直部门", 16)])

    assert parse_units(content).units[0].headcounts == {Group.CIVIL_SERVANTS: 16}


def test_the_upper_label_of_a_header_gives_the_lower_its_meaning(plain_book: PlainBook) -> None:
    rows = [
        ("单位", None, None, "上级单位", None, "应答人数", None),
        ("编号", "名称", "类别", "名称", "电话", "村组干部", "合计"),
        ("T01", "青石镇人民政府", "乡镇", None, None, None, 0),
        ("V01", "合力村村民委员会", "村", "青石镇人民政府", None, 25, 25),
    ]

    unit_list = parse_units(plain_book(("名册", rows)))

    assert [(unit.code, unit.parent_code) for unit in unit_list.units] == [("T01", None), ("V01", "T01")]


def test_a_merged_parent_and_kind_count_for_every_row_they_cover(office_book: OfficeBook) -> None:
    merged = office_book({"D17": None, "C17": None, "B17": "青石镇丰收村村民委员会"}, ("D16:D17", "C16:C17"))

    villages = parse_units(merged).units[-2:]

    assert [(unit.kind, unit.parent_code) for unit in villages] == [(UnitKind.VILLAGE, "T01")] * 2


def test_a_unit_that_takes_two_merged_rows_is_one_unit(plain_book: PlainBook) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in (HEADER, TOWN, (None,) * 6, OTHER_TOWN):
        sheet.append(row)
    for column in "ABCDEF":
        sheet.merge_cells(f"{column}2:{column}3")
    file = io.BytesIO()
    book.save(file)

    assert [unit.code for unit in parse_units(file.getvalue()).units] == ["T01", "T02"]


@pytest.mark.parametrize("parent", ["青石镇人民政府", "青石镇", " 青石 镇 ", "ｔ01", "T01"])
def test_a_parent_is_found_by_name_short_name_or_code(parent: str) -> None:
    unit_list = read_rows(TOWN, OTHER_TOWN, ("V01", "合力村村民委员会", "村", parent, None, 25))

    assert unit_list.units[2].parent_code == "T01"


@pytest.mark.parametrize("parent", ["城关街道", "城关街道办", "城关", "城关街道办事处"])
def test_a_subdistrict_is_found_by_its_short_names(parent: str) -> None:
    unit_list = read_rows(TOWN, OTHER_TOWN, ("V01", "光明社区", "社区", parent, None, 25))

    assert unit_list.units[2].parent_code == "T02"


def test_short_parents_are_told() -> None:
    unit_list = read_rows(TOWN, ("V01", "合力村村民委员会", "村", "青石镇", None, 25))

    assert (
        "第 3 行第 4 列：有 1 个单位的上级写的是简称（如“青石镇”），已对应到“青石镇人民政府”等单位。"
        in list_reports(unit_list)
    )


def test_the_order_of_rows_does_not_matter_for_parents() -> None:
    unit_list = read_rows(VILLAGE, TOWN)

    assert [(unit.code, unit.parent_code) for unit in unit_list.units] == [("V01", "T01"), ("T01", None)]


def test_a_code_is_made_where_there_is_none_and_told() -> None:
    unit_list = read_rows(TOWN, (None, *VILLAGE[1:]), ("/", "竹林村村民委员会", "村", "T01", None, 24))

    codes = [unit.code for unit in unit_list.units]
    assert codes[0] == "T01"
    assert all(code.startswith("V-") and len(code) == 9 for code in codes[1:])
    assert len(set(codes)) == 3
    assert (
        "第 3 行第 2 列：有 2 个单位没有编号，已按类别、名称和上级自动编号；单位改名会使编号改变，"
        "建议用“survey units list -o 单位.csv”取得编号后填回名册。" in list_reports(unit_list)
    )


def test_a_made_code_does_not_depend_on_order_headcount_or_spelling() -> None:
    first = read_rows(TOWN, (None, *VILLAGE[1:]))
    again = read_rows((None, "合力村　村民委员会", "村（社区）", "青石镇", None, 99), TOWN)

    assert first.units[1].code == again.units[0].code


def test_a_made_code_tells_the_same_name_under_two_townships_apart() -> None:
    unit_list = read_rows(
        TOWN, OTHER_TOWN, (None, *VILLAGE[1:]), (None, "合力村村民委员会", "村", "T02", None, 1)
    )

    assert len({unit.code for unit in unit_list.units}) == 4


def test_equal_names_are_told_and_stay_two_units() -> None:
    unit_list = read_rows(TOWN, VILLAGE, ("V02", *VILLAGE[1:]))

    assert [unit.code for unit in unit_list.units] == ["T01", "V01", "V02"]
    assert (
        "第 4 行第 2 列：“合力村村民委员会”与第 3 行第 2 列同名，按两个单位处理；如果是重复，请删去一行。"
        in list_reports(unit_list)
    )


def test_a_unit_without_people_is_told() -> None:
    unit_list = read_rows(("D01", "县委办公室", "部门", None, 0, "－"))

    assert "第 2 行第 2 列：“县委办公室”各群体的应答人数都是 0，没有人计入应答率。" in list_reports(unit_list)


def test_the_category_heading_gives_the_kind_where_the_list_has_no_such_column() -> None:
    rows = [
        ("单位名称", "上级", "机关干部", "村干部"),
        ("一、乡镇（街道）（1个）", None, None, None),
        ("青石镇人民政府", None, 53, None),
        ("二、村（社区）", None, None, None),
        ("（一）青石镇", None, None, None),
        ("合力村村民委员会", "青石镇", None, 25),
    ]

    unit_list = parse_units(write_csv(rows))

    assert [unit.kind for unit in unit_list.units] == [UnitKind.TOWNSHIP, UnitKind.VILLAGE]
    assert "kinds_from_heading" in [report.code for report in unit_list.reports]


def test_the_name_of_the_sheet_gives_the_kind_where_nothing_else_does(plain_book: PlainBook) -> None:
    header = ("单位名称", "上级", "机关干部", "村干部")
    content = plain_book(
        ("乡镇（街道）", [header, ("青石镇人民政府", None, 53, None)]),
        ("村社区", [header, ("合力村村民委员会", "青石镇", None, 25)]),
    )

    assert [unit.kind for unit in parse_units(content).units] == [UnitKind.TOWNSHIP, UnitKind.VILLAGE]


def test_a_heading_gives_the_township_of_the_villages_under_it() -> None:
    rows = [
        *(HEADER, TOWN, OTHER_TOWN),
        ("三、村（社区）（3个）",),
        ("（一）青石镇（2个）",),
        ("V01", "合力村村民委员会", "村", None, None, 25),
        ("V02", "竹林村村民委员会", "村", None, None, 24),
        ("（二）城关街道",),
        ("V03", "光明社区居民委员会", "社区", None, None, 20),
    ]

    unit_list = parse_units(write_csv(rows))

    assert [unit.parent_code for unit in unit_list.units] == [None, None, "T01", "T01", "T02"]
    assert (
        "第 6 行第 4 列：有 3 个村（社区）没有填上级，已按所在的小标题归到“青石镇人民政府”等乡镇（街道）。"
        in list_reports(unit_list)
    )


def test_a_heading_that_names_no_township_leaves_a_village_without_parent() -> None:
    rows = [HEADER, TOWN, ("一、村（社区）",), ("V01", "合力村村民委员会", "村", None, None, 25)]

    assert list_faults(write_csv(rows)) == [
        "第 4 行第 4 列：村（社区）没有上级单位；请填所属乡镇（街道）的名称或编号。"
    ]


def test_the_number_of_a_heading_may_stand_in_a_cell_of_its_own() -> None:
    rows = [
        ("序号", "单位名称", "机关干部"),
        ("一", "县级部门（3个）", 16),
        (1, "县委办公室", 16),
    ]

    assert list_faults(write_csv(rows)) == [
        "第 2 行第 1 列：分类标题“一、县级部门（3个）”写的是 3 个单位，下面列了 1 个；请核对有没有漏列，或改正标题。"
    ]


def test_a_header_repeated_on_the_next_page_is_passed_over(office_book: OfficeBook) -> None:
    def repeat(sheet: Worksheet) -> None:
        sheet.insert_rows(17, 2)
        for column in range(1, 12):
            sheet.cell(17, column, sheet.cell(3, column).value)
            sheet.cell(18, column, sheet.cell(4, column).value)

    cells = {"H18": 47, "F8": 105, "F11": 16, "G14": 237, "I14": 1}

    assert len(parse_units(office_book(cells, (), repeat)).units) == 6


def test_a_label_in_place_of_a_headcount_is_blamed_and_its_row_not_passed_over() -> None:
    row = ("D01", "县委办公室", "部门", None, "机关干部", None)

    assert list_faults(write_csv([HEADER, row])) == [
        "第 2 行第 5 列：机关事业单位干部职工的人数“机关干部”不是数字；请填 0 或正整数，例如 35。"
    ]


def test_totals_may_stand_before_what_they_total() -> None:
    rows = [
        ("单位名称", "类别", "机关干部"),
        ("合计", None, 169),
        ("一、乡镇", None, 105),
        ("青石镇人民政府", "乡镇", 53),
        ("柳溪镇人民政府", "乡镇", 52),
        ("二、县级部门", None, None),
        ("小计", None, 64),
        ("县委办公室", "部门", 16),
        ("县政府办公室", "部门", 48),
    ]

    assert len(parse_units(write_csv(rows)).units) == 4


@pytest.mark.parametrize(("row", "stated", "expected"), [(1, 168, 169), (2, 104, 105), (6, 65, 64)])
def test_totals_before_what_they_total_are_checked(row: int, stated: int, expected: int) -> None:
    rows: list[list[object]] = [
        ["单位名称", "类别", "机关干部"],
        ["合计", None, 169],
        ["一、乡镇", None, 105],
        ["青石镇人民政府", "乡镇", 53],
        ["柳溪镇人民政府", "乡镇", 52],
        ["二、县级部门", None, None],
        ["小计", None, 64],
        ["县委办公室", "部门", 16],
        ["县政府办公室", "部门", 48],
    ]
    rows[row][2] = stated

    assert list_faults(write_csv(rows)) == [
        f"第 {row + 1} 行第 3 列：{rows[row][0]}“机关干部”写的是 {stated}，所列单位相加是 {expected}；"
        "请核对单位人数，或改正这个数。"
    ]


def test_subtotals_may_stand_within_subtotals() -> None:
    rows = [
        HEADER,
        TOWN,
        OTHER_TOWN,
        ("小计", None, None, None, 105, None),
        ("一、村（社区）", None, None, None, None, None),
        VILLAGE,
        ("V02", "竹林村村民委员会", "村", "T01", None, 24),
        (None, "青石镇小计", None, None, None, 49),
        ("V03", "光明社区", "社区", "T02", None, 20),
        (None, "城关街道小计", None, None, None, 20),
        (None, "村（社区）小计", None, None, None, 69),
        (None, "总　计：", None, None, 105, 69),
    ]

    assert len(parse_units(write_csv(rows)).units) == 5


def test_a_column_of_row_totals_is_checked() -> None:
    rows = [(*HEADER, "合计"), (*TOWN, 53), (*VILLAGE, 26), ("小计", None, None, None, 53, 25, 79)]

    assert list_faults(write_csv(rows)) == [
        "第 3 行第 7 列：本单位“合计”写的是 26，各群体相加是 25；请核对各群体人数，或改正这个数。",
        "第 4 行第 7 列：小计“合计”写的是 79，所列单位相加是 78；请核对单位人数，或改正这个数。",
    ]


def test_notes_under_the_list_are_no_units() -> None:
    rows = [
        *(HEADER, TOWN),
        ("注：1.应答人数按在岗人数填报。",),
        ("2.借调人员在实际工作单位填报。",),
        ("审核人：", None, "填表日期：2026年9月1日"),
    ]

    assert [unit.code for unit in parse_units(write_csv(rows)).units] == ["T01"]


def test_rows_that_were_only_prepared_are_no_units(plain_book: PlainBook) -> None:
    header = ("序号", *HEADER, "合计", "备注")
    rows = [header, (1, *TOWN, 53, None), (2, *[None] * 4, 0, "/", "=SUM(F3:G3)", "待定"), (3,)]

    assert [unit.code for unit in parse_units(plain_book(("名册", rows))).units] == ["T01"]


def test_every_sheet_with_a_header_is_read_and_the_others_are_told(plain_book: PlainBook) -> None:
    content = plain_book(
        ("填表说明", [("请各单位于9月底前报送",)]),
        ("乡镇", [HEADER, TOWN]),
        ("村社区", [HEADER, VILLAGE]),
        ("空表", []),
    )

    unit_list = parse_units(content)

    assert [(unit.code, unit.position, str(unit.place)) for unit in unit_list.units] == [
        ("T01", 1, "工作表“乡镇”B2"),
        ("V01", 2, "工作表“村社区”B2"),
    ]
    assert "工作表“填表说明”：没有单位名册的表头，已跳过这张工作表。" in list_reports(unit_list)


def test_a_hidden_sheet_is_passed_over_and_told(office_book: OfficeBook) -> None:
    def add_hidden(sheet: Worksheet) -> None:
        assert sheet.parent is not None
        old = sheet.parent.create_sheet("旧名册")
        old.append(HEADER)
        old.append(TOWN)
        old.sheet_state = "hidden"

    unit_list = parse_units(office_book({}, (), add_hidden))

    assert len(unit_list.units) == 6
    assert list_reports(unit_list) == ["工作表“旧名册”：这张工作表是隐藏的，已跳过；如需导入，请取消隐藏。"]


def test_hidden_rows_are_read_and_told(office_book: OfficeBook) -> None:
    def hide(sheet: Worksheet) -> None:
        sheet.row_dimensions[7].hidden = True

    unit_list = parse_units(office_book({}, (), hide))

    assert len(unit_list.units) == 6
    assert list_reports(unit_list) == ["工作表“单位名册”B7：有 1 行单位处于隐藏状态（如筛选），也已读入。"]


def test_headcounts_may_be_simple_formulas(office_book: OfficeBook) -> None:
    unit_list = parse_units(office_book({"F6": "=50+3", "F7": "=F6-1", "I7": "=SUM(40, 6)"}))

    assert [unit.headcounts[Group.CIVIL_SERVANTS] for unit in unit_list.units[:2]] == [53, 52]


def test_the_result_a_file_stores_stands_for_a_formula_that_is_no_sum(office_book: OfficeBook) -> None:
    content = office_book({"F10": "=VLOOKUP(B10,人员!A:B,2,0)"})
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    part = "xl/worksheets/sheet1.xml"
    parts[part] = re.sub(rb"(VLOOKUP[^<]*</f>)<v ?/>", rb"\1<v>16</v>", parts[part])
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)

    unit_list = parse_units(file.getvalue())

    assert unit_list.units[2].headcounts[Group.CIVIL_SERVANTS] == 16


def test_a_sum_counts_headcounts_that_were_typed_as_text(office_book: OfficeBook) -> None:
    unit_list = parse_units(office_book({"F6": "53人", "F7": "５２"}))

    assert [unit.headcounts[Group.CIVIL_SERVANTS] for unit in unit_list.units[:2]] == [53, 52]


def test_spellings_of_text_are_made_one() -> None:
    unit_list = read_rows(("ｔ０１ ", "　青石镇\u200b 人民 政府\n", "乡 镇", "—", "５３ 人", "无"))

    unit = unit_list.units[0]
    assert (unit.code, unit.name, unit.parent_code) == ("T01", "青石镇人民政府", None)
    assert unit.headcounts == {Group.CIVIL_SERVANTS: 53, Group.VILLAGE_CADRES: 0}


def test_a_line_is_counted_as_an_editor_counts_it() -> None:
    rows = [("单位\n编号", *HEADER[1:]), TOWN, ("V01", "合力村\n村民委员会", "村", "T01", None, "许多")]

    assert list_faults(write_csv(rows)) == [
        "第 4 行第 6 列：村（社区）组干部的人数“许多”不是数字；请填 0 或正整数，例如 35。"
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            "name,kind,civil_servants\n县委办公室,department,1,234\n",
            "第 2 行：这一行有 4 列，比表头的 3 列多；请核对有没有多出的逗号（人数不要写千位逗号）。",
        ),
        (
            "name,kind,civil_servants,deputies\n县委办公室,department,12\n",
            "第 2 行：这一行只有 3 列，表头有 4 列；请补齐各列的分隔符。",
        ),
        (
            'name,kind,civil_servants\n"县委办公室,department,12\n',
            "文件：CSV 的引号没有成对，或一格文字太长；请在 Excel 或 WPS 中打开该文件，重新另存为 CSV 后再导入。",
        ),
        (
            "name,kind\n县委办公室,department\n",
            "文件：找不到表头；表头至少要有“单位名称”一列，和“机关事业单位干部职工”“国有企业职工”“村（社区）组干部”"
            "“两代表一委员”中的一列。",
        ),
        (
            "code,name,kind,deputies\nD01,县委办公室,department,3\nD01,县委办公室,department,3\n",
            "第 3 行第 1 列：单位编号“D01”与第 2 行第 1 列的“县委办公室”重复；"
            "每个单位的编号不能相同，请改正其中一个。",
        ),
    ],
    ids=["comma", "short", "quotes", "header", "twice"],
)
def test_a_broken_csv_gets_its_sentence(content: str, message: str) -> None:
    assert list_faults(content.encode()) == [message]


def test_bytes_that_are_no_text_are_told() -> None:
    assert list_faults(b"\xff\xfe\x00") == [
        "文件：读不出文件的文字编码；请在 Excel 或 WPS 中另存为“CSV UTF-8”后再导入。"
    ]


def test_a_csv_of_too_many_lines_is_refused() -> None:
    content = b"name,deputies\n" + b"\n" * 9_999 + b"x\n"

    assert list_faults(content) == [
        "文件：数据写到了第 10001 行第 1 列，超过 10000 行、256 列的上限；请删去无关内容后再导入。"
    ]


def test_many_faults_are_all_kept_but_the_text_stays_readable() -> None:
    rows = [("name", "kind", "deputies"), *((f"单位{number}", "部门", -1) for number in range(600))]

    with pytest.raises(UnitListError) as caught:
        parse_units(write_csv(rows))

    assert len(caught.value.faults) == 600
    assert len(str(caught.value).splitlines()) == 502
    assert str(caught.value).endswith("……另有 100 处，改正以上各处后再次导入就会列出。")
