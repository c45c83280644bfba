"""Rate tables: counts in, suppressed tables out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import pandas as pd
from sqlalchemy.orm import Session

from analysis import pool_counts, rate_table, suppress_small
from questionnaires import describe_indicator
from survey import mixer
from survey.counts import read_counts, read_versions
from survey.models import Wave
from survey.options import list_option_shares
from survey.waves import require_opened
from survey.words import CollectorKind, UnitKind, name_word

ALL = "all"
COUNTY = "全县"
_ROW_KEYS = ["position", "unit_code", "unit", "kind", "parent", "group", "group_order", "collector"]
METHOD = (
    "应答率＝答卷数÷应答人数（AAPOR RR1，应答资格已知）；群众没有应答人数，不计应答率，“合计”不含群众。",
    "作答太少的不显示：单位不足 5 人，单位内的群体、类别和全县的群体、题目不足 10 人（或本轮另定的人数）；"
    "能从合计推算出来的一并隐藏。",
    "区间为 95% 置信区间：有应答人数的用有限总体精确区间（超几何分布反演），群众用 Wilson 区间；"
    "前提是未作答的人与作答的人看法相近。",
    "判定（certified）只看满意率：全体达标（certified）指有 95% 的把握全体达到目标；作答者达标（observed）指作答的人"
    "达到目标，还不能断定全体；未达标（below）；样本不足（too_few）；无人作答（none）。",
    "差多少人（persons_to_target）指作答的人中还要有多少人满意才达到目标。排名只在同类单位、同类群体之内，"
    "并列取同一名次。",
    "一人一码和公开二维码的答卷分行统计，从不合并；同一单位两种都有时，考核以一人一码的一行为准。",
)
UNJUDGED = "公开二维码，只供参考；考核以一人一码的一行为准"


class By(StrEnum):
    """What the rows of a table are."""

    UNIT = "unit"
    KIND = "kind"
    GROUP = "group"
    QUESTION = "question"


@dataclass(frozen=True, kw_only=True)
class Table:
    """A published table with what must stand under it.

    ``rules`` are the sentences of the indicators as the wave was opened with, ``method`` says how intervals
    and verdicts were made, ``waiting`` is the number of accepted answers that only the response rate counts.
    """

    wave: str
    period: tuple[str, str]
    by: By
    rows: pd.DataFrame
    rules: Sequence[str]
    method: Sequence[str]
    waiting: int


def make_table(session: Session, wave: Wave, by: By) -> Table:
    """Return the table of a wave, small cells suppressed.

    By unit, every unit of the wave has a row for all its people and one for each of its groups, also when
    nobody answered; by kind and by group the county's total comes last; by question there is a row for every
    option. Residents have no headcount, so they are never pooled with those who have one. Raises
    WaveStateError for a draft.
    """
    require_opened(wave, "出表")
    make_rows = _MAKERS[by]
    return Table(
        wave=wave.name,
        period=(wave.opens_at.isoformat(), wave.closes_at.isoformat()),
        by=by,
        rows=make_rows(session, wave),
        rules=_describe_rules(session, wave),
        method=METHOD,
        waiting=mixer.count_waiting(session, wave.id),
    )


def _make_unit_rows(session: Session, wave: Wave) -> pd.DataFrame:
    counts = read_counts(session, wave)
    whole = _pool_people(counts).assign(minimum_n=wave.minimum_unit)
    groups = counts.assign(minimum_n=_find_minimum(counts, wave))
    return _finish(pd.concat([whole, groups], ignore_index=True))


def _make_kind_rows(session: Session, wave: Wave) -> pd.DataFrame:
    counts = read_counts(session, wave)
    kinds = [kind.value for kind in UnitKind]
    named = counts.assign(
        position=counts["kind"].map(kinds.index),
        unit_code="",
        unit=counts["kind"].map({kind.value: name_word(kind) for kind in UnitKind}),
        parent=None,
    )
    parts = [_pool_people(named), _pool_groups(named), *_pool_county(counts)]
    return _finish(pd.concat(parts, ignore_index=True).assign(minimum_n=wave.minimum_crossing))


def _make_group_rows(session: Session, wave: Wave) -> pd.DataFrame:
    parts = _pool_county(read_counts(session, wave))
    return _finish(pd.concat(parts, ignore_index=True).assign(minimum_n=wave.minimum_crossing))


def _make_question_rows(session: Session, wave: Wave) -> pd.DataFrame:
    # Options of a group would give away the rates that the table by group hides.
    groups = _make_group_rows(session, wave)
    is_hidden = (groups["certified"] == "too_few") & (groups["group"] != ALL)
    hidden = set(groups.loc[is_hidden, ["group", "collector"]].itertuples(index=False, name=None))
    return list_option_shares(session, wave, minimum_n=wave.minimum_crossing, hidden=hidden)


_MAKERS = {
    By.UNIT: _make_unit_rows,
    By.KIND: _make_kind_rows,
    By.GROUP: _make_group_rows,
    By.QUESTION: _make_question_rows,
}


def _finish(counts: pd.DataFrame) -> pd.DataFrame:
    """Return counts as the published table: in order, with rates, verdicts and ranks, small cells hidden."""
    ordered = counts.sort_values(["position", "group_order"], kind="stable", ignore_index=True)
    table = suppress_small(rate_table(ordered), minimum_n=ordered["minimum_n"])
    # Answers that all wait for the mixer are answers: the row is not one that nobody answered.
    is_waiting = (ordered["waiting"] > 0) & (ordered["waiting"] == ordered["responses"])
    table.loc[is_waiting, "certified"] = "too_few"
    remarks = zip(table["note"], ordered["waiting"], _find_unjudged(ordered), strict=True)
    table["note"] = [_join_remarks(note, waiting, is_unjudged) for note, waiting, is_unjudged in remarks]
    return table


def _find_unjudged(counts: pd.DataFrame) -> pd.Series[bool]:
    """Return which rows of an open code stand beside rows of slips of the same unit, which are judged."""
    with_slips = counts.loc[counts["collector"] == CollectorKind.SLIP.value, "position"]
    is_open = counts["collector"] == CollectorKind.OPEN.value
    return is_open & counts["headcount"].notna() & counts["position"].isin(with_slips)


def _join_remarks(note: str, waiting: int, is_unjudged: bool) -> str:
    """Return a row's note with the number of answers that only its response rate counts yet."""
    remarks = (note, f"{waiting} 份答卷待入库" if waiting else "", UNJUDGED if is_unjudged else "")
    return "；".join(filter(None, remarks))


