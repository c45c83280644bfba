"""Which items go with the overall answer: importance that adds up to the explained share.

Sources: Lindeman, Merenda & Gold 1980, p. 119 ff. and Grömping 2006, J Stat Softw 17(1) (LMG: the gain in
R² of an item averaged over all orders of entry, which is its Shapley value); Johnson 2000, Multivar
Behav Res 35:1-19 (relative weights through the closest orthogonal items). Checked against R's
relaimpo::calc.relimp(type = "lmg") and an eigenvalue computation of Johnson's weights in R.
"""

from itertools import combinations
from math import comb

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from .answers import Table, answer_frame, answer_scores
from .counts import Floats, check_choice
from .errors import ShapeError

MOST_DRIVERS = 12
"""LMG looks at every subset of items, 4,096 of them here; each further item doubles the work."""

EVENTS_PER_DRIVER = 10
"""Fewer people than this off the commonest overall answer, per item, and the ranking is chance."""


class DriverCountError(ValueError):
    """Too many items for LMG. Parts: `n_drivers`, `limit`."""

    def __init__(self, n_drivers: int, limit: int) -> None:
        super().__init__(n_drivers, limit)
        self.n_drivers = n_drivers
        self.limit = limit

    def __str__(self) -> str:
        return (
            f"{self.n_drivers} drivers: lmg takes at most {self.limit}; use method='johnson' or fewer items"
        )


def key_drivers(X: Table, y: ArrayLike, *, method: str = "lmg") -> pd.DataFrame:  # noqa: N803 - as in every text on regression
    """Divide the explained share of the overall answer among the items.

    `X` holds the items (numbers, one column each), `y` the overall answer, same rows; sheets with a
    missing answer are left out. `method` is "lmg" (up to 12 items) or "johnson". One row an item, in
    the order given: `driver`, `importance` (sums to `r_squared`), `share` (sums to 1), `r_squared`,
    `pearson_r`, `std_beta`, `n`, `events` (people off the commonest overall answer), `reliable`
    (at least 10 events an item) and `note`. Where the overall answer or all items do not vary, or
    fewer than two sheets are complete, every figure is NaN and `note` says why. Items that repeat each
    other share their importance (pseudo-inverse), and `note` says so. Importance is association in
    these answers, not what would happen if the item improved.
    """
    check_choice("method", method, _METHODS)
    complete, overall = _complete_rows(X, y)
    names = [str(item) for item in complete.columns]
    if method == "lmg" and len(names) > MOST_DRIVERS:
        raise DriverCountError(len(names), MOST_DRIVERS)
    figures = _undefined(len(names)) if _blocks(complete, overall) else _decompose(complete, overall, method)
    table = pd.DataFrame({"driver": names, **figures})
    return table.assign(**_support(complete, overall), method=method, note=_note(complete, overall))


def _complete_rows(items: Table, y: ArrayLike) -> tuple[pd.DataFrame, "pd.Series[float]"]:
    given = answer_scores(items)
    target = answer_scores(np.asarray(y, dtype=object).reshape(-1, 1)).iloc[:, 0].to_numpy()
    if len(target) != len(given):
        raise ShapeError({"X": given.shape, "y": (len(target),)})
    keep = given.notna().all(axis=1).to_numpy() & ~np.isnan(target)
    rows = answer_frame(given[keep])
    return rows, pd.Series(target[keep], index=rows.index, dtype=float)


def _blocks(complete: pd.DataFrame, overall: "pd.Series[float]") -> str:
    """Return why nothing can be computed, or an empty text."""
    if len(complete) < 2 or complete.shape[1] == 0:
        return "完整作答的答卷或题目太少，无法计算。"
    if overall.nunique() == 1:
        return "总体评价没有差异，无法区分各题目的作用。"
    if bool((complete.nunique() == 1).all()):
        return "各题目的作答没有差异，无法计算。"
    return ""


