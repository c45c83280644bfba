"""Broken workbooks, each bent out of one good list, and the exact sentence that each gets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from survey.unitlist import UnitListError, parse_units

OfficeBook = Callable[..., bytes]


@dataclass(frozen=True)
class Broken:
    """One way to break the list: cells to replace, areas to merge, and what the clerk must read."""

    name: str
    messages: tuple[str, ...]
    cells: dict[str, object] = field(default_factory=dict)
    merges: tuple[str, ...] = ()


def at(cell: str, text: str) -> str:
    return f"工作表“单位名册”{cell}：{text}"


CASES = (
    Broken(
        "a negative headcount",
        (at("F6", "机关事业单位干部职工的人数“-3”是负数；请填 0 或正整数。"),),
        {"F6": -3},
    ),
    Broken(
        "half a person",
        (at("F6", "机关事业单位干部职工的人数“53.5”不是整数；请填 0 或正整数。"),),
        {"F6": 53.5},
    ),
    Broken(
        "words for a headcount",
        (at("H16", "村（社区）组干部的人数“二十五”不是数字；请填 0 或正整数，例如 35。"),),
        {"H16": "二十五"},
    ),
    Broken(
        "an uncertain headcount",
        (at("H16", "村（社区）组干部的人数“约25人”不是数字；请填 0 或正整数，例如 35。"),),
        {"H16": "约 25 人"},
    ),
    Broken(
        "an absurd headcount",
        (
            at(
                "G13",
                "国有企业职工的人数“2370000”太大，一个单位不会超过 99999 人；请核对是否填错列或多打了 0。",
            ),
        ),
        {"G13": 2_370_000},
    ),
    Broken(
        "a headcount that Excel made a date",
        (at("I13", "两代表一委员的人数成了日期“2026-01-03”；请把单元格设为“常规”格式后重新填写人数。"),),
        {"I13": datetime(2026, 1, 3)},  # noqa: DTZ001 - Excel's dates have no time zone.
    ),
    Broken(
        "a headcount that shows an error",
        (at("F10", "机关事业单位干部职工的人数是错误值“#REF!”；请改正公式，或直接填写数字。"),),
        {"F10": "#REF!"},
    ),
    Broken(
        "a headcount by a formula without a stored result",
        (
            at(
                "F10",
                "机关事业单位干部职工的人数是公式“=VLOOKUP(B10,人员!A:B,2,0)”，文件里没有存下结果；"
                "请用 Excel 或 WPS 打开并保存一次，或直接填写数字。",
            ),
        ),
        {"F10": "=VLOOKUP(B10,人员!A:B,2,0)"},
    ),
    Broken(
        "a truth value for a headcount",
        (at("F10", "机关事业单位干部职工的人数“True”不是数字；请填 0 或正整数，例如 35。"),),
        {"F10": True},
    ),
    Broken(
        "one headcount for two villages",
        (
            at(
                "H17",
                "村（社区）组干部与工作表“单位名册”H16合并成了一个单元格，分不清各是多少；"
                "请取消合并，给每个单位分别填写。",
            ),
        ),
        {"H16": 47},
        ("H16:H17",),
    ),
    Broken(
        "one headcount over two groups",
        (
            at(
                "G6",
                "国有企业职工与工作表“单位名册”F6合并成了一个单元格，分不清各是多少；"
                "请取消合并，给每个单位分别填写。",
            ),
        ),
        {},
        ("F6:G6",),
    ),
    Broken(
        "a unit without a name", (at("B10", "这一行没有单位名称；请填写名称，或删去这一行。"),), {"B10": None}
    ),
    Broken(
        "a name of a hundred and one characters",
        (at("B10", f"单位名称“{'局' * 40}…”超过 100 个字；请写规范的全称或简称。"),),
        {"B10": "局" * 101},
    ),
    Broken(
        "a name that a spreadsheet would run",
        (at("B10", "单位名称“@SUM(1+1)县委办”以“@”开头，表格软件会把它当成公式；请改成单位的名称。"),),
        {"B10": "@SUM(1+1)县委办"},
    ),
    Broken(
        "a number for a name",
        (at("B10", "单位名称“16”只是数字或符号；请写单位的名称，并核对各列有没有错位。"),),
        {"B10": 16},
    ),
    Broken(
        "a name by a formula without a stored result",
        (
            at("B10", "单位名称读出来是“=人员!B2”；请改正公式，或直接填写文字。"),
            at("B10", "这一行没有单位名称；请填写名称，或删去这一行。"),
        ),
        {"B10": "=人员!B2"},
    ),
    Broken(
        "an unknown kind",
        (at("C10", "单位类别“县办”不认识；请改为“乡镇（街道）”“县级部门”“国有企业”或“村（社区）”。"),),
        {"C10": "县办"},
    ),
    Broken(
        "a kind against its heading",
        (
            at(
                "C10",
                "单位类别“国企”与所在分类标题“二、县级部门（1个）”（第 9 行）不一致；请核对后改正其中一处。",
            ),
        ),
        {"C10": "国企"},
    ),
    Broken(
        "no kind anywhere",
        (at("C10", "没有单位类别；请填“乡镇（街道）”“县级部门”“国有企业”或“村（社区）”。"),),
        {"C10": None, "A9": "二、其他单位"},
    ),
    Broken(
        "a code with a slash",
        (
            at(
                "J10",
                "单位编号“D/01”不能用；编号用字母、数字、汉字、“-”“_”或“.”，以字母、数字或汉字开头，最多 32 位。",
            ),
        ),
        {"J10": "D/01"},
    ),
    Broken(
        "a code used twice",
        (
            at(
                "J10",
                "单位编号“T01”与工作表“单位名册”J6的“青石镇人民政府”重复；每个单位的编号不能相同，请改正其中一个。",
            ),
        ),
        {"J10": "ｔ０１"},
    ),
    Broken(
        "a code of more digits than a spreadsheet keeps",
        (
            at(
                "J10",
                "单位编号“510123001002003008”是超过 15 位的数字，Excel 已丢失末几位；"
                "请把这一列设为“文本”格式后重新填写。",
            ),
        ),
        {"J10": 510_123_001_002_003_004},
    ),
    Broken(
        "the same unit twice without codes",
        (
            at(
                "B17",
                "“青石镇合力村村民委员会”与工作表“单位名册”B16同名、同类、同上级，又都没有单位编号，"
                "分不清是不是同一个单位；请删去多余的一行，或给两个单位分别填写编号。",
            ),
        ),
        {"B17": "青石镇合力村村民委员会", "D17": "青石镇人民政府", "J16": None, "J17": "无"},
    ),
    Broken(
        "a credit code one symbol short",
        (at("E10", "统一社会信用代码“1199000001000001J”有 17 位，应为 18 位；请对照证书改正，没有就留空。"),),
        {"E10": "1199000001000001J"},
    ),
    Broken(
        "a credit code with a letter that none has",
        (
            at(
                "E10",
                "统一社会信用代码“1199000001OOOOO01J”里有不该出现的字符：第 3 至 8 位只能是数字，其余用数字和大写字母，"
                "不用 I、O、S、V、Z；请对照证书改正，没有就留空。",
            ),
        ),
        {"E10": "1199000001OOOOO01J"},
    ),
    Broken(
        "a credit code with a wrong symbol",
        (
            at(
                "E10",
                "统一社会信用代码“11990000010000002J”的校验码对不上，至少有一位写错；请对照证书逐位核对，没有就留空。",
            ),
        ),
        {"E10": "11990000010000002J"},
    ),
    Broken(
        "a credit code kept as a number",
        (
            at(
                "E10",
                "统一社会信用代码“119900000000000096”存成了数字，Excel 只保留 15 位，后几位已丢失；"
                "请把这一列设为“文本”格式后重新填写。",
            ),
        ),
        {"E10": 119_900_000_000_000_060},
    ),
    Broken(
        "a credit code of another unit",
        (
            at(
                "E10",
                "统一社会信用代码“11990000000000001G”与工作表“单位名册”E6的“青石镇人民政府”相同；"
                "一个代码只属于一个单位，请改正其中一个。",
            ),
        ),
        {"E10": "11990000000000001G"},
    ),
    Broken(
        "a village without a parent",
        (at("D16", "村（社区）没有上级单位；请填所属乡镇（街道）的名称或编号。"),),
        {"D16": "－"},
    ),
    Broken(
        "an unknown parent",
        (at("D16", "上级单位“白塔乡”不在名册里；请改成名册里单位的名称或编号，或把这个单位补进名册。"),),
        {"D16": "白塔乡"},
    ),
    Broken(
        "a parent whose name two units share",
        (
            at("D16", "上级单位“柳溪镇人民政府”在名册里有 2 个同名单位；请改填单位编号。"),
            at("D17", "上级单位“柳溪镇人民政府”在名册里有 2 个同名单位；请改填单位编号。"),
        ),
        {"B6": "柳溪镇人民政府", "D16": "柳溪镇人民政府"},
    ),
    Broken(
        "a village under a department",
        (at("D16", "上级单位“县委办公室”是县级部门；村（社区）的上级必须是乡镇（街道），请改正。"),),
        {"D16": "县委办公室"},
    ),
    Broken(
        "a department under a village",
        (at("D10", "上级单位“T01V01”是村（社区），不能作上级；请改正，没有上级就留空。"),),
        {"D10": "T01V01"},
    ),
    Broken(
        "a unit above itself",
        (at("D10", "上级单位“D01”就是本单位；请改填真正的上级，没有就留空。"),),
        {"D10": "D01"},
    ),
    Broken(
        "a circle of parents",
        (
            at(
                "D6",
                "上级关系绕成了一圈：青石镇人民政府 → 县委办公室 → 青石镇人民政府；请改正其中一个单位的上级。",
            ),
        ),
        {"D6": "D01", "D10": "T01"},
    ),
    Broken(
        "a subtotal that is wrong",
        (
            at(
                "F8",
                "小计“机关事业单位干部职工”写的是 104，所列单位相加是 105；请核对单位人数，或改正这个数。",
            ),
        ),
        {"F8": 104},
    ),
    Broken(
        "a subtotal whose formula leaves a row out",
        (
            at(
                "F8",
                "小计“机关事业单位干部职工”写的是 53，所列单位相加是 105；请核对单位人数，或改正这个数。",
            ),
        ),
        {"F8": "=SUM(F6:F6)"},
    ),
    Broken(
        "a total that is wrong",
        (at("I19", "合计“两代表一委员”写的是 96，所列单位相加是 95；请核对单位人数，或改正这个数。"),),
        {"I19": 96},
    ),
    Broken(
        "a total that counts subtotals twice",
        (
            at(
                "F19",
                "合计“机关事业单位干部职工”写的是 242，所列单位相加是 121；请核对单位人数，或改正这个数。",
            ),
        ),
        {"F19": "=SUM(F6:F18)"},
    ),
    Broken(
        "a total that cannot be read",
        (at("F19", "合计“机关事业单位干部职工”写的是“一百多”，不是人数；请改正，或清空这个格子。"),),
        {"F19": "一百多"},
    ),
    Broken(
        "a heading that counts another number of units",
        (
            at(
                "A5",
                "分类标题“一、乡镇（街道）（20个）”写的是 20 个单位，下面列了 2 个；请核对有没有漏列，或改正标题。",
            ),
        ),
        {"A5": "一、乡镇（街道）（20个）"},
    ),
    Broken(
        "a group's column twice",
        (
            at(
                "G4",
                "“机关干部”与工作表“单位名册”F4的“机关事业单位干部职工”是同一项内容；"
                "请只留一列（人数请合并成一列）。",
            ),
        ),
        {"G4": "机关干部"},
    ),
    Broken(
        "a header without names",
        ("工作表“单位名册”第 4 行：表头里没有“单位名称”一列；请补上这一列后再导入。",),
        {"B3": "负责同志"},
    ),
    Broken(
        "a header without groups",
        (
            "工作表“单位名册”第 3 行：表头里没有目标群体的人数；请至少补上“机关事业单位干部职工”“国有企业职工”"
            "“村（社区）组干部”“两代表一委员”中的一列。",
        ),
        {"F4": "甲", "G4": "乙", "H4": "丙", "I4": "丁"},
    ),
    Broken(
        "no header at all",
        (
            "工作表“单位名册”：找不到表头；表头至少要有“单位名称”一列，和“机关事业单位干部职工”“国有企业职工”"
            "“村（社区）组干部”“两代表一委员”中的一列。",
        ),
        {f"{column}{row}": None for column in "ABCDEFGHIJK" for row in (3, 4)},
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_broken_workbook_gets_its_sentence(case: Broken, office_book: OfficeBook) -> None:
    content = office_book(case.cells, case.merges)

    with pytest.raises(UnitListError) as caught:
        parse_units(content)

    assert tuple(str(fault) for fault in caught.value.faults) == case.messages


def test_the_list_that_the_cases_bend_is_itself_without_fault(office_book: OfficeBook) -> None:
    unit_list = parse_units(office_book({}))

    assert [unit.code for unit in unit_list.units] == ["T01", "T02", "D01", "E01", "T01V01", "T02V01"]
    assert unit_list.reports == ()


def test_all_faults_come_at_once_in_the_order_of_the_file(office_book: OfficeBook) -> None:
    content = office_book({"H16": "二十五", "E10": "123", "F6": -3, "D17": "白塔乡", "I19": 1})

    with pytest.raises(UnitListError) as caught:
        parse_units(content)

    cells = [(fault.place.column, fault.place.row, fault.code) for fault in caught.value.faults]
    assert cells == [
        (6, 6, "headcount_negative"),
        (5, 10, "credit_length"),
        (8, 16, "headcount_text"),
        (4, 17, "parent_unknown"),
        (9, 19, "total_differs"),
    ]


def test_the_error_reads_as_a_list_with_its_count(office_book: OfficeBook) -> None:
    with pytest.raises(UnitListError) as caught:
        parse_units(office_book({"F6": -3, "F7": 1.5}))

    assert str(caught.value) == (
        "名册有 2 处需要改正，没有导入任何单位：\n"
        "工作表“单位名册”F6：机关事业单位干部职工的人数“-3”是负数；请填 0 或正整数。\n"
        "工作表“单位名册”F7：机关事业单位干部职工的人数“1.5”不是整数；请填 0 或正整数。"
    )


def test_a_list_without_units_says_so(office_book: OfficeBook) -> None:
    def empty(sheet: Worksheet) -> None:
        sheet.delete_rows(5, 20)

    with pytest.raises(UnitListError, match="第 4 行：表头下面没有单位；请填写单位后再导入。"):
        parse_units(office_book({}, (), empty))
