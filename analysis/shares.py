"""Confidence intervals of weighted shares, honest at 0 and 1 where design-based formulas collapse.

Sources: Korn & Graubard 1998 (Survey Methodology 24:193-201); Wilson 1927 with the effective sample size;
R survey 4.1-1 `svyciprop`, against which all but "wilson" are checked. At 0 and 1 R returns NaN or zero
width; here an exact interval takes over and is named in the column `method`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import optimize, special

from .columns import numeric_column
from .counts import Booleans, Floats, Integers, check_choice, check_level
from .design import SurveyDesign
from .domains import Domains, domain_df, split_domains
from .edges import Bounds, fill_edges
from .estimates import estimate_variances, mean_estimates, quantile_t
from .faults import DesignError

CAPPED = ("korn-graubard", "wilson")
"""Methods whose effective number of answers can be capped."""

VANISHING = 1e-12
"""A variance this far below p(1 - p) is zero but for rounding."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Shares:
    """Shares `p` of domains with everything their intervals are made of, one entry per domain."""

    p: Floats
    variance: Floats
    n: Integers
    df: Integers
    t: Floats
    confidence_level: float
    cap: bool

    @property
    def n_eff(self) -> Floats:
        """p(1 - p) / variance: how many independent answers would be as precise; infinite at variance 0."""
        spread = self.p * (1 - self.p)
        n_eff = np.divide(spread, self.variance, out=np.full(len(spread), np.inf), where=self.variance > 0)
        return np.asarray(n_eff, dtype=np.float64)


def survey_proportion_ci(  # noqa: PLR0913  # the contract's arguments, all keyword-only beyond the first two
    design: SurveyDesign,
    y: str | ArrayLike,
    *,
    method: str = "korn-graubard",
    by: str | Sequence[str] | None = None,
    where: str | ArrayLike | None = None,
    cap: bool = False,
    confidence_level: float = 0.95,
) -> pd.DataFrame:
    """Estimate the share of the population with `y` = 1, with two-sided limits inside 0 and 1.

    `y` holds 0, 1 (or false, true) and missing; `by` and `where` as in `survey_mean`. Methods:
    "korn-graubard" (Clopper-Pearson on the effective number of answers n_eff, corrected for few degrees of
    freedom), "wilson" (on the same n_eff, with t), "logit", "likelihood" (profile of the weighted likelihood),
    "arcsine" and "mean" (estimate -+ t se, may leave 0 to 1). R's svyciprop names the first one "beta".

    Cap rule: with a finite population correction or good strata n_eff exceeds the number of answers n. It is
    left as it is, as in R, unless `cap` is true: then n_eff of "korn-graubard" and "wilson" is never more than n, as
    the US NCHS presents proportions (Parker et al. 2017, Vital and Health Statistics 2-175): conservative.

    Where p is 0 or 1, or the variance vanishes, `method` of the row names what took over:
    "full count" (every unit of the domain's strata answered: the share itself), "exact stratified" (the domain is
    made of whole strata, random samples in a single stage weighted as drawn, each counted in full or all alike:
    less and plus the most people of the other kind that they can have missed, `stratified_zero_failure_bound`),
    or "clopper-pearson on kish n_eff" (everything else: n over 1 + cv^2 of the weights; it knows nothing of
    clustering). Each limit spends half of 1 - level, as Clopper-Pearson does. A domain without answers has
    estimate NaN, limits 0 and 1, method "no answers".

    Negative weights, which linear calibration can make, may carry an estimate beyond 0 or 1; it stands as it is, with
    the limits of the nearer end.

    Returns columns estimate, se, low, high, df, n_eff, n, method, one row per domain; df counts PSUs and
    strata of the domain, as R does for a subset. n_eff is what the row's method used.
    Raises as `survey_mean`, and DesignError for values other than 0 and 1.
    """
    check_choice("method", method, METHODS)
    values = _read_binary(design, y)
    domains = split_domains(design, ~np.isnan(values), by=by, where=where)
    shares = _estimate_shares(design, values, domains, cap=cap, confidence_level=confidence_level)
    regular = (shares.variance > VANISHING * shares.p * (1 - shares.p)) & (shares.df > 0)
    regular &= (shares.p > 0) & (shares.p < 1)
    usual = _apply_method(shares, method, regular)
    picked = values[domains.rows]
    bounds = fill_edges(
        usual, design, domains, picked=picked, p=shares.p, wanted=~regular, level=confidence_level
    )
    return _tabulate(domains, shares, bounds)


def _estimate_shares(
    design: SurveyDesign, values: Floats, domains: Domains, *, cap: bool, confidence_level: float
) -> Shares:
    means = mean_estimates(design, values, domains)
    df = domain_df(design, domains)
    return Shares(
        p=_snap_ends(means.point, values[domains.rows], domains),
        variance=np.where(domains.n > 0, estimate_variances(design, means), np.nan),
        n=domains.n,
        df=df,
        t=quantile_t(df, confidence_level),
        confidence_level=check_level(confidence_level),
        cap=cap,
    )


def _snap_ends(p: Floats, picked: Floats, domains: Domains) -> Floats:
    """Return shares that are exactly 0 or 1 where all answers are, whatever the weights' rounding."""
    satisfied = domains.add(picked)
    return np.where(
        satisfied == 0, np.where(domains.n > 0, 0.0, np.nan), np.where(satisfied == domains.n, 1, p)
    )


