"""Time the counting of a million sheets and the checking of forms.

Run from the project's folder: ``python benchmarks/tally.py [--sheets 1000000] [--group residents]``. Set
``OMP_NUM_THREADS=1`` beside other measurements; nothing here uses more than one thread.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from random import Random
from typing import TypeVar

from questionnaires import (
    GROUPS,
    Codebook,
    Questionnaire,
    builtin_definition,
    check_answers,
    example_values,
    fill_parameters,
    tally_sheets,
)

_Result = TypeVar("_Result")
N_FORMS = 5_000


def main() -> int:
    """Print each step with its wall and processor time in seconds."""
    options = _read_options()
    questionnaire = builtin_definition(options.group)
    questionnaire = fill_parameters(questionnaire, example_values(questionnaire))
    random = Random(20261123)  # noqa: S311  (a simulation, not a secret)
    forms = [_fill_form(questionnaire, random) for _ in range(N_FORMS)]
    width = Codebook(questionnaire).length
    print(f"{options.sheets} sheets of {len(questionnaire.choice_items)} choice items, {width} columns")
    sheets = _time_step(
        f"check {N_FORMS} forms", lambda: [check_answers(questionnaire, form).sheet for form in forms]
    )
    # Built one by one, as rows of a database are: a million strings that are not neighbours in memory.
    many = ["".join(random.choice(sheets)) for _ in range(options.sheets)]
    tally = _time_step(f"tally {options.sheets} sheets", lambda: tally_sheets(questionnaire, many))
    return 0 if tally.responses == options.sheets else 1


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sheets", type=int, default=1_000_000)
    parser.add_argument("--group", choices=GROUPS, default="residents")
    return parser.parse_args()


def _fill_form(questionnaire: Questionnaire, random: Random) -> dict[str, list[str]]:
    form = {}
    for item in questionnaire.choice_items:
        options = [option.code for option in item.options]
        if item.kind == "single":
            form[item.code] = [random.choice(options)]
        else:
            form[item.code] = random.sample(options[:-1], random.randint(0, 3))
    return form


def _time_step(name: str, step: Callable[[], _Result]) -> _Result:
    wall, processor = time.perf_counter(), time.process_time()
    result = step()
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    print(f"{name}: {wall:.2f} s ({processor:.2f} s of processor time)")
    return result


if __name__ == "__main__":
    sys.exit(main())
