"""What a rate table must not show: rows that rest on too few people, and rows that would give those away."""

from collections.abc import Sequence
from typing import Final

import pandas as pd

from .counts import check_columns
from .rates import RATE_COLUMNS, rank_units

_SATISFACTION: Final = (
    "n_satisfaction",
    "satisfied",
    "satisfaction_rate",
    "satisfaction_low",
    "satisfaction_high",
    "satisfaction_score",
    "dont_know_share",
    "gap_satisfaction",
    "persons_to_target",
)
_AWARENESS: Final = (
    "n_awareness",
    "aware",
    "awareness_rate",
    "awareness_low",
    "awareness_high",
    "gap_awareness",
)
_OTHERS: Final = ("knowledge_rate", "support_rate")
_BY_ANSWERS: Final = ((("n_satisfaction",), _SATISFACTION), (("n_awareness",), _AWARENESS))

NOTE_NONE: Final = "尚无作答"
NOTE_COMPLEMENT: Final = "为防推算一并隐藏"


def suppress_small(table: pd.DataFrame, *, minimum_n: pd.Series | int) -> pd.DataFrame:
    """Return a rate table with what rests on fewer than `minimum_n` answers emptied, and the reason in `note`.

    `minimum_n` is one number or one for each row. Of a row with too few responses only headcount, responses
    and response rate are left, and `certified` becomes "too_few". Where enough answered, but too few of them
    the item itself, the figures of that item go. Where subtracting the shown groups of a unit from its total
    would give exactly one hidden group, the next smallest group is hidden too. Ranks are those among the
    rows that are left.

    It protects one table by itself. Tables of other days, of other cuts, and sums over units can still be
    subtracted: see `secondary_suppression` and `audit_suppression`.
    """
    check_columns("table", table, RATE_COLUMNS)
    shown = table.copy()
    minimum = pd.Series(minimum_n, index=shown.index) if isinstance(minimum_n, int) else minimum_n
    is_few = (shown["responses"] > 0) & (shown["responses"] < minimum)
    is_complement = _find_complements(shown, is_few)
    for counted, columns in _BY_ANSWERS:
        too_few = (shown[counted[0]] < minimum) & (shown[counted[0]] > 0)
        _empty(shown, is_few | is_complement | too_few, columns)
    _empty(shown, is_few | is_complement, _OTHERS)
    shown.loc[is_few | is_complement, "certified"] = "too_few"
    shown.loc[shown["responses"] == 0, "note"] = NOTE_NONE
    shown.loc[is_few, "note"] = "样本不足（n<" + minimum[is_few].astype(str) + "）"
    shown.loc[is_complement, "note"] = NOTE_COMPLEMENT
    shown["rank"] = rank_units(shown)
    return shown


def _empty(table: pd.DataFrame, rows: pd.Series, columns: Sequence[str]) -> None:
    for name in columns:
        table[name] = table[name].mask(rows)


def _find_complements(table: pd.DataFrame, is_few: pd.Series) -> pd.Series:
    """Return the rows to hide because their unit's total would give away its one hidden group."""
    # Residents are in no total, so they neither need nor give this protection.
    is_part = (table["group"] != "all") & table["headcount"].notna() & (table["responses"] > 0)
    unit = [table["unit_code"], table["unit"], table["collector"]]
    n_hidden = (is_part & is_few).groupby(unit).transform("sum")
    candidates = table["responses"].where(is_part & ~is_few & (n_hidden == 1))
    smallest = candidates.groupby(unit).rank(method="first")
    return (smallest == 1).fillna(value=False).astype(bool)
