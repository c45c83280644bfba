"""The columns of published tables: their codes, their Chinese titles and how their values are written."""

from __future__ import annotations

from enum import Enum, auto
from typing import Final

from survey.words import CollectorKind, Group, UnitKind, name_word


class Kind(Enum):
    """How a column's values are written."""

    TEXT = auto()
    WORD = auto()
    COUNT = auto()
    SHARE = auto()
    SCORE = auto()


COLUMNS: Final[dict[str, tuple[str, Kind]]] = {
    "unit_code": ("单位编号", Kind.TEXT),
    "unit": ("单位名称", Kind.TEXT),
    "kind": ("单位类别", Kind.WORD),
    "parent": ("上级单位", Kind.TEXT),
    "group": ("群体", Kind.WORD),
    "collector": ("收集渠道", Kind.WORD),
    "headcount": ("应答人数", Kind.COUNT),
    "responses": ("实答人数", Kind.COUNT),
    "response_rate": ("应答率", Kind.SHARE),
    "n_satisfaction": ("满意题作答", Kind.COUNT),
    "satisfied": ("满意人数", Kind.COUNT),
    "satisfaction_rate": ("满意率", Kind.SHARE),
    "satisfaction_low": ("满意率下限", Kind.SHARE),
    "satisfaction_high": ("满意率上限", Kind.SHARE),
    "satisfaction_score": ("满意度得分", Kind.SCORE),
    "dont_know_share": ("不了解占比", Kind.SHARE),
    "n_awareness": ("知晓题作答", Kind.COUNT),
    "aware": ("知晓人数", Kind.COUNT),
    "awareness_rate": ("知晓率", Kind.SHARE),
    "awareness_low": ("知晓率下限", Kind.SHARE),
    "awareness_high": ("知晓率上限", Kind.SHARE),
    "knowledge_rate": ("知识知晓率", Kind.SHARE),
    "support_rate": ("支持率", Kind.SHARE),
    "gap_satisfaction": ("距满意率目标", Kind.SHARE),
    "gap_awareness": ("距知晓率目标", Kind.SHARE),
    "persons_to_target": ("差多少人", Kind.COUNT),
    "certified": ("判定", Kind.WORD),
    "rank": ("排名", Kind.COUNT),
    "note": ("备注", Kind.TEXT),
    "item": ("题目编码", Kind.TEXT),
    "question": ("题目", Kind.TEXT),
    "option": ("选项编码", Kind.TEXT),
    "label": ("选项", Kind.TEXT),
    "n": ("人数", Kind.COUNT),
    "n_answered": ("该题作答人数", Kind.COUNT),
    "share": ("占比", Kind.SHARE),
}
"""Every column of the tables by unit, kind and group in the order of their contract, then those by question."""

_WORDS: Final = {
    word.value: name_word(word) for words in (UnitKind, Group, CollectorKind) for word in words
} | {
    "all": "合计",
    "county": "全县",
    "certified": "全体达标",
    "observed": "作答者达标",
    "below": "未达标",
    "too_few": "样本不足",
    "none": "无人作答",
}


def title_column(column: str) -> str:
    """Return a column's Chinese title."""
    return COLUMNS[column][0]


def kind_of_column(column: str) -> Kind:
    """Return how a column's values are written."""
    return COLUMNS[column][1]


def name_code(code: str) -> str:
    """Return the Chinese name of a code that stands in a table, the code itself where it has none."""
    return _WORDS.get(code, code)
