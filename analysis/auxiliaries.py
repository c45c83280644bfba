"""Auxiliary columns of a calibration: what is known of each row and, in total, of the population."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import linalg

from .columns import numeric_column
from .counts import Floats, Integers, check_columns
from .faults import CalibrationError


def build_auxiliaries(data: pd.DataFrame, totals: Mapping[str, object]) -> tuple[Floats, Floats, list[str]]:
    """Return the auxiliary columns (one row per row of the data), their totals and their names.

    A number is the total of a numeric column; a mapping gives an indicator per level with its count.
    """
    check_columns("data", data.columns, totals)
    parts = [_build_part(data, column, total) for column, total in totals.items()]
    if not parts:
        raise CalibrationError("totals", "", "is empty; name at least one column and its total")
    columns = np.concatenate([part[0] for part in parts], axis=1)
    wanted = np.concatenate([part[1] for part in parts])
    return columns, wanted, [name for part in parts for name in part[2]]


def code_margin(data: pd.DataFrame, keys: Sequence[str], levels: pd.Index) -> Integers:
    """Return the place of each row's values among `levels`; a value without a level raises CalibrationError."""
    found = pd.Index(data[keys[0]]) if len(keys) == 1 else pd.MultiIndex.from_frame(data[list(keys)])
    if len(keys) > 1 and not isinstance(levels, pd.MultiIndex):
        levels = pd.MultiIndex.from_tuples(list(levels))
    code = levels.get_indexer(found).astype(np.int64)
    if (code < 0).any():
        row = int((code < 0).argmax())
        raise CalibrationError(
            ", ".join(keys), f"{found[row]}, row {row}", "is in the sample but has no count"
        )
    return code


def indicate_levels(code: Integers, n_levels: int) -> Floats:
    """Return one column per level, 1 where the row has that level and 0 elsewhere."""
    return np.asarray(code[:, None] == np.arange(n_levels), dtype=np.float64)


def orthonormal_basis(columns: Floats) -> Floats:
    """Return orthonormal columns that span the given ones, redundant ones (equal margins) left out."""
    scale = np.sqrt((columns**2).sum(axis=0))
    basis, triangle, _ = linalg.qr(columns / np.where(scale > 0, scale, 1), mode="economic", pivoting=True)
    rank = int((np.abs(np.diag(triangle)) > 1e-10).sum())
    return np.asarray(basis[:, :rank], dtype=np.float64)


def _build_part(data: pd.DataFrame, column: str, total: object) -> tuple[Floats, Floats, list[str]]:
    if not isinstance(total, Mapping | pd.Series):
        return _number_part(data, column, total)
    counts = pd.Series(dict(total), dtype=np.float64)
    if not np.isfinite(counts).all():
        raise CalibrationError(column, "", "has a level without a finite count")
    code = code_margin(data, [column], counts.index)
    return (
        indicate_levels(code, len(counts)),
        counts.to_numpy(),
        [f"{column} = {level}" for level in counts.index],
    )


def _number_part(data: pd.DataFrame, column: str, total: object) -> tuple[Floats, Floats, list[str]]:
    values = numeric_column(data, column)
    if not np.isfinite(values).all():
        row = int((~np.isfinite(values)).argmax())
        raise CalibrationError(column, f"row {row}", "is missing or infinite; every row needs its value")
    if not isinstance(total, int | float | np.integer | np.floating) or not np.isfinite(total):
        raise CalibrationError(column, "", f"total {total!r} is neither a number nor counts of levels")
    return values[:, None], np.array([total], dtype=np.float64), [column]
