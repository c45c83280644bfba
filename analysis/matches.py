"""How alike two sheets of one unit are: percent match and identical sheets.

Sources: Kuriakose & Robbins 2016, Stat J IAOS 32:283-291 (largest share of equal answers);
Slomczynski, Powalko & Krauze 2017, Surv Res Methods 11(1):1-16 (identical sheets). Their fixed limit of 85 %
is not used: Simmons, Mercer, Schwarzer & Kennedy 2016 (Pew Research Center) show how far the figure
depends on the items, the options, n and the likeness of honest people. A unit where all are satisfied
must have identical sheets. Checked against a computation in base R.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.random import Generator
from numpy.typing import ArrayLike, NDArray

from .answers import Codes, Table, answer_codes, answer_frame, labels_of, numbers_of
from .counts import Floats, Integers

ROWS_AT_ONCE = 1024
"""Rows of the matrix of pairs held in memory at a time: 1,024 × 3,000 floats are 12 MB."""


def percent_match(
    answers: Table,
    *,
    by: pd.Series | ArrayLike | None = None,
    permutations: int = 0,
    rng: Generator | None = None,
) -> pd.DataFrame:
    """Compare each sheet with the other sheets of its unit.

    `answers` has a row a sheet and a column an item; `by` gives each sheet's unit (and group), and only
    sheets of the same one are compared. One row a sheet, under its index: `max_percent_match`, the
    largest share of items (0 to 1) answered as on any one other sheet; `duplicate_group_size`, how many
    sheets of the unit are identical, itself included. A missing answer matches nothing, and a sheet
    with missing answers is identical only to one that misses the same. A sheet that is alone, or wholly
    blank, has match 0 and size 1.

    With `permutations`, each item's answers are shuffled among the sheets of the unit by `rng`
    (required then), which keeps what was answered and breaks what goes together: `expected_match` is
    the unit's mean match then, `reference_share` how often a shuffled sheet matches as well or better.
    Honest people who are satisfied with one thing are satisfied with the next, so honest units too lie
    above this reference: read it between units, never as proof against one.
    """
    frame = answer_frame(answers)
    codes = answer_codes(frame)
    units, _ = numbers_of(labels_of(by, frame.index))
    columns = {
        "max_percent_match": np.zeros(len(frame)),
        "duplicate_group_size": np.ones(len(frame), dtype=int),
    }
    if permutations:
        columns |= {"expected_match": np.zeros(len(frame)), "reference_share": np.ones(len(frame))}
    for rows in _blocks(units):
        block = codes[rows]
        match = _largest_matches(block)
        columns["max_percent_match"][rows] = match
        columns["duplicate_group_size"][rows] = _identical_sheets(block)
        if permutations:
            expected, share = _shuffled_reference(block, match, permutations, _given(rng))
            columns["expected_match"][rows] = expected
            columns["reference_share"][rows] = share
    return pd.DataFrame(columns, index=frame.index)


def sheet_patterns(codes: Codes) -> Integers:
    """Return a number for each sheet, equal for identical sheets; shape (sheets,)."""
    contiguous = np.ascontiguousarray(codes)
    if contiguous.shape[1] == 0:
        return np.zeros(len(codes), dtype=np.int64)
    keys = contiguous.view(np.dtype((np.void, contiguous.dtype.itemsize * contiguous.shape[1]))).ravel()
    return np.asarray(np.unique(keys, return_inverse=True)[1], dtype=np.int64)


def _given(rng: Generator | None) -> Generator:
    if rng is None:
        raise TypeError("permutations need a random generator: pass rng=numpy.random.default_rng(seed)")
    return rng


def _blocks(units: Integers) -> Iterator[Integers]:
    """Yield the row positions of each unit."""
    order = np.argsort(units, kind="stable")
    yield from np.split(order, np.flatnonzero(np.diff(units[order])) + 1) if len(order) else ()


def _largest_matches(codes: Codes) -> Floats:
    """Return each sheet's largest share of items equal to those of another sheet."""
    n, k = codes.shape
    if n < 2 or k == 0:
        return np.zeros(n)
    marks = _indicators(codes)
    largest = np.empty(n)
    for start in range(0, n, ROWS_AT_ONCE):
        rows = np.arange(start, min(start + ROWS_AT_ONCE, n))
        equal = marks[rows] @ marks.T
        equal[np.arange(len(rows)), rows] = -1
        largest[rows] = equal.max(axis=1)
    return np.asarray(largest / k)


def _indicators(codes: Codes) -> NDArray[np.float32]:
    """Return one 0/1 column per item and option: the product of two rows counts equal answers.

    Single precision is exact here (counts stay below 2**24) and runs in the matrix library.
    """
    columns = [codes[:, [item]] == np.arange(codes[:, item].max() + 1) for item in range(codes.shape[1])]
    return np.concatenate(columns, axis=1).astype(np.float32)


def _identical_sheets(codes: Codes) -> Integers:
    patterns = sheet_patterns(codes)
    sizes = np.bincount(patterns)[patterns] if len(patterns) else patterns
    blank = (codes < 0).all(axis=1)
    return np.where(blank, 1, sizes)


def _shuffled_reference(
    codes: Codes, match: Floats, permutations: int, rng: Generator
) -> tuple[float, Floats]:
    """Return the mean match of shuffled sheets, and for each sheet the share of them that match as well."""
    reference = np.sort(
        np.concatenate([_largest_matches(rng.permuted(codes, axis=0)) for _ in range(permutations)])
    )
    below = np.searchsorted(reference, match - 1e-12)
    return float(reference.mean()), (len(reference) - below + 1) / (len(reference) + 1)
