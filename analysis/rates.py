"""The rate table: one row per unit (kind, group), both rates against their target, from counts alone.

The rules: response rate after AAPOR (2023), Standard Definitions, RR1 with known eligibility; intervals and
verdicts of `finite_proportion_ci`, `proportion_ci` and `verdict`, which name their sources.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from .counts import Floats, check_columns
from .finite import finite_proportion_ci
from .proportions import proportion_ci
from .verdicts import verdict

KEY_COLUMNS: Final = ("unit_code", "unit", "kind", "parent", "group", "collector")
COUNT_COLUMNS: Final = (
    "headcount",
    "responses",
    "n_satisfaction",
    "satisfied",
    "dont_know",
    "n_score",
    "score_total",
    "n_awareness",
    "aware",
    "n_knowledge",
    "knowledgeable",
    "n_support",
    "supporting",
)
TARGET_COLUMNS: Final = ("target_satisfaction", "target_awareness")
RATE_COLUMNS: Final = (
    *KEY_COLUMNS,
    "headcount",
    "responses",
    "response_rate",
    "n_satisfaction",
    "satisfied",
    "satisfaction_rate",
    "satisfaction_low",
    "satisfaction_high",
    "satisfaction_score",
    "dont_know_share",
    "n_awareness",
    "aware",
    "awareness_rate",
    "awareness_low",
    "awareness_high",
    "knowledge_rate",
    "support_rate",
    "gap_satisfaction",
    "gap_awareness",
    "persons_to_target",
    "certified",
    "rank",
    "note",
)


def rate_table(counts: pd.DataFrame, *, confidence_level: float = 0.95) -> pd.DataFrame:
    """Return the rates of each row of counts, in its order, with the columns `RATE_COLUMNS`.

    `counts` has the columns `KEY_COLUMNS`, `COUNT_COLUMNS` and `TARGET_COLUMNS`; others are passed over.
    `headcount` is missing for residents: they have no response rate, and Wilson's interval in place of the
    exact one of a roster. Rates and gaps are shares, 0 to 1; where there is no denominator they are missing,
    never 0. `persons_to_target` is the gap in persons: how many more of those who answered would have to be
    satisfied. `certified` is the verdict on satisfaction alone. `rank` is that of `rank_units`. `note` is
    empty. Nothing is hidden: see `suppress_small`.

    Raises ColumnError for missing columns and CountError for counts that contradict each other.
    """
    check_columns("counts", counts, (*KEY_COLUMNS, *COUNT_COLUMNS, *TARGET_COLUMNS))
    table = counts[[*KEY_COLUMNS]].reset_index(drop=True)
    source = counts.reset_index(drop=True)
    for name in ("headcount", "responses", "n_satisfaction", "satisfied", "n_awareness", "aware"):
        table[name] = source[name].astype("Int64")
    table["response_rate"] = _divide(source, "responses", "headcount")
    table["satisfaction_score"] = _divide(source, "score_total", "n_score")
    table["dont_know_share"] = _divide(source, "dont_know", "n_satisfaction")
    table["knowledge_rate"] = _divide(source, "knowledgeable", "n_knowledge")
    table["support_rate"] = _divide(source, "supporting", "n_support")
    for rate, x, n in (
        ("satisfaction", "satisfied", "n_satisfaction"),
        ("awareness", "aware", "n_awareness"),
    ):
        table[f"{rate}_rate"] = _divide(source, x, n)
        table[f"gap_{rate}"] = source[f"target_{rate}"].astype("Float64") - table[f"{rate}_rate"]
        table[f"{rate}_low"], table[f"{rate}_high"] = _find_limits(source, x, n, confidence_level)
    table["persons_to_target"] = _count_missing(source)
    table["certified"] = _judge(source, confidence_level)
    table["rank"] = rank_units(table)
    table["note"] = ""
    return table[list(RATE_COLUMNS)]


def rank_units(table: pd.DataFrame) -> pd.Series:
    """Return ranks by unrounded satisfaction rate inside kind, group and collector; ties share the best.

    Rows without a unit code (totals) and without a rate have none.
    """
    rates = table["satisfaction_rate"].where(table["unit_code"] != "")
    keys = [table[name] for name in ("kind", "group", "collector")]
    ranks = rates.groupby(keys).rank(method="min", ascending=False)
    return pd.Series(ranks, dtype="Int64")


def pool_counts(counts: pd.DataFrame, *, by: Sequence[str]) -> pd.DataFrame:
    """Return one row of summed counts for each combination of the columns `by`, in order of appearance.

    A pooled row has a headcount only where every pooled row has one, and the strictest of their targets, so
    that pooling never makes a claim easier. Name `collector` in `by`: answers of different kinds of
    collectors are not comparable. Columns that are neither counts, targets nor in `by` are left out.
    """
    check_columns("counts", counts, (*by, *COUNT_COLUMNS, *TARGET_COLUMNS))
    groups = counts.groupby(list(by), sort=False, dropna=False)
    pooled = groups[list(COUNT_COLUMNS[1:])].sum()
    headcounts = groups["headcount"]
    pooled.insert(0, "headcount", headcounts.sum().astype("Int64").where(headcounts.count() == groups.size()))
    return pooled.join(groups[list(TARGET_COLUMNS)].max()).reset_index()


def _divide(counts: pd.DataFrame, part: str, whole: str) -> pd.Series:
    """Return part / whole, missing where the whole is missing or zero."""
    below = counts[whole].astype("Float64")
    shares: pd.Series = counts[part].astype("Float64") / below.where(below > 0)
    return shares


def _find_limits(
    counts: pd.DataFrame, x: str, n: str, confidence_level: float
) -> tuple[pd.Series, pd.Series]:
    low, high = (pd.Series(np.nan, index=counts.index) for _ in range(2))
    has_roster = counts["headcount"].notna()
    roster, others = counts[has_roster], counts[~has_roster]
    exact = finite_proportion_ci(roster[x], roster[n], roster["headcount"], confidence_level=confidence_level)
    wilson = proportion_ci(others[x], others[n], method="wilson", confidence_level=confidence_level)
    for rows, interval in ((has_roster, exact), (~has_roster, wilson)):
        low[rows], high[rows] = interval.low, interval.high
    is_answered = counts[n] > 0
    return low.where(is_answered).astype("Float64"), high.where(is_answered).astype("Float64")


def _count_missing(counts: pd.DataFrame) -> pd.Series:
    answered = counts["n_satisfaction"].astype(np.float64)
    # A hair below, because 0.95 of 20 is 19.000000000000004 as a float product of some targets.
    needed = np.ceil(counts["target_satisfaction"].astype(np.float64) * answered - 1e-9)
    missing: pd.Series = (needed - counts["satisfied"]).clip(lower=0)
    return missing.where(answered > 0).astype("Int64")


def _judge(counts: pd.DataFrame, confidence_level: float) -> pd.Series:
    status = pd.Series("none", index=counts.index, dtype="object")
    has_roster = counts["headcount"].notna()
    for rows in (has_roster, ~has_roster):
        some = counts[rows]
        headcounts = some["headcount"].astype(np.int64) if rows is has_roster else None
        judged = verdict(
            some["satisfied"],
            some["n_satisfaction"],
            headcounts,
            target=_read_targets(some),
            minimum_n=1,
            confidence_level=confidence_level,
        )
        status[rows] = judged.status
    return status


def _read_targets(counts: pd.DataFrame) -> Floats:
    return counts["target_satisfaction"].to_numpy(dtype=np.float64)
