"""Scores: how many people an order of answers links, against what blind guessing would."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

LIMIT_SIGMAS = 3.0


@dataclass(frozen=True, kw_only=True)
class Truth:
    """Who wrote what: for each person, in the order in which they answered, the key of their answer.

    ``batch`` tells which answers were mixed together: within a batch anybody may have written anything, and
    that much an attacker may know. ``is_colluding`` are people who tell the attacker which answer is theirs.
    """

    key: bytes
    batch: Hashable
    is_colluding: bool


@dataclass(frozen=True, kw_only=True)
class Order:
    """What one trick gives: keys of answers in the order in which it believes they came; some may be missing."""

    trick: str
    keys: Sequence[bytes]


@dataclass(frozen=True, kw_only=True)
class Score:
    """People linked rightly by one trick.

    ``chance`` is what guessing gives on average and ``sigma`` its standard deviation: a random arrangement of
    m ≥ 2 people has one fixed point on average, with variance one (Montmort, 1708), so each batch adds one.
    """

    trick: str
    hits: int
    n_people: int
    chance: float

    @property
    def sigma(self) -> float:
        """The standard deviation of the hits of blind guessing."""
        return math.sqrt(self.chance)

    @property
    def limit(self) -> float:
        """The most hits that still count as guessing."""
        return self.chance + LIMIT_SIGMAS * self.sigma

    @property
    def is_won(self) -> bool:
        """Whether the attacker did better than guessing."""
        return self.hits > self.limit


def judge_orders(orders: Sequence[Order], people: Sequence[Truth], random: Random) -> list[Score]:
    """Score every order and its reverse on the people who do not collude, the attacker's choice first.

    Orders that place nobody's answer are left out, unless there is no other: then the attacker guesses.
    The attacker chooses the trick that explains the colluding people best, as somebody who knows some
    answers would, and is judged by that one alone: the best of many looks would beat chance by luck.
    """
    keys = {person.key for person in people}
    telling = [order for order in orders if not keys.isdisjoint(order.keys)]
    both = [turned for order in telling for turned in (order, _reverse(order))]
    both = both or [Order(trick="随机猜测", keys=[])]
    judged = [
        (_score_order(order, people, random, is_colluding=True), _score_order(order, people, random))
        for order in both
    ]
    judged.sort(key=lambda pair: -pair[0].hits)
    return [score for _, score in judged]


def _reverse(order: Order) -> Order:
    return Order(trick=f"{order.trick}（倒序）", keys=order.keys[::-1])


def _score_order(
    order: Order, people: Sequence[Truth], random: Random, *, is_colluding: bool = False
) -> Score:
    batches: Mapping[Hashable, list[bytes]] = defaultdict(list)
    for person in people:
        if person.is_colluding is is_colluding:
            batches[person.batch].append(person.key)
    # A batch of one links its person for certain, whatever the trick; it says nothing about tricks.
    counted = [keys for keys in batches.values() if len(keys) > 1]
    places = {key: place for place, key in enumerate(order.keys)}
    hits = sum(_count_hits(keys, places, random) for keys in counted)
    return Score(
        trick=order.trick, hits=hits, n_people=sum(len(keys) for keys in counted), chance=float(len(counted))
    )


def _count_hits(arrived: Sequence[bytes], places: Mapping[bytes, int], random: Random) -> int:
    """Guess that the first to come is the first in the order, and so on; what has no place is guessed."""
    blind = random.sample(range(len(arrived)), len(arrived))
    guessed = [
        key
        for _, _, key in sorted(
            (places.get(key, len(places)), tie, key) for key, tie in zip(arrived, blind, strict=True)
        )
    ]
    return sum(guess == key for guess, key in zip(guessed, arrived, strict=True))
