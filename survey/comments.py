"""Comments: open texts of a wave, shown only where a unit has so many that none points at a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.models import Collector, Comment, Wave, WaveUnit

MINIMUM_COMMENTS = 10


@dataclass(frozen=True, kw_only=True)
class UnitComments:
    """What the people of one unit wrote, all groups and items together, in an order that means nothing."""

    unit: str
    texts: Sequence[str]


def list_comments(session: Session, wave: Wave) -> list[UnitComments]:
    """Return the mixed comments of every unit that has at least ten of them, in the order of the unit list.

    Neither the group nor the item goes with a text, nor anything that leads to the answers it came with. A
    unit with fewer than ten comments is left out, like one without any: that is all that may be known.
    """
    statement = (
        select(WaveUnit.position, WaveUnit.name, Comment.text)
        .join(Collector, Collector.id == Comment.collector_id)
        .join(WaveUnit, (WaveUnit.wave_id == Collector.wave_id) & (WaveUnit.unit_id == Collector.unit_id))
        .where(Collector.wave_id == wave.id)
        # Ids are random, so that comments keep one order, which is not that in which they came.
        .order_by(WaveUnit.position, Comment.id)
    )
    texts: dict[tuple[int, str], list[str]] = defaultdict(list)
    for position, name, text in session.execute(statement):
        texts[position, name].append(text)
    return [
        UnitComments(unit=name, texts=some)
        for (_, name), some in texts.items()
        if len(some) >= MINIMUM_COMMENTS
    ]
