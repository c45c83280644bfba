"""Rates of small units, drawn towards the rate of all: what a tiny unit's 100 % is worth.

Sources: the beta-binomial hierarchy with a uniform shrinkage prior (Christiansen & Morris 1997, JASA 92:618;
Daniels 1999, Canadian Journal of Statistics 27:567); robust empirical Bayes intervals (Armstrong, Kolesár &
Plagborg-Møller 2022, Econometrica 90:2567). Coverage of both is checked by simulation.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .betabinomial import integrate_prior, mix_posteriors
from .counts import Floats, Integers, check_choice, check_level, check_pair
from .empirical import shrink_normal
from .results import Result


@dataclass(frozen=True, kw_only=True, eq=False)
class ShrunkRates(Result):
    """Rates drawn towards the overall one, one entry per unit, all 0 to 1.

    `own_weight` is how much a unit's own answers count (0 nothing, 1 everything), `overall` the rate that
    units are drawn towards.
    """

    estimate: Floats
    low: Floats
    high: Floats
    own_weight: Floats
    overall: float
    confidence_level: float
    method: str


def shrink_rates(
    x: ArrayLike, n: ArrayLike, *, method: str = "beta-binomial", confidence_level: float = 0.95
) -> ShrunkRates:
    """Estimate the rate of every unit with the help of all the others, `x` of `n` satisfied in each.

    A small unit's rate is mostly chance and is drawn to the overall rate, a large unit's hardly moves; so a
    table by these rates does not fill both ends with tiny units. Units are taken as a sample from one
    population of units: not for judging a single unit against a target.

    "beta-binomial": true rates follow a beta distribution; its mean (uniform) and its size M (so that
    M / (M + n0) is uniform, n0 the median n) are integrated over, so the posterior intervals know how little a
    few units tell about the others, and 100 % everywhere gives a finite answer.
    "empirical-bayes": rates on the arcsine scale with known variance 1 / (4n + 2), spread of the units by
    moments; the intervals cover on average over the units whatever the shape of their distribution.

    A unit without answers gets the overall rate and a wide interval; no units give empty arrays; nobody
    anywhere gives NaN with limits 0 and 1 under "empirical-bayes". Scalars count as one unit. Raises CountError,
    ShapeError, ChoiceError.
    """
    check_choice("method", method, SHRINKERS)
    counts = check_pair(x, n)
    satisfied, answered = (np.atleast_1d(count).ravel() for count in counts)
    # Units with equal counts have equal results, and a county has few different counts.
    pairs, place = np.unique(np.stack([satisfied, answered]), axis=1, return_inverse=True)
    repeats = np.bincount(place, minlength=pairs.shape[1])
    shrunk, overall = SHRINKERS[method](pairs[0], pairs[1], repeats, check_level(confidence_level))
    estimate, low, high, own_weight = shrunk[:, place]
    return ShrunkRates(
        estimate=estimate,
        low=low,
        high=high,
        own_weight=own_weight,
        overall=overall,
        confidence_level=confidence_level,
        method=method,
    )


def _hierarchical(
    x: Integers, n: Integers, repeats: Integers, confidence_level: float
) -> tuple[Floats, float]:
    prior = integrate_prior(x, n, repeats)
    return mix_posteriors(prior, x, n, confidence_level), prior.mean


SHRINKERS: dict[str, Callable[[Integers, Integers, Integers, float], tuple[Floats, float]]] = {
    "beta-binomial": _hierarchical,
    "empirical-bayes": shrink_normal,
}
