"""What a rate table must not show: rows that rest on too few people, and rows that would give those away."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import pandas as pd

from .counts import check_columns
from .rates import RATE_COLUMNS, rank_units


class Block(NamedTuple):
    """Figures that rest on the answers to one item: the column of counts with their base, and theirs."""

    base: str
    figures: tuple[str, ...]


BLOCKS: Final = (
    Block(
        "n_satisfaction",
        (
            "n_satisfaction",
            "satisfied",
            "satisfaction_rate",
            "satisfaction_low",
            "satisfaction_high",
            "satisfaction_score",
            "dont_know_share",
            "gap_satisfaction",
            "persons_to_target",
        ),
    ),
    Block(
        "n_awareness",
        (
            "n_awareness",
            "aware",
            "awareness_rate",
            "awareness_low",
            "awareness_high",
            "gap_awareness",
        ),
    ),
    Block("n_score", ("satisfaction_score",)),
    Block("n_knowledge", ("knowledge_rate",)),
    Block("n_support", ("support_rate",)),
)

NOTE_NONE: Final = "尚无作答"
NOTE_COMPLEMENT: Final = "为防推算一并隐藏"
NOTE_ITEM: Final = "部分指标样本不足或为防推算而隐藏"


def suppress_small(
    table: pd.DataFrame, *, minimum_n: pd.Series | int, counts: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return a rate table with what rests on fewer than `minimum_n` answers emptied, and the reason in `note`.

    `minimum_n` is one number or one for each row. Of a row with too few responses only headcount, responses
    and response rate are left, and `certified` becomes "too_few". Where enough responded, but too few of them
    answered satisfaction or awareness, the figures of that item go. The groups that are hidden of a unit must
    together be `minimum_n` responses or more, as subtracting the shown groups from the unit's total gives
    them away together: the next smallest groups are hidden until they are. Ranks are those among the rows
    that are left. Raises ColumnError for missing columns.

    `counts`, the frame that the table was made from, extends all this to the answers of every single item,
    also to score, knowledge and support, whose bases the table does not show; the note says so.

    It protects one table by itself. Tables of other days, of other cuts, and sums over units can still be
    subtracted: see `secondary_suppression` and `audit_suppression`.
    """
    check_columns("table", table, RATE_COLUMNS)
    shown = table.copy()
    minimum = pd.Series(minimum_n, index=shown.index) if isinstance(minimum_n, int) else minimum_n
    is_few = _find_few(table["responses"], minimum)
    is_complement = _find_complements(table, table["responses"], is_few, minimum)
    is_row = is_few | is_complement
    hidden = [_hide_block(table, counts, block, is_row, minimum) for block in BLOCKS]
    for block, is_hidden in zip(BLOCKS, hidden, strict=True):
        _empty(shown, is_hidden, block.figures)
        if counts is not None:
            shown.loc[is_hidden, "note"] = NOTE_ITEM
    shown.loc[hidden[0], "certified"] = "too_few"
    shown.loc[is_few, "note"] = "样本不足（n<" + minimum[is_few].astype(str) + "）"
    shown.loc[is_complement, "note"] = NOTE_COMPLEMENT
    shown.loc[shown["responses"] == 0, "note"] = NOTE_NONE
    shown["rank"] = rank_units(shown)
    return shown


def _hide_block(
    table: pd.DataFrame, counts: pd.DataFrame | None, block: Block, is_row: pd.Series, minimum: pd.Series
) -> pd.Series:
    """Return the rows whose figures of an item go: whole rows, too few answers, and what gives them away."""
    if counts is None:
        return is_row | _find_few(table[block.base], minimum) if block.base in table else is_row
    base = pd.Series(counts[block.base].to_numpy(), index=table.index)
    is_hidden = is_row | _find_few(base, minimum)
    return is_hidden | _find_complements(table, base, is_hidden, minimum)


def _find_few(base: pd.Series, minimum: pd.Series) -> pd.Series:
    return ((base > 0) & (base < minimum)).fillna(value=False).astype(bool)


def _find_complements(
    table: pd.DataFrame, base: pd.Series, is_hidden: pd.Series, minimum: pd.Series
) -> pd.Series:
    """Return the rows to hide so that the hidden groups of a unit are together at least the minimum."""
    # Residents are in no total, so they neither need nor give this protection.
    is_part = (table["group"] != "all") & table["headcount"].notna() & (base > 0)
    unit = [table["unit_code"], table["unit"], table["kind"], table["collector"]]
    hidden = base.where(is_part & is_hidden, 0).groupby(unit, dropna=False).transform("sum")
    wanted = minimum.where(is_part).groupby(unit, dropna=False).transform("max")
    others = base.where(is_part & ~is_hidden)
    ascending = others.sort_values(kind="stable")
    sums = ascending.groupby([key.loc[ascending.index] for key in unit], dropna=False).cumsum()
    before = sums.reindex(table.index) - others
    is_needed = (hidden > 0) & (hidden + before < wanted)
    return is_needed.fillna(value=False).astype(bool)


def _empty(table: pd.DataFrame, rows: pd.Series, columns: Sequence[str]) -> None:
    for name in columns:
        table[name] = table[name].mask(rows)
