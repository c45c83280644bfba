"""How fast weighted estimates are: a million answers, 500 domains, finite population correction."""

from __future__ import annotations

import os

# Set before NumPy is loaded: one thread, as R has.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from timing import print_figure, time_best

from analysis import SurveyDesign, survey_mean, survey_proportion_ci

ROWS, DOMAINS, STRATA_EACH = 1_000_000, 500, 4
CEILING = 1.0
R_SCRIPT = Path(__file__).with_name("svyby.R")


def main() -> None:
    """Print each figure against its ceiling, and against R's svyby on the same data where R is installed."""
    answers = make_answers()
    build = time_best(lambda: build_design(answers))
    design = build_design(answers)
    mean = time_best(lambda: survey_mean(design, "y", by="unit"))
    share = time_best(lambda: survey_proportion_ci(design, "y", by="unit"))
    print_figure(
        "survey_mean, 1,000,000 rows, 500 domains, FPC", mean, f"the ceiling of {CEILING:g} s", CEILING
    )
    print_figure("SurveyDesign of the same rows", build, f"the ceiling of {CEILING:g} s", CEILING)
    print_figure("survey_proportion_ci of the same domains", share, f"the ceiling of {CEILING:g} s", CEILING)
    if shutil.which("Rscript"):
        compare_r(answers, survey_mean(design, "y", by="unit"), mean)
    else:
        print("R is not installed: no comparison with svyby")


def make_answers() -> pd.DataFrame:
    """Return answers of 500 units with four strata each, about one person in five of each asked."""
    rng = np.random.default_rng(1)
    stratum = np.sort(rng.integers(0, DOMAINS * STRATA_EACH, ROWS))
    sampled = np.bincount(stratum)
    N = sampled * rng.integers(2, 9, len(sampled))
    rate = rng.beta(18, 2, len(sampled))
    columns = {
        "stratum": stratum,
        "unit": stratum // STRATA_EACH,
        "N": N[stratum],
        "weight": (N / sampled)[stratum],
        "y": (rng.random(ROWS) < rate[stratum]).astype(np.float64),
    }
    return pd.DataFrame(columns)


def build_design(answers: pd.DataFrame) -> SurveyDesign:
    """Return the stratified design of the answers."""
    return SurveyDesign(answers, weight="weight", strata="stratum", fpc="N")


def compare_r(answers: pd.DataFrame, table: pd.DataFrame, seconds: float) -> None:
    """Print the ratio to R's svyby, after checking that both give the same numbers."""
    with tempfile.NamedTemporaryFile(suffix=".bin") as file:
        answers.to_numpy(dtype=np.float64).T.tofile(file.name)
        run = subprocess.run(
            ["Rscript", str(R_SCRIPT), file.name, str(ROWS)], capture_output=True, text=True, check=True
        )
    timed, numbers = run.stdout.splitlines()
    np.testing.assert_allclose(
        [float(number) for number in numbers.split()],
        table[["estimate", "se"]].iloc[[0, -1]].T.to_numpy().ravel(),
    )
    print_figure("survey_mean of these domains", seconds, "svyby of R survey", float(timed))


if __name__ == "__main__":
    main()
