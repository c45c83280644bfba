"""Check the entries of a list against each other and make them units."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

from survey.codes import ALPHABET
from survey.unitlist.entries import Entry
from survey.unitlist.faults import Findings
from survey.unitlist.labels import Column
from survey.unitlist.parents import find_parents
from survey.unitlist.records import UnitRecord
from survey.words import UnitKind

_LETTERS: Final = {
    UnitKind.TOWNSHIP: "T",
    UnitKind.DEPARTMENT: "D",
    UnitKind.SOE: "E",
    UnitKind.VILLAGE: "V",
}
_DERIVED_LENGTH: Final = 7


def make_units(entries: Sequence[Entry], findings: Findings) -> tuple[UnitRecord, ...]:
    """Return the units of a list, in its order; none when there is a fault.

    Codes, credit codes, parents and equal names are checked over the whole list. Units are told apart by
    code alone: equal names are mentioned and stay two units.
    """
    parents = find_parents(entries, findings)
    codes = [entry.code or derive_code(entry, parents.get(number)) for number, entry in enumerate(entries)]
    _check_codes(entries, codes, findings)
    _check_credit_codes(entries, findings)
    _mention_entries(entries, findings)
    if findings.faults:
        return ()
    code_of = {id(entry): code for entry, code in zip(entries, codes, strict=True)}
    parent_codes = {number: code_of[id(parent)] for number, parent in parents.items()}
    return tuple(
        _make_unit(entry, entry.kind, codes[number], number + 1, parent_codes.get(number))
        for number, entry in enumerate(entries)
        if entry.kind is not None
    )


def derive_code(entry: Entry, parent: Entry | None) -> str:
    """Return a code for a unit that has none: the kind's letter and seven symbols of a digest.

    It follows from the kind, the name and the parent (its code, or its name when it has none), not from the
    order, so the same unit gets the same code from every file. A renamed unit gets a new one. With 5,000
    units, two different ones share a code with a probability below 0.0005; that is blamed, never merged.
    """
    above = (parent.code or parent.name) if parent else ""
    text = "\0".join((str(entry.kind), entry.name, above))
    number = int.from_bytes(hashlib.sha256(text.encode()).digest())
    symbols = ""
    for _ in range(_DERIVED_LENGTH):
        number, value = divmod(number, len(ALPHABET))
        symbols += ALPHABET[value]
    letter = _LETTERS[entry.kind] if entry.kind else "U"
    return f"{letter}-{symbols}"


def _make_unit(entry: Entry, kind: UnitKind, code: str, position: int, parent_code: str | None) -> UnitRecord:
    return UnitRecord(
        code=code,
        name=entry.name,
        kind=kind,
        parent_code=parent_code,
        credit_code=entry.credit_code,
        headcounts={group: n for group, n in entry.headcounts.items() if n is not None},
        position=position,
        place=entry.place(),
    )


def _check_codes(entries: Sequence[Entry], codes: Sequence[str], findings: Findings) -> None:
    first: dict[str, Entry] = {}
    for entry, code in zip(entries, codes, strict=True):
        other = first.setdefault(code, entry)
        if other is entry:
            continue
        if not entry.name:
            continue  # It was blamed for that; whether it is another unit cannot be told.
        if entry.code or other.code or entry.name != other.name:
            place = entry.place(Column.CODE)
            findings.blame("code_twice", place, value=code, other=other.place(Column.CODE), name=other.name)
        else:
            findings.blame("unit_twice", entry.place(), value=entry.name, other=other.place())


def _check_credit_codes(entries: Sequence[Entry], findings: Findings) -> None:
    first: dict[str, Entry] = {}
    for entry in entries:
        if not entry.credit_code:
            continue
        other = first.setdefault(entry.credit_code, entry)
        if other is not entry:
            place, there = entry.place(Column.CREDIT_CODE), other.place(Column.CREDIT_CODE)
            findings.blame("credit_twice", place, value=entry.credit_code, other=there, name=other.name)


def _mention_entries(entries: Sequence[Entry], findings: Findings) -> None:
    first: dict[str, Entry] = {}
    for entry in entries:
        other = first.setdefault(entry.name, entry)
        if other is not entry:
            findings.mention("names_same", entry.place(), value=entry.name, other=other.place())
        if entry.total == 0:
            findings.mention("nobody", entry.place(), value=entry.name)
    _mention_count("codes_made", [entry for entry in entries if not entry.code], findings)
    _mention_count("kinds_from_heading", [entry for entry in entries if not entry.has_own_kind], findings)
    hidden = [entry for entry in entries if entry.row in entry.table.sheet.hidden_rows]
    _mention_count("rows_hidden", hidden, findings)


def _mention_count(code: str, entries: Sequence[Entry], findings: Findings) -> None:
    if entries:
        findings.mention(code, entries[0].place(), count=len(entries))
