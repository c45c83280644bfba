"""Cronbach's alpha against R (psych::alpha, Feldt's interval) and at its edges."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.answers import AnswerError
from analysis.reliability import cronbach_alpha

VECTORS = Path(__file__).parent / "vectors"
ITEMS = pd.read_csv(VECTORS / "f_items.csv", comment="#")
EXPECTED = pd.read_csv(VECTORS / "f_alpha.csv", comment="#")

FIELDS = {
    "raw_alpha": "estimate",
    "std_alpha": "standardized",
    "average_r": "average_correlation",
    "feldt_lower95": "low",
    "feldt_upper95": "high",
    "mean_scale_sum_var": "sum_variance",
    "guttman_lambda6_psych": "lambda6",
}


@pytest.mark.parametrize("row", list(EXPECTED.itertuples()), ids=lambda row: f"{row.stat}-{row.item}")
def test_it_agrees_with_r(row):
    result = cronbach_alpha(ITEMS)

    if row.stat in FIELDS:
        figure = getattr(result, FIELDS[row.stat])
    else:
        figure = result.items.set_index("item").loc[row.item, row.stat]

    assert figure == pytest.approx(row.value, abs=1e-9)


def test_it_says_no_variation_instead_of_a_number():
    result = cronbach_alpha(np.full((30, 4), 5))

    assert (result.status, result.estimate, result.low, result.high) == ("no variation", None, None, None)
    assert result.constant_items == ("item_1", "item_2", "item_3", "item_4")
    assert "没有差异" in result.cautions[0]


def test_it_says_no_variation_where_items_cancel_out():
    assert cronbach_alpha([[1, 5], [5, 1], [3, 3]]).status == "no variation"


@pytest.mark.parametrize(
    ("items", "status"),
    [
        (np.ones((5, 1)), "one item"),
        (np.ones((0, 3)), "too few answers"),
        ([[1, 2, 3]], "too few answers"),
        ([[1, np.nan], [np.nan, 2], [1, 2]], "too few answers"),
    ],
)
def test_it_names_why_there_is_no_alpha(items, status):
    result = cronbach_alpha(items)

    assert result.status == status
    assert result.estimate is None
    assert len(result.items) == np.shape(items)[1]


def test_it_keeps_an_item_that_everybody_answered_alike():
    with_constant = ITEMS.assign(i6=5)

    result = cronbach_alpha(with_constant)

    k = 6
    item_variance = with_constant.var().sum()
    sum_variance = with_constant.sum(axis=1).var()
    assert result.estimate == pytest.approx(k / (k - 1) * (1 - item_variance / sum_variance))
    assert result.constant_items == ("i6",)
    assert result.standardized is None
    assert "i6" in result.cautions[0]
    assert np.isnan(result.items.set_index("item").loc["i6", "item_rest_correlation"])


def test_it_counts_sheets_left_out_for_a_missing_answer():
    holed = ITEMS.astype(float)
    holed.iloc[3, 2] = np.nan
    holed.iloc[9, 0] = np.nan

    result = cronbach_alpha(holed)

    assert (result.n, result.n_dropped) == (len(ITEMS) - 2, 2)
    assert result.estimate == cronbach_alpha(ITEMS.drop(index=[3, 9])).estimate


def test_it_cautions_against_an_alpha_near_one():
    column = np.arange(20) % 5

    result = cronbach_alpha(np.column_stack([column] * 4))

    assert result.estimate == pytest.approx(1)
    assert result.lambda6 is None
    assert "逐题勾选" in result.cautions[0]


def test_it_cautions_against_items_in_opposite_directions():
    assert "方向相反" in cronbach_alpha([[1, 4], [2, 3], [4, 1], [5, 1]]).cautions[-1]


def test_a_higher_level_gives_a_wider_interval():
    narrow, wide = (cronbach_alpha(ITEMS, confidence_level=level) for level in (0.9, 0.99))

    assert wide.low < narrow.low < narrow.estimate < narrow.high < wide.high


def test_it_names_an_answer_that_is_no_number():
    with pytest.raises(AnswerError, match="item 'b', row 1: '满意' is no number"):
        cronbach_alpha(pd.DataFrame({"a": [1, 2], "b": [3, "满意"]}))


def test_it_becomes_a_frame_of_one_row():
    frame = cronbach_alpha(ITEMS).to_frame()

    assert len(frame) == 1
    assert frame.loc[0, "status"] == "estimated"
    assert frame.loc[0, "estimate"] == pytest.approx(0.724181230572881)
