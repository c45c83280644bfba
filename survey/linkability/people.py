"""The people of the game: each answers differently, so that every answer is known by what it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from questionnaires import MultipleItem, Questionnaire, check_answers

LAST_ROUND = 8
"""People of each unit who answer in the last round: too few for a batch, so they wait for the closing."""


@dataclass(frozen=True, kw_only=True)
class Person:
    """One person: the unit's place in the list, the round, what they send, and the sheet that becomes of it."""

    unit: int
    round: int
    form: Mapping[str, Sequence[str]]
    sheet: str
    comment: str
    is_colluding: bool


def draw_people(questionnaire: Questionnaire, n_people: int, n_units: int, random: Random) -> list[Person]:
    """Return people in the order in which they answer, the rounds one after the other.

    No two sheets are alike and every comment is its own. Half of the people collude with the attacker.
    ``n_people`` is rounded down to full units, each of which needs at least 18 people.
    """
    per_unit = n_people // n_units
    sizes = (per_unit - LAST_ROUND, LAST_ROUND)
    people = []
    seen: set[str] = set()
    for number, size in enumerate(sizes):
        arrivals = [unit for unit in range(n_units) for _ in range(size)]
        random.shuffle(arrivals)
        people += [_draw_person(questionnaire, unit, number, seen, random) for unit in arrivals]
    return people


def _draw_person(
    questionnaire: Questionnaire, unit: int, number: int, seen: set[str], random: Random
) -> Person:
    comment = f"意见{random.randbytes(8).hex()}"
    while True:
        form = _draw_form(questionnaire, comment, random)
        checked = check_answers(questionnaire, form)
        if not checked.problems and checked.sheet not in seen:
            seen.add(checked.sheet)
            return Person(
                unit=unit,
                round=number,
                form=form,
                sheet=checked.sheet,
                comment=comment,
                is_colluding=random.random() < 0.5,
            )


def _draw_form(questionnaire: Questionnaire, comment: str, random: Random) -> dict[str, list[str]]:
    form = {item.code: [random.choice(item.options).code] for item in questionnaire.choice_items}
    for item in questionnaire.choice_items:
        if isinstance(item, MultipleItem) and item.max_choices is None:
            form[item.code] = [option.code for option in item.options if random.random() < 0.5]
    return form | {item.code: [comment] for item in questionnaire.text_items[:1]}
