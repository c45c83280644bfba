"""What calibration does to the variance: scores keep only what the totals do not explain.

For each step, a score z becomes w (u - X b), where u = z / w, w is the step's own weight and b the
weighted least squares fit with the weights before the step (Deville & Särndal 1992, section 3; for cells
this is Holt & Smith 1979). Checked against R survey 4.1-1 `svyrecvar`.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from .counts import Floats, Integers
from .stages import sum_groups


class Projection(Protocol):
    """One calibration step, applied to scores: one row per row of the data, one column per score."""

    def leave_residuals(self, scores: Floats) -> Floats:
        """Return the scores without the part that the calibrated totals explain."""


@dataclass(frozen=True, kw_only=True, eq=False)
class CellProjection:
    """Post-stratification: `cells` is the cell of each row, `weights` those after, `before` those before."""

    cells: Integers
    weights: Floats
    before: Floats

    def leave_residuals(self, scores: Floats) -> Floats:
        """Return scores minus their mean in the cell, weighted as before the step."""
        return np.stack([self._centre(column) for column in scores.T], axis=1)

    def _centre(self, scores: Floats) -> Floats:
        n_cells = int(self.cells.max()) + 1
        values = _divide(scores, self.weights)
        base = sum_groups(self.cells, self.before, n_cells)
        means = _divide(sum_groups(self.cells, values * self.before, n_cells), base)
        return (values - means[self.cells]) * self.weights


@dataclass(frozen=True, kw_only=True, eq=False)
class LinearProjection:
    """Raking and calibration: `basis` is orthonormal and spans the auxiliary columns times sqrt(before);
    `lift` is the new weight over sqrt(before)."""

    basis: Floats
    lift: Floats

    def leave_residuals(self, scores: Floats) -> Floats:
        """Return scores minus their regression on the auxiliary columns."""
        values = _divide(scores, self.lift[:, None])
        return (values - self.basis @ (self.basis.T @ values)) * self.lift[:, None]


def _divide(above: Floats, below: Floats) -> Floats:
    """Return the quotient, 0 where the divisor is 0: a row without weight has no score either."""
    return np.divide(above, below, out=np.zeros(np.shape(above)), where=below != 0)
