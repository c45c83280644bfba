"""Made-up counties, to learn what the integrity flags find and what they miss.

Honest people differ by unit and by person in satisfaction and in knowledge (graded responses, Samejima 1969,
Psychometrika Monograph 17), some tick without reading, some units answer in a staff meeting or share a
phone. In coached units a share of the sheets follows a script. No figure describes a real county.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.random import Generator

from .counts import Booleans, Floats, Integers, check_choice
from .satisficing import speeders
from .signals import Evidence

SCRIPTS = ("copied sheet", "best answers", "one person")
"""What coached sheets follow: one sheet that all copy; the best answer to everything; one who fills in many."""

BATTERY = tuple(f"s{item}" for item in range(1, 9))
REVERSED = ("s3", "s7")
KNOWLEDGE = ("k1", "k2", "k3")
HOURS = 100

_EASE = np.array([1.6, 1.2, 0.9, 1.4, 0.7, 1.1, 0.8, 1.3])
_STEPS = np.array([-2.2, -1.2, -0.2, 1.0])
_KNOWN = np.array([1.0, 0.3, -0.2])
_SLIP = 0.05


@dataclass(frozen=True, kw_only=True)
class County:
    """How many units are honest and how many coached, how, and what share of their sheets.

    `contentment` is the mean satisfaction of a unit on the latent scale, where a person's own spread is 1.
    """

    honest: int = 1000
    coached: int = 0
    script: str = "copied sheet"
    strength: float = 0.5
    contentment: float = 0.8


@dataclass(frozen=True, kw_only=True, eq=False)
class _People:
    """One entry a person: unit, whether coached, satisfaction and knowledge as latent numbers."""

    unit: Integers
    coached: Booleans
    satisfaction: Floats
    knowledge: Floats


def simulate_county(county: County, rng: Generator) -> tuple[Evidence, pd.Series]:
    """Return the evidence of a made-up county, and for each unit whether it was coached.

    Units have 15 to 150 people, eight five-point items (two reversed), three knowledge items with four
    options (1 is right), times, shared devices and hours of arrival over 100 working hours.
    """
    check_choice("script", county.script, SCRIPTS)
    n_units = county.honest + county.coached
    is_coached = np.arange(n_units) >= county.honest
    people = _draw_people(is_coached, county, rng)
    answers = _honest_answers(people, rng)
    seconds = _honest_seconds(people, answers, rng)
    _follow_script(county.script, people, answers, seconds, rng)
    names = np.array([f"单位{number:04d}" for number in range(n_units)])
    evidence = Evidence(
        answers=answers,
        units=names[people.unit],
        scores=_scores(answers),
        battery=BATTERY,
        answer_key=dict.fromkeys(KNOWLEDGE, 1),
        speeders=_counted(names, people, speeders(seconds)["speeder"].to_numpy()),
        shared_devices=_counted(names, people, _shared_devices(county.script, people, rng)),
        arrivals=_arrivals(county.script, names, people, rng),
    )
    return evidence, pd.Series(is_coached, index=names)


def _draw_people(is_coached: Booleans, county: County, rng: Generator) -> _People:
    sizes = np.clip(rng.lognormal(np.log(50), 0.6, len(is_coached)), 15, 150).astype(int)
    unit = np.repeat(np.arange(len(is_coached)), sizes)
    within = np.arange(len(unit)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return _People(
        unit=unit,
        coached=is_coached[unit] & (within < np.round(county.strength * sizes[unit])),
        satisfaction=rng.normal(county.contentment, 0.5, len(is_coached))[unit] + rng.normal(0, 1, len(unit)),
        knowledge=rng.normal(0.3, 0.4, len(is_coached))[unit] + rng.normal(0, 1, len(unit)),
    )


def _honest_answers(people: _People, rng: Generator) -> pd.DataFrame:
    felt = people.satisfaction[:, None] + _EASE + rng.logistic(0, 0.6, (len(people.unit), len(BATTERY)))
    answers = pd.DataFrame(1 + (felt[:, :, None] > _STEPS).sum(axis=2), columns=list(BATTERY))
    answers[list(REVERSED)] = 6 - answers[list(REVERSED)]
    careless = rng.random(len(answers)) < 0.05
    answers.loc[careless, list(BATTERY)] = answers.loc[careless, ["s1"] * len(BATTERY)].to_numpy()
    knows = people.knowledge[:, None] + _KNOWN + rng.logistic(0, 0.8, (len(answers), len(KNOWLEDGE))) > 0
    wrong = rng.choice([2, 3, 4], p=[0.5, 0.3, 0.2], size=knows.shape)
    answers[list(KNOWLEDGE)] = np.where(knows, 1, wrong)
    return answers


def _honest_seconds(people: _People, answers: pd.DataFrame, rng: Generator) -> Floats:
    pace = rng.normal(0, 0.15, people.unit.max(initial=0) + 1)[people.unit]
    seconds = 180 * np.exp(pace + rng.normal(0, 0.4, len(people.unit)))
    ticked_down = answers[list(BATTERY)].nunique(axis=1).to_numpy() == 1
    return np.asarray(np.where(ticked_down, 0.4 * seconds, seconds))


def _follow_script(
    script: str, people: _People, answers: pd.DataFrame, seconds: Floats, rng: Generator
) -> None:
    """Overwrite the sheets of coached people: the unit's script, with a slip in one answer of twenty."""
    rows = np.flatnonzero(people.coached)
    if len(rows) == 0:
        return
    prompted = _scripts(script, people.unit[rows], answers.columns, rng)
    keeps = rng.random(prompted.shape) >= _SLIP
    answers.iloc[rows] = np.where(keeps, prompted, answers.iloc[rows].to_numpy())
    if script == "one person":
        seconds[rows] *= 0.35


