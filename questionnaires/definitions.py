"""Definitions: reading questionnaires from TOML files."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from questionnaires.bank import read_bank, resolve_references
from questionnaires.faults import DefinitionError, Fault, describe_errors, suggest_names
from questionnaires.links import find_link_faults
from questionnaires.models import GROUPS, Questionnaire

_FOLDER: Final = Path(__file__).parent / "definitions"
_SYNTAX_PLACE: Final = re.compile(r"\(at (?:line (\d+), column (\d+)|end of document)\)$")


def definition_path(group: str) -> Path:
    """Return the file of a group's shipped definition; raise ValueError for an unknown group."""
    if group not in GROUPS:
        raise ValueError(f"没有目标群体“{group}”；{suggest_names(group, GROUPS)}")
    return _FOLDER / f"{group}.toml"


@cache
def builtin_definition(group: str) -> Questionnaire:
    """Return a group's shipped questionnaire, its parameters still to be filled in."""
    return load_definition(definition_path(group))


def load_definition(path: Path) -> Questionnaire:
    """Read a definition from a TOML file.

    The file may name parts of the shipped bank or be wholly self-contained. Raises DefinitionError with every
    fault of the file at once, also when it cannot be read, is not UTF-8 or not TOML.
    """
    raw, faults = resolve_references(_parse_file(path), read_bank())
    return build_questionnaire(raw, faults)


def build_questionnaire(raw: Mapping[str, Any], known: Iterable[Fault] = ()) -> Questionnaire:
    """Make a questionnaire of plain tables; raise DefinitionError with all faults, the ``known`` ones first."""
    reported = tuple(known)
    faults = list(reported)
    questionnaire = None
    try:
        questionnaire = Questionnaire.model_validate(raw)
    except ValidationError as error:
        faults += [fault for fault in describe_errors(error) if not _is_below(fault, reported)]
    faults += find_link_faults(raw)
    if questionnaire is None or faults:
        raise DefinitionError(faults)
    return questionnaire


def _is_below(fault: Fault, known: Iterable[Fault]) -> bool:
    """Tell whether a fault only follows from a reference already reported."""
    roots = [other.path.removesuffix(".use") for other in known]
    return any(fault.path == root or fault.path.startswith((f"{root}.", f"{root}[")) for root in roots)


def _parse_file(path: Path) -> dict[str, Any]:
    try:
        # Editors on Windows put a byte order mark before the text, which TOML does not know.
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise DefinitionError([_describe_syntax(error)]) from error
    except UnicodeDecodeError as error:
        raise DefinitionError(
            [Fault(path=path.name, message="文件不是 UTF-8 编码，请另存为 UTF-8")]
        ) from error
    except OSError as error:
        raise DefinitionError([Fault(path=path.name, message=f"文件读不出来：{error.strerror}")]) from error


def _describe_syntax(error: tomllib.TOMLDecodeError) -> Fault:
    sentence = str(error)
    place = _SYNTAX_PLACE.search(sentence)
    reason = _SYNTAX_PLACE.sub("", sentence).strip()
    if place is None or place[1] is None:
        return Fault(path="文件末尾", message=f"TOML 语法不对：{reason}")
    return Fault(path=f"第 {place[1]} 行第 {place[2]} 列", message=f"TOML 语法不对：{reason}")
