"""From an exported answers file to the counts of a rate table, by another path than the platform's own.

The platform counts fixed-width sheets; this counts a table of option codes with pandas, so that whoever
holds the two files can recompute every published rate.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from questionnaires import PassRule, Questionnaire, ScoreRule, ShareRule, SingleItem

from .counts import check_columns
from .rates import COUNT_COLUMNS, KEY_COLUMNS, TARGET_COLUMNS

PLACE = ["unit_code", "group", "collector"]
NOT_SHOWN = "-"
FIRST_LINE = 2
"""The line of a file that holds its first row, below the heading."""

COUNTED = {
    "satisfaction": ("n_satisfaction", "satisfied"),
    "score": ("n_score", "score_total"),
    "awareness": ("n_awareness", "aware"),
    "knowledge": ("n_knowledge", "knowledgeable"),
    "support": ("n_support", "supporting"),
}
"""The indicator of a questionnaire, and the columns that hold its base and its total."""


@dataclass(frozen=True, kw_only=True)
class TableFault:
    """One fault of a file: which table, which line (1 is the heading), which column, and what is wrong."""

    table: str
    line: int
    column: str
    message: str

    def __str__(self) -> str:
        return f"{self.table}第 {self.line} 行“{self.column}”：{self.message}"


class TabulationError(ValueError):
    """Files that cannot be counted. `faults` holds every fault, in the order of the lines."""

    def __init__(self, faults: tuple[TableFault, ...]) -> None:
        super().__init__(faults)
        self.faults = faults

    def __str__(self) -> str:
        return "\n".join(str(fault) for fault in self.faults)


def count_answers(
    answers: pd.DataFrame, roster: pd.DataFrame, definitions: Mapping[str, Questionnaire]
) -> pd.DataFrame:
    """Return one row per row of the roster, in its order, with the counts that `rate_table` needs.

    `answers` has a row per response: unit_code, group, collector, then a column per item with the code of
    the chosen option; "" means not answered, "-" not shown. A row without any answer is a response too.
    `roster` has unit_code, unit, kind, parent, group, collector and headcount (missing for residents), and
    may have target_satisfaction and target_awareness (else 1). `definitions` has the questionnaire of each
    group by its code. Units without answers get zeros.

    Raises ColumnError for missing columns, TabulationError with every fault at once: an unknown option, an
    answer from outside the roster, a roster row given twice, more responses than people.
    """
    check_columns("roster", roster.columns, (*KEY_COLUMNS, "headcount"))
    check_columns("answers", answers.columns, PLACE)
    table = answers.reset_index(drop=True).fillna("")
    units = roster.reset_index(drop=True)
    asked = sorted(definitions.keys() & set(table["group"]))
    marked = [_mark_group(table, group, definitions[group]) for group in asked]
    sums = _sum_places(table, marked)
    placed = sums.reindex(pd.MultiIndex.from_frame(units[PLACE]), fill_value=0).reset_index(drop=True)
    counts = pd.concat([units, placed], axis="columns")
    counts["headcount"] = counts["headcount"].astype("Int64")
    _refuse_faults([*_find_faults(table, units, definitions), *_find_surplus(counts)])
    targets = {name: 1.0 for name in TARGET_COLUMNS if name not in counts}
    return counts.assign(**targets)[[*KEY_COLUMNS, *COUNT_COLUMNS, *TARGET_COLUMNS]]


def _sum_places(table: pd.DataFrame, marked: list[pd.DataFrame]) -> pd.DataFrame:
    """Return the counts of each unit, group and collector that has answers."""
    columns = [name for name in COUNT_COLUMNS if name != "headcount"]
    marks = pd.concat(marked) if marked else pd.DataFrame()
    marks = marks.reindex(index=table.index, columns=columns, fill_value=0).fillna(0)
    marks["responses"] = 1
    return marks.astype("int64").groupby([table[name] for name in PLACE]).sum()


def _mark_group(table: pd.DataFrame, group: str, questionnaire: Questionnaire) -> pd.DataFrame:
    """Return what each response of a group adds to each count, one row per response."""
    rows = table[table["group"] == group]
    marks: dict[str, pd.Series] = {}
    for rule in questionnaire.indicators:
        if rule.code in COUNTED:
            check_columns("answers", table.columns, rule.items if isinstance(rule, PassRule) else [rule.item])
            marks |= dict(zip(COUNTED[rule.code], _mark_rule(rows, questionnaire, rule), strict=True))
            if rule.code == "satisfaction" and isinstance(rule, ShareRule):
                marks["dont_know"] = rows[rule.item].isin(_list_unsure(questionnaire, rule.item))
    return pd.DataFrame(marks, index=rows.index).astype("int64")


def _mark_rule(
    rows: pd.DataFrame, questionnaire: Questionnaire, rule: ShareRule | ScoreRule | PassRule
) -> tuple[pd.Series, pd.Series]:
    """Return what each response adds to a rule's base and to its total."""
    if isinstance(rule, PassRule):
        return _mark_passes(rows, questionnaire, rule)
    chosen = rows[rule.item]
    if isinstance(rule, ScoreRule):
        return chosen.isin(list(rule.weights)), chosen.map(rule.weights).fillna(0)
    dropped = _list_unsure(questionnaire, rule.item) if rule.dont_know == "drop" else []
    base = [code for code in _list_options(questionnaire, rule.item) if code not in dropped]
    return chosen.isin(base), chosen.isin(list(rule.counted))


