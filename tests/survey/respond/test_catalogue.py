"""The English catalogue: every sentence of the pages, translated, compiled, nothing stale."""

from __future__ import annotations

import re
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages import Catalog
from babel.messages.mofile import read_mo

ROOT = Path(__file__).parents[3]
PLACEHOLDER = re.compile(r"%\((\w+)\)s")


@pytest.fixture(scope="module")
def catalogues() -> ModuleType:
    spec = spec_from_file_location("catalogues", ROOT / "tools" / "catalogues.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def english(catalogues: ModuleType) -> Catalog:
    catalog: Catalog = catalogues.read_catalog(catalogues.ENGLISH)
    return catalog


def read_sentences(catalog: Catalog) -> dict[tuple[str, ...], tuple[str, ...]]:
    return {_list_forms(entry.id): _list_forms(entry.string) for entry in catalog if entry.id}


def _list_forms(text: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())


def test_the_catalogue_holds_exactly_the_sentences_of_the_pages(
    catalogues: ModuleType, english: Catalog
) -> None:
    said = set(read_sentences(catalogues.extract_sentences()))
    assert len(said) > 50
    assert set(read_sentences(english)) == said, "run python tools/catalogues.py"


def test_every_sentence_is_translated(catalogues: ModuleType, english: Catalog) -> None:
    assert catalogues.list_untranslated(english) == []


def test_a_translation_names_the_same_values(english: Catalog) -> None:
    for sentence, translation in read_sentences(english).items():
        wanted = set(PLACEHOLDER.findall(sentence[0]))
        assert all(set(PLACEHOLDER.findall(form)) == wanted for form in translation), sentence


def test_the_compiled_catalogue_says_the_same(catalogues: ModuleType, english: Catalog) -> None:
    with catalogues.ENGLISH.with_suffix(".mo").open("rb") as file:
        compiled = read_mo(file)
    assert read_sentences(compiled) == read_sentences(english), "run python tools/catalogues.py"


def test_writing_the_catalogue_again_changes_nothing(catalogues: ModuleType, english: Catalog) -> None:
    catalogues.update_catalog(english, catalogues.extract_sentences())
    assert catalogues.show_catalog(english) == catalogues.ENGLISH.read_bytes()
