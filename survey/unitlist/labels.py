"""The words by which offices call the columns, kinds and totals of a unit list."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from survey.unitlist.spelling import squeeze_text
from survey.words import Group, UnitKind, name_word


class Column(StrEnum):
    """What a column may hold besides a group's headcounts."""

    SERIAL = "serial"
    NAME = "name"
    KIND = "kind"
    PARENT = "parent"
    CREDIT_CODE = "credit_code"
    CODE = "code"
    TOTAL = "total"
    REMARK = "remark"


Field = Column | Group

_COLUMN_WORDS: Final = {
    Column.SERIAL: "序号 编序 顺序 行号 no serial",
    Column.NAME: "单位名称 单位 名称 单位全称 单位名 全称 机构名称 部门名称 单位规范名称 name unit",
    Column.KIND: "单位类别 类别 单位类型 类型 单位性质 性质 分类 kind",
    Column.PARENT: (
        "上级单位 上级 所属单位 所属乡镇 所属乡镇街道 所属镇街 所在乡镇 所在乡镇街道 隶属单位 隶属乡镇 主管单位 "
        "主管部门 上级单位名称 上级单位编号 上级编号 parent"
    ),
    Column.CREDIT_CODE: "统一社会信用代码 社会信用代码 信用代码 统一信用代码 统一代码 机构代码 creditcode uscc",
    Column.CODE: "单位编号 编号 单位编码 编码 单位代码 代码 code unitcode",
    Column.TOTAL: "合计 小计 总计 共计 总人数 人数 应答人数 人数合计 应答人数合计 应答总人数 total headcount",
    Column.REMARK: "备注 说明 remark note",
}
_GROUP_WORDS: Final = {
    Group.CIVIL_SERVANTS: (
        "机关事业单位干部职工 机关事业单位职工 机关事业单位人员 机关事业单位 机关事业干部职工 机关干部职工 机关干部 "
        "行政事业单位干部职工 行政事业单位职工 行政事业单位 干部职工 civilservants"
    ),
    Group.SOE_STAFF: "国有企业职工 国有企业员工 国有企业 国企职工 国企员工 国企 县属国企职工 企业职工 soestaff",
    Group.VILLAGE_CADRES: (
        "村社区组干部 村居组干部 村组干部 村社组干部 村社区干部 村居干部 村社干部 村干部 社区干部 村两委干部 "
        "villagecadres"
    ),
    Group.DEPUTIES: "两代表一委员 两代表1委员 2代表1委员 代表委员 两代表委员 党代表人大代表政协委员 deputies",
    Group.RESIDENTS: "群众 居民 群众代表 城乡居民 residents",
}
_KIND_WORDS: Final = {
    UnitKind.TOWNSHIP: "乡镇街道 乡镇 镇乡 镇 乡 街道 街道办 街道办事处 镇街 乡镇街办 乡镇政府 township",
    UnitKind.DEPARTMENT: (
        "县级部门 部门 县直部门 县直单位 县直机关 县级单位 县级机关 县级机关单位 县属部门 机关事业单位 行政事业单位 "
        "机关 机关单位 事业单位 行政单位 群团 群团组织 党政机关 区级部门 区直部门 市级部门 市直部门 department"
    ),
    UnitKind.SOE: "国有企业 国企 县属国有企业 县属国企 县级国有企业 国有公司 国有控股企业 企业 soe",
    UnitKind.VILLAGE: "村社区 村居 村 社区 行政村 村委会 居委会 村民委员会 居民委员会 村社 village",
}

_BRACKETED_UNIT: Final = re.compile(r"[(\[](?:人|名|个|必填|选填|可不填|人数)[)\]]")
_PUNCTUATION: Final = re.compile(r"[^0-9a-z\u3400-\u9fff\U00020000-\U0003ffff]")
_AROUND_GROUP: Final = re.compile(
    r"^(?:其中|应答人数|应答|应调查|人数)+|(?:应答人数|应调查人数|总人数|人数)$"
)


def _index_words(words: dict[Field, str] | dict[Column, str]) -> dict[str, Field]:
    return {word: field for field, spellings in words.items() for word in spellings.split()}


_COLUMNS: Final = _index_words(_COLUMN_WORDS)
_GROUPS: Final = {word: group for group, spellings in _GROUP_WORDS.items() for word in spellings.split()}
_KINDS: Final = {word: kind for kind, spellings in _KIND_WORDS.items() for word in spellings.split()}


def find_field(label: str) -> Field | None:
    """Return what a column under this label holds, None when the words are not known.

    Punctuation, blanks, capitals and a unit in brackets (``人数（人）``) do not matter.
    """
    key = _fold_label(label)
    return _COLUMNS.get(key) or _GROUPS.get(_AROUND_GROUP.sub("", key))


def find_kind(text: str) -> UnitKind | None:
    """Return the kind of unit that a word means, None when it is not known."""
    return _KINDS.get(_fold_label(text))


def name_field(field: Field) -> str:
    """Return the name by which messages call a column."""
    return name_word(field) if isinstance(field, Group) else _COLUMN_WORDS[field].split()[0]


def _fold_label(label: str) -> str:
    return _PUNCTUATION.sub("", _BRACKETED_UNIT.sub("", squeeze_text(label)))
