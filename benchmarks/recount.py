"""Time the recount of an exported answers file against the platform's own tally of the same sheets.

Run from the project's folder: ``OMP_NUM_THREADS=1 python benchmarks/recount.py``. The recount reads option
codes from a frame, by unit; the tally reads fixed-width sheets, all units at once.
"""

from __future__ import annotations

import sys
from random import Random

import numpy as np
import pandas as pd
from timing import print_figure, time_best

from analysis import arrange_units, count_answers, rate_table, suppress_small
from questionnaires import Codebook, builtin_definition, tally_sheets

GROUP = "civil_servants"
RESPONSES = 200_000
UNITS = 1_000
PATTERNS = 500


def main() -> int:
    """Print one line per figure; return 1 where the two ways disagree."""
    questionnaire = builtin_definition(GROUP)
    codebook, random = Codebook(questionnaire), Random(20261123)  # noqa: S311 - a simulation, not a secret
    patterns = [draw_sheet(codebook, random) for _ in range(PATTERNS)]
    drawn = np.random.default_rng(20261123).integers(0, PATTERNS, RESPONSES)
    sheets = [patterns[i] for i in drawn]
    tally = tally_sheets(questionnaire, sheets)
    answers, roster = make_answers(codebook, patterns, drawn), make_roster()
    definitions = {GROUP: questionnaire}
    counts = count_answers(answers, roster, definitions)
    counting = time_best(lambda: count_answers(answers, roster, definitions))
    tallying = time_best(lambda: tally_sheets(questionnaire, sheets))
    print_figure(f"count_answers, {RESPONSES} answers of {UNITS} units", counting, "tally_sheets", tallying)
    rows = arrange_units(counts)
    making = time_best(lambda: suppress_small(rate_table(rows), minimum_n=rows["minimum_n"], counts=rows))
    print_figure(f"rate_table and suppress_small, {len(rows)} rows", making, "count_answers", counting)
    return int(counts["satisfied"].sum() != tally.indicators["satisfaction"].total)


def draw_sheet(codebook: Codebook, random: Random) -> str:
    """Return a sheet with an answer to most items."""
    chosen = {}
    for item in codebook.questionnaire.choice_items:
        options = [option.code for option in item.options]
        chosen[item.code] = (random.choice(options),) if random.random() < 0.95 else ()
    return codebook.encode(chosen)


def make_answers(codebook: Codebook, patterns: list[str], drawn: np.ndarray) -> pd.DataFrame:
    """Return the exported file of the drawn sheets, units in turn."""
    decoded = [codebook.decode(sheet) for sheet in patterns]
    table = pd.DataFrame(
        [{item: "-" if got is None else "|".join(got) for item, got in sheet.items()} for sheet in decoded]
    )
    answers = table.iloc[drawn].reset_index(drop=True)
    codes = pd.Series([f"U{unit:04d}" for unit in range(UNITS)])
    place = {"unit_code": codes.iloc[np.arange(len(answers)) % UNITS].to_numpy()}
    return answers.assign(**place, group=GROUP, collector="slip")


def make_roster() -> pd.DataFrame:
    """Return a unit for each code, with people enough for its answers."""
    frame = pd.DataFrame({"unit_code": [f"U{unit:04d}" for unit in range(UNITS)]})
    return frame.assign(
        unit=frame["unit_code"],
        kind="department",
        parent="",
        group=GROUP,
        collector="slip",
        headcount=2 * RESPONSES // UNITS,
    )


if __name__ == "__main__":
    sys.exit(main())
