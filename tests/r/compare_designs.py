"""Compare weighted estimates with R's package survey on random designs; exit 1 at the first disagreement.

Run by `make test-r`, which installs Debian's r-cran-survey first. Not collected by pytest: it needs R.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from analysis import (
    SurveyDesign,
    calibrate,
    poststratify,
    rake,
    survey_chisq,
    survey_contrast,
    survey_mean,
    survey_proportion_ci,
    survey_ratio,
    survey_total,
)

R_SCRIPT = Path(__file__).with_name("designs.R")
METHODS = {
    "share beta": "korn-graubard",
    "share xlogit": "logit",
    "share asin": "arcsine",
    "share mean": "mean",
    "share profile": "likelihood",
}
# Weights are fitted to 1e-11 here and to 1e-12 there.
TOLERANCES = {"weight": 1e-7, "share profile": 1e-7}
CALIBRATED = 1e-7


def main() -> int:
    """Make the designs, estimate them twice and print how far the results are apart; 0 when they agree."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--designs", type=int, default=200, help="how many random designs (default 200)")
    parser.add_argument("--seed", type=int, default=0, help="first seed (default 0)")
    options = parser.parse_args()
    specs = [make_spec(seed) for seed in range(options.seed, options.seed + options.designs)]
    answers = {spec["id"]: make_answers(spec) for spec in specs}
    expected, version = run_r(specs, answers)
    faults = [fault for spec in specs for fault in compare_design(spec, answers[spec["id"]], expected)]
    n_rows = len(expected)
    summary = f"{len(specs)} designs, {n_rows} estimates of R survey {version}: {len(faults)} disagree"
    sys.stdout.write("\n".join([summary, *faults[:20]]) + "\n")
    return 1 if faults else 0


def make_spec(seed: int) -> dict[str, object]:
    """Return a random kind of design."""
    rng = np.random.default_rng(seed)
    units = rng.choice(["rows", "villages", "two stages"], p=[0.5, 0.25, 0.25])
    return {
        "id": seed,
        "units": str(units),
        "stratified": bool(rng.random() < 0.8),
        "corrected": bool(units == "two stages" or rng.random() < 0.6),
        "lonely": str(rng.choice(["adjust", "average", "certainty", "remove"])),
        "has_lonely": bool(rng.random() < 0.3),
        "has_missing": bool(rng.random() < 0.3),
        "has_zero_weights": bool(rng.random() < 0.2),
        "adjustment": str(
            rng.choice(["none", "poststratify", "rake", "raking", "linear", "logit"], p=[0.5] + [0.1] * 5)
        ),
    }


def make_answers(spec: dict[str, object]) -> pd.DataFrame:
    """Return the answers of a design: strata of villages of people, with everything R needs in columns."""
    rng = np.random.default_rng([7, int(str(spec["id"]))])
    villages = rng.integers(2, 6, int(rng.integers(2, 7)))
    if spec["has_lonely"] and spec["stratified"]:
        villages[0] = 1
    sizes = rng.integers(3, 9, villages.sum())
    if spec["has_lonely"] and spec["units"] == "rows":
        sizes[0] = 1
    psu = np.repeat(np.arange(len(sizes)), sizes)
    stratum = np.repeat(np.arange(len(villages)), villages)[psu]
    frame = pd.DataFrame({"id": np.arange(len(psu)), "psu": psu, "stratum": stratum})
    frame = frame.assign(**make_corrections(rng, villages, sizes, psu, stratified=bool(spec["stratified"])))
    return frame.assign(**make_people(rng, spec, len(psu)))


