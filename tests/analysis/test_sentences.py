"""What may be said, word for word, on both sides of every boundary."""

import re
from fractions import Fraction
from math import ceil, floor

import pytest

from analysis import ChoiceError, verdict
from analysis.sentences import LANGUAGES, TEMPLATES, format_share

SENTENCES = [
    ((0, 0, 10), "还没有人作答，没有满意率，不作结论。"),
    ((0, 0), "还没有人作答，没有满意率，不作结论。"),
    ((4, 4, 4), "只有4人作答，少于5人，为保护作答人，不公布结果，不作结论。"),
    ((1, 4, 9), "只有4人作答，少于5人，为保护作答人，不公布结果，不作结论。"),
    ((5, 5, 5), "全部5人都已作答，5人全部满意，达到100%的目标；这是全员作答的结果，不是推断。"),
    (
        (45, 50, 50, 0.9),
        "全部50人都已作答，50人中45人满意，满意率90.00%，达到90%的目标；这是全员作答的结果，不是推断。",
    ),
    ((59, 60, 60), "全部60人都已作答，60人中59人满意，满意率98.33%，没有达到100%的目标，差1人。"),
    (
        (56, 56, 60),
        "已作答的56人全部满意，达到100%的目标，但还不能认定全部60人达到：按95%的把握，假定没有作答的4人"
        "与作答的人情况相近，不算满意的仍可能多达1人；再有1人作答并且都满意，才可以认定。",
    ),
    (
        (57, 57, 60),
        "已作答的57人全部满意；假定没有作答的3人与作答的人情况相近，有95%的把握认为全部60人都满意，"
        "达到100%的目标；不作这个假定，满意率最低可能是95.00%。",
    ),
    (
        (60, 65, 100, 0.8),
        "已作答的65人中60人满意，满意率92.31%；假定没有作答的35人与作答的人情况相近，有95%的把握认为"
        "全部100人中至少88人满意，达到80%的目标；不作这个假定，满意率最低可能是60.00%。",
    ),
    (
        (90, 95, 100, 0.9),
        "已作答的95人中90人满意，满意率94.74%；即使没有作答的5人全部不满意，全部100人的满意率也不低于90.00%，"
        "达到90%的目标。",
    ),
    (
        (16, 20, 40, 0.9),
        "已作答的20人中16人满意，满意率80.00%，低于90%的目标，按作答人数差2人；另有20人没有作答，"
        "全部40人的满意率最低40.00%，最高90.00%。",
    ),
    (
        (15, 20, 40, 0.9),
        "已作答的20人中15人满意，满意率75.00%，低于90%的目标；即使没有作答的20人全部满意，"
        "全部40人的满意率最高也只有87.50%，达不到目标。",
    ),
    (
        (50, 50),
        "作答的50人全部满意；总人数未知，作答的人再多也不能证明人人满意，按95%的把握，"
        "把作答的人看作随机抽取，只能说总体满意率不低于94.18%。",
    ),
    (
        (28, 28, None, 0.9),
        "作答的28人全部满意，达到90%的目标，但还不能认定总体达到：把作答的人看作随机抽取，"
        "按95%的把握只能说总体满意率不低于89.85%；再有1人作答并且都满意，才可以认定。",
    ),
    (
        (29, 29, None, 0.9),
        "作答的29人全部满意；总人数未知，把作答的人看作随机抽取，有95%的把握认为总体满意率不低于90.18%，"
        "达到90%的目标。",
    ),
    (
        (17, 20, None, 0.9),
        "作答的20人中17人满意，满意率85.00%，低于90%的目标，按作答人数差1人；总人数未知，"
        "这个比率只说明作答的人。",
    ),
]


