"""Counts at the door: whole numbers, not negative, no part larger than its whole, one shape.

Every public function of the package passes its arguments through here once; inside, they are trusted.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .errors import ChoiceError, ColumnError, CountError, ShapeError, ShareError

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

LARGEST = 2**53
"""Above this a float no longer holds every whole number."""

Alternative = Literal["two-sided", "greater", "less"]
ALTERNATIVES: tuple[Alternative, ...] = ("two-sided", "greater", "less")


def check_counts(**counts: ArrayLike) -> dict[str, Integers]:
    """Return the named counts as int64 arrays of one shape.

    Takes scalars, sequences, arrays and Series; whole floats are counts, truth values are not. Raises
    CountError for the first entry that is missing, negative, not whole or above 2**53, ShapeError
    where the shapes do not broadcast. Scalars give arrays without dimensions, empty gives empty.
    """
    return broadcast({name: whole_numbers(name, value) for name, value in counts.items()})


def check_triple(x: ArrayLike, n: ArrayLike, N: ArrayLike) -> tuple[Integers, Integers, Integers]:
    """Return satisfied, answered and headcount as int64 arrays of one shape, 0 <= x <= n <= N.

    Raises as `check_counts`, and CountError where a part is larger than its whole.
    """
    counts = check_counts(x=x, n=n, N=N)
    check_part(counts, "x", "n")
    check_part(counts, "n", "N", remedy="remove duplicates and people outside the roster")
    return counts["x"], counts["n"], counts["N"]


def check_pair(x: ArrayLike, n: ArrayLike) -> tuple[Integers, Integers]:
    """Return satisfied and answered as int64 arrays of one shape, 0 <= x <= n; raises as `check_triple`."""
    counts = check_counts(x=x, n=n)
    check_part(counts, "x", "n")
    return counts["x"], counts["n"]


def check_part(counts: Mapping[str, Integers], part: str, whole: str, *, remedy: str = "") -> None:
    """Raise CountError at the first place where the count named `part` exceeds the one named `whole`."""
    wrong = counts[part] > counts[whole]
    if not wrong.any():
        return
    index = first_true(wrong)
    reason = f"more than {whole} = {counts[whole][index]}" + (f"; {remedy}" if remedy else "")
    raise CountError(part, counts[part][index].item(), index, reason)


def check_level(confidence_level: float, argument: str = "confidence_level") -> float:
    """Return a confidence level strictly between 0 and 1; raise ShareError otherwise."""
    level = float(check_shares(argument, confidence_level))
    if not 0 < level < 1:
        raise ShareError(argument, level, (), "must lie strictly between 0 and 1, such as 0.95")
    return level


def check_shares(argument: str, value: ArrayLike, *, missing_allowed: bool = False) -> Floats:
    """Return shares (0 to 1) as floats; raise ShareError at the first outside or, unless allowed, NaN."""
    shares = _numbers(argument, value, ShareError)
    outside = (shares < 0) | (shares > 1)
    if not missing_allowed:
        outside |= np.isnan(shares)
    if outside.any():
        index = first_true(outside)
        raise ShareError(argument, shares[index].item(), index, "must lie between 0 and 1")
    return shares


def check_choice(argument: str, value: str, choices: Iterable[str]) -> str:
    """Return an option that is one of `choices`; raise ChoiceError otherwise."""
    choices = tuple(choices)
    if value not in choices:
        raise ChoiceError(argument, value, choices)
    return value


def check_alternative(value: str) -> Alternative:
    """Return which side a test or interval looks at; raise ChoiceError for another word."""
    for alternative in ALTERNATIVES:
        if value == alternative:
            return alternative
    raise ChoiceError("alternative", value, ALTERNATIVES)


def check_columns(table: str, present: Iterable[object], wanted: Iterable[str]) -> None:
    """Raise ColumnError naming every wanted column that the frame called `table` lacks."""
    present = set(present)
    missing = [column for column in wanted if column not in present]
    if missing:
        raise ColumnError(table, missing)


def whole_numbers(argument: str, value: ArrayLike) -> Integers:
    """Return one argument as int64; raise CountError at its first entry that is no count."""
    numbers = _numbers(argument, value, CountError)
    for is_wrong, reason in _FAULTS:
        wrong = is_wrong(numbers)
        if wrong.any():
            index = first_true(wrong)
            raise CountError(argument, numbers[index].item(), index, reason)
    return numbers.astype(np.int64)


def broadcast(arrays: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Return named arrays in their common shape (read-only views); raise ShapeError if there is none."""
    try:
        common = np.broadcast_arrays(*arrays.values())
    except ValueError as error:
        raise ShapeError({name: array.shape for name, array in arrays.items()}) from error
    return dict(zip(arrays, common, strict=True))


def restore(values: NDArray[Any]) -> Any:
    """Return a Python scalar for an array without dimensions, else the array made read-only."""
    if values.ndim == 0:
        return values.item()
    values.flags.writeable = False
    return values


def restore_missing(values: Floats) -> int | Floats | None:
    """Return whole numbers with NaN for none: a scalar as an int or None, an array read-only."""
    if values.ndim:
        values.flags.writeable = False
        return values
    return None if np.isnan(values) else int(values)


def first_true(mask: Booleans) -> tuple[int, ...]:
    """Return the index of the first true entry, one number per dimension."""
    return tuple(int(position) for position in np.unravel_index(int(mask.argmax()), mask.shape))


def _numbers(argument: str, value: ArrayLike, error: type[CountError]) -> NDArray[Any]:
    """Return a numeric array; anything else (text, truth values, missing marks) is an error."""
    given = np.asarray(value)
    if given.size == 0 and given.dtype != np.bool_:
        return given.astype(np.float64)
    if given.dtype.kind in "iuf":
        return given
    numbers = np.empty(given.shape, dtype=np.float64)
    for index in np.ndindex(given.shape):
        numbers[index] = _number(argument, given[index], index, error)
    return numbers


def _number(argument: str, entry: object, index: tuple[int, ...], error: type[CountError]) -> float:
    is_number = isinstance(entry, int | float | np.integer | np.floating)
    if is_number and not isinstance(entry, bool):
        return float(entry)  # type: ignore[arg-type]  # is_number has just made sure of it
    raise error(argument, entry, index, "not a number")


_FAULTS: tuple[tuple[Callable[[NDArray[Any]], Booleans], str], ...] = (
    (np.isnan, "missing; drop the row or count it as 0 on purpose"),
    (lambda numbers: numbers < 0, "a count cannot be negative"),
    (lambda numbers: numbers > LARGEST, "too large for a count of people"),
    (lambda numbers: numbers != np.floor(numbers), "a count must be a whole number"),
)