def make_corrections(
    rng: np.random.Generator, villages: np.ndarray, sizes: np.ndarray, psu: np.ndarray, *, stratified: bool
) -> dict[str, object]:
    """Return population sizes: people of the stratum N, villages of it M, households of the village."""
    stratum = np.repeat(np.arange(len(villages)), villages)[psu]
    people, units = np.bincount(stratum), villages
    if not stratified:
        stratum, people, units = np.zeros(len(psu), int), np.array([len(psu)]), np.array([len(sizes)])
    return {
        "N": (people + rng.integers(0, 60, len(people)))[stratum],
        "M": (units + rng.integers(0, 9, len(units)))[stratum],
        "households": (sizes + rng.integers(0, 20, len(sizes)))[psu],
    }


def make_people(rng: np.random.Generator, spec: dict[str, object], n: int) -> dict[str, object]:
    """Return weights, groups and answers; groups come in every level, so that margins can be met."""
    y = rng.normal(60, 15, n)
    z = (rng.random(n) < 0.8).astype(float)
    w = rng.uniform(1, 15, n)
    if spec["has_missing"]:
        y[rng.random(n) < 0.1], z[rng.random(n) < 0.1] = np.nan, np.nan
    if spec["has_zero_weights"] and spec["adjustment"] == "none":
        w[rng.random(n) < 0.1] = 0.0
    sex, area = np.resize(["F", "M"], n), np.resize(["east", "north", "south"], n)
    return {"w": w, "y": y, "x": rng.uniform(1, 9, n), "z": z, "sex": sex, "area": rng.permutation(area)}


def margins_of(spec: dict[str, object], answers: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Return known counts near the weighted ones, with equal totals."""
    rng = np.random.default_rng([9, int(str(spec["id"]))])
    margins = {}
    for column in ("sex", "area"):
        sums = answers.groupby(column)["w"].sum() * rng.uniform(0.85, 1.15, answers[column].nunique())
        margins[column] = (sums / sums.sum() * 1000).to_dict()
    return margins


def run_r(specs: list[dict[str, object]], answers: dict[object, pd.DataFrame]) -> tuple[pd.DataFrame, str]:
    """Return what R makes of the designs, and the version of its package."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pd.DataFrame(specs).replace({True: "TRUE", False: "FALSE"}).to_csv(
            folder / "designs.csv", index=False
        )
        counts = []
        for spec in specs:
            frame = answers[spec["id"]]
            frame.to_csv(folder / f"answers-{spec['id']}.csv", index=False, float_format="%.17g", na_rep="NA")
            counts += [
                {"id": spec["id"], "margin": margin, "level": level, "count": count}
                for margin, levels in margins_of(spec, frame).items()
                for level, count in levels.items()
            ]
        pd.DataFrame(counts).to_csv(folder / "margins.csv", index=False, float_format="%.17g")
        run = subprocess.run(["Rscript", str(R_SCRIPT), name], capture_output=True, text=True, check=False)
        if run.returncode:
            sys.exit(run.stderr)
        return pd.read_csv(folder / "results.csv"), run.stdout.strip()


def build_design(spec: dict[str, object], answers: pd.DataFrame) -> SurveyDesign:
    """Return the design as this package describes it."""
    options: dict[str, str] = {}
    if spec["stratified"]:
        options["strata"] = "stratum"
    if spec["units"] != "rows":
        options["psu"] = "psu"
    if spec["corrected"]:
        options["fpc"] = "N" if spec["units"] == "rows" else "M"
    if spec["units"] == "two stages":
        options["ssu_fpc"] = "households"
    design = SurveyDesign(answers, weight="w", lonely_psu=str(spec["lonely"]), **options)
    return adjust_design(design, spec, margins_of(spec, answers))


def adjust_design(
    design: SurveyDesign, spec: dict[str, object], margins: dict[str, dict[str, float]]
) -> SurveyDesign:
    """Return the design after the adjustment that its description names."""
    kind = str(spec["adjustment"])
    if kind == "none":
        return design
    if kind == "poststratify":
        return poststratify(design, pd.DataFrame(margins["sex"].items(), columns=["sex", "count"]))
    if kind == "rake":
        return rake(design, margins)
    return calibrate(design, margins, kind=kind, bounds=(0.2, 5) if kind == "logit" else None)


