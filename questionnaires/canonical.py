"""The canonical form: one text for one questionnaire, and its digest."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final

from questionnaires.definitions import build_questionnaire
from questionnaires.faults import DefinitionError, Fault
from questionnaires.models import Questionnaire

FORMAT: Final = 1


def canonical_form(questionnaire: Questionnaire) -> str:
    """Return a questionnaire as JSON that is the same for equal questionnaires and complete in itself.

    Keys are sorted, what has its default value is left out, no character is escaped that need not be.
    """
    content = questionnaire.model_dump(mode="json", exclude_defaults=True) | {"format": FORMAT}
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def parse_canonical(text: str) -> Questionnaire:
    """Return the questionnaire of a canonical form; raise DefinitionError for any other text."""
    try:
        content: Any = json.loads(text)
    except ValueError as error:
        raise DefinitionError([Fault(path="", message=f"不是有效的 JSON：{error}")]) from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise DefinitionError([Fault(path="format", message=f"问卷存档格式应为 {FORMAT}")])
    return build_questionnaire({key: value for key, value in content.items() if key != "format"})


def digest(questionnaire: Questionnaire) -> str:
    """Return the SHA-256 of the canonical form in UTF-8 as 64 hexadecimal digits."""
    return hashlib.sha256(canonical_form(questionnaire).encode()).hexdigest()
