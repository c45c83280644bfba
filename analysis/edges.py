"""Exact limits of a weighted share where design-based formulas collapse: at 0, at 1, without variance.

Sources: the greedy bound over strata of `stratified_zero_failure_bound`; Clopper & Pearson 1934 with the
effective number of answers of Kish 1965, section 11.7.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from .certification import stratified_zero_failure_bound
from .counts import Booleans, Floats, Integers
from .design import SurveyDesign
from .domains import Domains, row_strata
from .stages import Stage, find_cells, sum_groups


@dataclass(frozen=True, kw_only=True, eq=False)
class Bounds:
    """Limits of shares, one entry per domain, with the effective number of answers and the method."""

    low: Floats
    high: Floats
    n_eff: Floats
    method: NDArray[np.object_]

    def fill(self, chosen: Booleans, method: str, *, low: Floats, high: Floats, n_eff: Floats) -> "Bounds":
        """Return the same limits with those of the chosen domains replaced."""
        return Bounds(
            low=np.where(chosen, low, self.low),
            high=np.where(chosen, high, self.high),
            n_eff=np.where(chosen, n_eff, self.n_eff),
            method=np.where(chosen, np.array(method, dtype=object), self.method),
        )


def fill_edges(  # noqa: PLR0913  # one call site; a class for its arguments would say less
    bounds: Bounds,
    design: SurveyDesign,
    domains: Domains,
    *,
    picked: Floats,
    p: Floats,
    wanted: Booleans,
    level: float,
) -> Bounds:
    """Return `bounds` with the limits of the wanted domains replaced by exact ones; later rules win.

    `picked` is 0 or 1 for each picked row, `p` the share of each domain.
    """
    n_eff = kish_sizes(design, domains)
    low, high = _clopper_pearson(p, n_eff, level)
    bounds = bounds.fill(wanted, "clopper-pearson on kish n_eff", low=low, high=high, n_eff=n_eff)
    strata = _whole_strata(design, domains, picked)
    exact = wanted & strata.known
    low, high = _stratified(strata, p, exact, level)
    bounds = bounds.fill(exact, "exact stratified", low=low, high=high, n_eff=domains.n.astype(np.float64))
    full = wanted & _counted_in_full(design, domains)
    bounds = bounds.fill(full, "full count", low=p, high=p, n_eff=np.full(len(p), np.inf))
    nothing = np.zeros(len(p))
    return bounds.fill(domains.n == 0, "no answers", low=nothing, high=nothing + 1, n_eff=nothing)


def kish_sizes(design: SurveyDesign, domains: Domains) -> Floats:
    """Return (sum w)^2 / sum w^2 of each domain, 0 where it is empty."""
    weights = design.weights[domains.rows]
    squares = domains.add(weights**2)
    return domains.add(weights) ** 2 / np.where(squares > 0, squares, 1)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Strata:
    """Pairs of domain (`owner`) and stratum: how many answered, how many of these 1, how many there are.

    `known` tells of each domain whether it is made of whole strata, each a simple random sample that was
    counted in full or answered all alike.
    """

    owner: Integers
    sampled: Integers
    ones: Floats
    population: Floats
    known: Booleans


def _whole_strata(design: SurveyDesign, domains: Domains, picked: Floats) -> _Strata:
    stage = design.stages[0]
    n_strata = len(stage.sampled)
    strata = row_strata(stage)[domains.rows]
    cell, keys = find_cells(domains.code * n_strata + strata, len(domains) * n_strata)
    owner, stratum = np.divmod(keys, n_strata)
    sampled, population = stage.sampled[stratum], stage.population[stratum]
    ones = sum_groups(cell, picked, len(keys))
    partial = (np.bincount(cell, minlength=len(keys)) != sampled) | (np.floor(population) != population)
    mixed = (ones > 0) & (ones < sampled) & (sampled < population)
    unknown = owner[partial | mixed | np.isinf(population)]
    known = (np.bincount(unknown, minlength=len(domains)) == 0) & (domains.n > 0)
    known &= _weighted_as_drawn(design, domains, stage, strata)
    return _Strata(owner=owner, sampled=sampled, ones=ones, population=population, known=known)


def _weighted_as_drawn(design: SurveyDesign, domains: Domains, stage: Stage, strata: Integers) -> Booleans:
    """Return whether the weights of each domain are N_h / n_h, up to a common factor, in one stage of rows."""
    if design.projections or len(design.stages) > 1 or stage.units is not None:
        return np.zeros(len(domains), dtype=np.bool_)
    drawn = (stage.sampled / stage.population)[strata]
    least, most = np.full(len(domains), np.inf), np.zeros(len(domains))
    np.minimum.at(least, domains.code, design.weights[domains.rows] * drawn)
    np.maximum.at(most, domains.code, design.weights[domains.rows] * drawn)
    return np.asarray((most > 0) & (most - least <= 1e-6 * most), dtype=np.bool_)


def _stratified(strata: _Strata, p: Floats, exact: Booleans, level: float) -> tuple[Floats, Floats]:
    """Return the share less and plus the most people that strata of all 1, and of all 0, can have hidden."""
    low, high = p.copy(), p.copy()
    for domain in np.flatnonzero(exact):
        own = strata.owner == domain
        sampled, population, ones = strata.sampled[own], strata.population[own], strata.ones[own]
        low[domain] -= _hidden_people(sampled, population, ones == sampled, level) / population.sum()
        high[domain] += _hidden_people(sampled, population, ones == 0, level) / population.sum()
    return low, high


def _hidden_people(sampled: Integers, population: Floats, alike: Booleans, level: float) -> int:
    """Return the most people of the other kind that samples from these strata can have missed.

    Each side spends half of 1 - level; 0 where no stratum is alike.
    """
    if not alike.any():
        return 0
    people = population[alike].astype(np.int64)
    bound = stratified_zero_failure_bound(sampled[alike], people, confidence_level=(1 + level) / 2)
    return int(bound.max_unsatisfied)


def _counted_in_full(design: SurveyDesign, domains: Domains) -> Booleans:
    """Return whether every stratum and PSU that the domain has rows in was counted in full."""
    if design.projections:
        return np.zeros(len(domains), dtype=np.bool_)
    open_rows = np.zeros(len(design), dtype=np.bool_)
    for stage in design.stages:
        open_rows |= (stage.remaining > 0)[row_strata(stage)]
    n_open = np.bincount(domains.code[open_rows[domains.rows]], minlength=len(domains))
    return np.asarray((n_open == 0) & (domains.n > 0), dtype=np.bool_)


def _clopper_pearson(p: Floats, n_eff: Floats, level: float) -> tuple[Floats, Floats]:
    tail = (1 - level) / 2
    # Negative weights can carry an estimate beyond 0 or 1; its limits are those of the nearer end.
    p = np.clip(p, 0, 1)
    x, rest = n_eff * p, n_eff * (1 - p)
    low = np.where(x > 0, special.betaincinv(np.where(x > 0, x, 1), rest + 1, tail), 0.0)
    high = np.where(rest > 0, special.betaincinv(x + 1, np.where(rest > 0, rest, 1), 1 - tail), 1.0)
    return low, high
