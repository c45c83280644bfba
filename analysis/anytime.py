"""Confidence sequences for a roster that answers one by one: valid at every look, all looks together.

An interval recomputed after each answer misses sooner or later; these keep their promise over the whole wave.
Source: Waudby-Smith & Ramdas 2020 (NeurIPS 33, "Confidence sequences for sampling without replacement"),
theorem 2.1 (prior-posterior ratio of a binary population). Proved here by exact enumeration of all orders for
small rosters and by simulation for large ones.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from .counts import (
    ALTERNATIVES,
    Booleans,
    Floats,
    Integers,
    check_choice,
    check_level,
    check_triple,
    restore,
)
from .errors import CountError, ShareError
from .finite import share_of
from .results import FiniteInterval

ROUNDING = 1e-9
"""A log ratio this near the threshold keeps its number of people: rounding must not cost coverage."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ConfidenceSequence(FiniteInterval):
    """Limits after each look, each at least as narrow as the one before.

    `contradicted` turns true where looks exclude each other: with a probability of at most 1 - level in a random
    order, so the order was hardly random. The limits are those of the look alone from there on.
    """

    contradicted: Booleans


def anytime_proportion_ci(  # noqa: PLR0913  # the contract's arguments, keyword-only after the counts
    x: ArrayLike,
    n: ArrayLike,
    N: ArrayLike,
    *,
    confidence_level: float = 0.95,
    alternative: str = "two-sided",
    prior: tuple[float, float] = (1.0, 1.0),
) -> FiniteInterval:
    """Return limits for the satisfied of a roster that hold at all times together, however often one looks.

    `x` of `n` answers satisfied, `N` people; arrays broadcast, each entry a look at some roster. People must
    answer in random order (who answers early is like who answers late): otherwise nothing is promised. The price
    against `finite_proportion_ci`, which holds for one look fixed beforehand, is a wider interval until all have
    answered. `alternative` "greater" gives a lower limit only, "less" an upper one.

    `prior` is the beta-binomial prior of the number of satisfied (a, b > 0): coverage holds for any choice made
    before the wave, width is best where it was right; (1, 1) bets on nothing, (9, 1) on about 90 %.

    Nobody answered: estimate NaN, limits 0 and N. All answered: the count itself. Raises CountError, ShapeError,
    ShareError, ChoiceError.
    """
    check_choice("alternative", alternative, ALTERNATIVES)
    a, b = _check_prior(prior)
    error = 1 - check_level(confidence_level)
    x, n, N = check_triple(x, n, N)
    low, high = _limits_of(alternative)(x, n, N, (a, b), error)
    return FiniteInterval(
        estimate=restore(share_of(x, n)),
        low=restore(share_of(low, N, empty=0.0)),
        high=restore(share_of(high, N, empty=1.0)),
        count_low=restore(low),
        count_high=restore(high),
        confidence_level=confidence_level,
        method="prior-posterior ratio",
        alternative=alternative,
    )


def confidence_sequence(  # noqa: PLR0913  # as above
    x: ArrayLike,
    n: ArrayLike,
    N: int,
    *,
    confidence_level: float = 0.95,
    alternative: str = "two-sided",
    prior: tuple[float, float] = (1.0, 1.0),
) -> ConfidenceSequence:
    """Return the limits after each look at one roster, using the looks before: the running intersection.

    `x` and `n` are running counts in the order of the looks, one entry per look; skipped looks cost nothing but
    width. Otherwise as `anytime_proportion_ci`. Raises CountError also where a running count falls, or rises by
    more satisfied than answered.
    """
    looks = anytime_proportion_ci(
        np.atleast_1d(x),
        np.atleast_1d(n),
        N,
        confidence_level=confidence_level,
        alternative=alternative,
        prior=prior,
    )
    _check_running(np.atleast_1d(x), np.atleast_1d(n))
    low = np.maximum.accumulate(np.asarray(looks.count_low))
    high = np.minimum.accumulate(np.asarray(looks.count_high))
    contradicted = np.logical_or.accumulate(low > high)
    low, high = np.where(contradicted, looks.count_low, low), np.where(contradicted, looks.count_high, high)
    people = np.broadcast_to(N, low.shape)
    return ConfidenceSequence(
        estimate=looks.estimate,
        low=restore(share_of(low, people, empty=0.0)),
        high=restore(share_of(high, people, empty=1.0)),
        count_low=restore(low),
        count_high=restore(high),
        confidence_level=confidence_level,
        method=looks.method,
        alternative=alternative,
        contradicted=restore(contradicted),
    )


Limits = tuple[Integers, Integers]
Prior = tuple[float, float]