@pytest.mark.parametrize(("arguments", "sentence"), SENTENCES)
def test_the_sentence_says_what_the_numbers_allow(arguments, sentence):
    assert verdict(*arguments).sentence() == sentence


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            (56, 56, 60),
            "So far all 56 who answered are satisfied, which meets the target of 100%, but not yet certainly for "
            "all 60: at 95% confidence, and if the 4 who have not answered are like those who did, up to 1 may "
            "still not be satisfied; to certify it, 1 more must answer and be satisfied.",
        ),
        (
            (59, 60, 60),
            "All 60 people answered and 59 of the 60 who answered are satisfied (98.33%): 1 short of the target "
            "of 100%.",
        ),
        ((2, 2, 60), "Only 2 answered, fewer than 5: to protect them, no result and no conclusion."),
    ],
)
def test_the_english_sentence_says_the_same(arguments, sentence):
    assert verdict(*arguments).sentence("en") == sentence


def test_every_template_is_reached_and_both_languages_name_the_same_numbers():
    reached = {key: pattern_of(texts["zh"]) for key, texts in TEMPLATES.items()}
    sentences = [verdict(*arguments).sentence() for arguments, _ in SENTENCES]

    for key, pattern in reached.items():
        assert any(re.fullmatch(pattern, sentence) for sentence in sentences), key
        zh, en = (set(re.findall(r"\{(\w+)\}", TEMPLATES[key][language])) for language in LANGUAGES)
        assert zh == en, key


def pattern_of(template):
    return ".+".join(re.escape(part) for part in re.split(r"\{\w+\}", template))


def test_a_sentence_about_too_few_tells_nothing_of_their_answers():
    silent = {verdict(x, 4, 20).sentence() for x in range(5)}

    assert len(silent) == 1


def test_only_a_verdict_of_all_may_print_a_hundred_percent_rate():
    for x, n, N in [(99_999, 100_000, 100_000), (199_999, 200_000, 300_000), (19_999, 20_000, 20_001)]:
        for language in LANGUAGES:
            assert "100.00%" not in verdict(x, n, N).sentence(language)


def test_a_certified_sentence_names_its_assumption_unless_it_needs_none():
    for N in range(5, 60):
        for n in range(5, N + 1):
            judged = verdict(n, n, N, 0.9)
            if judged.status == "certified" and judged.worst < 0.9:
                assert "假定" in judged.sentence()
                assert "if the" in judged.sentence("en")


def test_an_array_of_verdicts_gives_an_array_of_sentences():
    judged = verdict([[0, 5], [4, 6]], [[0, 5], [4, 6]], 6)

    sentences = judged.sentence()

    assert sentences.shape == (2, 2)
    assert sentences[0, 1] == verdict(5, 5, 6).sentence()
    assert sentences[1, 1] == verdict(6, 6, 6).sentence()


def test_an_array_without_a_roster_reads_the_same_as_scalars():
    assert verdict([28, 29], [28, 29], target=0.9).sentence()[0] == verdict(28, 28, target=0.9).sentence()


def test_it_offers_the_languages_it_speaks():
    with pytest.raises(ChoiceError, match="zh, en"):
        verdict(5, 5, 5).sentence("fr")


@pytest.mark.parametrize(
    ("share", "rounding", "text"),
    [
        (Fraction(1), None, "100.00%"),
        (Fraction(99_999, 100_000), None, "99.99%"),
        (Fraction(99_999, 100_000), ceil, "99.99%"),
        (Fraction(2, 3), None, "66.67%"),
        (Fraction(2, 3), floor, "66.66%"),
        (Fraction(1, 3), ceil, "33.34%"),
        (Fraction(12_345, 1_000_000), None, "1.23%"),
        (Fraction(12_350, 1_000_000), None, "1.24%"),
        (Fraction(0), None, "0.00%"),
    ],
)
def test_a_share_is_printed_half_up_and_never_as_all_unless_it_is(share, rounding, text):
    assert format_share(share, rounding) == text


def test_the_target_is_printed_as_it_was_written():
    assert "99.5%的目标" in verdict(5, 5, 5, 0.995).sentence()
    assert "7%的目标" in verdict(5, 5, 5, 0.07).sentence()


def test_the_bound_in_a_sentence_is_rounded_down():
    judged = verdict(20, 20, target=0.9)

    assert round(judged.low, 6) == 0.860892
    assert "86.08%" in judged.sentence()
