"""One plain sentence for each verdict, in Chinese and English, that claims no more than the numbers allow.

"Satisfied" are those who chose an option the rule counts; everybody else, the silent and the undecided
included, is "not counted as satisfied" (不算满意) and never called dissatisfied.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from .counts import check_choice

LANGUAGES = ("zh", "en")


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a sentence may speak of: one verdict's numbers. `N` and what follows from it may be None."""

    status: str
    x: int
    n: int
    N: int | None
    target: float
    short: int
    low: float
    max_dissatisfied: int | None
    answers_needed: int | None
    assumption_free: int | None
    minimum_n: int
    confidence_level: float


def write_sentence(facts: Facts, language: str) -> str:
    """Return the sentence of a verdict in "zh" or "en"; raises ChoiceError for another language."""
    check_choice("language", language, LANGUAGES)
    template = TEMPLATES[_choose_case(facts)][language]
    who = ALL_SATISFIED if facts.x == facts.n else SOME_SATISFIED
    words = _number_words(facts)
    return template.format(who=who[language].format(**words), **words)


def _choose_case(facts: Facts) -> str:
    """Return the key of the template: the status, refined by what is known about the silent."""
    if facts.status in {"none", "too_few"}:
        return facts.status
    if facts.N is None:
        never = facts.status == "observed" and facts.answers_needed is None
        return "observed_never" if never else f"{facts.status}_open"
    if facts.n == facts.N:
        return f"{facts.status}_full"
    if facts.assumption_free in {None, 0}:
        return f"{facts.status}_sure"
    if facts.status == "certified" and facts.max_dissatisfied == 0:
        return "certified_all"
    return f"{facts.status}_roster"


def _number_words(facts: Facts) -> dict[str, object]:
    """Return every number a template may name, as printed: bounds are never rounded to the better side."""
    words: dict[str, object] = {
        "n": facts.n,
        "x": facts.x,
        "short": facts.short,
        "rate": format_share(Fraction(facts.x, facts.n)) if facts.n else "",
        "low": format_share(Fraction(facts.low), floor),
        "target": _short_percent(facts.target),
        "level": _short_percent(facts.confidence_level),
        "needed": facts.answers_needed,
        "minimum_n": facts.minimum_n,
    }
    if facts.N:
        words |= _roster_words(facts, facts.N)
    return words


def _roster_words(facts: Facts, N: int) -> dict[str, object]:
    return {
        "N": N,
        "silent": N - facts.n,
        "open": facts.max_dissatisfied,
        "sure": N - (facts.max_dissatisfied or 0),
        "worst": format_share(Fraction(facts.x, N), floor),
        "best": format_share(Fraction(facts.x + N - facts.n, N), ceil),
    }


def format_share(share: Fraction, rounding: Callable[[Fraction], int] | None = None) -> str:
    """Return a share as a percentage with two decimals, half up unless told to floor or ceil.

    Below 1 it is never printed as 100.00%: 99,999 of 100,000 is 99.99%.
    """
    hundredths = share * 10_000
    rounded = rounding(hundredths) if rounding else floor(hundredths + Fraction(1, 2))
    if share < 1:
        rounded = min(rounded, 9_999)
    return f"{rounded // 100}.{rounded % 100:02d}%"


def _short_percent(share: float) -> str:
    """Return a target or level as the caller wrote it: 100%, 95%, 99.5%."""
    return f"{share * 100:.10g}%"


ALL_SATISFIED = {"zh": "{n}人全部满意", "en": "all {n} who answered are satisfied"}
SOME_SATISFIED = {
    "zh": "{n}人中{x}人满意，满意率{rate}",
    "en": "{x} of the {n} who answered are satisfied ({rate})",
}

