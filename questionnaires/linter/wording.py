"""Rules about wording: languages, one thing at a time, no hint at the wanted answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from questionnaires.linter.places import Spot, walk_items
from questionnaires.models import Questionnaire
from questionnaires.texts import find_placeholders, walk_texts

LONGEST_CHINESE: Final = 40
"""Characters of a question, an assumption: two lines on a phone."""
LONGEST_ENGLISH: Final = 30
"""Words of a question, an assumption."""

HAN: Final = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]")
_LATIN_WORD: Final = re.compile(r"[A-Za-z]{2,}")
_PLACEHOLDER: Final = re.compile(r"\{\w+\}")

# What stands in brackets or quotation marks explains or names one thing and does not ask a second.
_ASIDE: Final = re.compile(r"（[^）]*）|\([^)]*\)|“[^”]*”|「[^」]*」|《[^》]*》")

# Words that hold a joining character without joining, and comparisons, which need two sides.
_ONE_THING_CHINESE: Final = re.compile(
    r"和(?:县|平|顺|静|田|硕|政|谐|气|睦|林格尔)|[共调附祥亲协总饱缓温谦平]和"
    r"|参与|与(?:否|会|时俱进)|[给授赋]与|及(?:时|格|早)|[涉普顾波提触危殃]及|来得及|一并|[合吞]并|并[非不存]|或许"
    r"|(?:与|和|跟|同)[^，。？！]{1,12}(?:相比|比较|比，|比起)"
)
_JOINED_CHINESE: Final = re.compile(r"以及|并且|而且|同时|或者|[、和与及并或且]|[？?].*[？?]")
_ONE_THING_ENGLISH: Final = re.compile(
    r"\b(?:satisfied or dissatisfied|dissatisfied or satisfied|support or oppose|agree or disagree"
    r"|better or worse|whether or not|and so on)\b",
    re.IGNORECASE,
)
_JOINED_ENGLISH: Final = re.compile(r"\b(?:and|or|as well as)\b|[A-Za-z]/[A-Za-z]|\?.*\?", re.IGNORECASE)

_LEADING_CHINESE: Final = re.compile(
    r"难道|不是吗|对吧|是不是应该|应不应该|众所周知|显然|毫无疑问|大家都|绝大多数人|相信您|您同意|您认同|请选择"
    r"|优秀|显著|圆满|卓有成效|巨大|辉煌|取得的(?:成绩|成效|成就)|不断提升|持续改善|大力"
)
_LEADING_ENGLISH: Final = re.compile(
    r"\b(?:don't you|isn't it|wouldn't you|shouldn't|do you agree|obviously|clearly|of course|surely"
    r"|everyone knows|most people|excellent|outstanding|remarkable|great (?:progress|efforts?|work)"
    r"|achievements?|please choose)\b",
    re.IGNORECASE,
)

_ONE_SIDED_CHINESE: Final = re.compile(r"(?<!不)(?:满意|支持|赞成|放心|认可)(?:吗|么)")
_ONE_SIDED_ENGLISH: Final = re.compile(
    r"\bhow (?:satisfied|happy|good)\b(?! or )|\b(?:are you satisfied|do you support|do you favou?r)\b(?! or )",
    re.IGNORECASE,
)

_TWICE_NOT_CHINESE: Final = re.compile(r"不是不|不是没|没有不|并非不|不得不|不能不|不会不|无不")
_TWICE_NOT_ENGLISH: Final = re.compile(
    r"\b(?:not|never|no|n't)\s+(?:\w+\s+)?(?:un\w{4,}|dis\w{4,}|not|never)\b", re.IGNORECASE
)


def find_missing_languages(questionnaire: Questionnaire) -> Iterator[Spot]:
    """Find texts without an English version; the Chinese one is part of every text."""
    for path, text in walk_texts(questionnaire):
        if not text.en:
            yield f"{path}.en", f"“{text.zh}”没有英文，请补上"


def find_mixed_languages(questionnaire: Questionnaire) -> Iterator[Spot]:
    """Find texts that are written in the other language than they should be."""
    for path, text in walk_texts(questionnaire):
        chinese = _PLACEHOLDER.sub("", text.zh)
        if HAN.search(text.en):
            yield f"{path}.en", f"英文里有汉字：“{text.en}”"
        if not HAN.search(chinese) and _LATIN_WORD.search(chinese):
            yield f"{path}.zh", f"中文里没有汉字：“{text.zh}”"


def find_unequal_parameters(questionnaire: Questionnaire) -> Iterator[Spot]:
    """Find translations that leave out or add a count, or add a name, that the Chinese does not have."""
    counts = {parameter.code for parameter in questionnaire.parameters if parameter.kind == "count"}
    for path, text in walk_texts(questionnaire):
        chinese, english = set(find_placeholders(text.zh)), set(find_placeholders(text.en))
        # English may say "the county's" where Chinese repeats the name, but a number must stand in both.
        unequal = (english - chinese) | ((chinese - english) & counts)
        if text.en and unequal:
            names = "、".join(f"{{{code}}}" for code in sorted(unequal))
            yield f"{path}.en", f"中英文用的参数不一致：{names}，请改成一致"


def find_double_barrels(questionnaire: Questionnaire) -> Iterator[Spot]:
    """Find questions that ask two things at once, of which the answer may differ.

    Looks for joining words outside brackets and quotation marks and for two question marks. It cannot see two
    things that are joined without a word.
    """
    for path, item in walk_items(questionnaire):
        chinese = _ONE_THING_CHINESE.sub("", _ASIDE.sub("", item.text.zh))
        english = _ONE_THING_ENGLISH.sub("", _ASIDE.sub("", item.text.en))
        for language, found in (
            ("zh", _JOINED_CHINESE.search(chinese)),
            ("en", _JOINED_ENGLISH.search(english)),
        ):
            if found:
                yield (
                    f"{path}.text.{language}",
                    f"“{item.name.zh}”可能一题问了两件事（“{found[0]}”），请拆成两题或只留一件",
                )


_PATTERNS: Final = {
    "leading": ((_LEADING_CHINESE, _LEADING_ENGLISH), "带有倾向，会引导回答，请改成中性的说法"),
    "one_sided": ((_ONE_SIDED_CHINESE, _ONE_SIDED_ENGLISH), "只提了正面，请两面都提，如“是否”“如何评价”"),
    "twice_not": ((_TWICE_NOT_CHINESE, _TWICE_NOT_ENGLISH), "是双重否定，容易答反，请改成肯定的说法"),
}


def find_leading_words(questionnaire: Questionnaire) -> Iterator[Spot]:
    """Find words that hint at the wanted answer or praise what is asked about."""
    yield from _find_pattern(questionnaire, "leading")


def find_one_sided(questionnaire: Questionnaire) -> Iterator[Spot]:
    """Find questions that name only the positive side."""
    yield from _find_pattern(questionnaire, "one_sided")


def find_double_negatives(questionnaire: Questionnaire) -> Iterator[Spot]:
    """Find questions with two negations."""
    yield from _find_pattern(questionnaire, "twice_not")


def _find_pattern(questionnaire: Questionnaire, name: str) -> Iterator[Spot]:
    (chinese, english), remedy = _PATTERNS[name]
    for path, item in walk_items(questionnaire):
        for language, pattern, text in (("zh", chinese, item.text.zh), ("en", english, item.text.en)):
            found = pattern.search(text)
            if found:
                yield f"{path}.text.{language}", f"“{item.name.zh}”里的“{found[0]}”{remedy}"


def find_long_questions(questionnaire: Questionnaire) -> Iterator[Spot]:
    """Find questions too long to be taken in at one reading."""
    for path, item in walk_items(questionnaire):
        n_characters, n_words = len(_ASIDE.sub("", item.text.zh)), len(item.text.en.split())
        if n_characters > LONGEST_CHINESE:
            yield (
                f"{path}.text.zh",
                f"“{item.name.zh}”的题目有 {n_characters} 个字，请缩短到 {LONGEST_CHINESE} 个字以内",
            )
        if n_words > LONGEST_ENGLISH:
            yield (
                f"{path}.text.en",
                f"“{item.name.zh}”的英文题目有 {n_words} 个词，请缩短到 {LONGEST_ENGLISH} 个词以内",
            )
