"""The survey design: who was drawn from where, with which weight. The start of every weighted estimate.

The answers of a roster sample are rows of a frame; a design says which column is the weight, which the
stratum, which the primary sampling unit (PSU), and how many units each stratum has in all. Sources:
Cochran 1977; Särndal, Swensson & Wretman 1992; Lumley 2010; checked against R survey 4.1-1 `svydesign`.
"""

from collections.abc import Sequence
from copy import copy
from dataclasses import KW_ONLY, dataclass, field

import numpy as np
import pandas as pd

from .columns import code_columns, listed, numeric_column
from .counts import Floats, Integers, check_choice
from .faults import DesignError, LonelyPsuError
from .projections import Projection
from .stages import LONELY_POLICIES, Stage, find_cells, lonely_strata

Columns = str | Sequence[str]


@dataclass(frozen=True, eq=False)
class SurveyDesign:
    """A sample with its weights, strata, PSUs and finite population corrections.

    Arguments are names of columns of `data`; `strata` and `psu` may be several, crossed. One row is one
    answer. `weight` is how many people a row stands for: finite, not negative, not all zero; a row of
    weight 0 stays a sampled unit but answers for nobody. Without `psu` every row is a unit of its own.
    `fpc` is the number of units (PSUs) in the row's stratum of the population, the same in the whole
    stratum, `inf` for no correction; `ssu_fpc` is the number of people in the row's PSU, and makes the
    design a two-stage one whose second stage is the row. Without `fpc` the sample counts as drawn with
    replacement, which is the usual approximation for clusters.

    `lonely_psu` decides about a stratum with one sampled unit out of several, whose variance cannot be
    estimated: "fail" refuses it (the default), "adjust" takes its distance from the overall mean
    (conservative), "average" lets it vary as the other strata do on average, "certainty" and its other
    name "remove" let it add nothing. A stratum counted in full adds nothing under any policy.

    Raises DesignError for a column that is missing, empty in places or impossible, a PSU that lies in two
    strata, more sampled than there are; LonelyPsuError under "fail". No rows is an error.
    """

    data: pd.DataFrame
    _: KW_ONLY
    weight: str
    strata: Columns | None = None
    psu: Columns | None = None
    fpc: str | None = None
    ssu_fpc: str | None = None
    lonely_psu: str = "fail"
    weights: Floats = field(init=False, repr=False)
    stages: tuple[Stage, ...] = field(init=False, repr=False)
    projections: tuple[Projection, ...] = field(init=False, repr=False, default=())

    def __post_init__(self) -> None:
        check_choice("lonely_psu", self.lonely_psu, LONELY_POLICIES)
        if not len(self.data):
            raise DesignError("data", "", "the frame has no rows; a design needs at least one answer")
        self._keep("data", self.data.copy(deep=False))
        self._keep("weights", _read_weights(self.data, self.weight))
        self._keep("stages", _build_stages(self))
        _refuse_lonely(self)

    def __len__(self) -> int:
        return len(self.data)

    @property
    def n_psu(self) -> int:
        """How many primary sampling units were drawn, those with weight 0 included."""
        return len(self.stages[0].strata)

    @property
    def degrees_of_freedom(self) -> int:
        """PSUs minus strata, counting those with a weight; 0 where every stratum has one PSU."""
        first, seen = self.stages[0], np.flatnonzero(self.weights)
        n_units = len(first.strata)
        units = seen if first.units is None else find_cells(first.units[seen], n_units)[1]
        return len(units) - len(find_cells(first.strata[units], n_units)[1])

    def reweight(self, weights: Floats, *projections: Projection) -> "SurveyDesign":
        """Return the same design with other weights, after the given calibration steps."""
        changed = copy(self)
        weights = weights.copy()
        weights.flags.writeable = False
        changed._keep("weights", weights)
        changed._keep("projections", (*self.projections, *projections))
        return changed

    def _keep(self, name: str, value: object) -> None:
        # Fields computed from others; the dataclass is frozen to everybody else.
        object.__setattr__(self, name, value)


