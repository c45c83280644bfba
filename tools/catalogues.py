"""Bring the English catalogue up to date with the pages: extract, merge, compile.

    python tools/catalogues.py

New sentences are left untranslated in ``messages.po``; translate them there and run it again. Exits 1 while
any sentence lacks its translation. Chinese needs no catalogue, because the sentences themselves are Chinese.
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "survey"
ENGLISH = PACKAGE / "translations" / "en" / "LC_MESSAGES" / "messages.po"
HEADER = "# What the pages say in English. Sentences are kept up to date by tools/catalogues.py."
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}


def extract_sentences() -> Catalog:
    """Return every sentence of the pages with the files it stands in."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    catalog = Catalog(charset="utf-8")
    found = extract_from_dir(PACKAGE, methods, options, keywords=KEYWORDS)
    for name, _line, sentence, comments, context in sorted(found, key=lambda entry: entry[:2]):
        catalog.add(sentence, locations=[(name, 0)], auto_comments=comments, context=context)
    return catalog


def read_catalog(path: Path) -> Catalog:
    """Return the catalogue in a file; an empty one when there is none yet."""
    if not path.exists():
        return Catalog(locale="en", charset="utf-8", header_comment=HEADER, fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale="en")


def update_catalog(catalog: Catalog, sentences: Catalog) -> None:
    """Take new sentences into a catalogue and drop those that no page says any more."""
    kept = catalog.creation_date
    catalog.update(sentences, no_fuzzy_matching=True)
    catalog.creation_date = kept


def show_catalog(catalog: Catalog) -> bytes:
    """Return a catalogue as its file, without line numbers, which change without need."""
    buffer = BytesIO()
    write_po(buffer, catalog, width=110, include_lineno=False, ignore_obsolete=True, omit_header=False)
    return buffer.getvalue()


def compile_catalog(catalog: Catalog) -> bytes:
    """Return a catalogue as the program reads it."""
    buffer = BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def list_untranslated(catalog: Catalog) -> list[str]:
    """Return the sentences without a translation that is surely theirs."""
    return [
        str(entry.id) for entry in catalog if entry.id and (entry.fuzzy or not all(_read_forms(entry.string)))
    ]


def _read_forms(string: object) -> tuple[str, ...]:
    return tuple(string) if isinstance(string, list | tuple) else (str(string or ""),)


def main() -> int:
    """Update the files; return the exit status."""
    catalog = read_catalog(ENGLISH)
    update_catalog(catalog, extract_sentences())
    ENGLISH.parent.mkdir(parents=True, exist_ok=True)
    ENGLISH.write_bytes(show_catalog(catalog))
    ENGLISH.with_suffix(".mo").write_bytes(compile_catalog(catalog))
    missing = list_untranslated(catalog)
    for sentence in missing:
        print(f"untranslated: {sentence}", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
