"""The hypergeometric tail and its quantile over the number satisfied, fast on arrays and exact at ties.

A roster of N people holds M satisfied; n of them answer and x say satisfied. With P(M) = P(X >= x | M),
this module finds the smallest M whose P(M) exceeds a level.

P is the distribution function of a waiting time: draw the roster in random order of persons satisfied and
mark n of them; the x-th mark falls on place Y, and P(X >= x | M) = P(Y <= M). Y - x is beta-binomial with
N - n trials and parameters x and n - x + 1 (Johnson, Kemp & Kotz 2005, ch. 6), which gives
a starting point, the slope pmf(x | M) x / M for Newton's steps, and a recurrence for the last single steps.

Checked against R's phyper by brute force over M (tests/analysis/vectors/b_hypergeom_ci.csv) and against
exact fractions for every roster of up to 40 people.
"""

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from scipy import special

from .counts import Booleans, Floats, Integers

TIE = 1e-9
"""Tails this near the level, relatively, are decided with whole numbers instead of floats."""

NEAR = 6
"""A Newton step shorter than this many persons is walked one person at a time."""

BLOCK = 8192
"""Entries summed together: the working arrays then stay in the processor's cache."""


def lowest_count(x: Integers, n: Integers, N: Integers, level: Fraction) -> Integers:
    """Return the smallest M in x..N-n+x with P(X >= x | M) > level, for 0 < level < 1.

    Arrays of one shape with 0 <= x <= n <= N. x = 0 gives 0 (the tail is 1 for every M).
    """
    lowest = np.array(x, dtype=np.int64)
    sought = (x > 0) & (n < N)
    if sought.any():
        draws = _Draws(x=x[sought].astype(float), n=n[sought].astype(float), N=N[sought].astype(float))
        lowest[sought] = _search(draws, level)
    return lowest


def tail_fraction(x: int, n: int, N: int, M: int) -> Fraction:
    """Return P(X >= x | M) exactly, in whole numbers (Feller 1968, sec. II.6)."""
    first = max(x, n + M - N, 0)
    if first > min(n, M):
        return Fraction(0)
    term = math.comb(M, first) * math.comb(N - M, n - first)
    total = term
    for k in range(first, min(n, M)):
        term = term * (M - k) * (n - k) // ((k + 1) * (N - M - n + k + 1))
        total += term
    return Fraction(total, math.comb(N, n))


def log_pmf(x: Floats, n: Floats, N: Floats, M: Floats) -> Floats:
    """Return log P(X = x | M) for feasible counts, accurate to about 1e-13 also in large rosters.

    With o the four cells of the table satisfied by answered, e = row x column / N their expectations and
    s(k) = log k! - (k log k - k), the log is the sum of s over the four margins, less s(N), less s over
    the cells, less the sum of o log(o / e). Differences of log-gamma lose digits as N grows; this form,
    in the spirit of Loader (2000, "Fast and accurate computation of binomial probabilities"), does not,
    as o - e is the same number with four signs and is computed once, from whole numbers.
    """
    cells = np.stack([x, n - x, M - x, N - n - M + x])
    expected = np.stack([n * M, n * (N - M), (N - n) * M, (N - n) * (N - M)]) / N
    excess = np.multiply.outer(np.array([1.0, -1.0, -1.0, 1.0]), (x * N - n * M) / N)
    deviance = special.xlog1py(cells, excess / np.where(expected > 0, expected, 1)).sum(axis=0)
    margins = np.stack([n, N - n, M, N - M])
    remainders = _stirling_rest(margins).sum(axis=0) - _stirling_rest(cells).sum(axis=0)
    return np.asarray(remainders - _stirling_rest(N) - deviance)


def _stirling_rest(k: Floats) -> Floats:
    """Return log k! - (k log k - k): by log-gamma below 16, by Stirling's series above."""
    small = k < 16
    large = np.where(small, 16.0, k)
    inverse = 1 / large
    square = inverse * inverse
    series = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680)))
    few = np.where(small, k, 0.0)
    direct = special.gammaln(few + 1) - special.xlogy(few, few) + few
    return np.where(small, direct, 0.5 * np.log(2 * np.pi * large) + series)


@dataclass(frozen=True, kw_only=True)
class _Draws:
    """Satisfied, answered and headcount as floats, 0 < x <= n < N, one entry per roster."""

    x: Floats
    n: Floats
    N: Floats

    def __getitem__(self, index: Integers) -> "_Draws":
        return _Draws(x=self.x[index], n=self.n[index], N=self.N[index])


@dataclass(frozen=True, kw_only=True)
class _Place:
    """A number satisfied M for every roster, with P(X >= x | M) and P(X = x | M); steps change it."""

    M: Floats
    tail: Floats
    pmf: Floats


def _search(draws: _Draws, level: Fraction) -> Integers:
    """Return the quantile: a guess, Newton's steps, single steps, and ties by exact fractions."""
    place = _approach(draws, float(level))
    _walk_up(draws, place, float(level))
    _walk_down(draws, place, float(level))
    lowest = place.M.astype(np.int64)
    for i in np.flatnonzero(_is_tie(draws, place, float(level))):
        lowest[i] = _settle(int(draws.x[i]), int(draws.n[i]), int(draws.N[i]), int(lowest[i]), level)
    return lowest


