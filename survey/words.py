"""The closed choices of the glossary, and their names in Chinese and English.

Codes are stored and never change their meaning; names are for people and may be reworded.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class UnitKind(StrEnum):
    """单位类别: a unit is ranked only among units of its kind."""

    TOWNSHIP = "township"
    DEPARTMENT = "department"
    SOE = "soe"
    VILLAGE = "village"


class Group(StrEnum):
    """目标群体: the people of a unit who are asked with one questionnaire."""

    CIVIL_SERVANTS = "civil_servants"
    SOE_STAFF = "soe_staff"
    VILLAGE_CADRES = "village_cadres"
    DEPUTIES = "deputies"
    RESIDENTS = "residents"


class CollectorKind(StrEnum):
    """收集渠道: one poster for all, or one code a person."""

    OPEN = "open"
    SLIP = "slip"


class SlipState(StrEnum):
    """答题卡片的状态; only an unused one lets somebody answer, and it never becomes unused again."""

    UNUSED = "unused"
    USED = "used"
    VOID = "void"


class WaveState(StrEnum):
    """调查轮次的状态; a wave only ever moves to the next one."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    ARCHIVED = "archived"


ROSTER_GROUPS: Final = tuple(group for group in Group if group is not Group.RESIDENTS)
"""The groups with a headcount; residents have none, so they have no response rate."""

# Kept by type, because members of two types may have the same code and then count as one key.
_NAMES: Final[dict[type[StrEnum], dict[str, tuple[str, str]]]] = {
    UnitKind: {
        UnitKind.TOWNSHIP: ("乡镇（街道）", "Township"),
        UnitKind.DEPARTMENT: ("县级部门", "County department"),
        UnitKind.SOE: ("国有企业", "State-owned enterprise"),
        UnitKind.VILLAGE: ("村（社区）", "Village or community"),
    },
    Group: {
        Group.CIVIL_SERVANTS: ("机关事业单位干部职工", "Staff of public institutions"),
        Group.SOE_STAFF: ("国有企业职工", "Staff of state-owned enterprises"),
        Group.VILLAGE_CADRES: ("村（社区）组干部", "Village and community cadres"),
        Group.DEPUTIES: ("两代表一委员", "Deputies and committee members"),
        Group.RESIDENTS: ("群众", "Residents"),
    },
    CollectorKind: {
        CollectorKind.OPEN: ("公开二维码", "Open code"),
        CollectorKind.SLIP: ("一人一码", "One code a person"),
    },
    SlipState: {
        SlipState.UNUSED: ("未使用", "Unused"),
        SlipState.USED: ("已使用", "Used"),
        SlipState.VOID: ("已作废", "Void"),
    },
    WaveState: {
        WaveState.DRAFT: ("草稿", "Draft"),
        WaveState.OPEN: ("进行中", "Open"),
        WaveState.CLOSED: ("已结束", "Closed"),
        WaveState.ARCHIVED: ("已归档", "Archived"),
    },
}


def name_word(word: StrEnum, language: str = "zh") -> str:
    """Return the name of a closed choice in Chinese (``zh``) or English (``en``)."""
    chinese, english = _NAMES[type(word)][word]
    return english if language == "en" else chinese
