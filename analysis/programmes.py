"""Linear programmes over the relations of a table, solved by HiGHS.

Source: Huangfu & Hall 2018, Math Program Comput 10:119-142 (the dual simplex method used).
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from .counts import Floats


class ProgrammeError(RuntimeError):
    """The solver gave up, so that nothing is known: do not publish. Part: `message`, its own words."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return f"the check could not be finished, so do not publish this table: {self.message}"


@dataclass(frozen=True, kw_only=True, eq=False)
class Solution:
    """The unknowns and the objective at the optimum, and the dual price of each equation."""

    unknowns: Floats
    objective: float
    duals: Floats


def solve_programme(
    objective: Floats, matrix: sparse.csr_array, known: Floats, *, limits: Floats, presolve: bool = True
) -> Solution:
    """Minimise objective @ unknowns where matrix @ unknowns = known.

    `limits` has a row an unknown: its lowest and highest value, infinite where there is none. `presolve`
    False starts at once from the lowest values: right where these already fit and the optimum is near.
    Raises ProgrammeError where there is no optimum or the solver fails.
    """
    answer = linprog(  # type: ignore[call-overload]  # the stubs know no sparse matrices, SciPy does
        objective,
        A_eq=matrix,
        b_eq=known,
        bounds=limits,
        method="highs-ds",
        options={"presolve": presolve},
    )
    if answer.status != 0:
        raise ProgrammeError(answer.message)
    return Solution(unknowns=answer.x, objective=float(answer.fun), duals=answer.eqlin.marginals)


def between(low: Floats | float, high: Floats | float, size: int) -> Floats:
    """Return limits, a row an unknown, from lowest and highest values or one number for all."""
    return np.column_stack([np.broadcast_to(low, size), np.broadcast_to(high, size)]).astype(float)
