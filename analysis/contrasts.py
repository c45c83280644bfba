"""Comparisons inside one survey design: two waves, and two classifications of the same people.

Sources: linearised difference of two domain means, which keeps the covariance of units present in both
(Lumley 2010, section 2.4); Newcombe 1998b, method 10, where a share is 0 or 1; Rao & Scott 1984 (Annals of
Statistics 12:46-60), second-order correction. Checked against R survey 4.1-1 `svycontrast` and `svychisq`.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import linalg, stats

from .columns import numeric_column
from .counts import Floats, check_columns
from .design import SurveyDesign
from .domains import Domains
from .estimates import NOISE, mean_estimates, quantile_t
from .faults import DesignError
from .results import DifferenceInterval, TestResult
from .shares import survey_proportion_ci
from .variances import total_covariance


@dataclass(frozen=True, kw_only=True, eq=False)
class SurveyContrast(DifferenceInterval):
    """A weighted difference, `a` minus `b`, with its standard error and degrees of freedom."""

    se: float
    df: int


@dataclass(frozen=True, kw_only=True, eq=False)
class AssociationTest(TestResult):
    """An F test with its two (fractional) degrees of freedom."""

    df_numerator: float
    df_denominator: float


def survey_contrast(  # noqa: PLR0913  # the contract's arguments, all keyword-only beyond the first two
    design: SurveyDesign,
    y: str | ArrayLike,
    *,
    wave: str,
    a: object,
    b: object,
    confidence_level: float = 0.95,
) -> SurveyContrast:
    """Estimate how much higher the mean of `y` is in wave `a` than in wave `b`.

    `wave` is the column that tells the waves apart. For independent samples make strata of wave and stratum;
    for people who answer in both, give the person as `psu`, and their covariance is kept. Limits are
    difference -+ t(df) se, df that of the whole design.

    Where `y` is 0 or 1 and a wave's share is 0 or 1, that formula would take the wave as known: then the
    limits of `survey_proportion_ci` are combined by Newcombe's hybrid instead, named in `method`, as if the
    waves were independent. A wave without answers gives NaN with limits -1 and 1 for shares, infinite ones
    otherwise.
    """
    values = numeric_column(design.data, y)
    domains = _split_waves(design, values, wave=wave, levels=(a, b))
    picked = values[domains.rows]
    is_share = bool(np.isin(picked, (0, 1)).all())
    if domains.n.min() == 0:
        return _no_contrast(design, is_share=is_share, confidence_level=confidence_level)
    ones = domains.add(picked)
    if is_share and ((ones == 0) | (ones == domains.n)).any():
        return _hybrid_contrast(design, values, domains, confidence_level)
    return _linear_contrast(design, values, domains, confidence_level)


def survey_chisq(design: SurveyDesign, rows: str, columns: str) -> AssociationTest:
    """Test whether two classifications of the population are independent.

    `rows` and `columns` are columns with at least two levels each; a row of data that lacks either is left
    out. Pearson's statistic of the weighted table, with n set to the number of answers, is divided by the
    trace of the design effects' matrix and referred to F (Rao & Scott 1984, second order), as R's
    `svychisq(statistic = "F")`. Raises DesignError where a classification has fewer than two levels.
    """
    domains, shape = _split_table(design, rows, columns)
    shares, covariance = _cell_shares(design, domains)
    n, kept = domains.n.sum(), _interaction_space(shape)
    inverse = np.divide(1, shares, out=np.zeros(len(shares)), where=shares > 0)
    simple = kept.T @ (inverse[:, None] * kept) / n
    actual = kept.T @ (inverse[:, None] * covariance * inverse) @ kept
    effects = linalg.solve(simple, actual, assume_a="sym")
    df = np.trace(effects) ** 2 / np.trace(effects @ effects)
    statistic = _pearson(shares.reshape(shape)) * n / np.trace(effects)
    df_rest = df * design.degrees_of_freedom
    return AssociationTest(
        statistic=float(statistic),
        pvalue=float(stats.f.sf(statistic, df, df_rest)),
        method="rao-scott second-order F",
        alternative="two-sided",
        df_numerator=float(df),
        df_denominator=float(df_rest),
    )


def _split_waves(
    design: SurveyDesign, values: Floats, *, wave: str, levels: tuple[object, object]
) -> Domains:
    check_columns("data", design.data.columns, [wave])
    masks = [(design.data[wave] == level).fillna(value=False).to_numpy(dtype=np.bool_) for level in levels]
    for level, mask in zip(levels, masks, strict=True):
        if not mask.any():
            raise DesignError(wave, f"{level}", "is not in the data; name two waves that are")
    if (masks[0] & masks[1]).any():
        raise DesignError(wave, f"{levels[0]}", "is compared with itself; name two different waves")
    keep = (masks[0] | masks[1]) & ~np.isnan(values) & (design.weights != 0)
    rows = np.flatnonzero(keep)
    return Domains(rows=rows, code=masks[1][rows].astype(np.int64), labels=pd.Index(levels))


def _linear_contrast(
    design: SurveyDesign, values: Floats, domains: Domains, confidence_level: float
) -> SurveyContrast:
    means = mean_estimates(design, values, domains)
    sign = np.where(domains.code == 0, 1.0, -1.0)
    scores = _fill_rows(design, domains, sign * means.influence)
    se = float(np.sqrt(total_covariance(design, scores[:, None]).item()))
    se = 0.0 if se <= NOISE * np.abs(means.point).max() else se
    margin = _margin(design, se, confidence_level)
    return SurveyContrast(
        estimate=(difference := float(means.point[0] - means.point[1])),
        low=difference - margin,
        high=difference + margin,
        confidence_level=confidence_level,
        method="linearised difference",
        se=se,
        df=design.degrees_of_freedom,
    )


def _hybrid_contrast(
    design: SurveyDesign, values: Floats, domains: Domains, confidence_level: float
) -> SurveyContrast:
    linear = _linear_contrast(design, values, domains, confidence_level)
    side = np.full(len(design), -1)
    side[domains.rows] = domains.code
    first, second = (
        survey_proportion_ci(design, values, where=side == wave, confidence_level=confidence_level).iloc[0]
        for wave in (0, 1)
    )
    below = np.hypot(first["estimate"] - first["low"], second["high"] - second["estimate"])
    above = np.hypot(first["high"] - first["estimate"], second["estimate"] - second["low"])
    return replace(
        linear,
        low=max(float(linear.estimate - below), -1.0),
        high=min(float(linear.estimate + above), 1.0),
        method="newcombe hybrid of survey_proportion_ci",
    )


def _no_contrast(design: SurveyDesign, *, is_share: bool, confidence_level: float) -> SurveyContrast:
    widest = 1.0 if is_share else np.inf
    return SurveyContrast(
        estimate=np.nan,
        low=-widest,
        high=widest,
        confidence_level=confidence_level,
        method="no answers",
        se=np.nan,
        df=design.degrees_of_freedom,
    )


def _margin(design: SurveyDesign, se: float, confidence_level: float) -> float:
    return float(quantile_t(design.degrees_of_freedom, confidence_level)) * se if se > 0 else 0.0


def _split_table(design: SurveyDesign, rows: str, columns: str) -> tuple[Domains, tuple[int, int]]:
    check_columns("data", design.data.columns, [rows, columns])
    (row, row_labels), (column, column_labels) = (
        pd.factorize(design.data[name], sort=True) for name in (rows, columns)
    )
    shape = len(row_labels), len(column_labels)
    for name, n_levels in zip((rows, columns), shape, strict=True):
        if n_levels < 2:
            raise DesignError(name, "", f"has {n_levels} level; a test of association needs two or more")
    kept = np.flatnonzero((row >= 0) & (column >= 0) & (design.weights != 0))
    code = row[kept] * shape[1] + column[kept]
    return Domains(rows=kept, code=code, labels=pd.RangeIndex(shape[0] * shape[1])), shape


def _cell_shares(design: SurveyDesign, domains: Domains) -> tuple[Floats, Floats]:
    """Return the weighted share of each cell and the covariance matrix of these shares."""
    weights = design.weights[domains.rows]
    shares = domains.add(weights) / weights.sum()
    influence = ((domains.code[:, None] == np.arange(len(domains))) - shares) / weights.sum()
    columns = [_fill_rows(design, domains, column) for column in influence.T]
    return shares, total_covariance(design, np.stack(columns, axis=1))


def _fill_rows(design: SurveyDesign, domains: Domains, influence: Floats) -> Floats:
    """Return weighted scores of all rows of the data, 0 outside the domains."""
    scores = np.zeros(len(design))
    scores[domains.rows] = design.weights[domains.rows] * influence
    return scores


def _interaction_space(shape: tuple[int, int]) -> Floats:
    """Return contrasts of cells orthogonal to rows and columns: products of centred indicators."""
    row, column = (np.eye(size)[:, 1:] - 1 / size for size in shape)
    return np.asarray(np.kron(row, column), dtype=np.float64)


def _pearson(shares: Floats) -> float:
    expected = np.outer(shares.sum(axis=1), shares.sum(axis=0))
    gaps = np.divide((shares - expected) ** 2, expected, out=np.zeros(shares.shape), where=expected > 0)
    return float(gaps.sum())
