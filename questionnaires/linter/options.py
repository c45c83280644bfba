"""Rules about options: that they are fair, complete and can all be chosen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from questionnaires.items import ChoiceItem, MultipleItem
from questionnaires.linter.places import Spot, walk_choices, walk_kind, walk_options
from questionnaires.models import Questionnaire
from questionnaires.texts import LANGUAGES

RATED_TOPICS: Final = frozenset({"satisfaction", "supervision", "change", "awareness", "support"})
UNSURE_TOPICS: Final = frozenset({"satisfaction", "supervision", "change", "knowledge"})


def find_imbalance(questionnaire: Questionnaire) -> Iterator[Spot]:
    """Find items with more options on one side than on the other, and rated items without sides."""
    for path, item in walk_choices(questionnaire):
        n_positive, n_negative = _count_sides(item)
        if n_positive != n_negative:
            yield (
                f"{path}.options",
                f"“{item.name.zh}”有 {n_positive} 个正面选项、{n_negative} 个负面选项，请改成一样多",
            )
        elif n_positive == 0 and item.topic in RATED_TOPICS:
            yield (
                f"{path}.options",
                f"“{item.name.zh}”的选项没有标明正面、负面，请用 meaning 标明",
            )


def _count_sides(item: ChoiceItem) -> tuple[int, int]:
    meanings = [option.meaning for option in item.options]
    return meanings.count("positive"), meanings.count("negative")


def find_preselected(questionnaire: Questionnaire) -> Iterator[Spot]:
    """Find options that are chosen before anyone has chosen."""
    for path, item, option in walk_options(questionnaire):
        if option.selected:
            yield f"{path}.selected", f"“{item.name.zh}”预先选中了“{option.label.zh}”，请删除 selected"


def find_unsubmittable(questionnaire: Questionnaire) -> Iterator[Spot]:
    """Find options that are shown but cannot be sent."""
    for path, item, option in walk_options(questionnaire):
        if option.disabled:
            yield f"{path}.disabled", f"“{item.name.zh}”的“{option.label.zh}”不能提交，请删除 disabled"


def find_missing_unsure(questionnaire: Questionnaire) -> Iterator[Spot]:
    """Find ratings and tested knowledge without a way to say that one cannot tell."""
    for path, item in walk_choices(questionnaire):
        if item.topic in UNSURE_TOPICS and all(option.meaning != "unsure" for option in item.options):
            wanted = "不确定" if item.topic == "knowledge" else "不了解"
            yield f"{path}.options", f'“{item.name.zh}”缺少“{wanted}”这类选项（meaning = "unsure"）'


def find_early_unsure(questionnaire: Questionnaire) -> Iterator[Spot]:
    """Find "don't know" options that stand before a substantive one."""
    for path, item in walk_choices(questionnaire):
        meanings = [option.meaning == "unsure" for option in item.options]
        if meanings != sorted(meanings):
            yield f"{path}.options", f"“{item.name.zh}”的“不了解”类选项应放在最后"


def find_labels_as_values(questionnaire: Questionnaire) -> Iterator[Spot]:
    """Find codes that repeat a label: a label may be reworded, a code may not."""
    for path, item, option in walk_options(questionnaire):
        for language in LANGUAGES:
            label = option.label.read(language)
            if _make_code(label) == option.code:
                yield (
                    f"{path}.code",
                    f"“{item.name.zh}”的选项代码“{option.code}”与标签“{label}”相同，"
                    "标签改了措辞代码就会误导，请另起代码",
                )
                break


def _make_code(label: str) -> str:
    return re.sub(r"[\W_]+", "_", label.casefold()).strip("_")


def find_same_labels(questionnaire: Questionnaire) -> Iterator[Spot]:
    """Find two options of an item that read the same."""
    for path, item in walk_choices(questionnaire):
        for language in LANGUAGES:
            labels = [option.label.read(language).casefold() for option in item.options]
            repeated = sorted({label for label in labels if labels.count(label) > 1})
            for label in repeated:
                yield f"{path}.options", f"“{item.name.zh}”有几个选项都写作“{label}”，请改得能分清"


def find_changing_scales(questionnaire: Questionnaire) -> Iterator[Spot]:
    """Find scales whose options change their order or their labels from one item to another."""
    seen: dict[frozenset[str], ChoiceItem] = {}
    for path, item in walk_choices(questionnaire):
        first = seen.setdefault(frozenset(option.code for option in item.options), item)
        if [option.code for option in first.options] != [option.code for option in item.options]:
            yield f"{path}.options", f"“{item.name.zh}”与“{first.name.zh}”选项相同而顺序不同，请统一顺序"
        elif [option.label for option in first.options] != [option.label for option in item.options]:
            yield f"{path}.options", f"“{item.name.zh}”与“{first.name.zh}”选项代码相同而措辞不同，请统一措辞"


def find_turned_scales(questionnaire: Questionnaire) -> Iterator[Spot]:
    """Find scales that begin on another side than the first scale does."""
    first = ""
    for path, item in walk_choices(questionnaire):
        sides = [option.meaning for option in item.options if option.meaning in {"positive", "negative"}]
        first = first or (sides[0] if sides else "")
        if sides and sides[0] != first:
            side = "正面" if first == "positive" else "负面"
            yield f"{path}.options", f"“{item.name.zh}”的选项方向与前面的题相反，请也从{side}选项开始"


def find_missing_way_out(questionnaire: Questionnaire) -> Iterator[Spot]:
    """Find multiple-choice items where "none of these" cannot be told from not answering."""
    for path, item in walk_kind(questionnaire, MultipleItem):
        if not any(option.exclusive for option in item.options):
            yield (
                f"{path}.options",
                f"多选题“{item.name.zh}”缺少“都没有”“记不清”这类互斥选项（exclusive = true），"
                "否则分不清没有和没答",
            )
