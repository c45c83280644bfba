"""Roots of monotone functions, a whole array at a time."""

from collections.abc import Callable

import numpy as np

from .counts import Booleans, Floats

HALVINGS = 80
"""Halvings of an interval of length 1 or 2: the last is far below the spacing of floats near 1."""


def bisect(is_below: Callable[[Floats], Booleans], low: Floats, high: Floats) -> Floats:
    """Return, for each entry, where a monotone condition turns from true to false between low and high.

    `is_below` takes trial values of the shape of `low` and says where the root lies above them. Where it
    is never true the result is `low`, where it is never false `high`, to within 1e-15.
    """
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        up = is_below(middle)
        low, high = np.where(up, middle, low), np.where(up, high, middle)
    return (low + high) / 2
