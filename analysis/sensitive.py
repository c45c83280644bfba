"""Sensitive items: how many do what nobody admits, from answers that give no single person away.

Chance hides each answer: P(yes) = offset + slope x share, with both known from the design. Sources: Warner 1965
(JASA 60:63); Yu, Tian & Tang 2008 (Metrika 67:251, crosswise); Boruch 1971 (forced response); Greenberg et al.
1969 (JASA 64:520, unrelated question). Formulas as in the R package RRreg. Sound for a county, useless for a
unit of a hundred: ask `sensitive_sample_size` first.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .counts import (
    Booleans,
    Floats,
    check_choice,
    check_level,
    check_pair,
    check_shares,
    restore,
)
from .errors import ShareError
from .proportions import proportion_ci
from .results import DifferenceInterval, FloatOrArray, Result

INTERVALS = ("wilson", "clopper-pearson")


@dataclass(frozen=True, kw_only=True)
class MaskedItem:
    """A question that chance masks: people with the trait say yes with probability offset + slope, others
    with probability offset.

    Made by `warner`, `crosswise`, `forced_response` or `unrelated_question`.
    """

    design: str
    offset: float
    slope: float

    def yes_rate(self, share: ArrayLike) -> Floats:
        """Return the probability of a yes for a share of people with the trait, 0 to 1."""
        return np.asarray(self.offset + self.slope * check_shares("share", share), dtype=np.float64)

    @property
    def epsilon(self) -> float:
        """How much one answer can reveal: the largest log ratio of its probability with and without the trait.

        The epsilon of local differential privacy; infinite where an answer is only possible with the trait.
        """
        with_trait, without = self.offset + self.slope, self.offset
        pairs = [(with_trait, without), (1 - with_trait, 1 - without)]
        with np.errstate(divide="ignore"):
            return float(max(abs(np.log(one) - np.log(other)) for one, other in pairs))


@dataclass(frozen=True, kw_only=True, eq=False)
class SensitiveShare(Result):
    """An estimated share of people with the trait.

    `estimate` is unbiased and so may fall below 0 or above 1 when n is small; `low` and `high` stay inside.
    `is_consistent` is false where there are fewer or more yes than the design can make by chance: then people
    did not follow it, and the limits are 0 and 1.
    """

    estimate: FloatOrArray
    standard_error: FloatOrArray
    low: FloatOrArray
    high: FloatOrArray
    is_consistent: bool | Booleans
    confidence_level: float
    method: str


@dataclass(frozen=True, kw_only=True, eq=False)
class CoachingGap(DifferenceInterval):
    """How much higher the trait's share is when asked directly than behind the mask, with its standard error."""

    standard_error: FloatOrArray


def warner(p: float) -> MaskedItem:
    """Return Warner's design: with probability `p` (not 1/2) one answers "I do", else "I do not"."""
    return _mask("warner", offset=1 - _share("p", p), slope=2 * p - 1, argument="p", value=p)


def crosswise(p: float) -> MaskedItem:
    """Return the crosswise design: yes for "both or neither" of the trait and an innocent one of prevalence `p`.

    The innocent trait, such as a birthday in one quarter of the year, must be unknown to the asker.
    """
    return _mask("crosswise", offset=1 - _share("p", p), slope=2 * p - 1, argument="p", value=p)


def forced_response(*, yes: float, no: float) -> MaskedItem:
    """Return the design in which chance forces a yes, or a no, with these probabilities; the rest is the truth."""
    truth = max(1 - _share("yes", yes) - _share("no", no), 0.0)
    return _mask("forced response", offset=yes, slope=truth, argument="yes + no", value=yes + no)


def unrelated_question(*, asked: float, innocent: float) -> MaskedItem:
    """Return the design in which the sensitive question is `asked` with this probability, else one that a known
    share, `innocent`, answers yes to."""
    offset = (1 - _share("asked", asked)) * _share("innocent", innocent)
    return _mask("unrelated question", offset=offset, slope=asked, argument="asked", value=asked)


