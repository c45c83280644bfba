"""Are a unit's sheets what the other units' sheets would give: exact moments of the exchange.

The question is asked by exchanging sheets between units, only among sheets of the same group and the same
level of satisfaction. The level must be held: a unit where all are satisfied must have identical sheets, and
in the Rasch family of models the sum of a sheet says all that it says about the person, so that sheets
of one sum are exchangeable between honest units however well these do (Rasch 1960; Andersen 1977,
Psychometrika 42:69-81).

Drawing exchanges at random would need millions for the small P-values that a thousand units call for. So
the first three moments of the exchange distribution are computed exactly and a Pearson type III curve
gives the tail, as Mielke & Berry 2007, Permutation Methods, ch. 2, do. Checked against random exchanges.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy import sparse, stats

from .counts import Booleans, Floats, Integers


def twin_test(patterns: Integers, units: Integers, strata: Integers) -> pd.DataFrame:
    """Test whether a unit has more pairs of identical sheets than exchange within strata would give.

    Each argument has one number a sheet, counted from 0: which sheets are identical, the unit, the stratum;
    identical sheets must lie in one stratum. One row a unit number: `n` sheets; `marked`, how many of
    them have a twin in the unit; `pairs`, `expected`, its mean under exchange; `pvalue`. Strata with one
    pattern or in one unit only say nothing and leave the P-value as it is.
    """
    n_units = int(units.max(initial=-1)) + 1
    kinds, counts = np.unique(np.column_stack([units, patterns]), axis=0, return_counts=True)
    owner = kinds[:, 0] if len(kinds) else units
    pairs = np.bincount(owner, weights=counts * (counts - 1) / 2, minlength=n_units)
    cumulants = _unit_cumulants(units, strata, _stratum_sums(patterns, strata), _pair_cumulants)
    return pd.DataFrame(
        {
            "n": np.bincount(units, minlength=n_units),
            "marked": np.bincount(owner, weights=np.where(counts > 1, counts, 0), minlength=n_units).astype(
                int
            ),
            "pairs": pairs,
            "expected": cumulants[0],
            "pvalue": pearson_tail(pairs.astype(float), cumulants),
        }
    )


def mark_test(marked: Booleans, units: Integers, strata: Integers) -> pd.DataFrame:
    """Test whether a unit has more marked sheets than exchange within strata would give.

    Arguments and rows as of `twin_test`; `marked` says of each sheet whether it has the feature, and
    `expected` is the number of marked sheets under exchange (a sum of hypergeometric counts).
    """
    n_units = int(units.max(initial=-1)) + 1
    observed = np.bincount(units, weights=marked, minlength=n_units)
    n_strata = int(strata.max(initial=-1)) + 1
    sizes = np.bincount(strata, minlength=n_strata).astype(float)
    having = np.bincount(strata, weights=marked, minlength=n_strata)
    cumulants = _unit_cumulants(units, strata, np.column_stack([sizes, having]), _mark_cumulants)
    return pd.DataFrame(
        {
            "n": np.bincount(units, minlength=n_units),
            "marked": observed.astype(int),
            "expected": cumulants[0],
            "pvalue": pearson_tail(observed.astype(float), cumulants),
        }
    )


def pearson_tail(observed: Floats, cumulants: Floats) -> Floats:
    """Return the chance of a count at least as large as observed, from its first three cumulants.

    `cumulants` has three rows: mean, variance, third central moment. With no variance, 1. The count is met half a
    unit below, as is usual where a curve stands for whole numbers.
    """
    mean, variance, third = cumulants
    varies = variance > 1e-9
    deviation = np.sqrt(np.where(varies, variance, 1.0))
    skewness = np.where(varies, third, 0.0) / deviation**3
    tail = stats.pearson3.sf((observed - 0.5 - mean) / deviation, skewness)
    return np.where(varies & (observed > 0), np.clip(tail, 0.0, 1.0), 1.0)


def _unit_cumulants(
    units: Integers, strata: Integers, constants: Floats, of_stratum: Callable[[Floats, Floats], Floats]
) -> Floats:
    """Return the three cumulants of each unit's count: sums over strata, which are exchanged apart.

    `of_stratum` takes the sheets a unit has in a stratum and that stratum's row of `constants`, for many at once.
    """
    shape = (int(units.max(initial=-1)) + 1, int(strata.max(initial=-1)) + 1)
    shares = sparse.csr_array((np.ones(len(units)), (units, strata)), shape=shape).tocoo()
    terms = of_stratum(np.asarray(shares.data, dtype=float), constants[shares.col])
    return np.array([np.bincount(shares.row, weights=term, minlength=shape[0]) for term in terms])


def _mark_cumulants(n: Floats, constants: Floats) -> Floats:
    """Return mean, variance and third central moment of hypergeometric counts (Johnson, Kemp & Kotz 2005, 6.2)."""
    size, having = constants.T
    share = having / size
    mean = n * share
    variance = mean * (1 - share) * (size - n) / np.maximum(size - 1, 1)
    third = variance * (1 - 2 * share) * (size - 2 * n) / np.maximum(size - 2, 1)
    return np.array([mean, variance, third])


def _stratum_sums(patterns: Integers, strata: Integers) -> Floats:
    """Return for each stratum its size and the sums over patterns that the moments of pairs need.

    With m the sheets of a pattern and (m)_k = m (m-1) … (m-k+1): the size, the sums of (m)_2 … (m)_6, then
    the sums over ordered pairs of different patterns of (m)_a (m')_2, a = 2, 3, 4, and over triples of (m)_2 each.
    A stratum of a single pattern gets size 0: it cannot vary, and rounding shall not make it vary.
    """
    kinds, m = np.unique(np.column_stack([strata, patterns]), axis=0, return_counts=True)
    home = kinds[:, 0] if len(kinds) else strata
    n_strata = int(strata.max(initial=-1)) + 1

    def by_stratum(weights: Floats) -> Floats:
        return np.bincount(home, weights=weights, minlength=n_strata).astype(float)

    falling = [_falling(m.astype(float), k) for k in range(7)]
    sums = [by_stratum(term) for term in falling]
    doubles = [sums[a] * sums[2] - by_stratum(falling[a] * falling[2]) for a in (2, 3, 4)]
    squares, cubes = by_stratum(falling[2] ** 2), by_stratum(falling[2] ** 3)
    triples = sums[2] ** 3 - 3 * sums[2] * squares + 2 * cubes
    size = np.where(np.bincount(home, minlength=n_strata) > 1, sums[1], 0)
    return np.column_stack([size, *sums[2:], *doubles, triples])


def _pair_cumulants(n: Floats, constants: Floats) -> Floats:
    """Return mean, variance and third central moment of the number of identical pairs among n sheets.

    T = sum over patterns of (c)_2 / 2, c multivariate hypergeometric, whose factorial moments are
    E (c)_a (c')_b = (m)_a (m')_b (n)_{a+b} / (N)_{a+b}. With X = (c)_2: X² = (c)_4 + 4 (c)_3 + 2 (c)_2 and
    X³ = (c)_6 + 12 (c)_5 + 38 (c)_4 + 32 (c)_3 + 4 (c)_2.
    """
    size, f2, f3, f4, f5, f6, f22, f32, f42, f222 = constants.T
    r2, r3, r4, r5, r6 = (_ratio(n, size, k) for k in range(2, 7))
    first = f2 * r2
    second = f4 * r4 + 4 * f3 * r3 + 2 * f2 * r2 + f22 * r4
    third = f6 * r6 + 12 * f5 * r5 + 38 * f4 * r4 + 32 * f3 * r3 + 4 * f2 * r2
    third += 3 * (f42 * r6 + 4 * f32 * r5 + 2 * f22 * r4) + f222 * r6
    variance = np.maximum(second - first**2, 0)
    mean = np.where(size > 0, first, n * (n - 1)) / 2
    return np.array([mean, variance / 4, (third - 3 * first * second + 2 * first**3) / 8])


def _ratio(n: Floats, size: Floats, k: int) -> Floats:
    """Return (n)_k / (size)_k, 0 where the size is below k."""
    whole = _falling(size, k)
    return np.where(whole > 0, _falling(n, k) / np.where(whole > 0, whole, 1), 0)


def _falling(x: Floats, k: int) -> Floats:
    product = np.ones_like(x)
    for step in range(k):
        product = product * np.maximum(x - step, 0)
    return product
