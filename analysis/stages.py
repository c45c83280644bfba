"""Sampling stages: which units were drawn out of which strata, and the variance that this gives a total.

One stage: V = sum_h (1 - n_h/N_h) n_h/(n_h - 1) sum_i (t_hi - mean_h)^2 over all sampled units i of stratum
h, units outside a domain counting with t = 0 (Cochran 1977, chapter 5; Särndal, Swensson & Wretman 1992,
result 4.3.1 for the second stage). Checked against R survey 4.1-1 `svyrecvar`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .counts import Booleans, Floats, Integers

LONELY_POLICIES = ("fail", "adjust", "average", "certainty", "remove")
"""What a stratum with one sampled unit out of several contributes; see `SurveyDesign`."""

SPARSE = 8
"""Above this many possible keys per row, distinct keys are found by sorting instead of by a table."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One stage of sampling, coded.

    `units` is the unit of each row (None: every row is a unit of its own), `strata` the stratum of each
    unit, `sampled` the number of sampled units in each stratum, `population` how many there are (infinite
    without a correction), `carried` the sampling fraction of the stage before (1 at the first).
    """

    units: Integers | None
    strata: Integers
    sampled: Integers
    population: Floats
    carried: Floats
    lonely_psu: str

    @property
    def remaining(self) -> Floats:
        """The share of each stratum that was not sampled: the finite population correction, 0 to 1."""
        return 1 - self.sampled / self.population

    @property
    def lonely(self) -> Booleans:
        """Whether a stratum has one sampled unit out of several; a stratum counted in full is not lonely."""
        return np.asarray((self.sampled == 1) & (self.remaining > 1e-7), dtype=np.bool_)

    @property
    def scale(self) -> Floats:
        """What the sum of squares of each stratum is multiplied by."""
        usual = self.sampled / np.maximum(self.sampled - 1, 1)
        alone = 1.0 if self.lonely_psu == "adjust" else 0.0
        return self.carried * self.remaining * np.where(self.sampled > 1, usual, alone)

    @property
    def centred(self) -> Booleans:
        """Whether deviations are taken from the stratum's mean; a lonely unit is adjusted around zero,
        which is the mean over all strata, because linearised scores sum to nothing."""
        return ~(self.lonely & (self.lonely_psu == "adjust"))


def spread_scores(stage: Stage, scores: Floats) -> Floats:
    """Return scaled deviations, one row per unit and one column per score; `d.T @ d` is the covariance.

    `scores` has one row per row of the data, weighted and linearised, zero outside the domain.
    """
    totals = scores if stage.units is None else _sum_columns(stage.units, scores, len(stage.strata))
    means = _sum_columns(stage.strata, totals, len(stage.sampled)) / stage.sampled[:, None]
    means = np.where(stage.centred[:, None], means, 0.0)
    deviations = (totals - means[stage.strata]) * np.sqrt(stage.scale)[stage.strata][:, None]
    n_strata, n_lonely = np.asarray(len(stage.sampled)), np.asarray(stage.lonely.sum())
    return deviations * np.sqrt(_raise_average(stage, n_strata, n_lonely))


def domain_variances(stage: Stage, scores: Floats, domain: Integers, rows: Integers | slice) -> Floats:
    """Return the variance of one total per domain, domains being disjoint sets of rows.

    `scores` and `domain` (a code from 0) are those of the rows named by `rows`; everything else counts
    as zero. Cells of domain and stratum are summed in two passes, so that a stratum without variation
    gives zero and not rounding noise. The result is as long as the highest code.
    """
    totals, domain, strata = _unit_totals(stage, scores, domain, rows)
    n_strata = len(stage.sampled)
    cell, keys = find_cells(domain * n_strata + strata, (int(domain.max(initial=-1)) + 1) * n_strata)
    owner, stratum = np.divmod(keys, n_strata)
    means = sum_groups(cell, totals, len(keys)) / stage.sampled[stratum]
    means = np.where(stage.centred[stratum], means, 0.0)
    squares = sum_groups(cell, (totals - means[cell]) ** 2, len(keys))
    unseen = stage.sampled[stratum] - np.bincount(cell, minlength=len(keys))
    parts = stage.scale[stratum] * (squares + unseen * means**2)
    variances = sum_groups(owner, parts, int(owner.max(initial=-1)) + 1)
    n_lonely = np.bincount(owner[stage.lonely[stratum]], minlength=len(variances))
    return variances * _raise_average(stage, np.bincount(owner), n_lonely)


def sum_groups(codes: Integers, values: Floats, size: int) -> Floats:
    """Return the sum of the values of each code from 0 to `size` - 1; 0.0 for a code that does not occur."""
    return np.asarray(np.bincount(codes, values, size), dtype=np.float64)


def find_cells(keys: Integers, size: int) -> tuple[Integers, Integers]:
    """Return the place of each key among the distinct keys, and the distinct keys in ascending order.

    `size` is the number of possible keys, from 0. Empty gives empty.
    """
    if size > SPARSE * len(keys) + 1024:
        distinct, place = np.unique(keys, return_inverse=True)
        return place, distinct
    present = np.zeros(size, dtype=np.bool_)
    present[keys] = True
    return (np.cumsum(present) - 1)[keys], np.flatnonzero(present)


def lonely_strata(stages: tuple[Stage, ...]) -> Iterator[tuple[int, int]]:
    """Yield stage number (from 1) and stratum code of every stratum with one sampled unit out of several."""
    for number, stage in enumerate(stages, start=1):
        for stratum in np.flatnonzero(stage.lonely):
            yield number, int(stratum)


def _unit_totals(
    stage: Stage, scores: Floats, domain: Integers, rows: Integers | slice
) -> tuple[Floats, Integers, Integers]:
    """Return total, domain and stratum of every pair of domain and unit that has a row."""
    if stage.units is None:
        return scores, domain, stage.strata[rows]
    n_units = len(stage.strata)
    pair, keys = find_cells(domain * n_units + stage.units[rows], (int(domain.max(initial=-1)) + 1) * n_units)
    owner, unit = np.divmod(keys, n_units)
    return sum_groups(pair, scores, len(keys)), owner, stage.strata[unit]


def _raise_average(stage: Stage, n_strata: Integers, n_lonely: Integers) -> Floats:
    """Return the factor by which `average` lets lonely strata vary as the others do on average.

    NaN where every stratum is lonely: nothing is known about the variance then.
    """
    if stage.lonely_psu != "average":
        return np.ones(np.shape(n_strata))
    others = n_strata - n_lonely
    return np.where(others > 0, n_strata / np.maximum(others, 1), np.nan)


def _sum_columns(codes: Integers, columns: Floats, size: int) -> Floats:
    """Return the sums of each column over rows of one code, one row per code."""
    return np.stack([sum_groups(codes, column, size) for column in columns.T], axis=1)
