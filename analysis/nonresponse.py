"""The silent: what the answers leave possible when nothing is assumed about them, and response rates.

Sources: Manski (1989), J Hum Res 24:343-360, and Horowitz & Manski (2000), JASA 95:77-84, for the bounds;
Imbens & Manski (2004), Econometrica 72:1845-1857, for their confidence interval; AAPOR, Standard
Definitions, for the response rates. Checked against R (tests/analysis/vectors/j_nonresponse_bounds.csv).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from .counts import (
    Booleans,
    Floats,
    check_choice,
    check_level,
    check_shares,
    check_triple,
    restore,
    whole_numbers,
)
from .errors import ShareError
from .finite import share_of
from .results import FloatOrArray, Result
from .roots import bisect


@dataclass(frozen=True, kw_only=True, eq=False)
class NonresponseBounds(Result):
    """The share satisfied if all the silent are not (`worst`) and if all of them are (`best`), 0 to 1.

    `low` and `high` are the confidence interval around both, or the bounds themselves without a level;
    they are not clipped and may leave 0 to 1 in small rosters.
    """

    worst: FloatOrArray
    best: FloatOrArray
    low: FloatOrArray
    high: FloatOrArray
    confidence_level: float | None


def nonresponse_bounds(
    x: ArrayLike, n: ArrayLike, N: ArrayLike, *, confidence_level: float | None = None
) -> NonresponseBounds:
    """Return the worst and best case of the whole roster when x of the n who answered are satisfied.

    x/N and (x + N - n)/N: certain, with no assumption about the silent. Counts broadcast; an empty roster
    gives 0 and 1. With a level the roster counts as a random sample itself, and the interval covers the
    true share of that larger population (Imbens & Manski 2004); where both bounds are 0 or 1
    there is no sampling error to add and the interval is the bounds. Raises CountError, ShapeError,
    ShareError.
    """
    satisfied, answered, headcount = check_triple(x, n, N)
    worst = share_of(satisfied, headcount, empty=0.0)
    best = share_of(satisfied + headcount - answered, headcount, empty=1.0)
    low, high = worst.copy(), best.copy()
    if confidence_level is not None:
        low, high = _widen(worst, best, headcount.astype(np.float64), check_level(confidence_level))
    return NonresponseBounds(
        worst=restore(worst),
        best=restore(best),
        low=restore(low),
        high=restore(high),
        confidence_level=confidence_level,
    )


def _widen(worst: Floats, best: Floats, N: Floats, level: float) -> tuple[Floats, Floats]:
    """Return the bounds widened by c standard errors each."""
    root = np.sqrt(np.maximum(N, 1))
    below, above = (np.sqrt(share * (1 - share)) / root for share in (worst, best))
    error = np.maximum(below, above)
    width = np.divide(best - worst, error, out=np.zeros_like(error), where=error > 0)
    c = _solve_c(width, level)
    return np.asarray(worst - c * below), np.asarray(best + c * above)


def _solve_c(width: Floats, level: float) -> Floats:
    """Return c with Phi(c + width) - Phi(-c) equal to the level, width in standard errors (Imbens & Manski 2004)."""

    def is_below(c: Floats) -> Booleans:
        return np.asarray(special.ndtr(c + width) - special.ndtr(-c) < level)

    most = -special.ndtri((1 - level) / 2)
    return bisect(is_below, np.zeros_like(width), np.full_like(width, most))


DISPOSITIONS = ("I", "P", "R", "NC", "O", "UH", "UO")
"""AAPOR's outcomes: complete, partial, refusal, non-contact, other eligible, and two kinds of unknown."""

_COUNTED = {"1": ("I",), "2": ("I", "P"), "3": ("I",), "4": ("I", "P"), "5": ("I",), "6": ("I", "P")}
_UNKNOWN_SHARE: dict[str, float | None] = {"1": 1.0, "2": 1.0, "3": None, "4": None, "5": 0.0, "6": 0.0}


def response_rate(
    dispositions: Mapping[str, int], *, definition: str = "RR1", eligible_share: float | None = None
) -> float:
    """Return a response rate, 0 to 1, by one of AAPOR's definitions RR1 to RR6.

    `dispositions` counts people by outcome: I complete, P partial, R refusal and break-off, NC never
    reached, O other, UH and UO of unknown eligibility; what is absent is 0. RR1, RR3 and RR5 count I, the
    others I + P; all divide by I + P + R + NC + O plus all of the unknown (RR1, RR2), `eligible_share` of
    them (RR3, RR4, where it must be given), or none (RR5, RR6). On a roster nobody is unknown and
    RR1 = RR3 = RR5. Nobody to ask gives NaN. Raises ChoiceError, CountError, ShareError.
    """
    number = check_choice("definition", definition, [f"RR{i}" for i in _COUNTED]).removeprefix("RR")
    counts = dict.fromkeys(DISPOSITIONS, 0)
    for outcome, people in dispositions.items():
        counts[check_choice("dispositions", outcome, DISPOSITIONS)] = int(whole_numbers(outcome, people))
    unknown = counts["UH"] + counts["UO"]
    asked = sum(counts.values()) - unknown + _eligible_part(number, eligible_share) * unknown
    return sum(counts[outcome] for outcome in _COUNTED[number]) / asked if asked else float("nan")


def _eligible_part(number: str, eligible_share: float | None) -> float:
    """Return the share of the unknown that a definition counts as eligible."""
    fixed = _UNKNOWN_SHARE[number]
    if fixed is not None:
        return fixed
    if eligible_share is None:
        raise ShareError("eligible_share", None, (), f"RR{number} needs an estimate between 0 and 1")
    return float(check_shares("eligible_share", eligible_share))
