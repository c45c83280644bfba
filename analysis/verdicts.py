"""The verdict on a unit against its target: what may be said of it, and how much is still open.

The rule is the interval's (see finite.py and proportions.py) on one side: a target is certified when the
lower confidence limit reaches it, and observed when only those who answered do.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .certification import needed_anywhere, needed_for_sure, needed_of_roster, persons_for
from .counts import (
    Floats,
    broadcast,
    check_pair,
    check_shares,
    check_triple,
    restore,
    restore_missing,
    whole_numbers,
)
from .finite import count_below, share_of
from .levels import read_error
from .proportions import LOWER_LIMITS, limit_share
from .results import CountOrNone, FloatOrArray, IntOrArray, Result
from .sentences import Facts, write_sentence

STATUSES = ("certified", "observed", "below", "too_few", "none")


@dataclass(frozen=True, kw_only=True, eq=False)
class Verdict(Result):
    """A verdict and the numbers it rests on. None stands for "not known" or "never", NaN in arrays.

    `status` is one of "certified" (the lower limit reaches the target), "observed" (those who answered
    reach it, everybody not certainly), "below" (those who answered do not), "too_few" (fewer than
    `minimum_n` answered, a full count included: privacy comes first) and "none" (nobody answered).
    `estimate` is x/n, `low` the one-sided lower limit of everybody's share, `worst` and `best` the share
    when all the silent are not satisfied or are (0 and 1 without a headcount). `short` persons more among
    those who answered would have reached the target. At most `max_dissatisfied` people of the roster are
    not satisfied at the confidence level. `answers_needed` further answers, all satisfied, certify the
    target; `assumption_free` further satisfied people reach it whatever the silent think.
    """

    status: str | NDArray[np.str_]
    x: IntOrArray
    n: IntOrArray
    N: CountOrNone
    target: FloatOrArray
    estimate: FloatOrArray
    low: FloatOrArray
    worst: FloatOrArray
    best: FloatOrArray
    short: IntOrArray
    max_dissatisfied: CountOrNone
    answers_needed: CountOrNone
    assumption_free: CountOrNone
    minimum_n: IntOrArray
    confidence_level: float

    def sentence(self, language: str = "zh") -> str | NDArray[np.str_]:
        """Return one plain sentence per verdict, Chinese ("zh") or English ("en").

        It speaks of numbers a small unit must not publish only where `status` is not "too_few".
        """
        if isinstance(self.status, str):
            return write_sentence(_make_facts(asdict(self)), language)
        rows = self.to_frame().astype(object).to_dict("records")
        sentences = [write_sentence(_make_facts(row), language) for row in rows]
        return np.array(sentences, dtype=np.str_).reshape(self.status.shape)


def verdict(  # noqa: PLR0913 - the three counts, the target and two settings are the whole question
    x: ArrayLike,
    n: ArrayLike,
    N: ArrayLike | None = None,
    target: ArrayLike = 1.0,
    *,
    minimum_n: ArrayLike = 5,
    confidence_level: float = 0.95,
) -> Verdict:
    """Return what x satisfied of n who answered, on a roster of N, say about reaching a target.

    Counts 0 <= x <= n <= N, the target (a share from 0 to 1) and `minimum_n` broadcast; without N the
    population's size is unknown. "certified" and "below" are decided in persons, ceil(target N) and
    ceil(target n), not by comparing floats. It rests on the silent being like those who answered, unless
    nobody is silent or `assumption_free` is 0. Give it once, at the close of a wave: judging anew after
    each answer breaks the confidence level. Raises CountError, ShapeError, ShareError.

    Source: Buonaccorsi (1987) with N, Clopper & Pearson (1934) without; see finite_proportion_ci,
    proportion_ci and responses_to_certify, whose numbers these are.
    """
    error = read_error(confidence_level)
    given = _read_counts(x, n, N, {"target": target, "minimum_n": minimum_n})
    numbers = given | (_judge_open(given, error) if N is None else _judge_roster(given, error))
    numbers["estimate"] = share_of(given["x"], given["n"])
    numbers["short"] = np.maximum(persons_for(given["target"], given["n"]) - given["x"], 0)
    numbers["status"] = _choose_status(numbers)
    known: dict[str, Any] = {
        name: restore(numbers[name].copy()) for name in numbers if name not in MAY_BE_UNKNOWN
    }
    known |= {name: restore_missing(numbers[name]) for name in MAY_BE_UNKNOWN}
    return Verdict(**{"N": None} | known, confidence_level=confidence_level)


MAY_BE_UNKNOWN = ("max_dissatisfied", "answers_needed", "assumption_free")


def _read_counts(
    x: ArrayLike, n: ArrayLike, N: ArrayLike | None, rules: dict[str, ArrayLike]
) -> dict[str, NDArray[Any]]:
    """Return the checked arguments in one shape, N only where it is given."""
    counts = check_pair(x, n) if N is None else check_triple(x, n, N)
    checked = {
        "target": check_shares("target", rules["target"]),
        "minimum_n": whole_numbers("minimum_n", rules["minimum_n"]),
    }
    return broadcast(dict(zip("xnN", counts, strict=False)) | checked)


def _judge_roster(given: dict[str, NDArray[Any]], error: Fraction) -> dict[str, Floats]:
    """Return the numbers of a roster: its lower limit, its bounds, and what is still needed."""
    x, n, N, target = (given[name] for name in ("x", "n", "N", "target"))
    count_low = count_below(x, n, N, error)
    return {
        "low": share_of(count_low, N, empty=0.0),
        "worst": share_of(x, N, empty=0.0),
        "best": share_of(x + N - n, N, empty=1.0),
        "max_dissatisfied": np.asarray(N - count_low, dtype=np.float64),
        "answers_needed": needed_of_roster(x, n, N, target, error),
        "assumption_free": needed_for_sure(x, n, N, target),
    }


def _judge_open(given: dict[str, NDArray[Any]], error: Fraction) -> dict[str, Floats]:
    """Return the numbers of a population of unknown size: nothing is certain, one limit is confident."""
    x, n, target = (given[name] for name in ("x", "n", "target"))
    lower_limit = LOWER_LIMITS["clopper-pearson"]
    return {
        "low": limit_share(lower_limit, x.astype(np.float64), n.astype(np.float64), float(error)),
        "worst": np.zeros(x.shape),
        "best": np.ones(x.shape),
        "max_dissatisfied": np.full(x.shape, np.nan),
        "answers_needed": needed_anywhere(x, n, target, error),
        "assumption_free": np.full(x.shape, np.nan),
    }


def _choose_status(numbers: dict[str, NDArray[Any]]) -> NDArray[np.str_]:
    """Return the status; the first that applies, in the order of the conditions."""
    conditions = {
        "none": numbers["n"] == 0,
        "too_few": numbers["n"] < numbers["minimum_n"],
        "below": numbers["short"] > 0,
        "certified": numbers["answers_needed"] == 0,
    }
    return np.select(list(conditions.values()), list(conditions), default="observed")


def _make_facts(row: Mapping[Any, Any]) -> Facts:
    """Return one verdict's numbers as a sentence needs them, None for what is not known."""
    numbers = {field.name: row[field.name] for field in fields(Facts)}
    for name in MAY_BE_UNKNOWN:
        is_known = numbers[name] is not None and not np.isnan(numbers[name])
        numbers[name] = int(numbers[name]) if is_known else None
    return Facts(**numbers)