def _mark_passes(
    rows: pd.DataFrame, questionnaire: Questionnaire, rule: PassRule
) -> tuple[pd.Series, pd.Series]:
    """Return who answered at least one of the items, and who of them gave enough right answers."""
    chosen = rows[list(rule.items)]
    keys = pd.Series({code: questionnaire.keyed_items[code].key for code in rule.items})
    is_shown = chosen != NOT_SHOWN
    is_asked = (is_shown & (chosen != "")).any(axis=1)
    needed = np.array([rule.count_needed(shown) for shown in range(len(rule.items) + 1)])
    is_enough = chosen.eq(keys).sum(axis=1) >= needed[is_shown.sum(axis=1)]
    return is_asked, is_asked & is_enough


def _list_options(questionnaire: Questionnaire, item: str) -> list[str]:
    return [option.code for option in questionnaire.find_choice(item).options]


def _list_unsure(questionnaire: Questionnaire, item: str) -> list[str]:
    options = questionnaire.find_choice(item).options
    return [option.code for option in options if option.meaning == "unsure"]


def _refuse_faults(faults: list[TableFault]) -> None:
    if faults:
        raise TabulationError(tuple(sorted(faults, key=lambda fault: (fault.table, fault.line))))


def _find_faults(
    table: pd.DataFrame, units: pd.DataFrame, definitions: Mapping[str, Questionnaire]
) -> Iterator[TableFault]:
    """Yield what is wrong in either file by itself, and answers from outside the roster."""
    for row in np.flatnonzero(units.duplicated(PLACE)):
        message = f"重复：{_name_place(units, int(row))}"
        yield TableFault(table="名册", line=int(row) + FIRST_LINE, column="unit_code", message=message)
    places = pd.MultiIndex.from_frame(units[PLACE])
    for row in np.flatnonzero(~pd.MultiIndex.from_frame(table[PLACE]).isin(places)):
        message = f"名册里没有：{_name_place(table, int(row))}"
        yield TableFault(table="答卷", line=int(row) + FIRST_LINE, column="unit_code", message=message)
    for row in np.flatnonzero(~table["group"].isin(list(definitions))):
        message = f"没有群体“{table['group'].iloc[row]}”的问卷"
        yield TableFault(table="答卷", line=int(row) + FIRST_LINE, column="group", message=message)
    for group, questionnaire in definitions.items():
        yield from _find_unknown_options(table[table["group"] == group], questionnaire)


def _name_place(frame: pd.DataFrame, row: int) -> str:
    return " ".join(map(str, frame[PLACE].to_numpy()[row]))


def _find_unknown_options(rows: pd.DataFrame, questionnaire: Questionnaire) -> Iterator[TableFault]:
    """Yield every answer to a single choice that is none of its options."""
    for item in questionnaire.choice_items:
        if not isinstance(item, SingleItem) or item.code not in rows:
            continue
        chosen = rows[item.code]
        known = ["", NOT_SHOWN, *(option.code for option in item.options)]
        for row, value in chosen[~chosen.isin(known)].items():
            line = int(str(row)) + FIRST_LINE
            yield TableFault(table="答卷", line=line, column=item.code, message=f"没有选项“{value}”")


def _find_surplus(counts: pd.DataFrame) -> Iterator[TableFault]:
    """Yield the roster rows with more responses than people."""
    too_many = (counts["responses"] > counts["headcount"]).fillna(value=False)
    for row in np.flatnonzero(too_many):
        people, responses = counts["headcount"].iloc[row], counts["responses"].iloc[row]
        message = f"有 {responses} 份答卷，多于应答人数 {people}；请核对名册，或去掉重复的答卷"
        yield TableFault(table="名册", line=int(row) + FIRST_LINE, column="headcount", message=message)
