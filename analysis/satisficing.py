"""Sheets filled in without reading: one option all the way down, or in a third of the usual time.

Sources: Krosnick 1991, Appl Cogn Psychol 5:213-236 (satisficing); Curran 2016, J Exp Soc Psychol 66:4-19
(longest run); Dunn et al. 2018, J Bus Psychol 33:105-121 (IRV, the standard deviation over a person's
items); Greszki, Meyer & Schoen 2015, Public Opin Q 79:471-503 (speeders). Checked against R's
careless::longstring and careless::irv.
"""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from .answers import Table, answer_scores, labels_of
from .counts import Floats, Integers, first_true
from .errors import CountError, ShareError


def straightlining(answers: Table) -> pd.DataFrame:
    """Measure on each sheet how monotonously the items were ticked.

    `answers` holds numbers of one and the same scale, columns in the order asked. One row a sheet:
    `longstring`, the longest run of equal answers; `irv_sd`, the sample standard deviation over the
    items answered (NaN with fewer than two answers); `straightline`, whether all items were answered,
    two at least, and all alike. A missing answer ends a run. Only a scale with reversed or mixed items
    can tell ticking down from honest agreement: a fully satisfied person answers in a straight line.
    """
    frame = answer_scores(answers)
    runs = _longest_runs(frame.to_numpy(dtype=float))
    k = frame.shape[1]
    return pd.DataFrame(
        {"longstring": runs, "irv_sd": frame.std(axis=1, ddof=1), "straightline": (runs == k) & (k > 1)},
        index=frame.index,
    )


def speeders(
    seconds: ArrayLike, *, factor: float = 1 / 3, by: pd.Series | ArrayLike | None = None
) -> pd.DataFrame:
    """Mark sheets that were filled in faster than `factor` times the median of their kind.

    `seconds` is the time from opening to sending, NaN where unknown; `by` names the kind (questionnaire
    version, and device where known), since each has its own usual time. One row a sheet: `seconds`,
    `median` of its kind, `ratio` to it, `speeder`. Unknown times have no ratio and are no speeders.
    Raises CountError for a negative time, ShareError for a factor outside 0 to 1.
    """
    times = _times(seconds)
    if not 0 < factor < 1:
        raise ShareError("factor", factor, (), "must lie strictly between 0 and 1, such as 1/3")
    median = times.groupby(labels_of(by, times.index), dropna=False).transform("median")
    ratio = (times / median).where(median > 0)
    return pd.DataFrame({"seconds": times, "median": median, "ratio": ratio, "speeder": ratio < factor})


def _times(seconds: ArrayLike) -> "pd.Series[float]":
    times = seconds if isinstance(seconds, pd.Series) else pd.Series(np.asarray(seconds, dtype=float))
    times = times.astype(float)
    wrong = (times < 0).to_numpy()
    if wrong.any():
        index = first_true(wrong)
        raise CountError("seconds", float(times.iloc[index[0]]), index, "a time cannot be negative")
    return times


def _longest_runs(scores: Floats) -> Integers:
    """Return the longest run of equal answers in each row; 0 for a sheet without answers."""
    longest = np.zeros(len(scores), dtype=np.int64)
    run = np.zeros(len(scores), dtype=np.int64)
    before = np.full(len(scores), np.nan)
    for answer in scores.T:
        run = np.where(answer == before, run + 1, ~np.isnan(answer))
        longest = np.maximum(longest, run)
        before = answer
    return longest
