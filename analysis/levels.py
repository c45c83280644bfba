"""Levels: how much error each side of an interval may spend, read as the decimal the caller typed."""

from fractions import Fraction
from typing import NamedTuple

from scipy import special

from .counts import check_alternative, check_level


class Sides(NamedTuple):
    """The error below and above an interval, exact; None where that side has no limit."""

    below: Fraction | None
    above: Fraction | None


def split_level(confidence_level: float, alternative: str) -> Sides:
    """Return the errors of an interval: half each side, or all on the one side that has a limit.

    0.95 is read as 95/100, not as its binary neighbour, so that exact ties can be decided. Raises
    ShareError for a level outside (0, 1), ChoiceError for an unknown alternative.
    """
    error = read_error(confidence_level)
    side = check_alternative(alternative)
    if side == "two-sided":
        return Sides(below=error / 2, above=error / 2)
    if side == "greater":
        return Sides(below=error, above=None)
    return Sides(below=None, above=error)


def two_sided_z(confidence_level: float) -> float:
    """Return the standard normal quantile that leaves half of the error above it; checks the level."""
    return float(-special.ndtri((1 - check_level(confidence_level)) / 2))


def read_error(confidence_level: float) -> Fraction:
    """Return 1 - confidence_level as an exact fraction of the decimal it is written as."""
    return 1 - read_decimal(check_level(confidence_level))


def read_decimal(value: float) -> Fraction:
    """Return a float as the fraction of its shortest decimal form: 0.1 is 1/10."""
    return Fraction(repr(float(value)))
