"""Results shared by several modules: frozen, keyword-only, and each can become a frame.

Scalars in give Python scalars in every field, arrays in give read-only arrays of the broadcast shape.
"""

from dataclasses import dataclass, fields
from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .counts import Floats, Integers

FloatOrArray = float | Floats
IntOrArray = int | Integers
CountOrNone = int | Floats | None


@dataclass(frozen=True, kw_only=True, eq=False)
class Result:
    """What every result can do. Two results are equal when every field is, NaN beside NaN included."""

    def to_frame(self) -> pd.DataFrame:
        """Return a column per field and a row per entry: one for scalars, n dimensions flattened."""
        names = [field.name for field in fields(self)]
        columns = np.broadcast_arrays(*(np.atleast_1d(getattr(self, name)) for name in names))
        return pd.DataFrame({name: column.ravel() for name, column in zip(names, columns, strict=True)})

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Result) or type(self) is not type(other):
            return NotImplemented
        return self.to_frame().equals(other.to_frame())

    __hash__ = None  # type: ignore[assignment]  # arrays do not hash, so a result does not either


@dataclass(frozen=True, kw_only=True, eq=False)
class ProportionInterval(Result):
    """A share and its confidence limits, all 0 to 1.

    `estimate` is NaN where nobody answered; the limits are then 0 and 1. `alternative` is "two-sided",
    "greater" (a lower bound: `high` is 1) or "less" (an upper bound: `low` is 0), as in R and SciPy.
    """

    estimate: FloatOrArray
    low: FloatOrArray
    high: FloatOrArray
    confidence_level: float
    method: str
    alternative: str


@dataclass(frozen=True, kw_only=True, eq=False)
class FiniteInterval(ProportionInterval):
    """The interval of a roster: besides the shares, the limits in persons, x to N - n + x.

    A one-sided interval ends, on its open side, at what the answers themselves leave possible.
    """

    count_low: IntOrArray
    count_high: IntOrArray


@dataclass(frozen=True, kw_only=True, eq=False)
class DifferenceInterval(Result):
    """A difference of two shares, first minus second, with confidence limits, all -1 to 1.

    `estimate` is NaN where one side has no answers; the limits are then -1 and 1.
    """

    estimate: FloatOrArray
    low: FloatOrArray
    high: FloatOrArray
    confidence_level: float
    method: str


@dataclass(frozen=True, kw_only=True, eq=False)
class TestResult(Result):
    """A test: its statistic, its P-value (0 to 1) and the method that was used, by entry for arrays."""

    __test__: ClassVar[bool] = False  # keeps pytest from collecting this class by its name

    statistic: FloatOrArray
    pvalue: FloatOrArray
    method: str | NDArray[np.str_]
    alternative: str
