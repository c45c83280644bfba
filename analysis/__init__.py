"""What share of these people, and how sure can we be: counts and frames in, frozen results out."""

from .errors import ChoiceError, ColumnError, CountError, ShapeError, ShareError
from .results import DifferenceInterval, FiniteInterval, ProportionInterval, TestResult

__all__ = [
    "ChoiceError",
    "ColumnError",
    "CountError",
    "DifferenceInterval",
    "FiniteInterval",
    "ProportionInterval",
    "ShapeError",
    "ShareError",
    "TestResult",
]
