"""Recounting: that the cells say what the sheets say, and that no accepted answer is missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from questionnaires import tally_sheets
from survey.collectors import read_questionnaire
from survey.models import (
    Cell,
    Collector,
    InboxEntry,
    IndicatorCell,
    Response,
    Slip,
    Unit,
    Wave,
)
from survey.words import SlipState, name_word

_Counts: TypeAlias = dict[tuple[str, ...], tuple[int, ...]]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One count that does not agree: where it stands, what is kept, what the recount gives."""

    wave: str
    unit_code: str
    group: str
    what: str
    kept: str
    recounted: str

    def __str__(self) -> str:
        place = f"轮次“{self.wave}” {self.unit_code} {self.group}"
        return f"{place}：{self.what} 记为 {self.kept}，重新计数为 {self.recounted}"


def verify_wave(session: Session, wave: Wave) -> list[Difference]:
    """Recount every collector of a wave from its sheets; return all that does not agree, empty when sound.

    Checked are the cells of every option, the indicators, the number of mixed answers, that accepted answers
    are those mixed and those waiting, and that no fewer slips were used. What it does not prove: that the
    sheets are what people sent.
    """
    statement = (
        select(Collector, Unit.code)
        .join(Unit, Unit.id == Collector.unit_id)
        .where(Collector.wave_id == wave.id)
    )
    return [
        Difference(
            wave=wave.name,
            unit_code=code,
            group=name_word(collector.group),
            what=" ".join(what),
            kept=_show(kept),
            recounted=_show(recounted),
        )
        for collector, code in session.execute(statement.order_by(Unit.position, Collector.id))
        for what, kept, recounted in _compare_collector(session, collector)
    ]


def _compare_collector(
    session: Session, collector: Collector
) -> Iterator[tuple[tuple[str, ...], tuple[int, ...], tuple[int, ...]]]:
    kept = _read_counts(session, collector)
    recounted = _recount(session, collector)
    for what in sorted(kept.keys() | recounted.keys()):
        one, other = kept.get(what, ()), recounted.get(what, ())
        if one != other:
            yield what, one, other
    n_used = _count_used(session, collector)
    # More slips than answers are no fault: a restored backup keeps slips used whose answers waited when it was made.
    if n_used is not None and n_used < collector.accepted:
        yield ("已使用的卡片",), (n_used,), (collector.accepted,)


def _count_used(session: Session, collector: Collector) -> int | None:
    """Return how many slips were used; None where there are none, or none any more."""
    statement = select(Slip.state, func.count()).where(Slip.collector_id == collector.id).group_by(Slip.state)
    states = {state: int(n) for state, n in session.execute(statement)}
    return states.get(SlipState.USED, 0) if states else None


def _read_counts(session: Session, collector: Collector) -> _Counts:
    counts: _Counts = {("已混合",): (collector.mixed,), ("已接收",): (collector.accepted,)}
    for cell in session.scalars(select(Cell).where(Cell.collector_id == collector.id)):
        counts["选项", cell.item, cell.option] = (cell.n,)
    indicators = select(IndicatorCell).where(IndicatorCell.collector_id == collector.id)
    for indicator in session.scalars(indicators):
        counts["指标", indicator.indicator] = (indicator.base, indicator.total)
    return counts


def _recount(session: Session, collector: Collector) -> _Counts:
    waiting = session.scalars(
        select(func.count()).select_from(InboxEntry).where(InboxEntry.collector_id == collector.id)
    ).one()
    sheets = _read_sheets(session, collector)
    n_mixed = sum(len(some) for some in sheets.values())
    counts: _Counts = {("已混合",): (n_mixed,), ("已接收",): (n_mixed + waiting,)}
    for version_id, some in sheets.items():
        tally = tally_sheets(read_questionnaire(session, version_id), some)
        for item, options in tally.items.items():
            counts |= {("选项", item, option): (n,) for option, n in options.items() if n}
        for code, count in tally.indicators.items():
            counts["指标", code] = (count.base, count.total)
    return counts


def _read_sheets(session: Session, collector: Collector) -> Mapping[int, list[str]]:
    sheets: dict[int, list[str]] = defaultdict(list)
    statement = select(Response.version_id, Response.sheet).where(Response.collector_id == collector.id)
    for version_id, sheet in session.execute(statement):
        sheets[version_id].append(sheet)
    return sheets


def _show(counts: tuple[int, ...]) -> str:
    return "/".join(str(count) for count in counts) or "无"
