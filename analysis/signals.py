"""Signals of fabricated or coached answers, one number of evidence a unit each.

Every signal is a frame with a row a unit: `n` (what it rests on), `marked` (how many of them show it),
`observed` and `expected` (the compared quantity and what the other units would give), `pvalue`. Sources
stand with the tests: `exchange`, `arrivals`, `satisficing`.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from .answers import Table, answer_codes, answer_frame, answer_scores, labels_of, numbers_of
from .arrivals import hourly_peaks
from .ceilings import ceiling_test
from .counts import Floats, Integers, check_columns, check_counts, check_part
from .exchange import mark_test, twin_test
from .matches import sheet_patterns
from .satisficing import straightlining

SIGNAL_COLUMNS = ["n", "marked", "observed", "expected", "pvalue"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Evidence:
    """What is known of the sheets of a wave, unit by unit. All but `answers` and `units` may be left out.

    `answers` has a row a sheet and a column an item; `units` and `groups` give each sheet's unit and target
    group (sheets are compared within the group). `scores` are the answers as numbers, reversed items turned
    round, from whose sum the sheet's level is taken; needed unless the answers are numbers. `battery` names
    the items of one scale in the order asked. `answer_key` gives the right answer of each knowledge item.
    `speeders` and `shared_devices` are counts kept apart from the answers: a row a unit (or unit and
    group) with `unit`, `marked`, `n` and, optionally, `group`. `arrivals` has a row a unit, labelled by
    it, and a column an hour: answers that arrived in it.
    """

    answers: Table
    units: pd.Series | ArrayLike
    groups: pd.Series | ArrayLike | None = None
    scores: Table | None = None
    battery: tuple[str, ...] = ()
    answer_key: Mapping[str, Hashable] = field(default_factory=dict)
    speeders: pd.DataFrame | None = None
    shared_devices: pd.DataFrame | None = None
    arrivals: pd.DataFrame | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Sheets:
    """The evidence of answers made ready: numbers a sheet for unit, group and level."""

    frame: pd.DataFrame
    units: Integers
    unit_names: pd.Index
    groups: Integers
    levels: Floats
    strata: Integers

    def only(self, chosen: "pd.Series[bool] | np.ndarray[tuple[int], np.dtype[np.bool_]]") -> "Sheets":
        """Return the chosen sheets alone, units numbered as before."""
        rows = np.flatnonzero(np.asarray(chosen))
        return Sheets(
            frame=self.frame.iloc[rows],
            units=self.units[rows],
            unit_names=self.unit_names,
            groups=self.groups[rows],
            levels=self.levels[rows],
            strata=self.strata[rows],
        )


def read_sheets(evidence: Evidence) -> Sheets:
    """Return the answers made ready, wholly blank sheets left out: they are alike for a reason of their own."""
    given = answer_frame(evidence.answers)
    units, unit_names = numbers_of(labels_of(evidence.units, given.index))
    groups, _ = numbers_of(labels_of(evidence.groups, given.index))
    scores = answer_scores(given if evidence.scores is None else evidence.scores)
    levels = scores.sum(axis=1).round(6).to_numpy()
    missing = given.isna().sum(axis=1).to_numpy()
    sheets = Sheets(
        frame=given,
        units=units,
        unit_names=unit_names,
        groups=groups,
        levels=levels,
        strata=joint_numbers(groups, levels, missing),
    )
    return sheets.only(given.notna().any(axis=1).to_numpy())


def joint_numbers(*labels: Integers | Floats) -> Integers:
    """Return one number for each different combination of labels."""
    _, numbers = np.unique(np.column_stack(labels), axis=0, return_inverse=True)
    return np.asarray(numbers, dtype=np.int64).ravel()


def identical_sheets(sheets: Sheets) -> pd.DataFrame:
    """Count pairs of identical sheets, against sheets of the same level from the group's other units."""
    strata = joint_numbers(sheets.strata)
    patterns = joint_numbers(strata, sheet_patterns(answer_codes(sheets.frame)))
    return _named(twin_test(patterns, sheets.units, strata), sheets.unit_names, compared="pairs")


