"""What share of these people, and how sure can we be: counts and frames in, frozen results out."""

from .answers import AnswerError
from .anytime import ConfidenceSequence, anytime_proportion_ci, confidence_sequence
from .arrivals import BurstTest, SpreadError, arrival_burst_test, hourly_peaks
from .audit import audit_suppression
from .calibration import calibrate, poststratify, rake
from .certification import (
    ResponsesNeeded,
    StratifiedBound,
    responses_to_certify,
    stratified_zero_failure_bound,
)
from .contrasts import AssociationTest, SurveyContrast, survey_chisq, survey_contrast
from .design import SurveyDesign
from .differences import diff_proportion_ci
from .digits import DigitTest, digit_test
from .drivers import DriverCountError, key_drivers
from .errors import ChoiceError, ColumnError, CountError, ShapeError, ShareError
from .estimates import survey_mean, survey_ratio, survey_total
from .faults import CalibrationError, DesignError, LonelyPsuError
from .finite import finite_proportion_ci
from .flags import IntegrityReport, integrity_report
from .flows import Protection, SuppressionError
from .league import funnel_limits, rank_intervals
from .matches import percent_match
from .nonresponse import NonresponseBounds, nonresponse_bounds, response_rate
from .omissions import item_nonresponse
from .paired import mcnemar_test, paired_diff_ci
from .power import precision_sample_size, sensitive_power, sensitive_sample_size
from .programmes import ProgrammeError
from .proportions import proportion_ci
from .rates import pool_counts, rank_units, rate_table
from .relations import RelationError, margin_relations, tree_relations
from .reliability import Reliability, cronbach_alpha
from .results import DifferenceInterval, FiniteInterval, ProportionInterval, TestResult
from .rosters import finite_diff_ci
from .satisficing import speeders, straightlining
from .scores import ScoreSequence, score_sequence
from .sensitive import (
    CoachingGap,
    MaskedItem,
    SensitiveShare,
    coaching_gap,
    crosswise,
    forced_response,
    sensitive_proportion,
    unrelated_question,
    warner,
)
from .shares import survey_proportion_ci
from .shrinkage import ShrunkRates, shrink_rates
from .signals import Evidence
from .significance import adjust_pvalues, diff_proportion_test
from .simulation import County, simulate_county
from .smallcells import suppress_small
from .suppression import primary_suppression, secondary_suppression
from .tabulation import TabulationError, count_answers
from .unitrows import arrange_units
from .verdicts import Verdict, verdict
from .weights import kish_effective_n, trim_weights

__all__ = [
    "AnswerError",
    "AssociationTest",
    "BurstTest",
    "CalibrationError",
    "ChoiceError",
    "CoachingGap",
    "ColumnError",
    "ConfidenceSequence",
    "CountError",
    "County",
    "DesignError",
    "DifferenceInterval",
    "DigitTest",
    "DriverCountError",
    "Evidence",
    "FiniteInterval",
    "IntegrityReport",
    "LonelyPsuError",
    "MaskedItem",
    "NonresponseBounds",
    "ProgrammeError",
    "ProportionInterval",
    "Protection",
    "RelationError",
    "Reliability",
    "ResponsesNeeded",
    "ScoreSequence",
    "SensitiveShare",
    "ShapeError",
    "ShareError",
    "ShrunkRates",
    "SpreadError",
    "StratifiedBound",
    "SuppressionError",
    "SurveyContrast",
    "SurveyDesign",
    "TabulationError",
    "TestResult",
    "Verdict",
    "adjust_pvalues",
    "anytime_proportion_ci",
    "arrange_units",
    "arrival_burst_test",
    "audit_suppression",
    "calibrate",
    "coaching_gap",
    "confidence_sequence",
    "count_answers",
    "cronbach_alpha",
    "crosswise",
    "diff_proportion_ci",
    "diff_proportion_test",
    "digit_test",
    "finite_diff_ci",
    "finite_proportion_ci",
    "forced_response",
    "funnel_limits",
    "hourly_peaks",
    "integrity_report",
    "item_nonresponse",
    "key_drivers",
    "kish_effective_n",
    "margin_relations",
    "mcnemar_test",
    "nonresponse_bounds",
    "paired_diff_ci",
    "percent_match",
    "pool_counts",
    "poststratify",
    "precision_sample_size",
    "primary_suppression",
    "proportion_ci",
    "rake",
    "rank_intervals",
    "rank_units",
    "rate_table",
    "response_rate",
    "responses_to_certify",
    "score_sequence",
    "secondary_suppression",
    "sensitive_power",
    "sensitive_proportion",
    "sensitive_sample_size",
    "shrink_rates",
    "simulate_county",
    "speeders",
    "straightlining",
    "stratified_zero_failure_bound",
    "suppress_small",
    "survey_chisq",
    "survey_contrast",
    "survey_mean",
    "survey_proportion_ci",
    "survey_ratio",
    "survey_total",
    "tree_relations",
    "trim_weights",
    "unrelated_question",
    "verdict",
    "warner",
]
