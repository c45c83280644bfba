"""Weighted means, totals and ratios of a survey design, by domain, with their standard errors.

Every estimate is linearised: its variance is that of the total of w u, where u is the estimate's influence
on each answer (Binder 1983; Särndal, Swensson & Wretman 1992, chapter 5). A domain keeps all sampled units
of its strata, those outside counting zero (Cochran 1977, section 2.13). Checked against R survey 4.1-1
`svymean`, `svytotal`, `svyratio` and `svyby` to 1e-8 relative.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from .columns import numeric_column
from .counts import Floats, Integers, check_choice, check_level
from .design import SurveyDesign
from .domains import Domains, split_domains
from .faults import DesignError
from .variances import total_variances

Deff = Literal["wor", "replace"] | None
DEFF_KINDS = ("wor", "replace")

NOISE = 1e-13
"""A standard error this far below its estimate is rounding."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Estimates:
    """Estimates of domains: `influence` is u of each picked row, so that the variance is that of sum w u."""

    domains: Domains
    point: Floats
    influence: Floats


def survey_mean(  # noqa: PLR0913  # the contract's arguments, keyword-only after the first
    design: SurveyDesign,
    y: str | ArrayLike,
    *,
    by: str | Sequence[str] | None = None,
    where: str | ArrayLike | None = None,
    deff: Deff = "wor",
    confidence_level: float = 0.95,
) -> pd.DataFrame:
    """Estimate the population mean of `y`, overall or in each domain.

    `y` is a column or one number per row; a missing answer leaves its row out of the domain. `by` splits
    into domains (one row each, as index, in sorted or categorical order), `where` is a mask that restricts
    the domain without dropping sampled units.

    Returns columns estimate, se, low, high, df, deff, n. The limits are estimate -+ t(df) se, and df that of
    the whole design, as R's `svyby(df=degf(design))`. `deff` is the variance over that of a simple random
    sample of n answers "wor" (without) or with "replace"-ment, `None` leaves the column out; it is NaN with
    fewer than two answers or without variation. A domain without answers has n = 0 and NaN throughout; where
    no variance can be estimated (df = 0, or only lonely PSUs under "average") the limits are infinite.

    Raises ColumnError, DesignError (text or infinite values) or ChoiceError.
    """
    values = _read_values(design, y)
    domains = split_domains(design, ~np.isnan(values), by=by, where=where)
    means = mean_estimates(design, values, domains)
    return _tabulate(design, means, deff=deff, confidence_level=confidence_level)


def survey_total(  # noqa: PLR0913  # the contract's arguments, keyword-only after the first
    design: SurveyDesign,
    y: str | ArrayLike,
    *,
    by: str | Sequence[str] | None = None,
    where: str | ArrayLike | None = None,
    deff: Deff = "wor",
    confidence_level: float = 0.95,
) -> pd.DataFrame:
    """Estimate the population total of `y` in the unit of `y` times people; otherwise as `survey_mean`."""
    values = _read_values(design, y)
    domains = split_domains(design, ~np.isnan(values), by=by, where=where)
    picked = values[domains.rows]
    point = domains.add(design.weights[domains.rows] * picked)
    totals = Estimates(domains=domains, point=np.where(domains.n > 0, point, np.nan), influence=picked)
    return _tabulate(design, totals, deff=deff, confidence_level=confidence_level)


def survey_ratio(  # noqa: PLR0913  # the contract's arguments, keyword-only after the first
    design: SurveyDesign,
    num: str | ArrayLike,
    den: str | ArrayLike,
    *,
    by: str | Sequence[str] | None = None,
    where: str | ArrayLike | None = None,
    deff: Deff = "wor",
    confidence_level: float = 0.95,
) -> pd.DataFrame:
    """Estimate the ratio of the totals of `num` and `den`; otherwise as `survey_mean`.

    A row that lacks either value is left out. A domain whose denominator totals 0 raises DesignError.
    """
    above, below = _read_values(design, num), _read_values(design, den)
    domains = split_domains(design, ~np.isnan(above + below), by=by, where=where)
    ratios = _ratio_estimates(design, above, below, domains)
    return _tabulate(design, ratios, deff=deff, confidence_level=confidence_level)