TEMPLATES: dict[str, dict[str, str]] = {
    "none": {
        "zh": "还没有人作答，没有满意率，不作结论。",
        "en": "Nobody has answered: there is no rate and no conclusion.",
    },
    "too_few": {
        "zh": "只有{n}人作答，少于{minimum_n}人，为保护作答人，不公布结果，不作结论。",
        "en": "Only {n} answered, fewer than {minimum_n}: to protect them, no result and no conclusion.",
    },
    "below_full": {
        "zh": "全部{N}人都已作答，{who}，没有达到{target}的目标，差{short}人。",
        "en": "All {N} people answered and {who}: {short} short of the target of {target}.",
    },
    "below_roster": {
        "zh": "已作答的{who}，低于{target}的目标，按作答人数差{short}人；另有{silent}人没有作答，"
        "全部{N}人的满意率最低{worst}，最高{best}。",
        "en": "So far {who}, {short} short of the target of {target}; with the {silent} who have not answered, "
        "the rate of all {N} lies between {worst} and {best}.",
    },
    "below_sure": {
        "zh": "已作答的{who}，低于{target}的目标；即使没有作答的{silent}人全部满意，"
        "全部{N}人的满意率最高也只有{best}，达不到目标。",
        "en": "So far {who}; even if all {silent} who have not answered were satisfied, the rate of all {N} "
        "would be {best} at most, below the target of {target}.",
    },
    "below_open": {
        "zh": "作答的{who}，低于{target}的目标，按作答人数差{short}人；总人数未知，这个比率只说明作答的人。",
        "en": "So far {who}, {short} short of the target of {target}; the number of people is unknown, "
        "so the rate speaks only of those who answered.",
    },
    "observed_roster": {
        "zh": "已作答的{who}，达到{target}的目标，但还不能认定全部{N}人达到：按{level}的把握，"
        "假定没有作答的{silent}人与作答的人情况相近，不算满意的仍可能多达{open}人；"
        "再有{needed}人作答并且都满意，才可以认定。",
        "en": "So far {who}, which meets the target of {target}, but not yet certainly for all {N}: at {level} "
        "confidence, and if the {silent} who have not answered are like those who did, up to {open} may still "
        "not be satisfied; to certify it, {needed} more must answer and be satisfied.",
    },
    "observed_open": {
        "zh": "作答的{who}，达到{target}的目标，但还不能认定总体达到：把作答的人看作随机抽取，"
        "按{level}的把握只能说总体满意率不低于{low}；再有{needed}人作答并且都满意，才可以认定。",
        "en": "So far {who}, which meets the target of {target}, but not yet certainly for everybody: taking the "
        "answers as a random sample, at {level} confidence the rate is at least {low}; to certify it, "
        "{needed} more must answer and be satisfied.",
    },
    "observed_never": {
        "zh": "作答的{who}；总人数未知，作答的人再多也不能证明人人满意，按{level}的把握，"
        "把作答的人看作随机抽取，只能说总体满意率不低于{low}。",
        "en": "So far {who}; the number of people is unknown, and no number of answers proves that everybody is "
        "satisfied: at {level} confidence, taking the answers as a random sample, the rate is at least {low}.",
    },
    "certified_full": {
        "zh": "全部{N}人都已作答，{who}，达到{target}的目标；这是全员作答的结果，不是推断。",
        "en": "All {N} people answered and {who}: the target of {target} is met, as a full count and not an "
        "inference.",
    },
    "certified_sure": {
        "zh": "已作答的{who}；即使没有作答的{silent}人全部不满意，全部{N}人的满意率也不低于{worst}，"
        "达到{target}的目标。",
        "en": "So far {who}; even if none of the {silent} who have not answered were satisfied, the rate of all "
        "{N} would be at least {worst}: the target of {target} is met.",
    },
    "certified_roster": {
        "zh": "已作答的{who}；假定没有作答的{silent}人与作答的人情况相近，有{level}的把握认为"
        "全部{N}人中至少{sure}人满意，达到{target}的目标；不作这个假定，满意率最低可能是{worst}。",
        "en": "So far {who}; if the {silent} who have not answered are like those who did, at {level} confidence "
        "at least {sure} of all {N} are satisfied and the target of {target} is met; without that assumption "
        "the rate could be as low as {worst}.",
    },
    "certified_all": {
        "zh": "已作答的{who}；假定没有作答的{silent}人与作答的人情况相近，有{level}的把握认为"
        "全部{N}人都满意，达到{target}的目标；不作这个假定，满意率最低可能是{worst}。",
        "en": "So far {who}; if the {silent} who have not answered are like those who did, at {level} confidence "
        "all {N} are satisfied and the target of {target} is met; without that assumption the rate could be "
        "as low as {worst}.",
    },
    "certified_open": {
        "zh": "作答的{who}；总人数未知，把作答的人看作随机抽取，有{level}的把握认为总体满意率不低于{low}，"
        "达到{target}的目标。",
        "en": "So far {who}; the number of people is unknown, and taking the answers as a random sample, at "
        "{level} confidence the rate is at least {low}: the target of {target} is met.",
    },
}
