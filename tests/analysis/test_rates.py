"""The rate table from counts."""

import pandas as pd
import pytest

from analysis import CountError, finite_proportion_ci, pool_counts, proportion_ci, rate_table, suppress_small
from analysis.rates import COUNT_COLUMNS, RATE_COLUMNS

EMPTY = dict.fromkeys(COUNT_COLUMNS, 0) | {"target_satisfaction": 1.0, "target_awareness": 1.0}


def make_row(code: str = "D01", group: str = "all", **counts: object) -> dict[str, object]:
    keys = {"unit_code": code, "unit": f"单位{code}", "kind": "department", "parent": None}
    return keys | {"group": group, "collector": "open"} | EMPTY | counts


def answered(n: int, satisfied: int, headcount: int | None = 100, **counts: object) -> dict[str, object]:
    """Return counts of n answers to every item, with so many satisfied and all aware."""
    whole = dict.fromkeys(
        ("responses", "n_satisfaction", "n_awareness", "n_score", "n_knowledge", "n_support"), n
    )
    return whole | {"headcount": headcount, "satisfied": satisfied, "aware": n} | counts


def make_table(*rows: dict[str, object]) -> pd.DataFrame:
    frame = pd.DataFrame(rows)
    frame["headcount"] = frame["headcount"].astype("Int64")
    return frame


def test_its_columns_are_the_contract() -> None:
    assert tuple(rate_table(make_table(make_row())).columns) == RATE_COLUMNS


def test_rates_are_shares_of_those_who_answered_the_item() -> None:
    counts = answered(50, 40, dont_know=5, score_total=4100, knowledgeable=30, supporting=49)
    row = rate_table(make_table(make_row(**counts))).iloc[0]
    assert row["response_rate"] == 0.5
    assert row["satisfaction_rate"] == 0.8
    assert row["satisfaction_score"] == 82.0
    assert row["dont_know_share"] == 0.1
    assert (row["knowledge_rate"], row["support_rate"]) == (0.6, 0.98)
    assert row["gap_satisfaction"] == pytest.approx(0.2)
    assert (row["gap_awareness"], row["persons_to_target"]) == (0.0, 10)


def test_a_roster_gets_the_exact_interval_and_residents_get_wilsons() -> None:
    table = rate_table(
        make_table(make_row(**answered(50, 40)), make_row("D02", **answered(50, 40, headcount=None)))
    )
    exact, wilson = finite_proportion_ci(40, 50, 100), proportion_ci(40, 50)
    assert list(table["satisfaction_low"]) == [exact.low, wilson.low]
    assert list(table["satisfaction_high"]) == [exact.high, wilson.high]
    assert table["response_rate"].isna().tolist() == [False, True]


def test_absent_is_not_zero() -> None:
    row = rate_table(make_table(make_row(headcount=30))).iloc[0]
    assert (row["responses"], row["response_rate"], row["certified"]) == (0, 0.0, "none")
    for name in (
        "satisfaction_rate",
        "satisfaction_low",
        "satisfaction_score",
        "gap_awareness",
        "persons_to_target",
    ):
        assert row[name] is pd.NA, name


@pytest.mark.parametrize(
    ("n", "satisfied", "headcount", "status"),
    [
        (100, 100, 100, "certified"),
        (95, 95, 100, "certified"),
        (94, 94, 100, "observed"),
        (95, 94, 100, "below"),
        (500, 500, None, "observed"),
        (0, 0, 100, "none"),
    ],
)
def test_it_certifies_only_what_the_numbers_allow(
    n: int, satisfied: int, headcount: int | None, status: str
) -> None:
    table = rate_table(make_table(make_row(**answered(n, satisfied, headcount))))
    assert table.loc[0, "certified"] == status


@pytest.mark.parametrize(("target", "missing"), [(1.0, 6), (0.95, 5), (0.7, 0)])
def test_the_gap_in_persons_is_of_those_who_answered(target: float, missing: int) -> None:
    table = rate_table(make_table(make_row(**answered(20, 14, target_satisfaction=target))))
    assert table.loc[0, "persons_to_target"] == missing