def _approach(draws: _Draws, level: float) -> _Place:
    """Return a place within a few persons of the quantile."""
    M = _guess(draws, level)
    place = _Place(M=M, tail=np.empty_like(M), pmf=np.empty_like(M))
    todo = np.arange(M.size)
    while todo.size:
        part, here = draws[todo], M[todo]
        log_one, ratio = log_pmf(part.x, part.n, part.N, here), _tail_ratio(part, here)
        place.pmf[todo] = np.exp(log_one)
        place.tail[todo] = place.pmf[todo] * ratio
        distance = np.log(level) - log_one - np.log(ratio)
        step = np.rint(distance / _log_slope(part, here, ratio, distance >= 0))
        moved = np.clip(here + step, part.x, part.N - part.n + part.x)
        is_far = np.abs(moved - here) >= NEAR
        todo = todo[is_far]
        M[todo] = moved[is_far]
    return place


def _guess(draws: _Draws, level: float) -> Floats:
    """Return the level's quantile of a beta variable with the mean and variance of the waiting time."""
    trials, total = draws.N - draws.n, draws.n + 1
    mean = draws.x / total
    excess = trials * (total + 1) / (trials + total)
    size = np.maximum(excess - 1, 0.01)
    share = special.betaincinv(mean * size, (1 - mean) * size, level)
    return np.asarray(draws.x + np.rint(trials * share))


def _log_slope(draws: _Draws, M: Floats, ratio: Floats, is_upward: Booleans) -> Floats:
    """Return log P(M + 1) - log P(M) where the way is upward, else log P(M) - log P(M - 1).

    The tail is log-concave in M, so a step along this line never passes the quantile from below and
    passes it at most once from above: Newton's steps end.
    """
    free = np.maximum(draws.N - M, 1)
    upward = draws.x * (free - draws.n + draws.x) / ((M + 1 - draws.x) * free)
    downward = np.where(draws.x < M, -draws.x / M, -0.999)
    return np.abs(np.log1p(np.where(is_upward, upward, downward) / ratio))


def _tail_ratio(draws: _Draws, M: Floats) -> Floats:
    """Return P(X >= x | M) / P(X = x | M), block by block, sums of like length together."""
    order = np.argsort(draws.n * (draws.N - draws.n) / draws.N)
    ratio = np.empty_like(M)
    for start in range(0, order.size, BLOCK):
        block = order[start : start + BLOCK]
        ratio[block] = _sum_terms(draws[block], M[block])
    return ratio


def _sum_terms(draws: _Draws, M: Floats) -> Floats:
    """Return 1 + r(x) + r(x) r(x + 1) + ... with r(k) = P(X = k + 1) / P(X = k), until nothing changes."""
    up, across = draws.n - draws.x, M - draws.x
    below, corner = draws.x + 1, draws.N - M - up + 1
    term, total = np.ones_like(M), np.ones_like(M)
    while term.any():
        term *= (up * across) / (below * corner)
        total += term
        term[term < total * 1e-14] = 0
        up, across, below, corner = up - 1, across - 1, below + 1, corner + 1
    return total


def _walk_up(draws: _Draws, place: _Place, level: float) -> None:
    """Add one person to M, until every tail exceeds the level."""
    while (todo := np.flatnonzero(place.tail <= level)).size:
        part, M = draws[todo], place.M[todo] + 1
        free = part.N - M + 1
        place.pmf[todo] *= M * (free - part.n + part.x) / ((M - part.x) * free)
        place.tail[todo] += place.pmf[todo] * part.x / M
        place.M[todo] = M


def _walk_down(draws: _Draws, place: _Place, level: float) -> None:
    """Take one person from M, as long as the tail there would still exceed the level."""
    while (todo := np.flatnonzero(_tail_below(draws, place) > level)).size:
        part, M = draws[todo], place.M[todo]
        free = part.N - M + 1
        place.tail[todo] -= place.pmf[todo] * part.x / M
        place.pmf[todo] *= (M - part.x) * free / (M * (free - part.n + part.x))
        place.M[todo] = M - 1


def _tail_below(draws: _Draws, place: _Place) -> Floats:
    """Return P(X >= x | M - 1), which is 0 at the least feasible M."""
    return np.where(draws.x < place.M, place.tail - place.pmf * draws.x / place.M, 0)


def _is_tie(draws: _Draws, place: _Place, level: float) -> Booleans:
    """Return where the tail at M, or the one at M - 1, is too near the level for floats to decide."""
    above, below = place.tail - level, level - _tail_below(draws, place)
    return np.asarray(np.minimum(above, below) < TIE * level)


def _settle(x: int, n: int, N: int, M: int, level: Fraction) -> int:
    """Return the quantile by exact fractions, starting from a neighbour of it."""
    while tail_fraction(x, n, N, M) <= level:
        M += 1
    while x < M and tail_fraction(x, n, N, M - 1) > level:
        M -= 1
    return M