def _note(complete: pd.DataFrame, overall: "pd.Series[float]") -> str:
    blocked = _blocks(complete, overall)
    if blocked:
        return blocked
    varying = complete.loc[:, complete.nunique() > 1]
    rank = np.linalg.matrix_rank(np.corrcoef(varying.to_numpy(), rowvar=False))
    if rank < complete.shape[1]:
        return "部分题目没有差异或可由其他题目推出，重要性由伪逆分摊。"
    return ""


def _support(complete: pd.DataFrame, overall: "pd.Series[float]") -> dict[str, int | bool]:
    counts = overall.value_counts()
    events = int(counts.sum() - counts.max()) if len(counts) else 0
    return {
        "n": len(overall),
        "events": events,
        "reliable": events > 0 and events >= EVENTS_PER_DRIVER * complete.shape[1],
    }


def _undefined(k: int) -> dict[str, Floats]:
    return {name: np.full(k, np.nan) for name in _FIGURES}


def _decompose(complete: pd.DataFrame, overall: "pd.Series[float]", method: str) -> dict[str, Floats]:
    among, with_y = _correlations(np.array(complete, dtype=float), np.array(overall, dtype=float))
    beta = np.linalg.pinv(among, hermitian=True) @ with_y
    r_squared = float(with_y @ beta)
    importance = _METHODS[method](among, with_y)
    return {
        "importance": importance,
        "share": importance / r_squared if r_squared > 0 else np.full(len(beta), np.nan),
        "r_squared": np.full(len(beta), r_squared),
        "pearson_r": with_y,
        "std_beta": beta,
    }


def _correlations(items: Floats, overall: Floats) -> tuple[Floats, Floats]:
    """Return correlations among the items and with the overall answer; 0 for an item without variation."""
    centred = np.column_stack([items, overall]) - np.append(items.mean(axis=0), overall.mean())
    length = np.sqrt((centred**2).sum(axis=0))
    unit = np.divide(centred, length, out=np.zeros_like(centred), where=length > 0)
    correlation = unit.T @ unit
    return correlation[:-1, :-1], correlation[:-1, -1]


def _lmg(among: Floats, with_y: Floats) -> Floats:
    """Average each item's gain in R² over all subsets, weighted 1 / (k · C(k-1, size)) (Grömping 2006, eq. 8)."""
    k = len(with_y)
    explained = _subset_fits(among, with_y)
    subsets = np.arange(2**k)
    sizes = np.array([int(subset).bit_count() for subset in subsets])
    weights = np.array([1 / (k * comb(k - 1, size)) if size < k else 0.0 for size in range(k + 1)])
    gains = np.empty(k)
    for item in range(k):
        without = subsets[(subsets >> item) & 1 == 0]
        gain = explained[without | (1 << item)] - explained[without]
        gains[item] = weights[sizes[without]] @ gain
    return gains


def _subset_fits(among: Floats, with_y: Floats) -> Floats:
    """Return R² of every subset of items; bit i of the position says that item i is in."""
    k = len(with_y)
    explained = np.zeros(2**k)
    for size in range(1, k + 1):
        members: NDArray[np.int64] = np.array(list(combinations(range(k), size)))
        inner = among[members[:, :, None], members[:, None, :]]
        outer = with_y[members]
        inverse = np.linalg.pinv(inner, hermitian=True)
        explained[(1 << members).sum(axis=1)] = np.einsum("si,sij,sj->s", outer, inverse, outer)
    return explained


def _johnson(among: Floats, with_y: Floats) -> Floats:
    """Return the relative weights Λ² β² with Λ the square root of the correlations (Johnson 2000, eq. 3-8)."""
    values, vectors = np.linalg.eigh(among)
    root = vectors @ np.diag(np.sqrt(np.clip(values, 0, None))) @ vectors.T
    beta = np.linalg.pinv(root, hermitian=True) @ with_y
    return np.asarray(root**2 @ beta**2, dtype=float)


_FIGURES = ("importance", "share", "r_squared", "pearson_r", "std_beta")
_METHODS = {"lmg": _lmg, "johnson": _johnson}
