"""Do the items of a scale belong together: Cronbach's alpha with Feldt's interval.

Sources: Cronbach 1951, Psychometrika 16:297-334 (raw alpha from variances, standardised alpha from
correlations); Feldt 1965, Psychometrika 30:357-370 (the interval, (1 - alpha) times an F quantile);
Guttman 1945, Psychometrika 10:255-282 (lambda 6). Checked against R's psych::alpha.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from .answers import Table, answer_scores
from .counts import Floats, check_level

ESTIMATED = "estimated"
NO_VARIATION = "no variation"
ONE_ITEM = "one item"
TOO_FEW = "too few answers"

NEAR_ONE = 0.95
"""Above this, the items repeat each other or are ticked straight down; it is no mark of quality."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Reliability:
    """Cronbach's alpha of a scale. Figures that do not exist are None, and `status` says why.

    `status` is "estimated", "no variation" (all sheets have one and the same sum), "one item" or "too
    few answers" (fewer than two complete sheets). `n` counts the complete sheets used, `n_dropped`
    those left out for a missing answer. `constant_items` are items that everybody answered alike;
    they stay in the scale. `cautions` are sentences to print beside the figure. `items` has a row per
    item: `variance`, `alpha_if_dropped`, `item_rest_correlation` (NaN where it does not exist).
    """

    status: str
    estimate: float | None
    low: float | None
    high: float | None
    standardized: float | None
    average_correlation: float | None
    lambda6: float | None
    sum_variance: float | None
    n: int
    n_dropped: int
    constant_items: tuple[str, ...]
    cautions: tuple[str, ...]
    items: pd.DataFrame
    confidence_level: float
    method: str = "feldt"

    def to_frame(self) -> pd.DataFrame:
        """Return one row with every figure of the scale; the items' figures stand in `items`."""
        row = {name: value for name, value in vars(self).items() if name not in {"items"}}
        row |= {name: "; ".join(row[name]) for name in ("constant_items", "cautions")}
        return pd.DataFrame([row])


def cronbach_alpha(items: Table, *, confidence_level: float = 0.95) -> Reliability:
    """Measure how far the items of one scale vary together.

    `items` holds numbers, one row a sheet, one column an item; sheets with a missing answer are left
    out and counted. alpha = k/(k-1) (1 - sum of item variances / variance of the sum), at most 1, below
    0 when items point in opposite directions. Interval: Feldt 1965. A scale on which nobody differs
    has no alpha: the status is "no variation", not a number. High alpha does not prove that answers are
    honest or that the items measure one thing.
    """
    level = check_level(confidence_level)
    given = answer_scores(items)
    complete = given.dropna()
    status = _status(complete)
    if status != ESTIMATED:
        return _unestimated(given, complete, status=status, level=level)
    return _estimated(given, complete, level=level)


def _status(complete: pd.DataFrame) -> str:
    if complete.shape[1] < 2:
        return ONE_ITEM
    if len(complete) < 2:
        return TOO_FEW
    return ESTIMATED if np.ptp(complete.sum(axis=1).to_numpy()) > 0 else NO_VARIATION


def _unestimated(given: pd.DataFrame, complete: pd.DataFrame, *, status: str, level: float) -> Reliability:
    empty = np.full(given.shape[1], np.nan)
    return Reliability(
        status=status,
        estimate=None,
        low=None,
        high=None,
        standardized=None,
        average_correlation=None,
        lambda6=None,
        sum_variance=0.0 if status == NO_VARIATION else None,
        n=len(complete),
        n_dropped=len(given) - len(complete),
        constant_items=_constant_items(complete),
        cautions=(_SENTENCES[status],),
        items=_item_frame(complete, empty, empty),
        confidence_level=level,
    )


