"""Rules about items, their order and the indicators made of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from questionnaires.indicators import PassRule, ScoreRule, ShareRule
from questionnaires.items import SingleItem, TextItem
from questionnaires.linter.places import Spot, walk_items, walk_kind
from questionnaires.models import Questionnaire
from questionnaires.texts import find_placeholders, walk_texts

HEADLINES: Final = ("satisfaction", "score", "awareness", "knowledge", "support")
"""The indicators that tables have columns for."""

_FEWEST_KEYS: Final = 3


def find_missing_keys(questionnaire: Questionnaire) -> Iterator[Spot]:
    """Find knowledge items without a right answer."""
    for path, item in walk_items(questionnaire):
        if item.topic == "knowledge" and not (isinstance(item, SingleItem) and item.key):
            yield f"{path}.key", f"知识题“{item.name.zh}”没有正确答案，请用 key 写明选项代码"


def find_uncounted_keys(questionnaire: Questionnaire) -> Iterator[Spot]:
    """Find right answers that no rate of tested knowledge uses."""
    rules = [rule for rule in questionnaire.indicators if isinstance(rule, PassRule)]
    counted = {code for rule in rules for code in rule.items}
    for path, item in walk_kind(questionnaire, SingleItem):
        if item.key is not None and item.code not in counted:
            yield f"{path}.key", f"“{item.name.zh}”有正确答案却没有计入知识知晓率，请补进 items 或删除 key"


def find_unsure_keys(questionnaire: Questionnaire) -> Iterator[Spot]:
    """Find knowledge items whose right answer is not to know."""
    for path, item in walk_kind(questionnaire, SingleItem):
        for option in item.options:
            if option.code == item.key and option.meaning == "unsure":
                yield f"{path}.key", f"“{item.name.zh}”的正确答案是“{option.label.zh}”，请改为真正的答案"


def find_guessable_keys(questionnaire: Questionnaire) -> Iterator[Spot]:
    """Find tests whose right answer always stands at the same place, so that it can be guessed."""
    keyed = [
        (path, [option.code for option in item.options].index(item.key))
        for path, item in walk_kind(questionnaire, SingleItem)
        if item.key is not None
    ]
    places = {place for _, place in keyed}
    if len(keyed) >= _FEWEST_KEYS and len(places) == 1:
        yield f"{keyed[0][0]}.options", f"知识题的正确答案都是第 {places.pop() + 1} 项，请打乱位置"


def find_required(questionnaire: Questionnaire) -> Iterator[Spot]:
    """Find items that are required, least of all wanted for an open text."""
    for path, item in walk_items(questionnaire):
        if item.required:
            kind = "开放题" if isinstance(item, TextItem) else "题目"
            yield f"{path}.required", f"{kind}“{item.name.zh}”设为必答，请删除 required：每一题都可以不答"


def find_negative_burden(questionnaire: Questionnaire) -> Iterator[Spot]:
    """Find follow-up questions that only those have to answer who chose a negative option."""
    for path, item in walk_items(questionnaire):
        if item.shown_if is None:
            continue
        source = questionnaire.find_choice(item.shown_if.item)
        meanings = {option.meaning for option in source.options if option.code in item.shown_if.options}
        if "negative" in meanings and "positive" not in meanings:
            yield (
                f"{path}.shown_if",
                f"“{item.name.zh}”只追问对“{source.name.zh}”作负面回答的人，会让人不愿选负面，请也问其他人",
            )


def find_many_texts(questionnaire: Questionnaire) -> Iterator[Spot]:
    """Find more than one open text: writing on a phone is slow."""
    for path, item in list(walk_kind(questionnaire, TextItem))[1:]:
        yield path, f"“{item.name.zh}”是第二道开放题，手机上打字慢，一份问卷最多一道"


def find_missing_indicators(questionnaire: Questionnaire) -> Iterator[Spot]:
    """Find headline rates that the questionnaire gives no rule for."""
    known = {rule.code for rule in questionnaire.indicators}
    for code in HEADLINES:
        if code not in known:
            yield "indicators", f"缺少口径“{code}”，统计表里这一列会是空的，请补上"


def find_late_overall(questionnaire: Questionnaire) -> Iterator[Spot]:
    """Find an overall rating that comes after questions that may colour it."""
    rules = (rule for rule in questionnaire.indicators if rule.code == "satisfaction")
    for rule in rules:
        if isinstance(rule, ShareRule) and questionnaire.items[0].code != rule.item:
            name = questionnaire.find_item(rule.item).name.zh
            yield "sections[0].items[0]", f"“{name}”不是第一题，前面的题会影响总体评价，请移到最前"


def find_wrong_counting(questionnaire: Questionnaire) -> Iterator[Spot]:
    """Find rules that count an option as good which is not on the good side."""
    for index, rule in enumerate(questionnaire.indicators):
        if isinstance(rule, ShareRule):
            yield from _check_counted(questionnaire, rule, f"indicators[{index}].counted")
        elif isinstance(rule, ScoreRule):
            yield from _check_weights(questionnaire, rule, f"indicators[{index}].weights")


def _check_counted(questionnaire: Questionnaire, rule: ShareRule, path: str) -> Iterator[Spot]:
    for option in questionnaire.find_choice(rule.item).options:
        if option.code in rule.counted and option.meaning != "positive":
            yield path, f"{rule.name.zh}把“{option.label.zh}”算作正面，请从 counted 中删除"


def _check_weights(questionnaire: Questionnaire, rule: ScoreRule, path: str) -> Iterator[Spot]:
    weighted = [
        option for option in questionnaire.find_choice(rule.item).options if option.code in rule.weights
    ]
    for option in weighted:
        if option.meaning == "unsure":
            yield path, f"{rule.name.zh}给“{option.label.zh}”计了分，请从 weights 中删除"
    ranks = {"positive": 2, "neutral": 1, "negative": 0}
    sided = [
        (ranks[option.meaning], rule.weights[option.code]) for option in weighted if option.meaning in ranks
    ]
    if any(rank > other and weight <= below for rank, weight in sided for other, below in sided):
        yield path, f"{rule.name.zh}里正面选项的分数应高于中间选项，中间选项应高于负面选项"


def find_unused_parameters(questionnaire: Questionnaire) -> Iterator[Spot]:
    """Find local facts that are asked for but stand in no text."""
    texts = [
        text
        for part in (questionnaire.title, questionnaire.intro, *questionnaire.sections)
        for _, text in walk_texts(part)
    ]
    used = {code for text in texts for code in (*find_placeholders(text.zh), *find_placeholders(text.en))}
    for index, parameter in enumerate(questionnaire.parameters):
        if parameter.code not in used:
            yield f"parameters[{index}]", f"参数“{parameter.code}”没有用在任何文字里，请删除"
