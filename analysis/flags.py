"""Integrity flags: which units to look at again, why, and on how much evidence.

A flag asks for a second look (建议复核), it proves nothing and deletes nothing. Sources: Benjamini & Hochberg 1995,
J R Stat Soc B 57:289-300 (false discoveries among all units and signals of a wave); the signals' own stand
in `signals`. What they find and miss in made-up counties: docs/integrity-flags.md.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from .counts import check_level
from .outliers import widened_pvalues
from .signals import (
    Evidence,
    Sheets,
    arrival_peaks,
    best_sheets,
    identical_errors,
    identical_sheets,
    marked_shares,
    read_sheets,
    straight_lines,
)
from .significance import adjust_pvalues


@dataclass(frozen=True, kw_only=True)
class Signal:
    """One kind of evidence: how it is computed, and how it is said.

    `harmless_share` and `stands_alone` say how P-values are widened (see `widened_pvalues`).
    The sentences take unit, n, marked, observed and expected.
    """

    code: str
    compute: Callable[[Evidence, Sheets], pd.DataFrame | None]
    harmless_share: float
    stands_alone: bool
    zh: str
    en: str


@dataclass(frozen=True, kw_only=True, eq=False)
class IntegrityReport:
    """Flags of one wave. Both frames keep the units' order of first appearance.

    `units`, a row a unit: `unit`, `n` sheets, `n_flags`, `flagged`, `rank` (1 is to be looked at first:
    by the smallest of its P-values, ties share the best), `sentence_zh`, `sentence_en`.
    `flags`, a row a unit and signal: `unit`, `signal`, `n` (what it rests on), `marked` and `share` of
    them, `observed` and `expected` (pairs or sheets), `pvalue`, `adjusted` (for all units and signals),
    `flagged`, `sentence_zh`, `sentence_en` (empty where not flagged).
    """

    units: pd.DataFrame
    flags: pd.DataFrame
    false_discovery_rate: float


def integrity_report(evidence: Evidence, *, false_discovery_rate: float = 0.01) -> IntegrityReport:
    """Raise flags on units whose sheets differ from what the other units' sheets would give.

    Each signal that the evidence allows is tested for every unit, its P-values widened by the spread
    between units, and Benjamini-Hochberg applied to all of them: among the flags, the expected share of
    false ones is at most `false_discovery_rate`. Cannot see: a unit where every sheet is coached to the
    best answers, if other units are honestly as good; nor anything that most units do. No sheets give a
    report without rows.
    """
    rate = check_level(false_discovery_rate, "false_discovery_rate")
    sheets = read_sheets(evidence)
    tables = {signal.code: signal.compute(evidence, sheets) for signal in SIGNALS}
    known = [signal for signal in SIGNALS if tables[signal.code] is not None]
    flags = pd.concat([_signal_rows(signal, tables[signal.code]) for signal in known], ignore_index=True)
    flags = flags.assign(adjusted=adjust_pvalues(flags["pvalue"].to_numpy(dtype=float), method="BH"))
    flags = _with_sentences(flags.assign(flagged=flags["adjusted"] <= rate))
    return IntegrityReport(units=_unit_rows(sheets, flags), flags=flags, false_discovery_rate=rate)


def _signal_rows(signal: Signal, table: pd.DataFrame | None) -> pd.DataFrame:
    if table is None:
        return pd.DataFrame()
    widened = widened_pvalues(
        table["pvalue"].to_numpy(dtype=float),
        harmless_share=signal.harmless_share,
        stands_alone=signal.stands_alone,
    )
    share = table["marked"] / table["n"].where(table["n"] > 0)
    rows = table.assign(signal=signal.code, share=share, pvalue=widened)
    return rows.rename_axis("unit").reset_index()


def _with_sentences(flags: pd.DataFrame) -> pd.DataFrame:
    return flags.assign(
        sentence_zh=[_sentence(row, "zh") for row in flags.to_dict("records")],
        sentence_en=[_sentence(row, "en") for row in flags.to_dict("records")],
    )[FLAG_COLUMNS]


def _sentence(row: dict[Hashable, Any], language: str) -> str:
    if not row["flagged"]:
        return ""
    template = str(getattr(_BY_CODE[str(row["signal"])], language))
    return template.format(**{str(name): value for name, value in row.items()})


def _unit_rows(sheets: Sheets, flags: pd.DataFrame) -> pd.DataFrame:
    names = sheets.unit_names
    by_unit = flags.groupby("unit", sort=False)
    n_flags = by_unit["flagged"].sum().reindex(names).to_numpy(dtype=int)
    return pd.DataFrame(
        {
            "unit": names,
            "n": np.bincount(sheets.units, minlength=len(names)),
            "n_flags": n_flags,
            "flagged": n_flags > 0,
            "rank": by_unit["pvalue"].min().reindex(names).rank(method="min").to_numpy(dtype=int),
            "sentence_zh": by_unit["sentence_zh"].agg(_joined).reindex(names).to_numpy(),
            "sentence_en": by_unit["sentence_en"].agg(_joined).reindex(names).to_numpy(),
        }
    )


def _joined(sentences: "pd.Series[str]") -> str:
    return " ".join(sentence for sentence in sentences if sentence)


def _errors(evidence: Evidence, sheets: Sheets) -> pd.DataFrame | None:
    return identical_errors(sheets, evidence.answer_key) if evidence.answer_key else None


def _lines(evidence: Evidence, sheets: Sheets) -> pd.DataFrame | None:
    return straight_lines(sheets, evidence.battery) if len(evidence.battery) > 1 else None


def _speeders(evidence: Evidence, sheets: Sheets) -> pd.DataFrame | None:
    return None if evidence.speeders is None else marked_shares(evidence.speeders, sheets.unit_names)


def _devices(evidence: Evidence, sheets: Sheets) -> pd.DataFrame | None:
    return (
        None if evidence.shared_devices is None else marked_shares(evidence.shared_devices, sheets.unit_names)
    )


def _peaks(evidence: Evidence, sheets: Sheets) -> pd.DataFrame | None:
    return None if evidence.arrivals is None else arrival_peaks(evidence.arrivals, sheets.unit_names)


FLAG_COLUMNS = ["unit", "signal", "n", "marked", "share", "observed", "expected"]
FLAG_COLUMNS += ["pvalue", "adjusted", "flagged", "sentence_zh", "sentence_en"]

SIGNALS = (
    Signal(
        code="identical_sheets",
        compute=lambda _, sheets: identical_sheets(sheets),
        harmless_share=0.75,
        stands_alone=True,
        zh="{unit}：{n}份答卷中有{marked}份与本单位另一份完全相同，相同的有{observed:.0f}对；"
        "其他单位同样满意程度的答卷只会有约{expected:.1f}对，建议复核。",
        en="{unit}: {marked} of {n} sheets are identical to another of the unit, {observed:.0f} pairs; sheets of the "
        "same satisfaction from other units would give about {expected:.1f}. A re-check is advised.",
    ),
    Signal(
        code="identical_errors",
        compute=_errors,
        harmless_share=0.75,
        stands_alone=True,
        zh="{unit}：{n}份有错误的知识答卷中，{marked}份的错误答案与本单位另一份完全相同，相同的有{observed:.0f}对；"
        "其他单位错误同样多的答卷只会有约{expected:.1f}对，建议复核。",
        en="{unit}: of {n} sheets with wrong knowledge answers {marked} err exactly as another of the unit, "
        "{observed:.0f} pairs; sheets with as many errors from other units would give about {expected:.1f}. "
        "A re-check is advised.",
    ),
    Signal(
        code="straight_lines",
        compute=_lines,
        harmless_share=0.75,
        stands_alone=True,
        zh="{unit}：{n}份答卷中有{marked}份各题选同一选项，其他单位同样满意程度的答卷约有{expected:.1f}份，建议复核。",
        en="{unit}: {marked} of {n} sheets tick one option all the way down; sheets of the same satisfaction from "
        "other units would give about {expected:.1f}. A re-check is advised.",
    ),
    Signal(
        code="best_sheets",
        compute=lambda _, sheets: best_sheets(sheets),
        harmless_share=0.9,
        stands_alone=False,
        zh="{unit}：{n}份答卷中有{marked}份全部为最好答案，其余答卷与之相近的单位只会有约{expected:.1f}份，建议复核。",
        en="{unit}: {marked} of {n} sheets give the best answer throughout; units whose other sheets are alike have "
        "about {expected:.1f}. A re-check is advised.",
    ),
    Signal(
        code="speeders",
        compute=_speeders,
        harmless_share=0.95,
        stands_alone=False,
        zh="{unit}：{n}份答卷中有{marked}份作答时间不足一般的三分之一，按其他单位的比例约为{expected:.1f}份，建议复核。",
        en="{unit}: {marked} of {n} sheets took less than a third of the usual time; other units' share would give "
        "about {expected:.1f}. A re-check is advised.",
    ),
    Signal(
        code="shared_devices",
        compute=_devices,
        harmless_share=0.95,
        stands_alone=False,
        zh="{unit}：{n}份答卷中有{marked}份来自多次作答的设备，按其他单位的比例约为{expected:.1f}份，建议复核。",
        en="{unit}: {marked} of {n} sheets came from devices that answered more than once; other units' share would "
        "give about {expected:.1f}. A re-check is advised.",
    ),
    Signal(
        code="arrival_peaks",
        compute=_peaks,
        harmless_share=0.95,
        stands_alone=False,
        zh="{unit}：{n}份答卷中有{marked}份集中在同一小时到达，按其他单位的时间分布约为{expected:.1f}份，建议复核。",
        en="{unit}: {marked} of {n} sheets arrived within one hour; other units' hours would give about "
        "{expected:.1f}. A re-check is advised.",
    ),
)
_BY_CODE = {signal.code: signal for signal in SIGNALS}
