"""Counts from an answers file, against the platform's own way of counting sheets."""

from random import Random

import pandas as pd
import pytest

from analysis import ColumnError, rate_table
from analysis.tabulation import COUNTED, TabulationError, count_answers
from questionnaires import GROUPS, Codebook, builtin_definition, tally_sheets

DEFINITIONS = {group: builtin_definition(group) for group in GROUPS}


def make_roster(**headcounts):
    rows = [
        {
            "unit_code": "D01",
            "unit": "县档案馆",
            "kind": "department",
            "parent": "",
            "group": group,
            "collector": "slip",
            "headcount": headcount,
        }
        for group, headcount in headcounts.items()
    ]
    return pd.DataFrame(rows).astype({"headcount": "Int64"})


def make_answers(group, *answers):
    place = {"unit_code": "D01", "group": group, "collector": "slip"}
    items = [item.code for item in DEFINITIONS[group].choice_items]
    return pd.DataFrame([place | dict.fromkeys(items, "") | answer for answer in answers])


def answer_at_random(questionnaire, random):
    chosen = {}
    for item in questionnaire.choice_items:
        options = [option.code for option in item.options]
        chosen[item.code] = tuple(random.sample(options, random.randint(0, 1)))
    return Codebook(questionnaire).encode(chosen)


def export_sheet(questionnaire, sheet):
    decoded = Codebook(questionnaire).decode(sheet)
    return {code: "-" if options is None else "|".join(options) for code, options in decoded.items()}


@pytest.mark.parametrize("group", GROUPS)
def test_it_counts_what_the_platform_counts_from_sheets(group):
    questionnaire, random = DEFINITIONS[group], Random(7)
    sheets = [answer_at_random(questionnaire, random) for _ in range(300)]
    tally = tally_sheets(questionnaire, sheets)

    answers = make_answers(group, *(export_sheet(questionnaire, sheet) for sheet in sheets))
    counts = count_answers(answers, make_roster(**{group: 300}), DEFINITIONS).iloc[0]

    assert counts["responses"] == 300
    for indicator, (base, total) in COUNTED.items():
        counted = tally.indicators[indicator]
        assert (counts[base], counts[total]) == (counted.base, counted.total), indicator


def test_those_who_do_not_know_are_counted_beside():
    answers = make_answers("civil_servants", {"overall": "unsure"}, {"overall": "good"}, {})

    counts = count_answers(answers, make_roster(civil_servants=9), DEFINITIONS).iloc[0]

    assert (counts["dont_know"], counts["n_satisfaction"], counts["satisfied"]) == (1, 2, 1)
    assert counts["responses"] == 3


def test_every_roster_row_stays_in_its_order_also_without_answers():
    roster = make_roster(soe_staff=8, residents=None, civil_servants=9)

    counts = count_answers(make_answers("civil_servants", {"overall": "good"}), roster, DEFINITIONS)

    assert counts["group"].tolist() == ["soe_staff", "residents", "civil_servants"]
    assert counts["responses"].tolist() == [0, 0, 1]
    assert counts["headcount"].isna().tolist() == [False, True, False]


def test_no_answers_at_all_give_zeros():
    empty = make_answers("civil_servants", {}).iloc[:0]

    counts = count_answers(empty, make_roster(civil_servants=9), DEFINITIONS)

    assert counts["responses"].tolist() == [0]
    assert rate_table(counts)["certified"].tolist() == ["none"]


def test_the_targets_of_the_roster_are_kept():
    roster = make_roster(civil_servants=9).assign(target_satisfaction=0.9)

    counts = count_answers(make_answers("civil_servants", {}), roster, DEFINITIONS)

    assert counts[["target_satisfaction", "target_awareness"]].to_numpy().tolist() == [[0.9, 1.0]]


def test_every_fault_is_told_at_once_with_its_line():
    roster = pd.concat([make_roster(civil_servants=2), make_roster(civil_servants=2)])
    answers = pd.concat(
        [
            make_answers("civil_servants", {"overall": "great"}, {}, {"change": "x|y"}),
            make_answers("soe_staff", {"overall": "good"}),
        ]
    )

    with pytest.raises(TabulationError) as caught:
        count_answers(answers, roster, DEFINITIONS)

    assert str(caught.value).splitlines() == [
        "名册第 2 行“headcount”：有 3 份答卷，多于应答人数 2；请核对名册，或去掉重复的答卷",
        "名册第 3 行“unit_code”：重复：D01 civil_servants slip",
        "名册第 3 行“headcount”：有 3 份答卷，多于应答人数 2；请核对名册，或去掉重复的答卷",
        "答卷第 2 行“overall”：没有选项“great”",
        "答卷第 4 行“change”：没有选项“x|y”",
        "答卷第 5 行“unit_code”：名册里没有：D01 soe_staff slip",
    ]


def test_a_group_without_a_questionnaire_is_a_fault():
    definitions = {"soe_staff": DEFINITIONS["soe_staff"]}

    with pytest.raises(TabulationError, match="没有群体“civil_servants”的问卷"):
        count_answers(make_answers("civil_servants", {}), make_roster(civil_servants=2), definitions)


def test_it_names_the_column_of_an_item_that_a_rate_needs():
    answers = make_answers("civil_servants", {}).drop(columns="overall")

    with pytest.raises(ColumnError, match="answers: missing column overall"):
        count_answers(answers, make_roster(civil_servants=2), DEFINITIONS)


def test_it_names_the_column_that_the_roster_lacks():
    with pytest.raises(ColumnError, match="roster: missing column headcount"):
        count_answers(
            make_answers("civil_servants", {}),
            make_roster(civil_servants=2).drop(columns="headcount"),
            DEFINITIONS,
        )
