"""Two shares from independent answers: is there a difference at all, and P-values of many such questions.

Sources: Boschloo (1970), Stat Neerl 24:1-35, recommended for small samples by Lydersen, Fagerland & Laake
(2009), Stat Med 28:1159-1175; Fisher (1935); the N - 1 chi-square test after Campbell (2007), Stat Med
26:3661-3675. SciPy's `barnard_exact` is on no path: it loses ties between floats. Checked against R
(tests/analysis/vectors/c_diff_pvalues.csv, e_p_adjust.csv).
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special, stats
from statsmodels.stats.multitest import multipletests

from .counts import (
    Alternative,
    Floats,
    check_alternative,
    check_choice,
    check_counts,
    check_part,
    check_shares,
    restore,
)
from .results import TestResult

LARGEST_EXACT = 100_000
"""Above this product of the sample sizes "auto" uses the N - 1 chi-square: Boschloo's test takes too long."""


FourCounts = tuple[int, int, int, int]


class Outcome(NamedTuple):
    """What one table gives: the statistic and the P-value."""

    statistic: float
    pvalue: float


def diff_proportion_test(  # noqa: PLR0913 - two pairs of counts and two settings are the whole question
    x1: ArrayLike,
    n1: ArrayLike,
    x2: ArrayLike,
    n2: ArrayLike,
    *,
    method: str = "auto",
    alternative: str = "two-sided",
) -> TestResult:
    """Test whether x1 of n1 and x2 of n2 independent answers come from the same share.

    Counts with 0 <= x <= n broadcast. `method` is "boschloo" (its statistic is Fisher's P-value), "fisher"
    (the odds ratio), "n-1-chi2" (the signed root of the chi-square) or "auto": Boschloo while n1 * n2 is at
    most 100,000, else the chi-square. `alternative` "greater" asks whether the first share is larger.
    Two-sided Boschloo is twice the smaller one-sided P-value, two-sided Fisher adds the tables that are no
    likelier. Where a side has no answers, or everybody or nobody is satisfied on both, nothing speaks for
    a difference and P is 1. Raises CountError, ShapeError, ChoiceError.

    Two full counts need no test: their difference is a fact.
    """
    check_choice("method", method, ("auto", *METHODS))
    side = check_alternative(alternative)
    counts = check_counts(x1=x1, n1=n1, x2=x2, n2=n2)
    check_part(counts, "x1", "n1")
    check_part(counts, "x2", "n2")
    shape = counts["x1"].shape
    names = np.full(shape, method)
    if method == "auto":
        names = np.where(counts["n1"] * counts["n2"] <= LARGEST_EXACT, "boschloo", "n-1-chi2")
    rows = zip(*(counts[name].flat for name in ("x1", "n1", "x2", "n2")), strict=True)
    outcomes = [
        _test_row((int(a), int(b), int(c), int(d)), str(name), side)
        for (a, b, c, d), name in zip(rows, names.flat, strict=True)
    ]
    statistic, pvalue = np.array(outcomes, dtype=np.float64).reshape(-1, 2).T
    return TestResult(
        statistic=restore(statistic.reshape(shape).copy()),
        pvalue=restore(pvalue.reshape(shape).copy()),
        method=restore(names),
        alternative=alternative,
    )


def adjust_pvalues(p: ArrayLike, *, method: str = "holm") -> Floats:
    """Return P-values adjusted for being many, in the shape given.

    `method` is "holm" (for sanctions: no false one, at the level), "BH" (for lists to look at: the share of
    false ones), "BY" (the same under any dependence), "hommel", "hochberg" or "bonferroni". NaN stands for
    a question that was not asked: it stays NaN and is not counted. Fix the family beforehand, such as unit
    by group of one wave. No P-values give none. Raises ShareError, ChoiceError.

    Source: Holm (1979); Benjamini & Hochberg (1995); Benjamini & Yekutieli (2001); Hommel (1988); Hochberg
    (1988), as statsmodels computes them once NaN is left out, which it would count. Checked against R's
    p.adjust.
    """
    name = ADJUSTMENTS[check_choice("method", method, ADJUSTMENTS)]
    adjusted = check_shares("p", p, missing_allowed=True).astype(np.float64)
    is_asked = ~np.isnan(adjusted)
    if is_asked.any():
        adjusted[is_asked] = multipletests(adjusted[is_asked], method=name)[1]
    return adjusted


ADJUSTMENTS = {
    "holm": "holm",
    "BH": "fdr_bh",
    "BY": "fdr_by",
    "hommel": "hommel",
    "hochberg": "simes-hochberg",
    "bonferroni": "bonferroni",
}


def _test_row(counts: FourCounts, method: str, alternative: Alternative) -> Outcome:
    """Return the outcome of one table; 0 and 1 where nothing could speak for a difference."""
    x1, n1, x2, n2 = counts
    has_contrast = min(n1, n2) > 0 and 0 < x1 + x2 < n1 + n2
    return METHODS[method](counts, alternative) if has_contrast else Outcome(0.0, 1.0)


def _boschloo(counts: FourCounts, alternative: Alternative) -> Outcome:
    x1, n1, x2, n2 = counts
    result = stats.boschloo_exact([[x1, x2], [n1 - x1, n2 - x2]], alternative=alternative)
    return Outcome(float(result.statistic), float(result.pvalue))


def _fisher(counts: FourCounts, alternative: Alternative) -> Outcome:
    x1, n1, x2, n2 = counts
    result = stats.fisher_exact(np.array([[x1, n1 - x1], [x2, n2 - x2]]), alternative=alternative)
    return Outcome(float(result.statistic), float(result.pvalue))


def _chi_square(counts: FourCounts, alternative: Alternative) -> Outcome:
    """Return the N - 1 chi-square (Campbell 2007) as its signed root, which is standard normal."""
    x1, n1, x2, n2 = counts
    total, satisfied = n1 + n2, x1 + x2
    cross = x1 * (n2 - x2) - x2 * (n1 - x1)
    z = cross * math.sqrt((total - 1) / (n1 * n2 * satisfied * (total - satisfied)))
    tail = {"greater": z, "less": -z, "two-sided": abs(z)}[alternative]
    return Outcome(z, float(special.ndtr(-tail)) * (2 if alternative == "two-sided" else 1))


METHODS: dict[str, Callable[[FourCounts, Alternative], Outcome]] = {
    "boschloo": _boschloo,
    "fisher": _fisher,
    "n-1-chi2": _chi_square,
}
