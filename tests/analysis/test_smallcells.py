"""What one published table gives away: by hand, and by subtracting as an attacker would."""

import numpy as np
import pandas as pd
import pytest

from analysis import ColumnError, rate_table, suppress_small
from analysis.rates import COUNT_COLUMNS
from analysis.smallcells import BLOCKS, NOTE_COMPLEMENT, NOTE_ITEM

GROUPS = ("civil_servants", "soe_staff", "village_cadres", "deputies")
ZEROS = dict.fromkeys(COUNT_COLUMNS, 0) | {"target_satisfaction": 1.0, "target_awareness": 1.0}


def make_row(group, responses, **counts):
    bases = dict.fromkeys(
        ("responses", "n_satisfaction", "satisfied", "n_awareness", "n_score", "n_knowledge", "n_support"),
        responses,
    )
    keys = {"unit_code": "A", "unit": "甲镇", "kind": "township", "parent": None, "collector": "slip"}
    return (
        keys
        | {"group": group, "minimum_n": 5 if group == "all" else 10}
        | ZEROS
        | bases
        | {"headcount": 99}
        | counts
    )


def make_unit(*parts):
    whole = make_row("all", 0)
    for name in COUNT_COLUMNS:
        whole[name] = sum(part[name] for part in parts)
    frame = pd.DataFrame([whole, *parts])
    return frame.astype({"headcount": "Int64"})


def publish(counts, *, by_item=True):
    """Return the published table, by every single item or by responses alone."""
    return suppress_small(
        rate_table(counts), minimum_n=counts["minimum_n"], counts=counts if by_item else None
    )


def test_two_small_groups_are_not_given_away_together():
    counts = make_unit(
        make_row(GROUPS[0], 40), make_row(GROUPS[1], 25), make_row(GROUPS[2], 3), make_row(GROUPS[3], 1)
    )

    table = publish(counts)

    assert table["note"].tolist() == ["", "", NOTE_COMPLEMENT, "样本不足（n<10）", "样本不足（n<10）"]


def test_two_hidden_groups_of_enough_people_need_no_third():
    counts = make_unit(make_row(GROUPS[0], 40), make_row(GROUPS[1], 9), make_row(GROUPS[2], 8))

    assert publish(counts)["note"].tolist() == ["", "", "样本不足（n<10）", "样本不足（n<10）"]


def test_an_item_that_few_of_one_group_answered_takes_another_with_it():
    counts = make_unit(
        make_row(GROUPS[0], 40),
        make_row(GROUPS[1], 12, n_satisfaction=2, satisfied=1),
        make_row(GROUPS[2], 20),
    )

    table = publish(counts)

    assert table["satisfied"].isna().tolist() == [False, False, True, True]
    assert table["note"].tolist() == ["", "", NOTE_ITEM, NOTE_ITEM]
    assert table["certified"].tolist()[2:] == ["too_few", "too_few"]
    assert table["n_awareness"].tolist() == [72, 40, 12, 20]


@pytest.mark.parametrize(
    ("base", "figure"), [("n_knowledge", "knowledge_rate"), ("n_support", "support_rate")]
)
def test_a_rate_whose_base_is_not_in_the_table_is_hidden_by_the_counts(base, figure):
    counts = make_unit(make_row(GROUPS[0], 20, **{base: 3}))

    assert publish(counts)[figure].isna().tolist() == [True, True]
    assert publish(make_unit(make_row(GROUPS[0], 20)))[figure].isna().tolist() == [False, False]


def test_the_groups_without_answers_protect_nobody():
    counts = make_unit(make_row(GROUPS[0], 40), make_row(GROUPS[1], 4), make_row(GROUPS[2], 0))

    assert publish(counts)["note"].tolist() == ["", NOTE_COMPLEMENT, "样本不足（n<10）", "尚无作答"]


def test_residents_stand_beside_the_total_and_are_left_alone():
    counts = make_unit(make_row(GROUPS[0], 40), make_row(GROUPS[1], 30))
    residents = pd.DataFrame([make_row("residents", 4, headcount=pd.NA)])
    counts = pd.concat([counts, residents], ignore_index=True).astype({"headcount": "Int64"})

    assert publish(counts)["note"].tolist() == ["", "", "", "样本不足（n<10）"]


def draw_unit(random, code, counted):
    """Return a unit whose groups are of all sizes, with one item answered by some of each."""
    sizes = random.integers(0, 25, len(GROUPS))
    answered = random.integers(0, sizes + 1)
    parts = [
        make_row(group, int(size), **({counted: int(some), "satisfied": 0} if counted != "responses" else {}))
        for group, size, some in zip(GROUPS, sizes, answered, strict=True)
    ]
    return make_unit(*parts).assign(unit_code=code)


@pytest.mark.parametrize(
    "base", ["responses", "n_satisfaction", "n_awareness", "n_score", "n_knowledge", "n_support"]
)
def test_subtracting_what_is_shown_never_gives_away_fewer_than_the_minimum(base):
    random = np.random.default_rng(11)
    counts = pd.concat([draw_unit(random, f"U{i}", base) for i in range(60)], ignore_index=True)
    counted = "n_satisfaction" if base == "responses" else base
    figures = next(block.figures for block in BLOCKS if block.base == counted)

    table = publish(counts, by_item=base != "responses")
    is_hidden = table[figures[-1]].isna() & (counts[counted] > 0)

    is_total = counts["group"] == "all"
    together = counts[counted].where(is_hidden & ~is_total, 0).groupby(counts["unit_code"], sort=False).sum()
    total = counts.loc[is_total].set_index("unit_code")[counted]
    is_attacked = (together > 0) & ~is_hidden[is_total].to_numpy()
    # A unit of fewer than ten answers in all is published as a unit, from five.
    assert (together >= total.clip(upper=10))[is_attacked].all()
    assert is_attacked.sum() > 20


def test_an_empty_table_stays_empty():
    counts = make_unit(make_row(GROUPS[0], 20)).iloc[:0]

    assert publish(counts).empty


def test_it_names_the_columns_that_are_missing():
    with pytest.raises(ColumnError, match="table: missing column"):
        suppress_small(pd.DataFrame({"unit_code": []}), minimum_n=5)
