"""Counts of a wave as frames, read from the cells: what the analysis starts from."""

from __future__ import annotations

from typing import Final

import pandas as pd
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from questionnaires import Questionnaire, ShareRule, TextItem
from survey.collectors import list_collectors, read_questionnaire
from survey.models import Cell, Collector, IndicatorCell, Wave
from survey.waves import list_groups
from survey.words import Group

_INDICATORS: Final = {
    "satisfaction": ("n_satisfaction", "satisfied"),
    "score": ("n_score", "score_total"),
    "awareness": ("n_awareness", "aware"),
    "knowledge": ("n_knowledge", "knowledgeable"),
    "support": ("n_support", "supporting"),
}

RATE_COUNTS: Final = ("dont_know", *(name for pair in _INDICATORS.values() for name in pair))
"""The numerators and denominators that a rate table needs, beside headcount and responses."""


def read_counts(session: Session, wave: Wave) -> pd.DataFrame:
    """Return one row per collector in the order of the unit list, with every count of a rate table.

    ``headcount`` is <NA> for residents. ``responses`` counts every accepted answer, ``waiting`` those of them
    that are not mixed yet, and the other counts only mixed ones. ``position`` numbers the units and
    ``group_order`` the groups, both from 0.
    """
    lines = list_collectors(session, wave)
    order = list(Group)
    frame = pd.DataFrame(
        {
            "collector_id": [line.collector_id for line in lines],
            "unit_code": [line.unit_code for line in lines],
            "unit": [line.unit for line in lines],
            "kind": [line.kind.value for line in lines],
            "parent": [line.parent for line in lines],
            "group": [line.group.value for line in lines],
            "group_order": [order.index(line.group) for line in lines],
            "collector": [line.collector.value for line in lines],
            "headcount": pd.array([line.headcount for line in lines], dtype="Int64"),
            "responses": [line.accepted for line in lines],
            "waiting": [line.accepted - line.mixed for line in lines],
        }
    )
    frame["position"] = pd.factorize(frame["unit_code"])[0]
    frame = frame.merge(_read_targets(session, wave), on="group", how="left")
    counts = _read_indicators(session, wave).join(_read_unsure(session, wave), how="outer")
    frame = frame.merge(counts, left_on="collector_id", right_index=True, how="left")
    for name in RATE_COUNTS:
        frame[name] = frame[name].fillna(0).astype("int64") if name in frame else 0
    return frame


def read_options(session: Session, wave: Wave) -> pd.DataFrame:
    """Return the counts of every option over all units: columns group, collector, item, option, n."""
    statement = (
        select(Collector.group, Collector.kind, Cell.item, Cell.option, Cell.n)
        .join(Cell, Cell.collector_id == Collector.id)
        .where(Collector.wave_id == wave.id)
    )
    rows = [(row[0].value, row[1].value, *row[2:]) for row in session.execute(statement)]
    keys = ["group", "collector", "item", "option"]
    return pd.DataFrame(rows, columns=[*keys, "n"]).groupby(keys, sort=False)["n"].sum().reset_index()


def read_totals(session: Session, wave: Wave) -> pd.DataFrame:
    """Return how many answers were mixed: columns group, collector, n_mixed."""
    statement = (
        select(Collector.group, Collector.kind, func.sum(Collector.mixed))
        .where(Collector.wave_id == wave.id)
        .group_by(Collector.group, Collector.kind)
    )
    rows = [(group.value, kind.value, int(n)) for group, kind, n in session.execute(statement)]
    return pd.DataFrame(rows, columns=["group", "collector", "n_mixed"])


def read_versions(session: Session, wave: Wave) -> dict[Group, Questionnaire]:
    """Return the frozen questionnaire of each group of an opened wave."""
    return {
        asked.group: read_questionnaire(session, asked.version_id)
        for asked in list_groups(session, wave)
        if asked.version_id is not None
    }


def _read_targets(session: Session, wave: Wave) -> pd.DataFrame:
    rows = [
        (asked.group.value, asked.target_satisfaction, asked.target_awareness)
        for asked in list_groups(session, wave)
    ]
    return pd.DataFrame(rows, columns=["group", "target_satisfaction", "target_awareness"])


def _read_indicators(session: Session, wave: Wave) -> pd.DataFrame:
    statement = (
        select(IndicatorCell.collector_id, IndicatorCell.indicator, IndicatorCell.base, IndicatorCell.total)
        .join(Collector, Collector.id == IndicatorCell.collector_id)
        .where(Collector.wave_id == wave.id)
    )
    rows = [
        (collector_id, name, n)
        for collector_id, code, base, total in session.execute(statement)
        for name, n in zip(_INDICATORS.get(code, ()), (base, total), strict=False)
    ]
    frame = pd.DataFrame(rows, columns=["collector_id", "name", "n"])
    return frame.pivot_table(index="collector_id", columns="name", values="n", aggfunc="sum")


def _read_unsure(session: Session, wave: Wave) -> pd.Series[int]:
    """Return how many answered the satisfaction item with 不了解, by collector."""
    unsure = {
        (group.value, item, option)
        for group, questionnaire in read_versions(session, wave).items()
        for item, option in _list_unsure(questionnaire)
    }
    statement = (
        select(Collector.id, Collector.group, Cell.item, Cell.option, Cell.n)
        .join(Cell, Cell.collector_id == Collector.id)
        .where(Collector.wave_id == wave.id, Cell.option.in_({option for _, _, option in unsure}))
    )
    counts: dict[int, int] = {}
    for collector_id, group, item, option, n in session.execute(statement):
        if (group.value, item, option) in unsure:
            counts[collector_id] = counts.get(collector_id, 0) + n
    return pd.Series(counts, name="dont_know", dtype="int64")


def _list_unsure(questionnaire: Questionnaire) -> list[tuple[str, str]]:
    rule = questionnaire.find_indicator("satisfaction")
    if not isinstance(rule, ShareRule):
        return []
    item = questionnaire.find_item(rule.item)
    options = () if isinstance(item, TextItem) else item.options
    return [(item.code, option.code) for option in options if option.meaning == "unsure"]