def sensitive_proportion(
    x: ArrayLike, n: ArrayLike, item: MaskedItem, *, confidence_level: float = 0.95, method: str = "wilson"
) -> SensitiveShare:
    """Estimate the share of people with the trait from `x` yes among `n` answers to a masked item.

    estimate = (x/n - offset) / slope, standard error sqrt(r(1-r)/(n-1)) / |slope| with r = x/n. The limits are
    those of r by `method` ("wilson" or "clopper-pearson"), carried over and cut to 0 to 1, so that no yes, or
    only yes, still leaves room. Arrays broadcast. n = 0: estimate NaN, limits 0 and 1; fewer than two answers
    have no standard error (NaN). Raises CountError, ShapeError, ChoiceError.
    """
    check_choice("method", method, INTERVALS)
    x, n = check_pair(x, n)
    r = proportion_ci(x, n, method=method, confidence_level=confidence_level)
    rate = np.asarray(r.estimate, dtype=np.float64)
    spread = np.divide(rate * (1 - rate), n - 1, out=np.full(n.shape, np.nan), where=n > 1)
    low, high, possible = _carry_limits(item, np.asarray(r.low), np.asarray(r.high))
    return SensitiveShare(
        estimate=restore((rate - item.offset) / item.slope),
        standard_error=restore(np.sqrt(spread) / abs(item.slope)),
        low=restore(low),
        high=restore(high),
        is_consistent=restore(possible),
        confidence_level=confidence_level,
        method=f"{item.design}, {method}",
    )


def coaching_gap(  # noqa: PLR0913  # two counts, a design and a level
    x_direct: ArrayLike,
    n_direct: ArrayLike,
    x_masked: ArrayLike,
    n_masked: ArrayLike,
    item: MaskedItem,
    *,
    confidence_level: float = 0.95,
) -> CoachingGap:
    """Estimate how much more people claim when asked directly than they admit behind a mask.

    The same question, `x_direct` yes among `n_direct` asked openly and `x_masked` among `n_masked` in the masked
    design, of two random samples. A gap that excludes 0 shows fear or coaching in the county, never in a unit.
    Limits combine the two intervals (Newcombe 1998b, method 10; Zou & Donner 2008), cut to -1 to 1; where one
    side has no answers they are -1 and 1. Arrays broadcast. Raises CountError, ShapeError.
    """
    check_level(confidence_level)
    direct = sensitive_proportion(x_direct, n_direct, DIRECT, confidence_level=confidence_level)
    masked = sensitive_proportion(x_masked, n_masked, item, confidence_level=confidence_level)
    gap = np.asarray(direct.estimate) - np.asarray(masked.estimate)
    below, above = _gap_margins(direct, masked)
    unknown = np.isnan(gap)
    error = np.hypot(np.asarray(direct.standard_error), np.asarray(masked.standard_error))
    return CoachingGap(
        estimate=restore(gap),
        low=restore(np.where(unknown, -1.0, np.clip(gap - below, -1, 1))),
        high=restore(np.where(unknown, 1.0, np.clip(gap + above, -1, 1))),
        confidence_level=confidence_level,
        method=f"direct minus {item.design}, newcombe hybrid",
        standard_error=restore(error),
    )


def _share(argument: str, value: float) -> float:
    return float(check_shares(argument, value))


def _mask(design: str, *, offset: float, slope: float, argument: str, value: float) -> MaskedItem:
    if abs(slope) < 1e-12 or offset + slope > 1 + 1e-12:
        raise ShareError(argument, value, (), "leaves nothing to learn about the trait; choose another")
    return MaskedItem(design=design, offset=offset, slope=slope)


DIRECT = MaskedItem(design="direct", offset=0.0, slope=1.0)


def _carry_limits(item: MaskedItem, low: Floats, high: Floats) -> tuple[Floats, Floats, Booleans]:
    """Return limits of the share from those of the yes rate, and whether they meet what the design allows."""
    ends = np.sort([(low - item.offset) / item.slope, (high - item.offset) / item.slope], axis=0)
    possible = (ends[0] <= 1) & (ends[1] >= 0)
    bounded = np.clip(ends, 0, 1)
    return np.where(possible, bounded[0], 0.0), np.where(possible, bounded[1], 1.0), possible


def _gap_margins(direct: SensitiveShare, masked: SensitiveShare) -> tuple[Floats, Floats]:
    d, m = np.asarray(direct.estimate), np.asarray(masked.estimate)
    below = np.hypot(d - direct.low, np.maximum(masked.high - m, 0))
    above = np.hypot(direct.high - d, np.maximum(m - masked.low, 0))
    return below, above
