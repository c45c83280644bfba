"""Confidence sequences of a mean score: the satisfaction score of a roster, looked at after every answer.

Source: Waudby-Smith & Ramdas 2020 (NeurIPS 33, "Confidence sequences for sampling without replacement"),
theorem 3.2 (empirical Bernstein). Checked by enumeration of all orders and by simulation.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .counts import Booleans, Floats, Integers, check_level, whole_numbers
from .errors import CountError, ShareError
from .results import Result


@dataclass(frozen=True, kw_only=True, eq=False)
class ScoreSequence(Result):
    """Mean score after each answer with limits that hold at all times together, in the unit of the scores.

    `n` counts the answers; `contradicted` as in `ConfidenceSequence`.
    """

    n: Integers
    estimate: Floats
    low: Floats
    high: Floats
    contradicted: Booleans
    confidence_level: float
    method: str


def score_sequence(
    values: ArrayLike, N: int, *, bounds: tuple[float, float] = (0, 100), confidence_level: float = 0.95
) -> ScoreSequence:
    """Return limits for the mean score of a roster of `N` people after each of its answers, all at once valid.

    `values` are the scores in the order in which they came (answers that were mixed may stand in any order drawn
    at random), each within `bounds`. People must answer in random order. Limits are those of theorem 3.2,
    intersected with what the outstanding answers can still do, and with all earlier limits; after the last of N
    answers they are the mean itself.

    No values give empty arrays. Raises CountError for more values than people, ShareError for a score that is
    missing or outside its bounds, or bounds that are not in order.
    """
    low, high = bounds
    if not -np.inf < low < high < np.inf:
        raise ShareError("bounds", bounds, (), "must be two finite scores, the lower first")
    scores = _scale_scores(values, low, high)
    people = int(whole_numbers("N", N))
    if len(scores) > people:
        raise CountError("values", len(scores), (), f"more than N = {people} people; remove duplicates")
    below, above = _bernstein_limits(scores, people, 1 - check_level(confidence_level))
    below, above, contradicted = _intersect_looks(*_add_outstanding(scores, people, below, above))
    n = np.arange(1, len(scores) + 1)
    return ScoreSequence(
        n=n,
        estimate=low + (high - low) * np.cumsum(scores) / n,
        low=low + (high - low) * below,
        high=low + (high - low) * above,
        contradicted=contradicted,
        confidence_level=confidence_level,
        method="empirical bernstein",
    )


def _scale_scores(values: ArrayLike, low: float, high: float) -> Floats:
    scores = np.asarray(values, dtype=np.float64).ravel()
    wrong = ~((scores >= low) & (scores <= high))
    if wrong.any():
        place = int(wrong.argmax())
        raise ShareError(
            "values", float(scores[place]), (place,), f"must be a score from {low:g} to {high:g}"
        )
    return (scores - low) / (high - low)


def _bernstein_limits(scores: Floats, N: int, error: float) -> tuple[Floats, Floats]:
    """Return the limits of scores from 0 to 1.

    With bets l_i fixed before answer i, s_i the sum of the earlier answers and m_i their mean, the limits are
    (sum l_i (x_i + s_i / (N-i+1)) -+ (log(2/error) + sum (x_i - m_i)^2 (-log(1-l_i) - l_i))) / sum l_i N/(N-i+1).
    """
    i = np.arange(1, len(scores) + 1)
    left = N - i + 1
    before = np.cumsum(scores) - scores
    means = (0.5 + before) / i
    bets = _place_bets(scores, error)
    base = np.cumsum(bets * N / left)
    centre = np.cumsum(bets * (scores + before / left))
    spread = np.cumsum((scores - means) ** 2 * (-np.log1p(-bets) - bets))
    margin = np.log(2 / error) + spread
    return (centre - margin) / base, (centre + margin) / base


def _place_bets(scores: Floats, error: float) -> Floats:
    """Return sqrt(2 log(2/error) / (v i log(1+i))), at most 1/2, v the variance of the answers before i."""
    i = np.arange(1, len(scores) + 1)
    running = (0.5 + np.cumsum(scores)) / (i + 1)
    squares = np.cumsum((scores - running) ** 2)
    variances = (0.25 + np.concatenate([[0.0], squares[:-1]])[: len(scores)]) / i
    bets = np.sqrt(2 * np.log(2 / error) / (variances * i * np.log1p(i)))
    return np.asarray(np.minimum(bets, 0.5), dtype=np.float64)


def _add_outstanding(scores: Floats, N: int, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Return the limits cut to what the answers so far leave possible: the rest all 0, or all 1."""
    total, n = np.cumsum(scores), np.arange(1, len(scores) + 1)
    return np.maximum(low, total / N), np.minimum(high, (total + N - n) / N)


def _intersect_looks(low: Floats, high: Floats) -> tuple[Floats, Floats, Booleans]:
    """Return running intersections, and from where they are empty the limits of each look alone."""
    lowest, highest = np.maximum.accumulate(low), np.minimum.accumulate(high)
    # Rounding can set limits that meet, after the last answer, a hair apart.
    contradicted = np.logical_or.accumulate(lowest > highest + 1e-12)
    return np.where(contradicted, low, lowest), np.where(contradicted, high, highest), contradicted
