"""Integrity flags: which units the office should look at again. A flag proves nothing and deletes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis import Evidence, integrity_report
from survey import usage
from survey.models import Unit, Wave, WaveUnit
from survey.results.sheets import WaveSheets, read_sheets
from survey.waves import require_opened
from survey.words import WaveState

UNIT_COLUMNS: Final = ["unit_code", "unit", "n", "n_flags", "flagged", "rank", "sentence"]
_COUNTS: Final = ["n", "marked", "share", "observed", "expected"]
SIGNAL_COLUMNS: Final = ["unit_code", "unit", "signal", *_COUNTS, "pvalue", "adjusted", "flagged", "sentence"]


@dataclass(frozen=True, kw_only=True)
class FlagTable:
    """The flags of a wave. Sentences are Chinese, end in 建议复核 and are empty where nothing is flagged.

    ``units`` has a row for every unit of the wave in the order of the unit list: ``n`` sheets looked at, how
    many signals are flagged, ``rank`` from 1 for the unit to look at first. A unit with fewer than
    ``minimum_n`` sheets is not looked at: 0 sheets, no rank. ``signals`` has a row a unit looked at and
    signal: of ``n`` it rests on, ``marked`` and their ``share``; ``observed`` against ``expected``;
    ``pvalue``, and ``adjusted`` for all units and signals. Counts that rest on fewer than ``minimum_n`` are
    empty. ``is_final`` is whether the wave is over; ``n_units`` how many units were looked at.
    """

    wave: str
    is_final: bool
    minimum_n: int
    n_units: int
    false_discovery_rate: float
    units: pd.DataFrame
    signals: pd.DataFrame


def list_flags(session: Session, wave: Wave) -> FlagTable:
    """Return the integrity flags of a wave from its mixed sheets, its devices and its hours of arrival.

    Sheets are compared within a group, because each group has its own questionnaire, and within a level of
    satisfaction; a unit is then judged over all its groups. Raises WaveStateError for a draft. An open
    wave gives what is known so far. What it cannot see stands in docs/integrity-flags.md.
    """
    require_opened(wave, "看复核提示")
    names = _read_names(session, wave)
    sheets = read_sheets(session, wave, minimum_n=wave.minimum_unit)
    report = integrity_report(_gather_evidence(session, wave, sheets, names))
    signals = _name_signals(report.flags, names, wave.minimum_unit)
    return FlagTable(
        wave=wave.name,
        is_final=wave.state is not WaveState.OPEN,
        minimum_n=wave.minimum_unit,
        n_units=len(report.units),
        false_discovery_rate=report.false_discovery_rate,
        units=_name_units(report.units, signals, names),
        signals=signals,
    )


def _read_names(session: Session, wave: Wave) -> pd.DataFrame:
    """Return the wave's units by id: code, name, and a label that no two share, since villages are namesakes."""
    statement = (
        select(WaveUnit.unit_id, Unit.code, WaveUnit.name)
        .join(Unit, Unit.id == WaveUnit.unit_id)
        .where(WaveUnit.wave_id == wave.id)
        .order_by(WaveUnit.position)
    )
    rows = [tuple(row) for row in session.execute(statement)]
    names = pd.DataFrame(rows, columns=["unit_id", "unit_code", "unit"]).set_index("unit_id")
    is_namesake = names["unit"].duplicated(keep=False)
    return names.assign(
        label=names["unit"].where(~is_namesake, names["unit"] + "（" + names["unit_code"] + "）")
    )


def _gather_evidence(session: Session, wave: Wave, sheets: WaveSheets, names: pd.DataFrame) -> Evidence:
    labels = dict(zip(names["unit_code"], names["label"], strict=True))
    return Evidence(
        answers=sheets.answers,
        units=np.array([labels[code] for code in sheets.unit_codes], dtype=object),
        groups=sheets.groups,
        scores=sheets.scores,
        battery=sheets.scale,
        answer_key=sheets.answer_key,
        shared_devices=_read_devices(session, wave, names["label"]),
        arrivals=_read_arrivals(session, wave, names["label"]),
    )


def _read_devices(session: Session, wave: Wave, labels: pd.Series[str]) -> pd.DataFrame | None:
    rows = [
        (labels[share.unit_id], share.repeated, share.answers)
        for share in usage.list_shares(session, wave.id)
    ]
    return pd.DataFrame(rows, columns=["unit", "marked", "n"]) if rows else None


def _read_arrivals(session: Session, wave: Wave, labels: pd.Series[str]) -> pd.DataFrame | None:
    rows = [(labels[row.unit_id], row.hour, row.n) for row in usage.list_hours(session, wave.id)]
    if not rows:
        return None
    frame = pd.DataFrame(rows, columns=["unit", "hour", "n"])
    return frame.pivot_table(index="unit", columns="hour", values="n", aggfunc="sum", fill_value=0)


def _name_signals(flags: pd.DataFrame, names: pd.DataFrame, minimum_n: int) -> pd.DataFrame:
    """Return the report's signals under the units' codes, without counts about too few sheets."""
    by_label = names.set_index("label")
    hidden = flags["n"] < minimum_n
    counts: Mapping[str, pd.Series[float]] = {name: flags[name].mask(hidden) for name in _COUNTS}
    return flags.assign(
        unit_code=flags["unit"].map(by_label["unit_code"]),
        unit=flags["unit"].map(by_label["unit"]),
        flagged=flags["flagged"] & ~hidden,
        sentence=flags["sentence_zh"].mask(hidden, ""),
        **counts,
    )[SIGNAL_COLUMNS]


def _name_units(judged: pd.DataFrame, signals: pd.DataFrame, names: pd.DataFrame) -> pd.DataFrame:
    raised = signals[signals["flagged"]].groupby("unit_code")["sentence"].agg(list).to_dict()
    known = judged.set_index("unit")[["n", "rank"]]
    units = names.join(known, on="label").reset_index(drop=True)
    sentences = [raised.get(code, []) for code in units["unit_code"]]
    return units.assign(
        n=units["n"].fillna(0).astype(int),
        n_flags=[len(said) for said in sentences],
        flagged=[len(said) > 0 for said in sentences],
        rank=units["rank"].astype("Int64"),
        sentence=["".join(said) for said in sentences],
    )[UNIT_COLUMNS]