def _read_weights(data: pd.DataFrame, weight: str) -> Floats:
    weights = numeric_column(data, weight).copy()
    wrong = ~np.isfinite(weights) | (weights < 0)
    if wrong.any():
        row = int(wrong.argmax())
        reason = f"weight {weights[row]:g} is not a number of people; give a finite weight of 0 or more"
        raise DesignError(weight, f"row {row}", reason)
    if not weights.any():
        raise DesignError(weight, "", "every weight is 0, so the sample stands for nobody")
    weights.flags.writeable = False
    return weights


def _build_stages(design: SurveyDesign) -> tuple[Stage, ...]:
    if design.ssu_fpc is not None and (design.fpc is None or design.psu is None):
        raise DesignError("ssu_fpc", "", "a second stage needs `psu` and `fpc` of the first stage too")
    first = _first_stage(design)
    if design.ssu_fpc is None:
        return (first,)
    return first, _second_stage(design, first)


def _first_stage(design: SurveyDesign) -> Stage:
    data = design.data
    row_strata = code_columns(data, design.strata) if design.strata else np.zeros(len(data), np.int64)
    units = code_columns(data, design.psu) if design.psu else None
    strata = row_strata if units is None else _nest_units(design, units, row_strata)
    sampled = np.bincount(strata)
    return Stage(
        units=units,
        strata=strata,
        sampled=sampled,
        population=_read_population(design, design.fpc, row_strata, sampled),
        carried=np.ones(len(sampled)),
        lonely_psu=design.lonely_psu,
    )


def _second_stage(design: SurveyDesign, first: Stage) -> Stage:
    """Return the stage whose strata are the PSUs and whose units are the rows."""
    assert first.units is not None  # noqa: S101  # _build_stages has refused a second stage without PSUs
    sampled = np.bincount(first.units)
    return Stage(
        units=None,
        strata=first.units,
        sampled=sampled,
        population=_read_population(design, design.ssu_fpc, first.units, sampled),
        carried=(first.sampled / first.population)[first.strata],
        lonely_psu=design.lonely_psu,
    )


def _nest_units(design: SurveyDesign, units: Integers, row_strata: Integers) -> Integers:
    """Return the stratum of each unit; refuse one unit in two strata."""
    strata = np.zeros(int(units.max()) + 1, dtype=np.int64)
    strata[units] = row_strata
    split = strata[units] != row_strata
    if split.any():
        row = int(split.argmax())
        unit = ", ".join(str(design.data[column].iloc[row]) for column in listed(design.psu))
        reason = "this unit lies in two strata; cross `psu` with the stratum's columns if labels repeat"
        raise DesignError("psu", f"unit {unit}, row {row}", reason)
    return strata


def _read_population(design: SurveyDesign, column: str | None, strata: Integers, sampled: Integers) -> Floats:
    """Return the population size of each stratum, infinite where there is no correction."""
    if column is None:
        return np.full(len(sampled), np.inf)
    given = numeric_column(design.data, column)
    population = np.zeros(len(sampled))
    population[strata] = given
    _refuse_rows(column, ~(given >= 1), given, "a population has 1 unit or more; give counts, not fractions")
    _refuse_rows(column, population[strata] != given, given, "differs within one stratum or PSU")
    many = (sampled > population)[strata]
    _refuse_rows(column, many, given, "more units are in the sample than this; remove duplicate rows")
    return population


def _refuse_rows(column: str, wrong: np.ndarray, given: Floats, reason: str) -> None:
    if wrong.any():
        row = int(wrong.argmax())
        raise DesignError(column, f"row {row}, value {given[row]:g}", reason)


def _refuse_lonely(design: SurveyDesign) -> None:
    if design.lonely_psu != "fail":
        return
    for number, stratum in lonely_strata(design.stages):
        row = int((_row_strata(design.stages, number) == stratum).argmax())
        columns = listed(design.strata if number == 1 else design.psu)
        label = ", ".join(f"{column} {design.data[column].iloc[row]}" for column in columns)
        reason = (
            "one sampled unit out of several, so its variance cannot be estimated; merge it with a like "
            "stratum or choose lonely_psu 'adjust', 'average' or 'certainty'"
        )
        raise LonelyPsuError(
            "strata" if number == 1 else "psu", f"{label or 'whole sample'}, row {row}", reason
        )


def _row_strata(stages: tuple[Stage, ...], number: int) -> Integers:
    stage = stages[number - 1]
    return stage.strata if stage.units is None else stage.strata[stage.units]
