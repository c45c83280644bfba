"""Texts in the languages of a questionnaire, and the base of all models."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Annotated, Any, Final, Literal, TypeAlias, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

Language: TypeAlias = Literal["zh", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")

_PLACEHOLDER: Final = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_Value = TypeVar("_Value")
_Model = TypeVar("_Model", bound="FrozenModel")

Many: TypeAlias = Annotated[tuple[_Value, ...], Field(strict=False)]
"""A tuple that is also read from a list, the only sequence that TOML and JSON have."""


def limit_length(least: int, most: int | None = None) -> AfterValidator:
    """Return a check of how many parts a sequence has, both limits included.

    It comes after the parts are read: pydantic's own check would count only the parts without faults, and
    report a list as too short because of a fault inside it.
    """

    def check(parts: tuple[_Value, ...]) -> tuple[_Value, ...]:
        if len(parts) < least:
            raise PydanticCustomError("too_few", "too few", {"n": len(parts), "least": least})
        if most is not None and len(parts) > most:
            raise PydanticCustomError("too_many", "too many", {"n": len(parts), "most": most})
        return parts

    return AfterValidator(check)


Code: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
"""A stable name: usable as a field name in HTML, never shown to a respondent."""


def _refuse_repeats(codes: tuple[str, ...]) -> tuple[str, ...]:
    repeated = [code for index, code in enumerate(codes) if code in codes[:index]]
    if repeated:
        raise PydanticCustomError("repeated", "repeated", {"code": repeated[0]})
    return codes


Codes: TypeAlias = Annotated[Many[Code], limit_length(1), AfterValidator(_refuse_repeats)]
"""At least one code, none of them twice: what is counted twice would make a rate above 1."""


class FrozenModel(BaseModel):
    """A value read from a definition: immutable, of exact types, with no unknown keys."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


def _check_sentence(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("blank", "blank")
    if text != text.strip():
        raise PydanticCustomError("outer_space", "outer space")
    if any(unicodedata.category(character) in {"Cc", "Cs"} and character != "\n" for character in text):
        raise PydanticCustomError("control_character", "control character")
    return unicodedata.normalize("NFC", text)


def _check_translation(text: str) -> str:
    return _check_sentence(text) if text else text


Sentence: TypeAlias = Annotated[str, AfterValidator(_check_sentence)]


class Text(FrozenModel):
    """A text in Chinese and English; a missing translation is ``""`` and the linter names it."""

    zh: Sentence
    en: Annotated[str, AfterValidator(_check_translation)] = ""

    def read(self, language: Language) -> str:
        """Return the text in a language, in Chinese where it has not been translated."""
        return (self.en or self.zh) if language == "en" else self.zh


def find_placeholders(text: str) -> tuple[str, ...]:
    """Return the parameters a text names in braces, in their order, repeated ones repeated."""
    return tuple(_PLACEHOLDER.findall(text))


def replace_placeholders(text: str, values: dict[str, str]) -> str:
    """Put values in the place of ``{code}``; raise KeyError for a code without a value."""
    return _PLACEHOLDER.sub(lambda match: values[match[1]], text)


def has_stray_brace(text: str) -> bool:
    """Tell whether a brace stands outside a well-formed placeholder."""
    return any(brace in _PLACEHOLDER.sub("", text) for brace in "{}")


def walk_texts(value: Any, path: str = "") -> Iterator[tuple[str, Text]]:
    """Yield every text inside a model with its path, in the order of the definition."""
    if isinstance(value, Text):
        yield path, value
    elif isinstance(value, FrozenModel):
        for name in type(value).model_fields:
            yield from walk_texts(getattr(value, name), f"{path}.{name}" if path else name)
    elif isinstance(value, tuple):
        for index, part in enumerate(value):
            yield from walk_texts(part, f"{path}[{index}]")


def map_texts(value: _Model, change: Callable[[Text], Text]) -> _Model:
    """Return a copy of a model with every text inside it changed."""
    fields = {name: _map_any(getattr(value, name), change) for name in value.model_fields_set}
    return type(value)(**fields)


def _map_any(value: Any, change: Callable[[Text], Text]) -> Any:
    if isinstance(value, Text):
        return change(value)
    if isinstance(value, FrozenModel):
        return map_texts(value, change)
    if isinstance(value, tuple):
        return tuple(_map_any(part, change) for part in value)
    return value
