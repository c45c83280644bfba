"""Item nonresponse: who saw an item and left it empty, and who said they do not know.

Source: AAPOR, Standard Definitions (item nonresponse rate = eligible sheets without an answer ÷ sheets
that saw the item). "Don't know" is an answer of its own and is counted apart.
"""

from collections.abc import Collection, Hashable

import pandas as pd
from scipy import stats

from .answers import Table, answer_frame
from .counts import check_level


def item_nonresponse(
    answers: Table,
    *,
    missing: Collection[Hashable] = (),
    not_shown: Collection[Hashable] = (),
    dont_know: Collection[Hashable] = (),
    confidence_level: float = 0.95,
) -> pd.DataFrame:
    """Count, for each item, the sheets that saw it, answered it, skipped it and chose "don't know".

    None and NaN always count as skipped; `missing`, `not_shown` and `dont_know` name further codes (a
    stored sheet writes "0" and "-"). One row an item, in the order given: `item`, `shown`, `answered`,
    `missing`, `dont_know`; `missing_rate` of the sheets shown with its Wilson limits `low`, `high`;
    `dont_know_rate` of the sheets answered. An item shown to nobody has no rate: NaN, limits 0 and 1.
    The limits speak of a larger population; for a full count read the counts.
    """
    level = check_level(confidence_level)
    frame = answer_frame(answers)
    rows = [_item_counts(frame[item], missing, not_shown, dont_know) for item in frame.columns]
    table = pd.DataFrame(rows, columns=["item", "shown", "answered", "missing", "dont_know"])
    limits = [
        _wilson_limits(int(skipped), int(shown), level)
        for skipped, shown in zip(table["missing"], table["shown"], strict=True)
    ]
    return table.assign(
        missing_rate=_ratio(table["missing"], table["shown"]),
        low=[low for low, _ in limits],
        high=[high for _, high in limits],
        dont_know_rate=_ratio(table["dont_know"], table["answered"]),
    )


def _item_counts(
    column: pd.Series,
    missing: Collection[Hashable],
    not_shown: Collection[Hashable],
    dont_know: Collection[Hashable],
) -> tuple[str, int, int, int, int]:
    hidden = column.isin(list(not_shown))
    skipped = (column.isna() | column.isin(list(missing))) & ~hidden
    unsure = column.isin(list(dont_know)) & ~hidden & ~skipped
    shown = int((~hidden).sum())
    return str(column.name), shown, shown - int(skipped.sum()), int(skipped.sum()), int(unsure.sum())


def _wilson_limits(x: int, n: int, level: float) -> tuple[float, float]:
    if n == 0:
        return 0.0, 1.0
    interval = stats.binomtest(x, n).proportion_ci(confidence_level=level, method="wilson")
    return float(interval.low), float(interval.high)


def _ratio(part: "pd.Series[int]", whole: "pd.Series[int]") -> "pd.Series[float]":
    return (part / whole).where(whole > 0)