def _scripts(script: str, units: Integers, items: pd.Index, rng: Generator) -> Integers:
    best = np.array([1 if item in (*REVERSED, *KNOWLEDGE) else 5 for item in items])
    sheets = np.tile(best, (units.max() + 1, 1))
    if script == "copied sheet":
        next_best = rng.random(sheets.shape) < 0.3
        sheets = np.where(next_best, np.where(best == 5, 4, 2), sheets)
    return sheets[units]


def _scores(answers: pd.DataFrame) -> pd.DataFrame:
    scores = answers.copy()
    scores[list(REVERSED)] = 6 - scores[list(REVERSED)]
    scores[list(KNOWLEDGE)] = (scores[list(KNOWLEDGE)] == 1).astype(int)
    return scores


def _shared_devices(script: str, people: _People, rng: Generator) -> Booleans:
    """Return who answered on a phone used before: colleagues who were helped, and all of one who fills in many."""
    helped = rng.beta(1.2, 40, people.unit.max(initial=0) + 1)[people.unit]
    shared = rng.random(len(people.unit)) < helped
    return np.asarray(shared | people.coached if script == "one person" else shared)


def _counted(
    names: "np.ndarray[tuple[int], np.dtype[np.str_]]", people: _People, marked: Booleans
) -> pd.DataFrame:
    n_units = len(names)
    return pd.DataFrame(
        {
            "unit": names,
            "marked": np.bincount(people.unit, weights=marked, minlength=n_units).astype(int),
            "n": np.bincount(people.unit, minlength=n_units),
        }
    )


def _arrivals(
    script: str, names: "np.ndarray[tuple[int], np.dtype[np.str_]]", people: _People, rng: Generator
) -> pd.DataFrame:
    """Return hourly counts: people come singly, a fifth of the units also in a meeting, one person in one hour."""
    profile = np.tile([1, 2, 2, 1, 0.5, 1, 2, 2, 1, 0.5], HOURS // 10) * np.linspace(2, 0.5, HOURS)
    hours = rng.choice(HOURS, p=profile / profile.sum(), size=len(people.unit))
    n_units = len(names)
    meeting = np.where(rng.random(n_units) < 0.2, rng.uniform(0.3, 0.7, n_units), 0)[people.unit]
    hours = np.where(rng.random(len(hours)) < meeting, rng.integers(0, HOURS, n_units)[people.unit], hours)
    if script == "one person":
        hours = np.where(people.coached, rng.integers(0, HOURS, n_units)[people.unit], hours)
    counts = np.bincount(people.unit * HOURS + hours, minlength=n_units * HOURS).reshape(n_units, HOURS)
    return pd.DataFrame(counts, index=names)