def compare_design(spec: dict[str, object], answers: pd.DataFrame, expected: pd.DataFrame) -> list[str]:
    """Return a sentence for every number of one design that differs from R's."""
    design = build_design(spec, answers)
    own = expected[expected["id"] == spec["id"]]
    faults = []
    for statistic, rows in own.groupby("statistic", sort=False):
        got = estimate_again(design, str(statistic), rows)
        for column in got.columns:
            wanted = rows[column].to_numpy(dtype=float)
            tolerance = TOLERANCES.get(str(statistic), CALIBRATED if design.projections else 1e-8)
            # What R cannot give (NaN), and shares whose variance vanishes, are no target.
            compared = ~np.isnan(wanted)
            if statistic in METHODS:
                compared &= got.attrs["regular"]
            # R folds an arcsine limit beyond the end of the scale back inside: sin(1.7)^2 for 1.
            compared &= (statistic != "share asin") | ~np.isin(got[column], (0, 1))
            close = np.isclose(got[column].to_numpy(float), wanted, rtol=tolerance, atol=1e-9)
            if not close[compared].all():
                place = int(np.flatnonzero(compared & ~close)[0])
                faults.append(f"{spec}: {statistic} {column}: {got[column].iloc[place]} for {wanted[place]}")
    return faults


def estimate_again(design: SurveyDesign, statistic: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Return this package's numbers for the rows of one statistic of R, in the same order."""
    if statistic.startswith("by "):
        table = survey_mean(design, statistic.removeprefix("by "), by="area")
        return table.loc[rows["label"], ["estimate", "se"]]
    if statistic in METHODS:
        return estimate_share(design, statistic)
    makers = {
        "weight": list_weights,
        "ratio": estimate_ratio,
        "contrast": contrast_sexes,
        "chisq": associate_sexes,
    }
    return makers[statistic](design) if statistic in makers else estimate_each(design, statistic, rows)


def estimate_share(design: SurveyDesign, statistic: str) -> pd.DataFrame:
    """Return a share; attribute `regular` tells whether the method that was asked for could be used."""
    table = survey_proportion_ci(design, "z", method=METHODS[statistic])
    got = table[["estimate", "low", "high"] + (["se"] if statistic != "share profile" else [])].copy()
    got.attrs["regular"] = (table["method"] == METHODS[statistic]).to_numpy()
    return got


def list_weights(design: SurveyDesign) -> pd.DataFrame:
    """Return the weight of every row."""
    return pd.DataFrame({"estimate": design.weights})


def estimate_ratio(design: SurveyDesign) -> pd.DataFrame:
    """Return the ratio of y and x."""
    return survey_ratio(design, "y", "x")[["estimate", "se"]]


def contrast_sexes(design: SurveyDesign) -> pd.DataFrame:
    """Return the difference of two groups within the same strata and villages."""
    difference = survey_contrast(design, "z", wave="sex", a="F", b="M")
    return pd.DataFrame({"estimate": [difference.estimate], "se": [difference.se], "df": [difference.df]})


def associate_sexes(design: SurveyDesign) -> pd.DataFrame:
    """Return the test of association of sex and satisfaction."""
    test = survey_chisq(design, "sex", "z")
    return pd.DataFrame({"estimate": [test.statistic], "df": [test.df_numerator], "low": [test.pvalue]})


def estimate_each(design: SurveyDesign, statistic: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Return means or totals of the variables that the rows name."""
    kinds = {
        "mean": lambda y: survey_mean(design, y),
        "mean replace": lambda y: survey_mean(design, y, deff="replace"),
        "total": lambda y: survey_total(design, y),
    }
    table = pd.concat([kinds[statistic](y) for y in rows["label"]])
    return table.drop(columns="n" if statistic != "total" else ["n", "deff"])


if __name__ == "__main__":
    sys.exit(main())