def _limits_of(alternative: str) -> Callable[[Integers, Integers, Integers, Prior, float], Limits]:
    return {"two-sided": _both_limits, "greater": _lower_limit, "less": _upper_limit}[alternative]


def _both_limits(x: Integers, n: Integers, N: Integers, prior: Prior, error: float) -> Limits:
    low = _least_kept(x, n, N, prior, error)
    return low, N - _least_kept(n - x, n, N, prior[::-1], error)


def _lower_limit(x: Integers, n: Integers, N: Integers, prior: Prior, error: float) -> Limits:
    looks = np.stack([x.ravel(), n.ravel(), N.ravel()], axis=1)
    distinct, place = np.unique(looks, axis=0, return_inverse=True)
    least = [_least_above(*(int(count) for count in look), prior=prior, error=error) for look in distinct]
    low = np.array(least, dtype=np.int64)[place.ravel()].reshape(x.shape)
    return low, N - (n - x)


def _upper_limit(x: Integers, n: Integers, N: Integers, prior: Prior, error: float) -> Limits:
    low, _ = _lower_limit(n - x, n, N, prior[::-1], error)
    return x.copy(), N - low


def _least_kept(x: Integers, n: Integers, N: Integers, prior: Prior, error: float) -> Integers:
    """Return the smallest M with pmf(x | M) > error times its mean over the prior.

    The ratio of prior and posterior of M is that mean over pmf(x | M), and the pmf of x is log-concave in M: kept
    numbers are a range around the most likely one, found by bisection.
    """
    threshold = _log_mean(x, n, prior) + np.log(error) - ROUNDING
    low = x.copy()
    high = np.clip(x * (N + 1) // np.maximum(n, 1), x, N - (n - x))
    while (low < high).any():
        middle = (low + high) // 2
        kept = _log_pmf(x, n, N, middle) > threshold
        low, high = np.where(kept, low, np.minimum(middle + 1, high)), np.where(kept, middle, high)
    return low


def _least_above(x: int, n: int, N: int, *, prior: Prior, error: float) -> int:
    """Return the smallest M that bets on more than M, weighted by the prior, have not won 1 / error against."""
    M = np.arange(x, N - (n - x) + 1)
    everyone = np.arange(N + 1)
    log_prior = _log_choose(N, everyone) + special.betaln(everyone + prior[0], N - everyone + prior[1])
    log_pmf = _log_pmf(np.asarray(x), np.asarray(n), np.asarray(N), M)
    above = _sums_above(log_prior)
    above[N] = 0.0  # Nobody is more than everybody: nothing can be won against M = N.
    won = _sums_above(log_prior[M] + log_pmf) - above[M] - log_pmf
    return int(M[np.argmax(won < -np.log(error) + ROUNDING)])


def _sums_above(logs: Floats) -> Floats:
    """Return the log of the sum of all later entries; minus infinity for the last."""
    later = np.logaddexp.accumulate(logs[::-1])[::-1][1:]
    return np.append(later, -np.inf)


def _log_mean(x: Integers, n: Integers, prior: Prior) -> Floats:
    """Return the log probability of x among n under the prior: beta-binomial, whatever N."""
    a, b = prior
    log = _log_choose(n, x) + special.betaln(x + a, n - x + b) - special.betaln(a, b)
    return np.asarray(log, dtype=np.float64)


def _log_pmf(x: Integers, n: Integers, N: Integers, M: Integers) -> Floats:
    """Return the log hypergeometric probability of x among n of N people, M of them satisfied."""
    return np.asarray(_log_choose(M, x) + _log_choose(N - M, n - x) - _log_choose(N, n), dtype=np.float64)


def _log_choose(n: ArrayLike, k: ArrayLike) -> Floats:
    n, k = np.asarray(n, dtype=np.float64), np.asarray(k, dtype=np.float64)
    return np.asarray(-special.betaln(n - k + 1, k + 1) - np.log1p(n), dtype=np.float64)


def _check_prior(prior: tuple[float, float]) -> tuple[float, float]:
    for place, shape in enumerate(prior):
        if not 0 < shape < np.inf:
            raise ShareError("prior", shape, (place,), "must be a finite number above 0")
    return prior


def _check_running(x: Integers, n: Integers) -> None:
    """Raise CountError at the first look whose counts cannot follow the one before."""
    more_x, more_n = np.diff(x), np.diff(n)
    faults = {
        "n": (more_n < 0, "a running count cannot fall"),
        "x": ((more_x < 0) | (more_x > more_n), "rises or falls unlike the number of answers"),
    }
    for argument, (wrong, reason) in faults.items():
        if wrong.any():
            index = int(wrong.argmax()) + 1
            raise CountError(argument, int((n if argument == "n" else x)[index]), (index,), reason)
