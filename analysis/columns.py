"""Columns of a design's frame, read once at the door: numbers, codes, masks."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from .counts import Booleans, Floats, Integers, check_columns
from .faults import DesignError
from .stages import find_cells


def listed(columns: str | Sequence[str] | None) -> list[str]:
    """Return column names as a list: none, one or several."""
    if columns is None:
        return []
    return [columns] if isinstance(columns, str) else list(columns)


def numeric_column(data: pd.DataFrame, y: str | ArrayLike, *, argument: str = "y") -> Floats:
    """Return a column by name, or values in the order of the rows, as floats; missing becomes NaN.

    Raises ColumnError for an unknown name, DesignError for text, infinite values or another length.
    """
    name = y if isinstance(y, str) else argument
    values = _pick(data, y, argument=argument)
    try:
        return np.asarray(values.to_numpy(dtype=np.float64, na_value=np.nan), dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise DesignError(name, "", f"holds {values.dtype} where numbers are needed") from error


def mask_column(data: pd.DataFrame, where: str | ArrayLike | None) -> Booleans | None:
    """Return a mask over the rows, missing counting as no; None for no restriction.

    Raises DesignError for anything but truth values, so that a list of positions is not taken for a mask.
    """
    if where is None:
        return None
    values = _pick(data, where, argument="where")
    is_mask = values.dtype == np.bool_ or pd.api.types.infer_dtype(values, skipna=True) in (
        "boolean",
        "empty",
    )
    if not is_mask:
        raise DesignError("where", "", "must hold true or false for each row")
    return values.fillna(value=False).to_numpy(dtype=np.bool_)


def code_columns(data: pd.DataFrame, columns: str | Sequence[str]) -> Integers:
    """Return a code from 0 for each row's combination of values; missing values raise DesignError."""
    check_columns("data", data.columns, listed(columns))
    codes = np.zeros(len(data), dtype=np.int64)
    for column in listed(columns):
        part, labels = pd.factorize(data[column])
        if (part < 0).any():
            row = int((part < 0).argmax())
            raise DesignError(column, f"row {row}", "is missing; every sampled row has its stratum and PSU")
        codes, _ = find_cells(codes * len(labels) + part, (int(codes.max()) + 1) * len(labels))
    return codes


def _pick(data: pd.DataFrame, y: str | ArrayLike, *, argument: str) -> pd.Series:
    if isinstance(y, str):
        check_columns("data", data.columns, [y])
        return data[y]
    if isinstance(y, pd.Series) and not y.index.equals(data.index):
        raise DesignError(argument, "", "has another index than the data; align it first")
    values = pd.Series(y) if not isinstance(y, pd.Series) else y
    if len(values) != len(data):
        raise DesignError(argument, "", f"has {len(values)} values for {len(data)} rows")
    return values
