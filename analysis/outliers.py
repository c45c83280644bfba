"""Units compared with each other: P-values against what harmless differences between units bring.

A P-value from a model takes sheets of a unit for independent. Colleagues are not: they answer in one
meeting, on one phone, in one mood. So the spread of all units is measured, and P-values are widened by it.
Sources: Efron 2004, J Am Stat Assoc 99:96-104 (empirical null); Devlin & Roeder 1999, Biometrics 55:997-1004 (the
same for genes). Only widened, never sharpened.
"""

import numpy as np
from scipy import stats

from .counts import Floats

FEWEST_UNITS = 20
"""Fewer units do not show their spread."""

FARTHEST = 37.0
"""Standard deviations beyond which a P-value underflows."""


def widened_pvalues(pvalues: Floats, *, harmless_share: float, stands_alone: bool) -> Floats:
    """Return one-sided P-values allowing for the spread between units.

    `harmless_share` (0.5 to 1) is the share of units taken to be harmless. Scores are divided by the spread at
    which that share of them would lie as far out as it does; a high share forgives signals that many honest
    units show (a staff meeting), a lower one keeps sharp where many units may have been coached. With fewer
    than 20 units there is no spread to see: P-values of a signal that `stands_alone`, whose model holds for
    honest units as it is, stay as they are, all others become 1.
    """
    if len(pvalues) < FEWEST_UNITS:
        return pvalues if stands_alone else np.ones(len(pvalues))
    scores = np.clip(stats.norm.isf(np.clip(pvalues, 1e-300, 1)), -FARTHEST, FARTHEST)
    centre = max(0.0, float(np.median(scores)))
    spread = (float(np.quantile(scores, harmless_share)) - centre) / float(stats.norm.ppf(harmless_share))
    widened = stats.norm.sf((scores - centre) / max(1.0, spread))
    return np.maximum(pvalues, widened)
