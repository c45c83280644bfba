"""The same people asked twice: the difference of their two shares, and whether there is one.

Only answers that carry a person's mark can be paired; anonymous waves cannot, and are compared as
independent, which is conservative when answers persist.

Sources: Newcombe (1998), Stat Med 17:2635-2650, methods 8 and 10; Tango (1998), Stat Med 17:891-908;
Bonett & Price (2012), J Educ Behav Stat 37:479-488; McNemar (1947), Psychometrika 12:153-157; Fagerland,
Lydersen & Laake (2013), BMC Med Res Methodol 13:91, who recommend the mid-P test. Checked against R
(tests/analysis/vectors/c_paired_ci.csv, c_mcnemar.csv).
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from .counts import Floats, Integers, check_choice, restore, whole_numbers
from .differences import Limits, wilson_sides
from .errors import ShapeError
from .levels import two_sided_z
from .results import DifferenceInterval, TestResult
from .roots import bisect

PairLimits = Callable[[Floats, float], Limits]
MCNEMAR_METHODS = ("mid-p", "exact")


def paired_diff_ci(
    table: ArrayLike, *, method: str = "newcombe", confidence_level: float = 0.95
) -> DifferenceInterval:
    """Return an interval for p1 - p2, the same people's shares in the first and the second wave.

    `table` is [[a, b], [c, d]]: satisfied in both, in the first only, in the second only, in neither;
    further dimensions in front hold further tables. `method` is "newcombe" (square and add, with corrected
    correlation), "newcombe-uncorrected", "tango" (score) or "bonett-price". Nobody gives a NaN estimate
    between -1 and 1. Raises CountError, ShapeError, ShareError, ChoiceError.
    """
    find_limits = METHODS[check_choice("method", method, METHODS)]
    z = two_sided_z(confidence_level)
    cells = _read_table(table)
    people = cells.sum(axis=0)
    is_known = people > 0
    estimate, low, high = np.full(people.shape, np.nan), np.full(people.shape, -1.0), np.ones(people.shape)
    if is_known.any():
        known = cells[:, is_known].astype(np.float64)
        estimate[is_known] = (known[1] - known[2]) / known.sum(axis=0)
        low[is_known], high[is_known] = find_limits(known, z)
    return DifferenceInterval(
        estimate=restore(estimate),
        low=restore(np.clip(low, -1, 1)),
        high=restore(np.clip(high, -1, 1)),
        confidence_level=confidence_level,
        method=method,
    )


def mcnemar_test(table: ArrayLike, *, method: str = "mid-p") -> TestResult:
    """Test, two-sided, whether the same people's share changed from the first wave to the second.

    `table` as for `paired_diff_ci`. `method` is "mid-p" or "exact" (conservative). The statistic is the
    smaller number of changers, b or c. Where nobody changed nothing speaks for a change and P is 1. Raises
    CountError, ShapeError, ChoiceError.
    """
    check_choice("method", method, MCNEMAR_METHODS)
    cells = _read_table(table)
    fewer, changers = np.minimum(cells[1], cells[2]), cells[1] + cells[2]
    pvalue = 2 * stats.binom.cdf(fewer, changers, 0.5)
    if method == "mid-p":
        pvalue = pvalue - stats.binom.pmf(fewer, changers, 0.5)
    pvalue = np.where(changers > 0, np.minimum(pvalue, 1), 1.0)
    return TestResult(
        statistic=restore(np.asarray(fewer, dtype=np.float64)),
        pvalue=restore(pvalue),
        method=method,
        alternative="two-sided",
    )


def _read_table(table: ArrayLike) -> Integers:
    """Return the cells a, b, c, d on the first axis; raise ShapeError unless the last two are 2 by 2."""
    cells = whole_numbers("table", table)
    if cells.shape[-2:] != (2, 2):
        raise ShapeError({"table": cells.shape})
    return np.moveaxis(cells.reshape(*cells.shape[:-2], 4), -1, 0)


def _newcombe(cells: Floats, z: float) -> Limits:
    """Newcombe (1998), method 10: square and add, less twice the product times the corrected phi."""
    return _paired_square_and_add(cells, z, correction=cells.sum(axis=0) / 2)


def _newcombe_uncorrected(cells: Floats, z: float) -> Limits:
    """Newcombe (1998), method 8: the same with phi as it is."""
    return _paired_square_and_add(cells, z, correction=np.zeros_like(cells[0]))


def _paired_square_and_add(cells: Floats, z: float, *, correction: Floats) -> Limits:
    a, b, c, _ = cells
    people = cells.sum(axis=0)
    first, second = wilson_sides(a + b, people, z), wilson_sides(a + c, people, z)
    phi = _correlate(cells, correction)
    below = first.estimate - first.low, second.high - second.estimate
    above = first.high - first.estimate, second.estimate - second.low
    estimate = (b - c) / people
    return estimate - _side_length(*below, phi), estimate + _side_length(*above, phi)


def _side_length(one: Floats, other: Floats, phi: Floats) -> Floats:
    return np.asarray(np.sqrt(np.maximum(one**2 + other**2 - 2 * phi * one * other, 0)))


def _correlate(cells: Floats, correction: Floats) -> Floats:
    """Return phi of the table, 0 where a margin is empty; a positive ad - bc is first brought nearer to 0."""
    a, b, c, d = cells
    cross = a * d - b * c
    cross = np.where(cross > 0, np.maximum(cross - correction, 0), cross)
    root = np.sqrt((a + b) * (c + d) * (a + c) * (b + d))
    phi = np.zeros_like(cross)
    np.divide(cross, root, out=phi, where=root > 0)
    return np.asarray(phi)


def _bonett_price(cells: Floats, z: float) -> Limits:
    """Bonett & Price (2012): Wald's limits after adding one changer each way."""
    total = cells.sum(axis=0) + 2
    up, down = (cells[1] + 1) / total, (cells[2] + 1) / total
    error = np.sqrt((up + down - (up - down) ** 2) / total)
    return up - down - z * error, up - down + z * error


def _tango(cells: Floats, z: float) -> Limits:
    """Tango (1998): the differences that the score test at the level does not reject."""
    _, b, c, _ = cells
    people = cells.sum(axis=0)

    def reach(difference: Floats) -> Floats:
        share = _restricted_share(b, c, people, difference)
        return np.asarray(z * np.sqrt(np.maximum(people * (2 * share + difference * (1 - difference)), 0)))

    ends = np.full_like(people, -1.0), np.ones_like(people)
    low = bisect(lambda d: b - c - people * d > reach(d), *ends)
    return low, bisect(lambda d: b - c - people * d >= -reach(d), *ends)


def _restricted_share(b: Floats, c: Floats, people: Floats, difference: Floats) -> Floats:
    """Return the likeliest share of changers to satisfied if the difference were that (Tango 1998)."""
    linear = -b - c + (2 * people - b + c) * difference
    constant = -c * difference * (1 - difference)
    root = np.sqrt(np.maximum(linear**2 - 8 * people * constant, 0))
    return np.asarray((root - linear) / (4 * people))


METHODS: dict[str, PairLimits] = {
    "newcombe": _newcombe,
    "newcombe-uncorrected": _newcombe_uncorrected,
    "tango": _tango,
    "bonett-price": _bonett_price,
}
