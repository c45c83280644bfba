"""How many more answers until a target is certified, and how sure all strata together can be.

Sources: the waiting time of the (d + 1)-th person not satisfied decides how many answers are enough, with
the strict rule of Buonaccorsi (1987) for rosters and of Clopper & Pearson (1934) for unknown size. From
nobody it is discovery sampling: the smallest n with p0^n at most the error. Checked against linear search
in R (tests/analysis/vectors/b_certify_more_*.csv, b_stratified_all_satisfied.csv).
"""

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special, stats

from .counts import (
    Booleans,
    Floats,
    Integers,
    broadcast,
    check_counts,
    check_pair,
    check_part,
    check_shares,
    check_triple,
    restore,
    restore_missing,
)
from .hypergeometric import TIE, lowest_count
from .levels import read_decimal, read_error
from .results import CountOrNone, FloatOrArray, Result

MOST_ANSWERS = 1e9
"""More answers than this certify nothing in practice, and floats no longer count them one by one."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ResponsesNeeded(Result):
    """How many further answers a target needs.

    `more_needed` further answers, all of them satisfied, certify the target at the confidence level;
    `assumption_free` further satisfied people reach it whatever the silent think. Where no number of
    answers can do it, and where the roster's size is unknown for the second, the value is None (in arrays
    NaN).
    """

    more_needed: CountOrNone
    assumption_free: CountOrNone
    p0: FloatOrArray
    confidence_level: float


@dataclass(frozen=True, kw_only=True, eq=False)
class StratifiedBound(Result):
    """At most `max_unsatisfied` people of all strata are not satisfied; the share satisfied is >= `low`."""

    max_unsatisfied: int
    low: float
    confidence_level: float


def responses_to_certify(
    x: ArrayLike, n: ArrayLike, N: ArrayLike | None = None, *, p0: ArrayLike, confidence_level: float = 0.95
) -> ResponsesNeeded:
    """Return how many more answers, all satisfied, put the one-sided lower limit at or above p0.

    x satisfied of n answered, in a roster of N or, without N, in a population of unknown size. p0 is a
    share from 0 to 1; in a roster it means ceil(p0 N) people. All broadcast. 0 means certified now.
    A number to plan with before the close: certifying anew after each answer breaks the level. Raises
    CountError, ShapeError, ShareError.
    """
    counts = dict(zip("xnN", check_pair(x, n) if N is None else check_triple(x, n, N), strict=False))
    given = broadcast(counts | {"p0": check_shares("p0", p0)})
    error = read_error(confidence_level)
    if N is None:
        more = needed_anywhere(given["x"], given["n"], given["p0"], error)
        free = np.full(more.shape, np.nan)
    else:
        more = needed_of_roster(given["x"], given["n"], given["N"], given["p0"], error)
        free = needed_for_sure(given["x"], given["n"], given["N"], given["p0"])
    return ResponsesNeeded(
        more_needed=restore_missing(more),
        assumption_free=restore_missing(free),
        p0=restore(given["p0"].copy()),
        confidence_level=confidence_level,
    )


def persons_for(share: Floats, people: Integers) -> Integers:
    """Return how many of so many people make up a share: rounded up, but not for a float's last digits."""
    return np.asarray(np.ceil(share * people - 1e-9)).astype(np.int64)


def needed_of_roster(x: Integers, n: Integers, N: Integers, p0: Floats, error: Fraction) -> Floats:
    """Return the further satisfied answers that certify p0 in a roster; NaN where it is out of reach.

    With D = N - ceil(p0 N) + 1 people not satisfied, one too many, more than the n - x seen so far would
    show among the answers, but for the error. Counted from the far end of the random order, the last
    place where they may still hide is the same quantile as the interval's limit.
    """
    too_many = N - persons_for(p0, N) + 1
    hidden = too_many - (n - x)
    is_possible = hidden > 0
    sample = np.where(is_possible, np.minimum(too_many, N), 0)
    last = lowest_count(np.where(is_possible, np.minimum(hidden, sample), 0), sample, N, error)
    answers = np.where(too_many > N, 0, N + 1 - last)
    return np.where(is_possible, np.maximum(answers - n, 0), np.nan)


def needed_for_sure(x: Integers, n: Integers, N: Integers, p0: Floats) -> Floats:
    """Return the further satisfied people that reach p0 of the roster; NaN where it is out of reach."""
    goal = persons_for(p0, N)
    return np.where(x + N - n >= goal, np.maximum(goal - x, 0), np.nan)


