"""Parameters: putting local facts into the texts of a questionnaire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from questionnaires.bank import read_bank
from questionnaires.faults import Fault, FaultyError, quote_value, suggest_names
from questionnaires.models import CountParameter, NameParameter, Parameter, Questionnaire
from questionnaires.texts import Language, Text, map_texts, replace_placeholders

LONGEST_NAME: Final = 40
_ENGLISH: Final = "_en"


class ParameterError(FaultyError):
    """Values that do not fit a questionnaire's parameters; the path of each fault is the parameter's code."""


def fill_parameters(questionnaire: Questionnaire, values: Mapping[str, str]) -> Questionnaire:
    """Return a questionnaire with ``{county}`` and the like replaced in every text.

    A name may have a second value for English under its code with ``_en`` added. One set of values may serve
    several questionnaires: what only the bank knows is passed over. Raises ParameterError naming every value
    that is missing, not fit, or known to neither the questionnaire nor the bank.
    """
    faults = [*_find_unknown(questionnaire, values)]
    faults += [fault for parameter in questionnaire.parameters for fault in _check_value(parameter, values)]
    if faults:
        raise ParameterError(faults)
    words: dict[Language, dict[str, str]] = {
        language: {
            parameter.code: _read_value(parameter, values, language) for parameter in questionnaire.parameters
        }
        for language in ("zh", "en")
    }
    filled = map_texts(questionnaire, lambda text: _fill_text(text, words))
    return filled.model_copy(update={"parameters": ()})


def example_values(questionnaire: Questionnaire) -> dict[str, str]:
    """Return values for all parameters from their examples, for previews and for measuring length."""
    values: dict[str, str] = {}
    for parameter in questionnaire.parameters:
        if isinstance(parameter, CountParameter):
            values[parameter.code] = str(parameter.example)
            continue
        values[parameter.code] = parameter.example.zh
        values[parameter.code + _ENGLISH] = parameter.example.read("en")
    return values


def _list_names(parameter: Parameter) -> tuple[str, ...]:
    if isinstance(parameter, NameParameter):
        return parameter.code, parameter.code + _ENGLISH
    return (parameter.code,)


def _find_unknown(questionnaire: Questionnaire, values: Mapping[str, str]) -> list[Fault]:
    own = [name for parameter in questionnaire.parameters for name in _list_names(parameter)]
    shared = [name for code in read_bank()["parameters"] for name in (code, code + _ENGLISH)]
    return [
        Fault(path=code, message=f"问卷里没有这个参数；{suggest_names(code, own)}")
        for code in values
        if code not in own and code not in shared
    ]


def _check_value(parameter: Parameter, values: Mapping[str, str]) -> list[Fault]:
    if parameter.code not in values:
        return [Fault(path=parameter.code, message=f"缺少“{parameter.label.zh}”，请填写")]
    faults = []
    for code in _list_names(parameter):
        problem = _find_problem(parameter, values[code]) if code in values else ""
        if problem and not _is_left_blank(code, parameter, values):
            faults.append(Fault(path=code, message=f"“{parameter.label.zh}”{problem}"))
    return faults


def _is_left_blank(code: str, parameter: Parameter, values: Mapping[str, str]) -> bool:
    """Tell whether the second value of a name is blank, which means that there is none."""
    return code != parameter.code and not values[code].strip()


def _find_problem(parameter: Parameter, value: str) -> str:
    if isinstance(parameter, CountParameter):
        return _check_count(parameter, value.strip())
    return _check_name(value.strip())


def _check_name(name: str) -> str:
    if not name:
        return "是空的，请填写"
    if len(name) > LONGEST_NAME:
        return f"太长，最多 {LONGEST_NAME} 个字符"
    if not name.isprintable() or set(name) & set("{}"):
        return f"是{quote_value(name)}，不能有换行、花括号等特殊字符"
    return ""


def _check_count(parameter: CountParameter, digits: str) -> str:
    if not (digits.isascii() and digits.isdigit()):
        return f"是{quote_value(digits)}，应为整数，例如 {parameter.example}"
    # Python refuses to read thousands of digits as a number.
    if len(digits) > LONGEST_NAME or not parameter.minimum <= int(digits) <= parameter.maximum:
        return f"是{quote_value(digits)}，应在 {parameter.minimum} 至 {parameter.maximum} 之间"
    return ""


def _read_value(parameter: Parameter, values: Mapping[str, str], language: Language) -> str:
    if isinstance(parameter, CountParameter):
        return str(int(values[parameter.code]))
    translated = values.get(parameter.code + _ENGLISH, "").strip() if language == "en" else ""
    return translated or values[parameter.code].strip()


def _fill_text(text: Text, words: Mapping[Language, dict[str, str]]) -> Text:
    return Text(zh=replace_placeholders(text.zh, words["zh"]), en=replace_placeholders(text.en, words["en"]))
