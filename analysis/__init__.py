"""What share of these people, and how sure can we be: counts and frames in, frozen results out."""

from .answers import AnswerError
from .arrivals import BurstTest, SpreadError, arrival_burst_test, hourly_peaks
from .certification import (
    ResponsesNeeded,
    StratifiedBound,
    responses_to_certify,
    stratified_zero_failure_bound,
)
from .digits import DigitTest, digit_test
from .drivers import DriverCountError, key_drivers
from .errors import ChoiceError, ColumnError, CountError, ShapeError, ShareError
from .finite import finite_proportion_ci
from .matches import percent_match
from .nonresponse import NonresponseBounds, nonresponse_bounds, response_rate
from .omissions import item_nonresponse
from .proportions import proportion_ci
from .reliability import Reliability, cronbach_alpha
from .results import DifferenceInterval, FiniteInterval, ProportionInterval, TestResult
from .satisficing import speeders, straightlining

__all__ = [
    "AnswerError",
    "BurstTest",
    "ChoiceError",
    "ColumnError",
    "CountError",
    "DifferenceInterval",
    "DigitTest",
    "DriverCountError",
    "FiniteInterval",
    "NonresponseBounds",
    "ProportionInterval",
    "Reliability",
    "ResponsesNeeded",
    "ShapeError",
    "ShareError",
    "SpreadError",
    "StratifiedBound",
    "TestResult",
    "arrival_burst_test",
    "cronbach_alpha",
    "digit_test",
    "finite_proportion_ci",
    "hourly_peaks",
    "item_nonresponse",
    "key_drivers",
    "nonresponse_bounds",
    "percent_match",
    "proportion_ci",
    "response_rate",
    "responses_to_certify",
    "speeders",
    "straightlining",
    "stratified_zero_failure_bound",
]