def _apply_method(shares: Shares, method: str, regular: Booleans) -> Bounds:
    """Return limits by the method; rows that are not regular hold 0 and 1 until the exact rule fills them."""
    picked = Shares(
        p=shares.p[regular],
        variance=shares.variance[regular],
        n=shares.n[regular],
        df=shares.df[regular],
        t=shares.t[regular],
        confidence_level=shares.confidence_level,
        cap=shares.cap,
    )
    n_eff, low, high = np.full((3, len(regular)), np.nan)
    n_eff[regular], low[regular], high[regular] = METHODS[method](picked)
    named = f"{method}, n_eff capped at n" if shares.cap and method in CAPPED else method
    return Bounds(low=low, high=high, n_eff=n_eff, method=np.full(len(regular), named, dtype=object))


def _tabulate(domains: Domains, shares: Shares, bounds: Bounds) -> pd.DataFrame:
    columns = {
        "estimate": shares.p,
        "se": np.sqrt(shares.variance),
        "low": bounds.low,
        "high": bounds.high,
        "df": shares.df,
        "n_eff": bounds.n_eff,
        "n": shares.n,
        "method": bounds.method,
    }
    return pd.DataFrame(columns, index=domains.labels)


def _read_binary(design: SurveyDesign, y: str | ArrayLike) -> Floats:
    values = numeric_column(design.data, y)
    wrong = ~(np.isnan(values) | (values == 0) | (values == 1))
    if wrong.any():
        row = int(wrong.argmax())
        reason = f"is {values[row]:g}; a share needs 0, 1 or nothing in each row"
        raise DesignError(y if isinstance(y, str) else "y", f"row {row}", reason)
    return values


Limits = tuple[Floats, Floats, Floats]


def _effective_size(shares: Shares) -> Floats:
    """Return n_eff (t_{n-1} / t_df)^2, n_eff corrected for few degrees of freedom; Korn & Graubard 1998, eq. 2.

    With one answer t_{n-1} does not exist and the correction is left out.
    """
    ratio = np.where(shares.n > 1, quantile_t(shares.n - 1, shares.confidence_level) / shares.t, 1.0)
    n_eff = shares.n_eff * ratio**2
    most = shares.n if shares.cap else np.inf
    return np.asarray(np.minimum(n_eff, most), dtype=np.float64)


def _korn_graubard(shares: Shares) -> Limits:
    """Clopper-Pearson with x = n_eff p."""
    n_eff, tail = _effective_size(shares), (1 - shares.confidence_level) / 2
    x, rest = n_eff * shares.p, n_eff * (1 - shares.p)
    low, high = special.betaincinv(x, rest + 1, tail), special.betaincinv(x + 1, rest, 1 - tail)
    return n_eff, np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)


def _wilson(shares: Shares) -> Limits:
    """Wilson's interval with n_eff and the t quantile, as svy: both are cautious about few degrees of freedom."""
    n, p, t2 = _effective_size(shares), shares.p, shares.t**2
    half = np.sqrt(t2 * (p * (1 - p) / n + t2 / (4 * n**2)))
    middle = p + t2 / (2 * n)
    return n, (middle - half) / (1 + t2 / n), (middle + half) / (1 + t2 / n)


def _logit(shares: Shares) -> Limits:
    spread = shares.p * (1 - shares.p)
    half = shares.t * np.sqrt(shares.variance) / spread
    centre = special.logit(shares.p)
    return shares.n_eff, special.expit(centre - half), special.expit(centre + half)


def _arcsine(shares: Shares) -> Limits:
    half = shares.t * np.sqrt(1 / shares.n_eff) / 2
    centre = np.arcsin(np.sqrt(shares.p))
    low, high = np.maximum(centre - half, 0), np.minimum(centre + half, np.pi / 2)
    return shares.n_eff, np.sin(low) ** 2, np.sin(high) ** 2


def _mean(shares: Shares) -> Limits:
    half = shares.t * np.sqrt(shares.variance)
    return shares.n_eff, shares.p - half, shares.p + half


def _likelihood(shares: Shares) -> Limits:
    """Where 2 n_eff (p log(p/q) + (1-p) log((1-p)/(1-q))) = t^2 n/(n-1): the weighted likelihood, scaled.

    R finds the same limits on an interpolated curve, up to 2e-5 away.
    """
    drop = shares.t**2 / (2 * shares.n_eff) * shares.n / (shares.n - 1)
    pairs = [_profile(p, below) for p, below in zip(shares.p, drop, strict=True)]
    low, high = np.array(pairs, dtype=np.float64).reshape(-1, 2).T
    return shares.n_eff, low, high


def _profile(p: float, drop: float) -> tuple[float, float]:
    """Return the two q at which p log(p/q) + (1-p) log((1-p)/(1-q)) has risen to `drop`.

    Solved for logit q, so that a limit within rounding of 0 or 1 is found too.
    """
    most = special.xlogy(p, p) + special.xlogy(1 - p, 1 - p)
    centre, reach = special.logit(p), drop / min(p, 1 - p) + 50

    def excess(eta: float) -> float:
        return float(most - p * special.log_expit(eta) - (1 - p) * special.log_expit(-eta) - drop)

    low = optimize.brentq(excess, centre - reach, centre, xtol=1e-13)
    high = optimize.brentq(excess, centre, centre + reach, xtol=1e-13)
    return float(special.expit(low)), float(special.expit(high))


METHODS: dict[str, Callable[[Shares], Limits]] = {
    "korn-graubard": _korn_graubard,
    "wilson": _wilson,
    "logit": _logit,
    "likelihood": _likelihood,
    "arcsine": _arcsine,
    "mean": _mean,
}
