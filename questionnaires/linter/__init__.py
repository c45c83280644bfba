"""The linter: rules of good practice that a valid questionnaire may still break."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from questionnaires.linter import options, reading, structure, wording
from questionnaires.linter.places import Check, Finding
from questionnaires.models import Questionnaire

__all__ = ["RULES", "Finding", "Rule", "lint"]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule of good practice: its code, its sentence in both languages, and what finds its breaches."""

    code: str
    zh: str
    en: str
    check: Check


def _rule(code: str, zh: str, en: str, check: Check) -> Rule:
    return Rule(code=code, zh=zh, en=en, check=check)


RULES: Final = (
    _rule(
        "balance",
        "正面选项与负面选项一样多",
        "There are as many negative options as positive",
        options.find_imbalance,
    ),
    _rule("preselected", "不预先选中任何答案", "No answer is chosen beforehand", options.find_preselected),
    _rule("unsubmittable", "每个选项都能提交", "Every option can be submitted", options.find_unsubmittable),
    _rule(
        "no_unsure",
        "评价题和知识题有“不了解”或“不确定”",
        "Ratings and tests have a way to say “not sure”",
        options.find_missing_unsure,
    ),
    _rule(
        "label_as_value", "选项代码不重复标签", "No label is used as a code", options.find_labels_as_values
    ),
    _rule(
        "missing_language",
        "每段文字中英文齐全",
        "Every text has every language",
        wording.find_missing_languages,
    ),
    _rule("missing_key", "知识题有正确答案", "Knowledge items have a key", structure.find_missing_keys),
    _rule("double_barrelled", "一题只问一件事", "An item asks one thing", wording.find_double_barrels),
    _rule("reading_time", "三分钟内能读完答完", "It takes at most three minutes", reading.find_long_reading),
    _rule(
        "required",
        "没有必答题，开放题更不必答",
        "Nothing is required, least of all an open text",
        structure.find_required,
    ),
    _rule(
        "negative_burden",
        "不只追问作负面回答的人",
        "No follow-up is for negative answers only",
        structure.find_negative_burden,
    ),
    _rule(
        "changing_scale",
        "同一组选项的顺序和措辞处处相同",
        "A scale has one order and wording",
        options.find_changing_scales,
    ),
    _rule(
        "turned_scale", "各题选项方向一致", "All scales begin on the same side", options.find_turned_scales
    ),
    _rule("early_unsure", "“不了解”类选项放在最后", "“Not sure” stands last", options.find_early_unsure),
    _rule(
        "same_label",
        "同一题的选项能分清",
        "The options of an item read differently",
        options.find_same_labels,
    ),
    _rule(
        "no_way_out",
        "多选题有互斥的“都没有”类选项",
        "Multiple choice has an exclusive way out",
        options.find_missing_way_out,
    ),
    _rule(
        "mixed_language",
        "中文是中文，英文是英文",
        "Each language is written in itself",
        wording.find_mixed_languages,
    ),
    _rule(
        "unequal_parameters",
        "中英文用的参数一致",
        "Both languages use the same parameters",
        wording.find_unequal_parameters,
    ),
    _rule("leading", "措辞中性，不引导", "The wording leads to no answer", wording.find_leading_words),
    _rule(
        "one_sided", "题目不只提正面", "A question does not name the good side only", wording.find_one_sided
    ),
    _rule("double_negative", "没有双重否定", "There is no double negative", wording.find_double_negatives),
    _rule("long_question", "题目一眼能看完", "A question is short", wording.find_long_questions),
    _rule(
        "uncounted_key", "有正确答案的题都计入知识知晓率", "Every key counts", structure.find_uncounted_keys
    ),
    _rule("unsure_key", "正确答案不是“不确定”", "The key is not “not sure”", structure.find_unsure_keys),
    _rule(
        "guessable_key",
        "正确答案不总在同一位置",
        "Keys do not all stand at one place",
        structure.find_guessable_keys,
    ),
    _rule("many_texts", "最多一道开放题", "There is at most one open text", structure.find_many_texts),
    _rule(
        "missing_indicator",
        "五项指标齐全",
        "All five indicators have a rule",
        structure.find_missing_indicators,
    ),
    _rule("late_overall", "总体评价是第一题", "The overall rating comes first", structure.find_late_overall),
    _rule(
        "wrong_counting",
        "只有正面选项计为满意、知晓、支持",
        "Only positive options are counted",
        structure.find_wrong_counting,
    ),
    _rule("unused_parameter", "每个参数都用上", "Every parameter is used", structure.find_unused_parameters),
    _rule(
        "understated_minutes",
        "写明的分钟数不少于估算",
        "The minutes promised are enough",
        reading.find_understated_minutes,
    ),
)
"""All rules, those of fairness first."""


def lint(questionnaire: Questionnaire) -> tuple[Finding, ...]:
    """Return every breach of good practice, rule by rule; empty for a questionnaire fit to be asked.

    A clean questionnaire is not proven neutral: the rules about wording know words, not meanings.
    """
    return tuple(
        Finding(code=rule.code, path=path, message=message)
        for rule in RULES
        for path, message in rule.check(questionnaire)
    )
