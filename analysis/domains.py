"""Domains: the disjoint groups of answers that a table has a row for. Grouped once, never by dropping rows."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from .columns import listed, mask_column
from .counts import Booleans, Floats, Integers, check_columns
from .design import SurveyDesign
from .stages import Stage, find_cells, sum_groups


@dataclass(frozen=True, kw_only=True, eq=False)
class Domains:
    """Which rows answer for which domain.

    `rows` picks the rows that lie in some domain, have a weight and have an answer; `code` is the domain
    of each of these; `labels` has one entry per domain, also for a domain in which nobody answered.
    """

    rows: Integers | slice
    code: Integers
    labels: pd.Index

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def n(self) -> Integers:
        """How many rows each domain has."""
        return np.bincount(self.code, minlength=len(self))

    def add(self, values: Floats) -> Floats:
        """Return the sum of `values` (one per picked row) in each domain."""
        return sum_groups(self.code, values, len(self))


def split_domains(
    design: SurveyDesign, answered: Booleans, *, by: str | Sequence[str] | None, where: str | ArrayLike | None
) -> Domains:
    """Return the domains of `by` among the rows that `where` keeps and that `answered` an item.

    Without `by` there is one domain. Labels are sorted; a categorical column keeps its own order and all
    its categories, several columns give the combinations that occur in the data (all combinations when
    every column is categorical). Rows whose `by` is missing belong to no domain.
    """
    code, labels = _code_groups(design.data, listed(by))
    keep = answered & (design.weights != 0)
    mask = mask_column(design.data, where)
    if mask is not None:
        keep &= mask
    if code is None:
        code = np.zeros(len(design), dtype=np.int64)
    keep &= code >= 0
    rows: Integers | slice = slice(None) if keep.all() else np.flatnonzero(keep)
    return Domains(rows=rows, code=code[rows], labels=labels)


def domain_df(design: SurveyDesign, domains: Domains) -> Integers:
    """Return PSUs minus strata of each domain, counting those it has rows in; 0 for an empty one."""
    first = design.stages[0]
    units = np.arange(len(design)) if first.units is None else first.units
    n_units = _count_distinct(domains, units[domains.rows], len(first.strata))
    n_strata = _count_distinct(domains, row_strata(first)[domains.rows], len(first.sampled))
    return n_units - n_strata


def row_strata(stage: Stage) -> Integers:
    """Return the stratum of each row of the data."""
    return stage.strata if stage.units is None else stage.strata[stage.units]


def _count_distinct(domains: Domains, codes: Integers, size: int) -> Integers:
    _, keys = find_cells(domains.code * size + codes, len(domains) * size)
    return np.bincount(keys // size, minlength=len(domains))


def _code_groups(data: pd.DataFrame, by: list[str]) -> tuple[Integers | None, pd.Index]:
    """Return the code of each row (-1 for a missing value) and the label of each code."""
    if not by:
        return None, pd.RangeIndex(1)
    check_columns("data", data.columns, by)
    parts = [_code_column(data[column]) for column in by]
    if len(by) == 1:
        return parts[0][0], parts[0][1].rename(by[0])
    codes, levels = [part[0] for part in parts], [part[1] for part in parts]
    sizes = [len(level) for level in levels]
    missing = np.any([code < 0 for code in codes], axis=0)
    crossed = np.ravel_multi_index([np.where(missing, 0, code) for code in codes], sizes)
    return _name_combinations(crossed, missing, levels, data[by])


def _name_combinations(
    crossed: Integers, missing: Booleans, levels: list[pd.Index], data: pd.DataFrame
) -> tuple[Integers, pd.Index]:
    sizes = [len(level) for level in levels]
    keys = np.arange(int(np.prod(sizes)))
    if not all(isinstance(dtype, pd.CategoricalDtype) for dtype in data.dtypes):
        keys = np.unique(crossed[~missing])
        crossed = np.searchsorted(keys, crossed)
    arrays = [level[code] for level, code in zip(levels, np.unravel_index(keys, sizes), strict=True)]
    return np.where(missing, -1, crossed), pd.MultiIndex.from_arrays(arrays, names=list(data.columns))


def _code_column(values: pd.Series) -> tuple[Integers, pd.Index]:
    if isinstance(values.dtype, pd.CategoricalDtype):
        return np.asarray(values.cat.codes, dtype=np.int64), pd.Index(values.cat.categories)
    codes, labels = pd.factorize(values, sort=True)
    return codes.astype(np.int64), pd.Index(labels)