def mean_estimates(design: SurveyDesign, values: Floats, domains: Domains) -> Estimates:
    """Return domain means with their influence (y - mean) / sum w."""
    return _ratio_estimates(design, values, np.ones(len(design)), domains)


def estimate_variances(design: SurveyDesign, estimates: Estimates) -> Floats:
    """Return the variance of each estimate; 0 for an empty domain."""
    scores = design.weights[estimates.domains.rows] * estimates.influence
    return total_variances(design, estimates.domains, scores)


def quantile_t(df: ArrayLike, confidence_level: float) -> Floats:
    """Return the two-sided t quantile, infinite where df is 0 or less."""
    tail = (1 + check_level(confidence_level)) / 2
    degrees = np.asarray(df, dtype=np.float64)
    return np.where(degrees > 0, stats.t.ppf(tail, np.maximum(degrees, 1)), np.inf)


def _ratio_estimates(design: SurveyDesign, above: Floats, below: Floats, domains: Domains) -> Estimates:
    weights, below = design.weights[domains.rows], below[domains.rows]
    base = domains.add(weights * below)
    empty = domains.n == 0
    if ((base == 0) & ~empty).any():
        label = domains.labels[int(((base == 0) & ~empty).argmax())]
        raise DesignError("den", f"domain {label}", "the denominator's total is 0, so there is no ratio")
    base = np.where(empty, np.nan, base)
    point = domains.add(weights * above[domains.rows]) / base
    influence = (above[domains.rows] - point[domains.code] * below) / base[domains.code]
    return Estimates(domains=domains, point=point, influence=influence)


def _tabulate(
    design: SurveyDesign, estimates: Estimates, *, deff: Deff, confidence_level: float
) -> pd.DataFrame:
    n, df = estimates.domains.n, np.asarray(design.degrees_of_freedom)
    variances = np.where(n > 0, estimate_variances(design, estimates), np.nan)
    se = np.sqrt(variances)
    # A domain without variation, such as a single answer, leaves rounding noise; 0 is what it is.
    se = np.where(se <= NOISE * np.abs(estimates.point), 0.0, se)
    margin = _margins(se, quantile_t(df, confidence_level), n)
    point = estimates.point
    columns = {"estimate": point, "se": se, "low": point - margin, "high": point + margin, "df": df}
    if deff is not None:
        check_choice("deff", deff, DEFF_KINDS)
        columns["deff"] = _design_effects(design, estimates, variances, replace=deff == "replace")
    return pd.DataFrame({**columns, "n": n}, index=estimates.domains.labels)


def _margins(se: Floats, t: Floats, n: Integers) -> Floats:
    """Return t se; 0 without variance, infinite where that is unknown, NaN where nobody answered."""
    margins = t * np.where(se > 0, se, 1)
    margins = np.where(np.isnan(se), np.inf, np.where(se == 0, 0, margins))
    return np.where(n > 0, margins, np.nan)


def _design_effects(
    design: SurveyDesign, estimates: Estimates, variances: Floats, *, replace: bool
) -> Floats:
    """Return V / V_srs of sum w u, V_srs = S2 W^2/n (1 - n/W), without the last factor with replacement.

    S2 is the weighted variance with divisor n - 1 (Kish 1965, section 8.2; R `svymean(deff=)`).
    """
    domains = estimates.domains
    weights, n = design.weights[domains.rows], domains.n
    base = np.where(n > 1, domains.add(weights), np.nan)
    means = domains.add(weights * estimates.influence) / base
    squares = domains.add(weights * (estimates.influence - means[domains.code]) ** 2)
    simple = squares * base / np.maximum(n - 1, 1)
    if not replace:
        simple = simple * np.where(base > n, 1 - n / base, np.nan)
    effects = np.divide(variances, simple, out=np.full(len(n), np.nan), where=simple > 0)
    return np.asarray(effects, dtype=np.float64)


def _read_values(design: SurveyDesign, y: str | ArrayLike) -> Floats:
    values = numeric_column(design.data, y)
    if np.isinf(values).any():
        row = int(np.isinf(values).argmax())
        raise DesignError(
            y if isinstance(y, str) else "y", f"row {row}", "is infinite; give a number or nothing"
        )
    return values
