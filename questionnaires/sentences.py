"""Sentences: an indicator's rule as it is printed under a table."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from questionnaires.indicators import PassRule, ScoreRule, ShareRule
from questionnaires.items import Option
from questionnaires.models import Questionnaire
from questionnaires.texts import Language


@dataclass(frozen=True, kw_only=True)
class _Phrase:
    """A part of a sentence in both languages, empty where there is nothing to quote."""

    zh: str
    en: str


_END: Final = _Phrase(zh="。", en=".")


def describe_indicator(questionnaire: Questionnaire, code: str, language: Language = "zh") -> str:
    """Return the rule of an indicator as one printed sentence with its code and version.

    Names the item, the options counted, the base and what is done with "don't know". Raises KeyError for an
    unknown code.
    """
    rule = questionnaire.find_indicator(code)
    mark = f"{rule.code}@{rule.version}"
    if isinstance(rule, ShareRule):
        sentence = _describe_share(questionnaire, rule)
    elif isinstance(rule, ScoreRule):
        sentence = _describe_score(questionnaire, rule)
    else:
        sentence = _describe_pass(questionnaire, rule)
    if language == "en":
        return f"{rule.name.read('en')} ({mark}) = {sentence.en}"
    return f"{rule.name.zh}（{mark}）＝{sentence.zh}"


def _describe_share(questionnaire: Questionnaire, rule: ShareRule) -> _Phrase:
    item = questionnaire.find_choice(rule.item)
    counted = _quote_options(_pick_options(item.options, rule.counted))
    unsure = _quote_options([option for option in item.options if option.meaning == "unsure"])
    end = _END
    if unsure.zh:
        stays = rule.dont_know == "keep"
        end = _Phrase(
            zh=f"；{unsure.zh}{'计入' if stays else '不计入'}分母。",
            en=f"; {unsure.en} {'stays in' if stays else 'leaves'} the base.",
        )
    return _Phrase(
        zh=f"对“{item.name.zh}”回答{counted.zh}的人数÷回答该题的人数{end.zh}",
        en=f"persons who answered “{item.name.read('en')}” with {counted.en}"
        f" ÷ persons who answered it{end.en}",
    )


def _describe_score(questionnaire: Questionnaire, rule: ScoreRule) -> _Phrase:
    item = questionnaire.find_choice(rule.item)
    weighted = _pick_options(item.options, rule.weights)
    left = _quote_options([option for option in item.options if option.code not in rule.weights])
    end = _Phrase(zh=f"；{left.zh}不计入。", en=f"; {left.en} left out.") if left.zh else _END
    zh = "、".join(f"{option.label.zh} {rule.weights[option.code]}" for option in weighted)
    en = ", ".join(f"{option.label.read('en')} {rule.weights[option.code]}" for option in weighted)
    return _Phrase(
        zh=f"对“{item.name.zh}”的回答按 {zh} 计分的平均分{end.zh}",
        en=f"mean of the answers to “{item.name.read('en')}” weighted {en}{end.en}",
    )


def _describe_pass(questionnaire: Questionnaire, rule: PassRule) -> _Phrase:
    items = [questionnaire.keyed_items[code] for code in rule.items]
    n_items, n_needed = len(items), rule.count_needed(len(items))
    mark = f"{rule.pass_mark * 100:.4g}"
    zh = "".join(f"“{item.name.zh}”" for item in items)
    en = ", ".join(f"“{item.name.read('en')}”" for item in items)
    return _Phrase(
        zh=f"{n_items} 道知识题{zh}中答对 {n_needed} 道及以上（及格线 {mark}%）的人数"
        "÷至少回答其中一道的人数；未作答和“不确定”按答错计。",
        en=f"persons with at least {n_needed} of {n_items} knowledge items right ({en}; pass mark {mark}%)"
        " ÷ persons who answered at least one of them; unanswered and “not sure” count as wrong.",
    )


def _pick_options(options: Iterable[Option], codes: Collection[str]) -> list[Option]:
    return [option for option in options if option.code in codes]


def _quote_options(options: Iterable[Option]) -> _Phrase:
    labels = [option.label for option in options]
    return _Phrase(
        zh="".join(f"“{label.zh}”" for label in labels),
        en=" or ".join(f"“{label.read('en')}”" for label in labels),
    )
