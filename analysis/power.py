"""Power of masked questions: how many answers it takes before chance no longer hides the truth.

Exact binomial power of the test that rejects at a yes count whose tail probability is within the error. Checked
against the normal formula of Fleiss, Levin & Paik 2003, section 2.4, and by enumeration.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy import special, stats

from .counts import Floats, Integers, check_counts, check_level, check_shares, restore
from .errors import ShareError
from .results import FloatOrArray
from .sensitive import MaskedItem


def sensitive_power(
    n: ArrayLike, item: MaskedItem, *, share: float, null: float, confidence_level: float = 0.95
) -> FloatOrArray:
    """Return the probability of showing, with `n` answers, that a true `share` is not `null`.

    The test is one-sided in the direction of `share`, its error at most 1 - level; exact for every n, so that the
    power is a saw and may fall a little as n grows. 0 for n = 0. Arrays of n give arrays. Raises CountError, and
    ShareError where `share` equals `null`.
    """
    answers = check_counts(n=n)["n"]
    rates, error = _test_rates(item, share, null), 1 - check_level(confidence_level)
    found: FloatOrArray = restore(_exact_power(answers, *rates, error))
    return found


def sensitive_sample_size(
    item: MaskedItem, *, share: float, null: float, power: float = 0.8, confidence_level: float = 0.95
) -> int:
    """Return the fewest answers from which on `sensitive_power` is at least `power`, for any larger n too.

    Raises ShareError where `share` equals `null` or `power` is not between 0 and 1.
    """
    wanted, error = check_level(power, "power"), 1 - check_level(confidence_level)
    low, high = _test_rates(item, share, null)
    top = 2 * _normal_size(low, high, wanted, error) + 100
    n = np.arange(top + 1)
    too_weak = np.flatnonzero(_exact_power(n, low, high, error) < wanted)
    return int(too_weak[-1]) + 1


def precision_sample_size(item: MaskedItem, *, share: float, standard_error: float) -> int:
    """Return the fewest answers whose standard error at this `share` is at most `standard_error` (as a share).

    sqrt(r(1-r)/(n-1)) / |slope|, r the yes rate; at least 2. Raises ShareError.
    """
    goal = float(check_shares("standard_error", standard_error))
    if goal == 0:
        raise ShareError("standard_error", goal, (), "must be above 0")
    rate = float(item.yes_rate(share))
    return max(2, int(np.ceil(rate * (1 - rate) / (goal * item.slope) ** 2 + 1 - 1e-9)))


def _test_rates(item: MaskedItem, share: float, null: float) -> tuple[float, float]:
    """Return the yes rates under the null and the truth, mirrored so that the truth is higher."""
    if share == null:
        raise ShareError("share", share, (), "equals `null`, so there is nothing to show")
    under_null, under_truth = float(item.yes_rate(null)), float(item.yes_rate(share))
    if under_truth < under_null:
        return 1 - under_null, 1 - under_truth
    return under_null, under_truth


def _exact_power(n: Integers, null: float, truth: float, error: float) -> Floats:
    """Return P(X > k | truth), k the smallest count with P(X > k | null) <= error."""
    k = stats.binom.isf(error, n, null)
    # isf is decided in floating point; one count up or down settles it by the tail itself, ties included.
    allowed = error * (1 + 1e-9)
    k = np.where(stats.binom.sf(k, n, null) > allowed, k + 1, k)
    k = np.where((k > 0) & (stats.binom.sf(k - 1, n, null) <= allowed), k - 1, k)
    return np.asarray(np.where(n > 0, stats.binom.sf(k, n, truth), 0.0), dtype=np.float64)


def _normal_size(null: float, truth: float, power: float, error: float) -> int:
    """Return ((z_error sd0 + z_power sd1) / (r1 - r0))^2, rounded up: where to look for the exact size."""
    sd0, sd1 = np.sqrt(null * (1 - null)), np.sqrt(truth * (1 - truth))
    reach = special.ndtri(1 - error) * sd0 + max(special.ndtri(power), 0) * sd1
    return int(np.ceil((reach / (truth - null)) ** 2))
