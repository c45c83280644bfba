"""Find the unit that an entry names as its parent, by code, by name or by a township's short name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from survey.unitlist.entries import Entry
from survey.unitlist.faults import Findings
from survey.unitlist.labels import Column
from survey.unitlist.spelling import clean_code
from survey.words import UnitKind, name_word

_FORMAL_ENDING: Final = re.compile(r"(?:人民政府|政府|街道办事处|办事处|街道办|街道)$")

Index = Mapping[str, Sequence[Entry]]


def find_parents(entries: Sequence[Entry], findings: Findings) -> dict[int, Entry]:
    """Return the parent of each entry that has one, by the entry's place in ``entries``.

    A village must have a township above it, named in its row or by the heading it stands under; any other
    unit may have a parent that is no village. Whoever names nobody, several units, itself, or closes a circle
    is blamed and has no parent here.
    """
    indexes = _make_indexes(entries)
    parents: dict[int, Entry] = {}
    for number, entry in enumerate(entries):
        parent = _find_parent(entry, indexes, findings) if entry.parent else None
        if not entry.parent and entry.kind is UnitKind.VILLAGE:
            parent = _find_township(entry, indexes, findings)
        if parent:
            parents[number] = parent
    _check_circles(entries, parents, findings)
    _mention_guesses(entries, parents, findings)
    return parents


def _make_indexes(entries: Sequence[Entry]) -> tuple[Index, Index, Index]:
    by_code: dict[str, list[Entry]] = defaultdict(list)
    by_name: dict[str, list[Entry]] = defaultdict(list)
    by_short: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_code[entry.code].append(entry)
        by_name[entry.name].append(entry)
        if entry.kind is UnitKind.TOWNSHIP:
            by_short[_FORMAL_ENDING.sub("", entry.name)].append(entry)
    return by_code, by_name, by_short


def _find_parent(entry: Entry, indexes: tuple[Index, Index, Index], findings: Findings) -> Entry | None:
    spellings = (clean_code(entry.parent), entry.parent, _FORMAL_ENDING.sub("", entry.parent))
    found = next((index[key] for index, key in zip(indexes, spellings, strict=True) if key in index), [])
    place = entry.place(Column.PARENT)
    if not found:
        findings.blame("parent_unknown", place, value=entry.parent)
        return None
    if len(found) > 1:
        findings.blame("parent_several", place, value=entry.parent, count=len(found))
        return None
    return found[0] if _is_fit(entry, found[0], findings) else None


def _find_township(entry: Entry, indexes: tuple[Index, Index, Index], findings: Findings) -> Entry | None:
    """Return the one township that a village's heading names; blame a village that stands under none."""
    found = indexes[2].get(_FORMAL_ENDING.sub("", entry.heading), [])
    if len(found) == 1:
        return found[0]
    findings.blame("parent_missing", entry.place(Column.PARENT))
    return None


def _is_fit(entry: Entry, parent: Entry, findings: Findings) -> bool:
    place, kind = entry.place(Column.PARENT), parent.kind
    if parent is entry:
        findings.blame("parent_self", place, value=entry.parent)
    elif kind is None or entry.kind is None:
        return False
    elif entry.kind is UnitKind.VILLAGE and kind is not UnitKind.TOWNSHIP:
        findings.blame("parent_kind", place, value=entry.parent, kind=name_word(kind))
    elif kind is UnitKind.VILLAGE:
        findings.blame("parent_village", place, value=entry.parent)
    else:
        return True
    return False


def _check_circles(entries: Sequence[Entry], parents: dict[int, Entry], findings: Findings) -> None:
    numbers = {id(entry): number for number, entry in enumerate(entries)}
    settled: set[int] = set()
    for start in list(parents):
        path = list(_climb(start, parents, numbers, settled))
        last = numbers[id(parents[path[-1]])] if path and path[-1] in parents else None
        if last in path:
            _blame_circle([entries[number] for number in path[path.index(last) :]], findings)
            del parents[last]
        settled.update(path)


def _climb(
    start: int, parents: Mapping[int, Entry], numbers: Mapping[int, int], settled: set[int]
) -> Iterator[int]:
    """Give the entry and everything above it, up to what has been climbed before or is met again."""
    seen: set[int] = set()
    number: int | None = start
    while number is not None and number not in seen and number not in settled:
        seen.add(number)
        yield number
        number = numbers[id(parents[number])] if number in parents else None


def _blame_circle(circle: Sequence[Entry], findings: Findings) -> None:
    names = " → ".join(entry.name for entry in (*circle, circle[0]))
    findings.blame("parent_circle", circle[0].place(Column.PARENT), value=names)


def _mention_guesses(entries: Sequence[Entry], parents: Mapping[int, Entry], findings: Findings) -> None:
    pairs = [(entries[number], parent) for number, parent in parents.items()]
    guessed = [pair for pair in pairs if not pair[0].parent]
    short = [pair for pair in pairs if pair[0].parent and not _is_exact(*pair)]
    for code, found in (("parents_from_heading", guessed), ("parents_short", short)):
        if found:
            entry, parent = found[0]
            place = entry.place(Column.PARENT)
            findings.mention(code, place, count=len(found), value=entry.parent, name=parent.name)


def _is_exact(entry: Entry, parent: Entry) -> bool:
    return entry.parent == parent.name or clean_code(entry.parent) == parent.code
