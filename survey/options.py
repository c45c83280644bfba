"""Shares of the options of every question over the county."""

from __future__ import annotations

from collections.abc import Set
from typing import Any

import pandas as pd
from sqlalchemy.orm import Session

from questionnaires import NOT_ANSWERED, NOT_SHOWN, Questionnaire
from survey.counts import read_options, read_totals, read_versions
from survey.models import Wave
from survey.words import Group

_ITEM_KEYS = ["group", "collector", "item"]
_COLUMNS = [*_ITEM_KEYS, "question", "option", "label", "n", "n_answered", "share", "note"]


def list_option_shares(
    session: Session, wave: Wave, *, minimum_n: int, hidden: Set[tuple[str, str]] = frozenset()
) -> pd.DataFrame:
    """Return a row per group, collector kind, item and option, in the order of the questionnaires.

    ``n`` is the number who chose the option and ``share`` its share of ``n_answered``, those who answered the
    item. Items that fewer than ``minimum_n`` answered have their figures emptied and say so in ``note``, and so
    have all items of a ``hidden`` group and collector kind.
    """
    counts = read_options(session, wave)
    rows = pd.DataFrame(_describe_options(read_versions(session, wave)))
    rows = rows.merge(read_totals(session, wave), on="group")
    rows = rows.merge(counts, on=[*_ITEM_KEYS, "option"], how="left")
    rows = rows.merge(_count_missing(counts), on=_ITEM_KEYS, how="left").fillna({"n": 0, "n_missing": 0})
    rows = rows.astype({"n": "Int64", "n_missing": "Int64", "n_mixed": "Int64"})
    rows["n_answered"] = rows["n_mixed"] - rows["n_missing"]
    rows["share"] = rows["n"] / rows["n_answered"].where(rows["n_answered"] > 0)
    return _hide_few(rows, minimum_n, hidden)[_COLUMNS]


def _count_missing(counts: pd.DataFrame) -> pd.DataFrame:
    """Return for each item how many did not answer it or did not see it."""
    missing = counts[counts["option"].isin([NOT_ANSWERED, NOT_SHOWN])]
    return missing.groupby(_ITEM_KEYS)["n"].sum().reset_index(name="n_missing")


def _hide_few(rows: pd.DataFrame, minimum_n: int, hidden: Set[tuple[str, str]]) -> pd.DataFrame:
    is_few = rows["n_answered"] < minimum_n
    is_hidden = pd.Series([pair in hidden for pair in zip(rows["group"], rows["collector"], strict=True)])
    notes = is_few.map({True: f"样本不足（n<{minimum_n}）", False: ""})
    rows["note"] = notes.mask(~is_few & is_hidden, "为防推算一并隐藏")
    gone = is_few | is_hidden
    return rows.assign(n=rows["n"].mask(gone), share=rows["share"].mask(gone))


def _describe_options(versions: dict[Group, Questionnaire]) -> list[dict[str, Any]]:
    return [
        {
            "group": group.value,
            "item": item.code,
            "question": item.text.zh,
            "option": option.code,
            "label": option.label.zh,
        }
        for group, questionnaire in versions.items()
        for item in questionnaire.choice_items
        for option in item.options
    ]
