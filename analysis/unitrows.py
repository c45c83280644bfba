"""The rows of a table by unit: a total for each unit, then its groups, each with the least n to show."""

import pandas as pd

from .rates import pool_counts

ALL = "all"
UNIT_KEYS = ["unit_code", "unit", "kind", "parent"]


def arrange_units(counts: pd.DataFrame, *, minimum_unit: int = 5, minimum_crossing: int = 10) -> pd.DataFrame:
    """Return counts with a row `all` before the groups of each unit, and a column `minimum_n`.

    `counts` has a row per unit, group and collector, as for `rate_table`; the order of units and groups is
    kept. A unit's total pools its groups that have a headcount, by collector, and a unit of residents alone
    pools those: people with and without a headcount are never pooled. `minimum_n` is `minimum_unit` for a
    total and for a unit's only group, which is the unit itself, and `minimum_crossing` for any other group.
    Raises ColumnError for missing columns.
    """
    has_headcount = counts["headcount"].notna()
    is_rostered_unit = has_headcount.groupby(counts["unit_code"]).transform("any")
    pooled = counts[has_headcount | ~is_rostered_unit].assign(group=ALL)
    totals = pool_counts(pooled, by=[*UNIT_KEYS, "group", "collector"]).assign(minimum_n=minimum_unit)
    n_groups = has_headcount.groupby(counts["unit_code"]).transform("sum")
    is_unit = (has_headcount & (n_groups == 1)) | (n_groups == 0)
    groups = counts.assign(minimum_n=is_unit.map({True: minimum_unit, False: minimum_crossing}))
    rows = pd.concat([totals, groups], ignore_index=True)
    place = rows["unit_code"].map({code: place for place, code in enumerate(counts["unit_code"].unique())})
    return rows.iloc[place.argsort(kind="stable")].reset_index(drop=True)
