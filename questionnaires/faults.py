"""Faults: what makes a definition unreadable, each with its path and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

LONGEST_QUOTE: Final = 40

_KINDS: Final = frozenset({"single", "multiple", "text", "share", "score", "pass", "name", "count"})


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing to mend: where it stands, such as ``sections[1].items[3].options[0].code``, and what it is."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}：{self.message}" if self.path else self.message


class FaultyError(ValueError):
    """Several faults at once; the sentence lists them all, one a line."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))

    def __reduce__(self) -> tuple[type[FaultyError], tuple[tuple[Fault, ...]]]:
        # An exception is pickled with its sentence for an argument, which is not what this one is made of.
        return type(self), (self.faults,)


class DefinitionError(FaultyError):
    """A definition that cannot be read; ``faults`` has every reason."""


def quote_value(value: object) -> str:
    """Return a value as a message shows it: in quotes, cut to a readable length."""
    text = str(value)
    return f"“{text[:LONGEST_QUOTE]}…”" if len(text) > LONGEST_QUOTE else f"“{text}”"


def suggest_names(wrong: object, known: Sequence[str]) -> str:
    """Return a sentence naming what may have been meant, or what there is to choose from."""
    close = get_close_matches(str(wrong), known, n=3) or [name for name in known if str(wrong) in name]
    if close:
        return f"是不是 {'、'.join(close)}？"
    return f"可用的有：{'、'.join(known)}" if known else "一个也没有定义"


def describe_errors(error: ValidationError) -> tuple[Fault, ...]:
    """Return pydantic's errors as faults in plain Chinese, in the order found."""
    return tuple(Fault(path=_join_path(detail), message=_say(detail)) for detail in error.errors())


def _join_path(detail: ErrorDetails) -> str:
    path = ""
    for before, part in zip((None, *detail["loc"]), detail["loc"], strict=False):
        if isinstance(part, int):
            path += f"[{part}]"
        # Behind the index of a union pydantic puts the kind it chose, which no file has.
        elif not (isinstance(before, int) and part in _KINDS):
            path += f".{part}" if path else part
    return path.removesuffix(".[key]")


def _say(detail: ErrorDetails) -> str:
    sentence = _SENTENCES.get(detail["type"])
    if sentence is None:
        return f"{detail['msg']}（现在是{quote_value(detail['input'])}）"
    return sentence(detail.get("ctx", {}), quote_value(detail["input"]))


_Say = Callable[[Mapping[str, Any], str], str]
_SENTENCES: Final[Mapping[str, _Say]] = {
    "missing": lambda _ctx, _value: "缺少这一项，请补上",
    "extra_forbidden": lambda _ctx, _value: "不认识的键，请检查拼写或删除",
    "blank": lambda _ctx, _value: "内容是空的，请填写",
    "outer_space": lambda _ctx, value: f"{value}前后有多余的空格或换行，请删除",
    "control_character": lambda _ctx, value: f"{value}含有不可见的控制字符，请删除",
    "string_type": lambda _ctx, value: f"应为带引号的文字，现在是{value}",
    "string_pattern_mismatch": lambda _ctx, value: (
        f"代码{value}只能用小写字母开头，后接小写字母、数字、下划线"
    ),
    "string_too_long": lambda ctx, value: f"{value}太长，最多 {ctx['max_length']} 个字符",
    "int_type": lambda _ctx, value: f"应为整数，现在是{value}",
    "float_type": lambda _ctx, value: f"应为数字，现在是{value}",
    "bool_type": lambda _ctx, value: f"应为 true 或 false，现在是{value}",
    "tuple_type": lambda _ctx, value: f"应为列表 [ … ]，现在是{value}",
    "dict_type": lambda _ctx, value: f"应为表 {{ … }}，现在是{value}",
    "model_type": lambda _ctx, value: f"应为表 {{ … }}，现在是{value}",
    "model_attributes_type": lambda _ctx, value: f"应为表 {{ … }}，现在是{value}",
    "literal_error": lambda ctx, value: f"{value}不在可用的值之中：{_list_choices(ctx['expected'])}",
    "union_tag_invalid": lambda ctx, _value: (
        f"kind 是{quote_value(ctx['tag'])}，可用的有：{_list_choices(ctx['expected_tags'])}"
    ),
    "union_tag_not_found": lambda _ctx, _value: "缺少 kind，请写明是哪一种",
    "too_few": lambda ctx, _value: f"现在有 {ctx['n']} 个，至少要有 {ctx['least']} 个",
    "repeated": lambda ctx, _value: f"{quote_value(ctx['code'])}写了两次，请删去一个",
    "too_many": lambda ctx, _value: f"现在有 {ctx['n']} 个，最多 {ctx['most']} 个",
    "too_short": lambda ctx, _value: f"现在有 {ctx['actual_length']} 个，至少要有 {ctx['min_length']} 个",
    "greater_than": lambda ctx, value: f"{value}应大于 {ctx['gt']}",
    "greater_than_equal": lambda ctx, value: f"{value}应不小于 {ctx['ge']}",
    "less_than_equal": lambda ctx, value: f"{value}应不大于 {ctx['le']}",
}


def _list_choices(expected: str) -> str:
    return expected.replace("'", "").replace(" or ", "、").replace(", ", "、")