def _pool_county(counts: pd.DataFrame) -> list[pd.DataFrame]:
    county = counts.assign(position=len(UnitKind), unit_code="", unit=COUNTY, kind="county", parent=None)
    return [_pool_people(county), _pool_groups(county)]


def _pool_people(counts: pd.DataFrame) -> pd.DataFrame:
    """Pool the groups of each unit that have a headcount; a unit that has only residents pools those."""
    has_headcount = counts["headcount"].notna()
    reached = counts.loc[has_headcount, "position"]
    pooled = counts[has_headcount | ~counts["position"].isin(reached)]
    return _pool_groups(pooled.assign(group=ALL, group_order=-1))


def _pool_groups(counts: pd.DataFrame) -> pd.DataFrame:
    pooled = pool_counts(counts, by=_ROW_KEYS)
    waiting = counts.groupby(_ROW_KEYS, sort=False, dropna=False)["waiting"].sum()
    return pooled.assign(waiting=waiting.to_numpy())


def _find_minimum(counts: pd.DataFrame, wave: Wave) -> pd.Series[int]:
    """Return the least number of answers for each row: a unit's only group is the unit itself."""
    has_headcount = counts["headcount"].notna()
    n_groups = has_headcount.groupby(counts["position"]).transform("sum")
    is_unit = has_headcount & (n_groups == 1) | (n_groups == 0)
    return is_unit.map({True: wave.minimum_unit, False: wave.minimum_crossing})


def _describe_rules(session: Session, wave: Wave) -> list[str]:
    """Return each rule once; a rule that differs between groups names whose it is."""
    versions = read_versions(session, wave)
    groups: dict[str, list[str]] = {}
    for group, questionnaire in versions.items():
        for indicator in questionnaire.indicators:
            sentence = describe_indicator(questionnaire, indicator.code)
            groups.setdefault(sentence, []).append(name_word(group))
    return [
        sentence if len(names) == len(versions) else f"{'、'.join(names)}：{sentence}"
        for sentence, names in groups.items()
    ]