def needed_anywhere(x: Integers, n: Integers, p0: Floats, error: Fraction) -> Floats:
    """Return the further satisfied answers that certify p0 in a population of unknown size.

    So many answers are enough when P(at most n - x of them not satisfied | p0) is at most the error: a
    quantile of the negative binomial waiting time. NaN for p0 = 1, which no sample certifies, and where
    it would take more than a thousand million.
    """
    is_sought = (p0 > 0) & (p0 < 1)
    first = n - x + 1 + stats.nbinom.isf(float(error), n - x + 1, np.where(is_sought, 1 - p0, 0.5))
    is_sought &= first <= MOST_ANSWERS
    needed = np.where(p0 > 0, np.nan, 0.0)
    answers = _settle((n - x)[is_sought], np.asarray(first)[is_sought], p0[is_sought], error)
    needed[is_sought] = np.maximum(answers - n[is_sought], 0)
    return needed


def _settle(against: Integers, answers: Floats, p0: Floats, error: Fraction) -> Floats:
    """Return the least numbers of answers that are enough, starting from neighbours of them."""
    while (short := ~_is_enough(against, answers, p0, error)).any():
        answers = answers + short
    while (spare := _is_enough(against, answers - 1, p0, error)).any():
        answers = answers - spare
    return answers


def _is_enough(against: Integers, answers: Floats, p0: Floats, error: Fraction) -> Booleans:
    """Return where P(at most so many against | p0) is at most the error, ties in whole numbers."""
    tail = special.betainc(np.maximum(answers - against, 1), against + 1, p0)
    enough = np.asarray((answers > against) & (tail <= float(error)))
    is_tie = (answers > against) & (np.abs(tail - float(error)) <= TIE * float(error))
    for i in np.flatnonzero(is_tie):
        enough[i] = _binomial_tail(int(against[i]), int(answers[i]), read_decimal(p0[i])) <= error
    return enough


def _binomial_tail(against: int, answers: int, p0: Fraction) -> Fraction:
    """Return P(at most so many of the answers are against), each with probability 1 - p0, exactly."""
    terms = (math.comb(answers, j) * (1 - p0) ** j * p0 ** (answers - j) for j in range(against + 1))
    return sum(terms, start=Fraction(0))


def stratified_zero_failure_bound(
    n_h: ArrayLike, N_h: ArrayLike, *, confidence_level: float = 0.95
) -> StratifiedBound:
    """Return the exact bound over strata when everybody who answered, in every stratum, was satisfied.

    `n_h` answered of `N_h` on the roster, one entry per stratum (none gives 0 people and the share 1).
    The bound is the largest number of people not satisfied that, split over the strata in the worst way,
    would stay unseen with a probability above the error. Raises CountError, ShapeError, ShareError.

    The log of that probability is concave in each stratum's number, so the worst split adds each next
    person where the chance to stay unseen falls least. Checked against dynamic programming in R.
    """
    error = read_error(confidence_level)
    counts = check_counts(n_h=n_h, N_h=N_h)
    check_part(counts, "n_h", "N_h")
    chances = _chances_unseen(counts["n_h"].ravel(), counts["N_h"].ravel())
    unseen = _count_unseen(chances, error)
    total = int(counts["N_h"].sum())
    low = 1 - unseen / total if total else 1.0
    return StratifiedBound(max_unsatisfied=unseen, low=low, confidence_level=confidence_level)


def _chances_unseen(n_h: Integers, N_h: Integers) -> NDArray[np.int64]:
    """Return (silent, people) for each next person, the likeliest to stay unseen first, one row each."""
    steps = [np.arange(silent) for silent in N_h - n_h]
    pairs = [np.stack([N - n - d, N - d], axis=1) for n, N, d in zip(n_h, N_h, steps, strict=True)]
    chances = np.concatenate([np.empty((0, 2), dtype=np.int64), *pairs])
    return chances[np.argsort(-chances[:, 0] / chances[:, 1], kind="stable")]


def _count_unseen(chances: NDArray[np.int64], error: Fraction) -> int:
    """Return how many people can stay unseen together with a probability above the error."""
    log_chance = np.cumsum(np.log(chances[:, 0] / chances[:, 1]))
    distance = log_chance - math.log(error)
    unseen = int((distance > 0).sum())
    for count in np.flatnonzero(np.abs(distance) <= TIE) + 1:
        is_above = math.prod(map(Fraction, *chances[:count].T.tolist())) > error
        unseen = max(unseen, int(count)) if is_above else min(unseen, int(count) - 1)
    return unseen