def identical_errors(sheets: Sheets, answer_key: Mapping[str, Hashable]) -> pd.DataFrame:
    """Count pairs of sheets with the same wrong answers, against sheets with as many wrong answers.

    People who know little err each in his own way; the same errors come from one mouth.
    """
    check_columns("answers", sheets.frame.columns, answer_key)
    given = sheets.frame[list(answer_key)]
    right = np.column_stack([given[item] == answer for item, answer in answer_key.items()])
    wrong = np.where(right | given.isna().to_numpy(), -1, answer_codes(given))
    n_wrong = (wrong >= 0).sum(axis=1)
    erring = sheets.only(n_wrong > 0)
    strata = joint_numbers(erring.groups, n_wrong[n_wrong > 0])
    patterns = joint_numbers(strata, wrong[n_wrong > 0])
    return _named(twin_test(patterns, erring.units, strata), sheets.unit_names, compared="pairs")


def straight_lines(sheets: Sheets, battery: tuple[str, ...]) -> pd.DataFrame:
    """Count sheets ticked straight down, against sheets of the same level from the group's other units."""
    check_columns("answers", sheets.frame.columns, battery)
    marked = straightlining(sheets.frame[list(battery)])["straightline"].to_numpy()
    return _named(mark_test(marked, sheets.units, joint_numbers(sheets.strata)), sheets.unit_names)


def best_sheets(sheets: Sheets) -> pd.DataFrame:
    """Count sheets of the highest level, against units whose lowest third of sheets is alike."""
    return _named(ceiling_test(sheets.levels, sheets.units, sheets.groups), sheets.unit_names)


def marked_shares(counts: pd.DataFrame, unit_names: pd.Index) -> pd.DataFrame:
    """Compare each unit's share of marked sheets with that of its group."""
    check_columns("counts", counts.columns, ["unit", "marked", "n"])
    numbers = check_counts(marked=counts["marked"], n=counts["n"])
    check_part(numbers, "marked", "n")
    units = pd.Index(unit_names).get_indexer(counts["unit"])
    groups, _ = numbers_of(counts["group"] if "group" in counts else labels_of(None, counts.index))
    rows = np.repeat(np.arange(len(counts)), numbers["n"])
    place = np.arange(len(rows)) - np.repeat(np.cumsum(numbers["n"]) - numbers["n"], numbers["n"])
    known = units[rows] >= 0
    marks = place < numbers["marked"][rows]
    return _named(mark_test(marks[known], units[rows][known], groups[rows][known]), unit_names)


def arrival_peaks(arrivals: pd.DataFrame, unit_names: pd.Index) -> pd.DataFrame:
    """Find each unit's hour that is fullest against the hours of all other units."""
    peaks = hourly_peaks(arrivals)
    table = pd.DataFrame(
        {
            "n": peaks["n"],
            "marked": peaks["peak_count"],
            "observed": peaks["peak_count"].astype(float),
            "expected": (peaks["expected"] * peaks["n"]).fillna(0.0),
            "pvalue": peaks["pvalue"],
        }
    )
    return _completed(table.reindex(unit_names))


def _named(tested: pd.DataFrame, unit_names: pd.Index, *, compared: str = "marked") -> pd.DataFrame:
    """Return a test's rows under the units' names, a row for every unit."""
    table = tested.assign(observed=tested[compared].astype(float))[SIGNAL_COLUMNS]
    table = table.reindex(range(len(unit_names))).set_axis(unit_names)
    return _completed(table)


def _completed(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with units without evidence at 0 of 0 and a P-value of 1."""
    filled = table.fillna({"n": 0, "marked": 0, "observed": 0.0, "expected": 0.0, "pvalue": 1.0})
    return filled.astype({"n": int, "marked": int})
