"""Variances of weighted totals under a whole design: all its stages, after all its calibration steps."""

import numpy as np

from .counts import Floats
from .design import SurveyDesign
from .domains import Domains
from .stages import domain_variances, spread_scores

BLOCK = 16
"""How many domains a calibrated design handles at once; each needs a column as long as the data."""


def total_variances(design: SurveyDesign, domains: Domains, scores: Floats) -> Floats:
    """Return the variance of the sum of `scores` in each domain, one score per picked row, weight included.

    0 for an empty domain; NaN where policy "average" finds lonely strata only.
    """
    if design.projections:
        return _calibrated_variances(design, domains, scores)
    variances = np.zeros(len(domains))
    for stage in design.stages:
        parts = domain_variances(stage, scores, domains.code, domains.rows)
        variances[: len(parts)] += parts
    return variances


def total_covariance(design: SurveyDesign, columns: Floats) -> Floats:
    """Return the covariance matrix of the sums of `columns`: one row per row of the data, weight included."""
    spread = _spread_columns(design, columns)
    return np.asarray(sum(part.T @ part for part in spread), dtype=np.float64)


def _calibrated_variances(design: SurveyDesign, domains: Domains, scores: Floats) -> Floats:
    """Return variances of residuals, which reach outside their domain, a block of columns at a time."""
    rows = np.arange(len(design))[domains.rows]
    variances = np.zeros(len(domains))
    for start in range(0, len(domains), BLOCK):
        stop = min(start + BLOCK, len(domains))
        inside = (domains.code >= start) & (domains.code < stop)
        columns = np.zeros((len(design), stop - start))
        columns[rows[inside], domains.code[inside] - start] = scores[inside]
        variances[start:stop] = sum((part**2).sum(axis=0) for part in _spread_columns(design, columns))
    return variances


def _spread_columns(design: SurveyDesign, columns: Floats) -> list[Floats]:
    for projection in design.projections:
        columns = projection.leave_residuals(columns)
    return [spread_scores(stage, columns) for stage in design.stages]
