"""The canonical form is complete in itself, stable, and gives the version its name."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from questionnaires import (
    GROUPS,
    DefinitionError,
    Questionnaire,
    builtin_definition,
    canonical_form,
    digest,
    example_values,
    fill_parameters,
    parse_canonical,
)
from questionnaires.definitions import build_questionnaire


@pytest.mark.parametrize("group", GROUPS)
def test_it_reads_back_as_the_same_questionnaire(group: str) -> None:
    filled = fill_parameters(builtin_definition(group), example_values(builtin_definition(group)))

    assert parse_canonical(canonical_form(filled)) == filled


def test_it_writes_chinese_as_it_is_and_no_needless_space(fair: Questionnaire) -> None:
    text = canonical_form(fair)

    assert "集市食品安全问卷" in text
    assert text == json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _turn_around(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _turn_around(value[key]) for key in reversed(value)}
    return [_turn_around(part) for part in value] if isinstance(value, list) else value


def test_the_order_of_keys_in_the_file_does_not_matter(raw: dict[str, Any], fair: Questionnaire) -> None:
    assert digest(build_questionnaire(_turn_around(raw))) == digest(fair)


def test_stating_a_default_does_not_matter(raw: dict[str, Any], fair: Questionnaire) -> None:
    raw["sections"][0]["items"][0]["required"] = False
    raw["sections"][0]["items"][0]["options"][0]["exclusive"] = False

    assert digest(build_questionnaire(raw)) == digest(fair)


def test_the_order_of_options_does_matter(raw: dict[str, Any], fair: Questionnaire) -> None:
    raw["sections"][1]["items"][3]["options"].reverse()

    assert digest(build_questionnaire(raw)) != digest(fair)


def test_a_single_word_does_matter(raw: dict[str, Any], fair: Questionnaire) -> None:
    raw["sections"][0]["items"][0]["text"]["zh"] += "？"

    assert digest(build_questionnaire(raw)) != digest(fair)


def test_the_digest_is_the_sha_256_of_the_form(fair: Questionnaire) -> None:
    assert digest(fair) == hashlib.sha256(canonical_form(fair).encode("utf-8")).hexdigest()


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"format":2}', '{"format":1}', "{'format':1}"])
def test_it_refuses_what_is_no_canonical_form(text: str) -> None:
    with pytest.raises(DefinitionError):
        parse_canonical(text)


def test_it_refuses_a_form_whose_references_were_broken(fair: Questionnaire) -> None:
    text = canonical_form(fair).replace('"item":"overall"', '"item":"overal"')

    with pytest.raises(DefinitionError, match="是不是 overall"):
        parse_canonical(text)
