"""Every sentence that reading a unit list can say, by its stable code."""

from __future__ import annotations

from typing import Final

_FILE: Final = {
    "file_empty": "文件是空的；请重新保存名册后再导入。",
    "file_too_large": "文件超过 {limit} MB；名册用不到这么大，请删去图片和无关的工作表后再导入。",
    "file_old_excel": (
        "这是旧版 Excel（.xls）或 WPS（.et）文件；请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”后再导入。"
    ),
    "file_password": "文件设有打开密码；请用 Excel 或 WPS 打开，取消密码并保存后再导入。",
    "file_type": "这是{value}，不是单位名册；请导入 .xlsx 工作簿或 .csv 文件。",
    "file_damaged": "工作簿已损坏，读不出来；请用 Excel 或 WPS 打开，另存一份后再导入。",
    "file_sheets": "工作簿里没有工作表；请用 Excel 或 WPS 打开核对，另存一份后再导入。",
    "file_strict": (
        "工作簿存成了“Strict Open XML”格式；请在 Excel 中另存为“Excel 工作簿（.xlsx）”后再导入。"
    ),
    "file_doctype": (
        "工作簿内部的 {value} 带有 DOCTYPE 声明，Excel 和 WPS 不会这样写，文件可能被人改过；"
        "请向提供人核实，并用 Excel 或 WPS 另存一份后再导入。"
    ),
    "file_unpacked": "工作簿解压后超过 {limit} MB，可能是恶意文件；请用 Excel 或 WPS 打开核对，另存一份后再导入。",
    "file_cells": (
        "工作簿里有超过 {limit} 个单元格（包括只有格式的空单元格）；请删去表格下方和右侧的空行、空列后再导入。"
    ),
    "file_merges": "工作簿里合并或加链接的区域太大；请取消大片空白处的合并单元格和链接后再导入。",
    "file_extent": "数据写到了第 {row} 行第 {column} 列，超过 {rows} 行、{columns} 列的上限；请删去无关内容后再导入。",
    "csv_encoding": "读不出文件的文字编码；请在 Excel 或 WPS 中另存为“CSV UTF-8”后再导入。",
    "csv_quotes": "CSV 的引号没有成对，或一格文字太长；请在 Excel 或 WPS 中打开该文件，重新另存为 CSV 后再导入。",
}

_HEADER: Final = {
    "header_missing": (
        "找不到表头；表头至少要有“单位名称”一列，和“机关事业单位干部职工”“国有企业职工”“村（社区）组干部”"
        "“两代表一委员”中的一列。"
    ),
    "column_missing": "表头里没有“{label}”一列；请补上这一列后再导入。",
    "groups_missing": (
        "表头里没有目标群体的人数；请至少补上“机关事业单位干部职工”“国有企业职工”“村（社区）组干部”"
        "“两代表一委员”中的一列。"
    ),
    "column_twice": "“{value}”与{other}的“{label}”是同一项内容；请只留一列（人数请合并成一列）。",
    "units_missing": "表头下面没有单位；请填写单位后再导入。",
}

_CELL: Final = {
    "name_missing": "这一行没有单位名称；请填写名称，或删去这一行。",
    "name_long": "单位名称“{value}”超过 {limit} 个字；请写规范的全称或简称。",
    "name_start": "单位名称“{value}”以“{symbol}”开头，表格软件会把它当成公式；请改成单位的名称。",
    "name_number": "单位名称“{value}”只是数字或符号；请写单位的名称，并核对各列有没有错位。",
    "kind_missing": "没有单位类别；请填“乡镇（街道）”“县级部门”“国有企业”或“村（社区）”。",
    "kind_unknown": "单位类别“{value}”不认识；请改为“乡镇（街道）”“县级部门”“国有企业”或“村（社区）”。",
    "kind_heading": "单位类别“{value}”与所在分类标题“{heading}”（第 {row} 行）不一致；请核对后改正其中一处。",
    "code_invalid": (
        "单位编号“{value}”不能用；编号用字母、数字、汉字、“-”“_”或“.”，以字母、数字或汉字开头，最多 {limit} 位。"
    ),
    "code_twice": "单位编号“{value}”与{other}的“{name}”重复；每个单位的编号不能相同，请改正其中一个。",
    "code_exact": "单位编号“{value}”是超过 15 位的数字，Excel 已丢失末几位；请把这一列设为“文本”格式后重新填写。",
    "unit_twice": (
        "“{value}”与{other}同名、同类、同上级，又都没有单位编号，分不清是不是同一个单位；"
        "请删去多余的一行，或给两个单位分别填写编号。"
    ),
    "credit_exact": (
        "统一社会信用代码“{value}”存成了数字，Excel 只保留 15 位，后几位已丢失；"
        "请把这一列设为“文本”格式后重新填写。"
    ),
    "credit_length": "统一社会信用代码“{value}”有 {length} 位，应为 18 位；请对照证书改正，没有就留空。",
    "credit_letters": (
        "统一社会信用代码“{value}”里有不该出现的字符：第 3 至 8 位只能是数字，其余用数字和大写字母，"
        "不用 I、O、S、V、Z；请对照证书改正，没有就留空。"
    ),
    "credit_check": "统一社会信用代码“{value}”的校验码对不上，至少有一位写错；请对照证书逐位核对，没有就留空。",
    "credit_twice": "统一社会信用代码“{value}”与{other}的“{name}”相同；一个代码只属于一个单位，请改正其中一个。",
    "headcount_negative": "{label}的人数“{value}”是负数；请填 0 或正整数。",
    "headcount_fraction": "{label}的人数“{value}”不是整数；请填 0 或正整数。",
    "headcount_text": "{label}的人数“{value}”不是数字；请填 0 或正整数，例如 35。",
    "headcount_absurd": "{label}的人数“{value}”太大，一个单位不会超过 {limit} 人；请核对是否填错列或多打了 0。",
    "headcount_date": "{label}的人数成了日期“{value}”；请把单元格设为“常规”格式后重新填写人数。",
    "headcount_error": "{label}的人数是错误值“{value}”；请改正公式，或直接填写数字。",
    "headcount_formula": (
        "{label}的人数是公式“{value}”，文件里没有存下结果；请用 Excel 或 WPS 打开并保存一次，或直接填写数字。"
    ),
    "cell_merged": "{label}与{other}合并成了一个单元格，分不清各是多少；请取消合并，给每个单位分别填写。",
    "cell_text": "{label}读出来是“{value}”；请改正公式，或直接填写文字。",
    "row_short": "这一行只有 {found} 列，表头有 {expected} 列；请补齐各列的分隔符。",
    "row_long": "这一行有 {found} 列，比表头的 {expected} 列多；请核对有没有多出的逗号（人数不要写千位逗号）。",
}

