"""Laws of sheets, tallies and the canonical form, over questionnaires of any shape and answers of any kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from questionnaires import (
    NOT_ANSWERED,
    NOT_SHOWN,
    Answers,
    Codebook,
    IndicatorCount,
    PassRule,
    Questionnaire,
    ScoreRule,
    ShareRule,
    canonical_form,
    check_answers,
    lint,
    parse_canonical,
    tally_sheets,
)
from questionnaires.definitions import build_questionnaire

MEANINGS = st.sampled_from(["positive", "neutral", "negative", "unsure", "none"])
Decoded = Mapping[str, tuple[str, ...] | None]


@st.composite
def questionnaires(draw: st.DrawFn) -> Questionnaire:
    """Draw a questionnaire of up to six items with conditions on earlier ones, and rules over them."""
    items: list[dict[str, Any]] = []
    for index in range(draw(st.integers(1, 6))):
        items.append(draw(_items(index, items)))
    singles = [item for item in items if item["kind"] == "single"]
    return build_questionnaire(
        {
            "code": "drawn",
            "group": "residents",
            "title": {"zh": "题"},
            "intro": {"zh": "言"},
            "minutes": 1,
            "sections": [{"code": "only", "title": {"zh": "节"}, "items": items}],
            "indicators": [rule for item in singles for rule in draw(_rules(item))] + _make_pass(singles),
        }
    )


@st.composite
def _items(draw: st.DrawFn, index: int, earlier: list[dict[str, Any]]) -> dict[str, Any]:
    kind = draw(st.sampled_from(["single", "single", "multiple", "text"]))
    item: dict[str, Any] = {
        "code": f"item_{index}",
        "kind": kind,
        "topic": "behaviour",
        "name": {"zh": "名"},
        "text": {"zh": "问"},
    }
    if kind != "text":
        item["options"] = [
            {"code": f"o{number}", "label": {"zh": f"项{number}"}, "meaning": draw(MEANINGS)}
            for number in range(draw(st.integers(2, 12)))
        ]
    if kind == "single" and draw(st.booleans()):
        item["key"] = draw(st.sampled_from(item["options"]))["code"]
    if kind == "multiple":
        item["options"][-1]["exclusive"] = draw(st.booleans())
    sources = [other for other in earlier if other["kind"] == "single"]
    if sources and draw(st.booleans()):
        source = draw(st.sampled_from(sources))
        codes = [option["code"] for option in source["options"]]
        options = draw(st.lists(st.sampled_from(codes), min_size=1, unique=True))
        item["shown_if"] = {"item": source["code"], "options": options}
    return item


@st.composite
def _rules(draw: st.DrawFn, item: dict[str, Any]) -> list[dict[str, Any]]:
    codes = st.sampled_from([option["code"] for option in item["options"]])
    shared = {"version": 1, "name": {"zh": "率"}, "item": item["code"]}
    # Keeping "don't know" is the one base in which every option may be counted.
    share = {"kind": "share", "counted": draw(st.lists(codes, min_size=1, unique=True)), "dont_know": "keep"}
    score = {"kind": "score", "weights": draw(st.dictionaries(codes, st.integers(0, 100), min_size=1))}
    return [
        shared | share | {"code": f"share_{item['code']}"},
        shared | score | {"code": f"score_{item['code']}"},
    ]


def _make_pass(singles: list[dict[str, Any]]) -> list[dict[str, Any]]:
    keyed = [item["code"] for item in singles if "key" in item]
    rule = {"code": "knowledge", "kind": "pass", "version": 1, "name": {"zh": "率"}, "items": keyed}
    return [rule] if keyed else []


@st.composite
def answers_to(draw: st.DrawFn, questionnaire: Questionnaire) -> Answers:
    """Draw answers that a form could send."""
    answers: dict[str, tuple[str, ...]] = {}
    for item in questionnaire.choice_items:
        codes = [option.code for option in item.options]
        most = 1 if item.kind == "single" else len(codes)
        chosen = draw(st.lists(st.sampled_from(codes), max_size=most, unique=True))
        answers[item.code] = tuple(code for code in codes if code in chosen)
    return answers


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_sheet_gives_back_the_answers_that_were_shown(data: st.DataObject) -> None:
    questionnaire = data.draw(questionnaires())
    codebook = Codebook(questionnaire)
    answers = data.draw(answers_to(questionnaire))

    decoded = codebook.decode(codebook.encode(answers))

    shown = {code: chosen for code, chosen in decoded.items() if chosen is not None}
    assert shown == {code: answers[code] for code in shown}
    assert codebook.encode(shown) == codebook.encode(answers)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_an_item_is_not_shown_exactly_if_its_condition_fails(data: st.DataObject) -> None:
    questionnaire = data.draw(questionnaires())
    codebook = Codebook(questionnaire)

    decoded = codebook.decode(codebook.encode(data.draw(answers_to(questionnaire))))

    for item in questionnaire.choice_items:
        if item.shown_if is None:
            assert decoded[item.code] is not None
            continue
        source = decoded[item.shown_if.item]
        fails = source is None or (source != () and not set(source) & set(item.shown_if.options))
        assert (decoded[item.code] is None) == fails


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_tally_is_what_slow_counting_gives(data: st.DataObject) -> None:
    questionnaire = data.draw(questionnaires())
    codebook = Codebook(questionnaire)
    people = data.draw(st.lists(answers_to(questionnaire), max_size=8))
    sheets = [codebook.encode(answers) for answers in people]

    tally = tally_sheets(questionnaire, sheets)

    decoded = [codebook.decode(sheet) for sheet in sheets]
    for item in questionnaire.choice_items:
        expected = _count_slowly(item.code, decoded)
        assert {code: n for code, n in tally.items[item.code].items() if n} == expected
    for rule in questionnaire.indicators:
        assert tally.indicators[rule.code] == _judge_slowly(questionnaire, rule, decoded)


def _count_slowly(code: str, people: list[dict[str, tuple[str, ...] | None]]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for person in people:
        chosen = person[code]
        counts.update([NOT_SHOWN] if chosen is None else chosen or [NOT_ANSWERED])
    return counts


def _judge_slowly(
    questionnaire: Questionnaire,
    rule: ShareRule | ScoreRule | PassRule,
    people: list[dict[str, tuple[str, ...] | None]],
) -> IndicatorCount:
    base = total = 0
    for person in people:
        counts = _judge_person(questionnaire, rule, person)
        if counts is not None:
            base, total = base + 1, total + counts
    return IndicatorCount(base=base, total=total)


def _judge_person(
    questionnaire: Questionnaire, rule: ShareRule | ScoreRule | PassRule, person: Decoded
) -> int | None:
    """Return what a person adds to the total, None for one who is not in the base."""
    if isinstance(rule, PassRule):
        shown = [code for code in rule.items if person[code] is not None]
        right = [code for code in shown if person[code] == (questionnaire.keyed_items[code].key,)]
        answered = [code for code in shown if person[code]]
        return int(10 * len(right) >= 6 * len(shown)) if answered else None
    chosen = person[rule.item] or ()
    if isinstance(rule, ScoreRule):
        return rule.weights.get(chosen[0]) if chosen else None
    return int(chosen[0] in rule.counted) if chosen else None


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_tallies_of_parts_add_up_to_the_tally_of_the_whole(data: st.DataObject) -> None:
    questionnaire = data.draw(questionnaires())
    codebook = Codebook(questionnaire)
    sheets = [
        codebook.encode(answers) for answers in data.draw(st.lists(answers_to(questionnaire), max_size=8))
    ]
    cut = data.draw(st.integers(0, len(sheets)))

    parts = tally_sheets(questionnaire, sheets[:cut]) + tally_sheets(questionnaire, sheets[cut:])

    assert parts == tally_sheets(questionnaire, sheets)


@given(st.data())
@settings(max_examples=80, deadline=None)
def test_any_form_gives_a_sheet_of_the_codebook(data: st.DataObject) -> None:
    questionnaire = data.draw(questionnaires())
    names = st.sampled_from([item.code for item in questionnaire.items]) | st.text(max_size=5)
    values = st.sampled_from([f"o{number}" for number in range(12)]) | st.text()
    raw = data.draw(st.dictionaries(names, st.lists(values, max_size=4), max_size=8))

    checked = check_answers(questionnaire, raw)

    assert tally_sheets(questionnaire, [checked.sheet]).responses == 1
    assert set(checked.problems) <= {item.code for item in questionnaire.items}
    assert not set(checked.comments) & set(checked.problems)
    for text in checked.comments.values():
        text.encode()
        assert 0 < len(text) <= 200


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_a_form_of_the_checked_answers_checks_to_the_same_sheet(data: st.DataObject) -> None:
    questionnaire = data.draw(questionnaires())
    codebook = Codebook(questionnaire)
    checked = check_answers(questionnaire, data.draw(answers_to(questionnaire)))

    shown = {code: chosen for code, chosen in codebook.decode(checked.sheet).items() if chosen is not None}

    assert check_answers(questionnaire, shown).sheet == checked.sheet


@given(questionnaires())
@settings(max_examples=40, deadline=None)
def test_the_canonical_form_reads_back_as_itself(questionnaire: Questionnaire) -> None:
    text = canonical_form(questionnaire)

    assert parse_canonical(text) == questionnaire
    assert canonical_form(parse_canonical(text)) == text


@given(questionnaires())
@settings(max_examples=30, deadline=None)
def test_the_linter_finishes_on_every_valid_questionnaire(questionnaire: Questionnaire) -> None:
    assert all(finding.path and finding.message for finding in lint(questionnaire))