def _estimated(given: pd.DataFrame, complete: pd.DataFrame, *, level: float) -> Reliability:
    covariance = np.cov(complete.to_numpy(), rowvar=False)
    alpha = _alpha(covariance)
    low, high = _feldt_limits(alpha, n=len(complete), k=len(covariance), level=level)
    constant = _constant_items(complete)
    standardized, average, lambda6 = (None, None, None) if constant else _correlation_figures(covariance)
    return Reliability(
        status=ESTIMATED,
        estimate=alpha,
        low=low,
        high=high,
        standardized=standardized,
        average_correlation=average,
        lambda6=lambda6,
        sum_variance=float(covariance.sum()),
        n=len(complete),
        n_dropped=len(given) - len(complete),
        constant_items=constant,
        cautions=_cautions(alpha, constant),
        items=_item_frame(complete, _alphas_without(covariance), _rest_correlations(covariance)),
        confidence_level=level,
    )


def _alpha(covariance: Floats) -> float:
    k = len(covariance)
    return float(k / (k - 1) * (1 - np.trace(covariance) / covariance.sum()))


def _feldt_limits(alpha: float, *, n: int, k: int, level: float) -> tuple[float, float]:
    tail = (1 - level) / 2
    upper, lower = (float(stats.f.ppf(share, n - 1, (n - 1) * (k - 1))) for share in (1 - tail, tail))
    return 1 - (1 - alpha) * upper, 1 - (1 - alpha) * lower


def _correlation_figures(covariance: Floats) -> tuple[float, float, float | None]:
    """Return standardised alpha, mean correlation and Guttman's lambda 6, which need every item to vary.

    Lambda 6 is None where one item follows exactly from the others: its inverse does not exist.
    """
    deviation = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(deviation, deviation)
    k, total = len(correlation), correlation.sum()
    average = (total - k) / (k * (k - 1))
    standardized = float(k / (k - 1) * (1 - k / total))
    if np.linalg.matrix_rank(correlation) < k:
        return standardized, float(average), None
    unexplained = 1 / np.diag(np.linalg.inv(correlation))
    return standardized, float(average), float(1 - unexplained.sum() / total)


def _alphas_without(covariance: Floats) -> Floats:
    """Return alpha without each item in turn; NaN where one item or no variation is left."""
    k = len(covariance)
    left = [np.delete(np.delete(covariance, item, 0), item, 1) for item in range(k)]
    return np.array([_alpha(rest) if k > 2 and rest.sum() > 0 else np.nan for rest in left])


def _rest_correlations(covariance: Floats) -> Floats:
    """Return the correlation of each item with the sum of the others; NaN where either is constant."""
    variance = np.diag(covariance)
    with_rest = covariance.sum(axis=1) - variance
    rest_variance = covariance.sum() - 2 * covariance.sum(axis=1) + variance
    scale = np.sqrt(np.clip(variance * rest_variance, 0, None))
    return np.where(scale > 0, with_rest / np.where(scale > 0, scale, 1), np.nan)


def _constant_items(complete: pd.DataFrame) -> tuple[str, ...]:
    if complete.empty:
        return ()
    return tuple(str(item) for item in complete.columns if complete[item].nunique() == 1)


def _cautions(alpha: float, constant: tuple[str, ...]) -> tuple[str, ...]:
    cautions = []
    if constant:
        cautions.append(_SENTENCES["constant"].format(items="、".join(constant)))
    if alpha > NEAR_ONE:
        cautions.append(_SENTENCES["near one"])
    if alpha < 0:
        cautions.append(_SENTENCES["negative"])
    return tuple(cautions)


def _item_frame(complete: pd.DataFrame, without: Floats, correlations: Floats) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "item": [str(item) for item in complete.columns],
            "variance": complete.var(ddof=1).to_numpy() if len(complete) > 1 else np.nan,
            "alpha_if_dropped": without,
            "item_rest_correlation": correlations,
        }
    )


_SENTENCES = {
    NO_VARIATION: "所有答卷得分相同，没有差异，信度无法计算。",
    ONE_ITEM: "只有一个题目，信度至少需要两个题目。",
    TOO_FEW: "完整作答的答卷不足两份，信度无法计算。",
    "constant": "所有人作答相同的题目：{items}；该题未被剔除，但不能说明信度。",
    "near one": "信度接近 1，可能是逐题勾选同一选项，不代表质量高。",
    "negative": "信度为负，部分题目方向相反，请先统一方向再计算。",
}