_PARENT: Final = {
    "parent_missing": "村（社区）没有上级单位；请填所属乡镇（街道）的名称或编号。",
    "parent_unknown": "上级单位“{value}”不在名册里；请改成名册里单位的名称或编号，或把这个单位补进名册。",
    "parent_several": "上级单位“{value}”在名册里有 {count} 个同名单位；请改填单位编号。",
    "parent_self": "上级单位“{value}”就是本单位；请改填真正的上级，没有就留空。",
    "parent_kind": "上级单位“{value}”是{kind}；村（社区）的上级必须是乡镇（街道），请改正。",
    "parent_village": "上级单位“{value}”是村（社区），不能作上级；请改正，没有上级就留空。",
    "parent_circle": "上级关系绕成了一圈：{value}；请改正其中一个单位的上级。",
}

_TOTAL: Final = {
    "total_differs": "{title}“{label}”写的是 {value}，所列单位相加是 {expected}；请核对单位人数，或改正这个数。",
    "total_unreadable": "{title}“{label}”写的是“{value}”，不是人数；请改正，或清空这个格子。",
    "row_total_differs": "本单位“{label}”写的是 {value}，各群体相加是 {expected}；请核对各群体人数，或改正这个数。",
    "count_differs": "分类标题“{value}”写的是 {stated} 个单位，下面列了 {expected} 个；请核对有没有漏列，或改正标题。",
}

_IMPORT: Final = {
    "kind_changed": (
        "单位编号“{value}”现在是“{name}”（{kind}），名册里成了{other}；类别不能更改，"
        "请改正类别，或给新单位另编一个编号。"
    ),
    "credit_owned": (
        "统一社会信用代码“{value}”已属于“{name}”（编号 {other}），而名册里没有这个单位；"
        "如果是同一个单位，请沿用编号 {other}。"
    ),
}

_REPORT: Final = {
    "columns_ignored": "没有用到的列已跳过：{value}。",
    "residents_ignored": "“{value}”一列已跳过：群众没有应答人数。",
    "groups_absent": "没有这些群体的人数列：{value}；这些群体已有的应答人数保持不变。",
    "sheet_skipped": "没有单位名册的表头，已跳过这张工作表。",
    "sheet_hidden": "这张工作表是隐藏的，已跳过；如需导入，请取消隐藏。",
    "parents_from_heading": "有 {count} 个村（社区）没有填上级，已按所在的小标题归到“{name}”等乡镇（街道）。",
    "rows_hidden": "有 {count} 行单位处于隐藏状态（如筛选），也已读入。",
    "codes_made": (
        "有 {count} 个单位没有编号，已按类别、名称和上级自动编号；单位改名会使编号改变，"
        "建议用“survey units list -o 单位.csv”取得编号后填回名册。"
    ),
    "names_same": "“{value}”与{other}同名，按两个单位处理；如果是重复，请删去一行。",
    "kinds_from_heading": "有 {count} 个单位没有填类别，已按分类标题或工作表名称归类。",
    "parents_short": "有 {count} 个单位的上级写的是简称（如“{value}”），已对应到“{name}”等单位。",
    "total_unsolved": "{title}“{label}”是公式“{value}”，文件里没有存下结果，没有核对这个数。",
    "nobody": "“{value}”各群体的应答人数都是 0，没有人计入应答率。",
}

SENTENCES: Final = _FILE | _HEADER | _CELL | _PARENT | _TOTAL | _IMPORT | _REPORT
"""Sentences with named parts to fill in; ``value`` is always quoted from the file."""
