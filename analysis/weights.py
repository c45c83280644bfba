"""Weights: how many independent answers they are worth, and what to do with the largest."""

import numpy as np
from numpy.typing import ArrayLike

from .counts import Floats
from .design import SurveyDesign
from .faults import DesignError

ROUNDED = 1 + 1e-12
"""A weight above the limit by less than this factor is at the limit."""


def kish_effective_n(w: ArrayLike) -> float:
    """Return (sum w)^2 / sum w^2: how many equally weighted answers have the same variance.

    At most the number of weights, reached when all are equal. No weights, or only zeros, are worth 0.0. A
    negative weight, as linear calibration can make, is taken as it stands and lowers the result. Missing or
    infinite weights raise DesignError. Kish 1965, *Survey Sampling*, section 11.7; the design effect of
    weighting is n over this, 1 + cv^2.

    >>> kish_effective_n([1, 1, 1, 5])
    2.2857142857142856
    """
    weights = np.asarray(w, dtype=np.float64).ravel()
    wrong = ~np.isfinite(weights)
    if wrong.any():
        row = int(wrong.argmax())
        raise DesignError("w", f"row {row}", f"weight {weights[row]} is not finite")
    if not weights.any():
        return 0.0
    # Dividing by the largest first keeps the squares within range, whatever the unit of the weights.
    weights = weights / np.abs(weights).max()
    return float(weights.sum() ** 2 / (weights**2).sum())


def trim_weights(design: SurveyDesign, *, upper: float, strict: bool = False) -> SurveyDesign:
    """Return the design with weights above `upper` (in people) cut to it, and the rest raised equally.

    What is cut off is shared out in equal parts over all rows that were within the limit and have a weight, so
    that the total stays; as R's `trimWeights`, a weight just below may then pass the limit. `strict` repeats
    until none does. The limit trades bias for variance: report `kish_effective_n` before and after. Nothing
    above the limit returns the design itself. Earlier calibration is no longer met exactly.

    Raises DesignError when `upper` is not positive or the total does not fit under it.
    """
    if not upper > 0:
        raise DesignError(
            "upper", "", f"is {upper}; give the largest number of people an answer may stand for"
        )
    weights = design.weights.copy()
    while (weights > upper * ROUNDED).any():
        weights = _cut_once(weights, upper, strict=strict)
        if not strict:
            break
    return design if np.array_equal(weights, design.weights) else design.reweight(weights)


def _cut_once(weights: Floats, upper: float, *, strict: bool) -> Floats:
    above = weights > upper * ROUNDED
    # A row at the limit has no room: raising it would only cut it again, for ever.
    room = (weights < upper if strict else ~above) & (weights != 0)
    if weights.sum() > upper * np.count_nonzero(weights) or not room.any():
        total, n = weights.sum(), np.count_nonzero(weights)
        reason = f"is {upper:g}, but {total:g} people on {n} answers need {total / n:g} each"
        raise DesignError("upper", "", reason)
    cut = (weights[above] - upper).sum()
    return np.where(above, upper, np.where(room, weights + cut / np.count_nonzero(room), weights))