def test_ties_share_the_best_rank_inside_their_kind() -> None:
    rows = [
        make_row("A", **answered(20, 20)),
        make_row("B", **answered(30, 15)),
        make_row("C", **answered(40, 40)),
        make_row("D", **answered(10, 5)) | {"kind": "soe"},
        make_row("E", headcount=9),
        make_row("", **answered(20, 19)),
    ]
    assert rate_table(make_table(*rows))["rank"].tolist() == [1, 3, 1, 1, pd.NA, pd.NA]


def test_contradicting_counts_are_named() -> None:
    with pytest.raises(CountError, match="n = 50"):
        rate_table(make_table(make_row(**answered(50, 51))))


def test_an_empty_frame_gives_an_empty_table() -> None:
    table = rate_table(make_table(make_row()).iloc[:0])
    assert len(table) == 0
    assert tuple(table.columns) == RATE_COLUMNS


def test_pooling_adds_counts_and_keeps_the_strictest_target() -> None:
    counts = make_table(
        make_row("A", **answered(20, 18, 40, target_satisfaction=0.95)),
        make_row("A", "deputies", **answered(10, 10, 10)),
        make_row("B", **answered(5, 5, None)),
    )
    pooled = pool_counts(counts, by=["unit_code", "collector"])
    assert pooled["unit_code"].tolist() == ["A", "B"]
    assert pooled["headcount"].tolist() == [50, pd.NA]
    assert pooled["satisfied"].tolist() == [28, 5]
    assert pooled["target_satisfaction"].tolist() == [1.0, 1.0]


def test_pooling_with_someone_without_a_headcount_has_none() -> None:
    counts = make_table(make_row("A", **answered(20, 18, 40)), make_row("A", **answered(5, 5, None)))
    assert pool_counts(counts, by=["unit_code"])["headcount"].isna().all()


def test_too_few_answers_leave_only_the_response_rate() -> None:
    table = rate_table(make_table(make_row(**answered(4, 4, 8)), make_row("D02", **answered(5, 5, 8))))
    hidden, shown = suppress_small(table, minimum_n=5).to_dict("records")
    assert (hidden["headcount"], hidden["responses"], hidden["response_rate"]) == (8, 4, 0.5)
    assert (hidden["certified"], hidden["note"]) == ("too_few", "样本不足（n<5）")
    told = {"unit_code", "unit", "kind", "parent", "group", "collector", "headcount", "responses"}
    told |= {"response_rate", "certified", "note"}
    assert [name for name, value in hidden.items() if not pd.isna(value) and name not in told] == []
    assert (shown["satisfied"], shown["rank"], shown["note"]) == (5, 1, "")


def test_a_unit_without_answers_says_so() -> None:
    table = suppress_small(rate_table(make_table(make_row(headcount=8))), minimum_n=5)
    assert (table.loc[0, "note"], table.loc[0, "certified"]) == ("尚无作答", "none")


def test_an_item_that_few_answered_is_hidden_by_itself() -> None:
    counts = answered(20, 3, 30) | {"n_satisfaction": 3}
    row = suppress_small(rate_table(make_table(make_row(**counts))), minimum_n=5).iloc[0]
    assert row["satisfied"] is pd.NA
    assert row["aware"] == 20


def test_one_hidden_group_takes_the_next_smallest_with_it() -> None:
    rows = [
        make_row("A", "all", **answered(62, 60, 70)),
        make_row("A", "civil_servants", **answered(35, 35, 40)),
        make_row("A", "soe_staff", **answered(20, 20, 20)),
        make_row("A", "deputies", **answered(7, 5, 10)),
    ]
    minimum = pd.Series([5, 10, 10, 10])
    notes = suppress_small(rate_table(make_table(*rows)), minimum_n=minimum)["note"].tolist()
    assert notes == ["", "", "为防推算一并隐藏", "样本不足（n<10）"]
