"""Answer tables at the door: one row a sheet, one column an item, missing answers marked as missing.

The functions on items and on quality pass their tables through here once; inside, they are trusted.
"""

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from .counts import Floats
from .errors import ColumnError, ShapeError

Codes = NDArray[np.int16]
Table = pd.DataFrame | ArrayLike


class AnswerError(ValueError):
    """An answer that is no number where one is needed. Parts: `item`, `row` (its label), `value`."""

    def __init__(self, item: Hashable, row: Hashable, value: object) -> None:
        super().__init__(item, row, value)
        self.item = item
        self.row = row
        self.value = value

    def __str__(self) -> str:
        return f"item {self.item!r}, row {self.row!r}: {self.value!r} is no number; give scores, not option labels"


def answer_frame(answers: Table) -> pd.DataFrame:
    """Return a table of answers as a frame: sheets in rows, items in columns.

    An array gets the items `item_1`, `item_2`, …; anything without two dimensions raises ShapeError,
    an item named twice ColumnError. None and NaN mean "not answered".
    """
    if isinstance(answers, pd.DataFrame):
        return _unique_items(answers)
    array = np.asarray(answers)
    if array.ndim != 2:
        raise ShapeError({"answers": array.shape, "sheets x items": (-1, -1)})
    return pd.DataFrame(array, columns=[f"item_{position + 1}" for position in range(array.shape[1])])


def answer_scores(answers: Table) -> pd.DataFrame:
    """Return answers as floats, NaN where missing; raise AnswerError at the first that is no number."""
    frame = answer_frame(answers)
    return pd.DataFrame(
        {item: _scores(frame[item]) for item in frame.columns}, index=frame.index, dtype=float
    )


def answer_codes(answers: Table) -> Codes:
    """Return each item's answers numbered from 0 in order of appearance, -1 where missing.

    The numbers are small, so that sheets can be compared by integers: shape (sheets, items), int16.
    """
    frame = answer_frame(answers)
    columns = [pd.factorize(frame[item])[0] for item in frame.columns]
    return np.array(columns, dtype=np.int16).reshape(len(columns), len(frame)).T


def labels_of(labels: Sequence[Hashable] | pd.Series | ArrayLike | None, index: pd.Index) -> pd.Series:
    """Return one label a sheet under the sheets' own index; None gives every sheet the label "all".

    A series must carry the sheets' index, other sequences must be as long as it; else ShapeError.
    """
    if labels is None:
        return pd.Series("all", index=index)
    if isinstance(labels, pd.Series) and labels.index.equals(index):
        return labels
    values: NDArray[Any] = np.asarray(labels)
    if isinstance(labels, pd.Series) or values.shape != (len(index),):
        raise ShapeError({"labels": values.shape, "sheets (same index)": (len(index),)})
    return pd.Series(values, index=index)


def numbers_of(labels: pd.Series) -> tuple[NDArray[np.int64], pd.Index]:
    """Return labels as numbers from 0 in order of appearance, and the labels themselves."""
    numbers, names = pd.factorize(labels)
    return np.asarray(numbers, dtype=np.int64), pd.Index(names)


def _unique_items(frame: pd.DataFrame) -> pd.DataFrame:
    if frame.columns.has_duplicates:
        twice = [str(item) for item in frame.columns[frame.columns.duplicated()]]
        raise ColumnError("answers (an item stands twice)", twice)
    return frame


def _scores(column: pd.Series) -> Floats:
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    wrong = np.isnan(numbers) & column.notna().to_numpy()
    if wrong.any():
        position = int(wrong.argmax())
        raise AnswerError(column.name, column.index[position], column.iloc[position])
    return np.asarray(numbers, dtype=float)
