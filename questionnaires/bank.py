"""The bank: wording shared by definitions, and the resolving of references to it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeAlias

from questionnaires.faults import Fault, quote_value, suggest_names

Table: TypeAlias = dict[str, Any]

BANK_PATH: Final = Path(__file__).parent / "bank.toml"
_OWN_SHELVES: Final = ("scales", "options")


@cache
def read_bank() -> Table:
    """Return the shelves of the shipped bank: texts, parameters, options, scales, items, sections, indicators."""
    return tomllib.loads(BANK_PATH.read_text(encoding="utf-8"))


def resolve_references(definition: Table, bank: Mapping[str, Table]) -> tuple[Table, list[Fault]]:
    """Return a definition with its references to the bank replaced by what they name, and the wrong ones.

    A reference is a name, or a table with ``use`` whose other keys stand above those of the bank. A file may
    bring ``scales`` and ``options`` of its own, which stand above the bank's and are not part of the result.
    An unknown name stays as it is, so that paths go on to count as the file does.
    """
    resolver = _Resolver({**bank, **{shelf: _merge_shelf(definition, bank, shelf) for shelf in _OWN_SHELVES}})
    raw = {key: value for key, value in definition.items() if key not in _OWN_SHELVES}
    return resolver.resolve_definition(raw), resolver.faults


def _merge_shelf(definition: Table, bank: Mapping[str, Table], shelf: str) -> Table:
    own = definition.get(shelf)
    return {**bank.get(shelf, {}), **(own if isinstance(own, dict) else {})}


class _Resolver:
    """Replaces references and gathers those that name nothing."""

    def __init__(self, shelves: Mapping[str, Table]) -> None:
        self.shelves = shelves
        self.faults: list[Fault] = []

    def resolve_definition(self, raw: Table) -> Table:
        resolved = dict(raw)
        if isinstance(raw.get("intro"), str):
            resolved["intro"] = self.look_up("texts", raw["intro"], "intro")
        for key in ("parameters", "indicators", "sections"):
            if isinstance(raw.get(key), list):
                resolved[key] = self.resolve_list(raw[key], key, key)
        if isinstance(resolved.get("sections"), list):
            resolved["sections"] = [
                self.resolve_section(section, f"sections[{index}]")
                for index, section in enumerate(resolved["sections"])
            ]
        return resolved

    def resolve_section(self, section: Any, path: str) -> Any:
        if not isinstance(section, dict) or not isinstance(section.get("items"), list):
            return section
        items = self.resolve_list(section["items"], "items", f"{path}.items")
        return section | {
            "items": [self.resolve_item(item, f"{path}.items[{index}]") for index, item in enumerate(items)]
        }

    def resolve_item(self, item: Any, path: str) -> Any:
        if not isinstance(item, dict):
            return item
        options = item.get("options")
        if isinstance(options, str):
            options = self.look_up("scales", options, f"{path}.options")
        if isinstance(options, list):
            options = self.resolve_list(options, "options", f"{path}.options")
        return item if options is None else item | {"options": options}

    def resolve_list(self, entries: list[Any], shelf: str, path: str) -> list[Any]:
        return [self.resolve_entry(entry, shelf, f"{path}[{index}]") for index, entry in enumerate(entries)]

    def resolve_entry(self, entry: Any, shelf: str, path: str) -> Any:
        if isinstance(entry, str):
            return self.add_code(entry, self.look_up(shelf, entry, path))
        if isinstance(entry, dict) and isinstance(entry.get("use"), str):
            own = {key: value for key, value in entry.items() if key != "use"}
            found = self.add_code(entry["use"], self.look_up(shelf, entry["use"], f"{path}.use"))
            return {**found, **own} if isinstance(found, dict) else own
        return entry

    def add_code(self, code: str, found: Any) -> Any:
        return {"code": code, **found} if isinstance(found, dict) else found

    def look_up(self, shelf: str, name: str, path: str) -> Any:
        known = self.shelves.get(shelf, {})
        if name not in known:
            hint = suggest_names(name, sorted(known))
            self.faults.append(Fault(path=path, message=f"题库的 {shelf} 里没有{quote_value(name)}；{hint}"))
            return name
        return known[name]
