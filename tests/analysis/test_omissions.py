"""Item nonresponse: what was skipped, what was not shown, what was not known."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from analysis.omissions import item_nonresponse

SHEETS = pd.DataFrame({"q1": list("12105"), "q2": list("-0-61"), "q3": list("-----")})


def count_codes():
    return item_nonresponse(SHEETS, missing="0", not_shown="-", dont_know="6").set_index("item")


def test_it_counts_each_item_apart():
    table = count_codes()

    assert table.loc["q1", ["shown", "answered", "missing", "dont_know"]].tolist() == [5, 4, 1, 0]
    assert table.loc["q2", ["shown", "answered", "missing", "dont_know"]].tolist() == [3, 2, 1, 1]


def test_it_takes_rates_of_the_sheets_that_saw_the_item():
    row = count_codes().loc["q2"]

    expected = binomtest(1, 3).proportion_ci(method="wilson")
    assert row["missing_rate"] == pytest.approx(1 / 3)
    assert (row["low"], row["high"]) == pytest.approx((expected.low, expected.high))
    assert row["dont_know_rate"] == pytest.approx(1 / 2)


def test_an_item_shown_to_nobody_has_no_rate():
    row = count_codes().loc["q3"]

    assert (row["shown"], row["answered"], row["missing"]) == (0, 0, 0)
    assert np.isnan(row["missing_rate"])
    assert np.isnan(row["dont_know_rate"])
    assert (row["low"], row["high"]) == (0, 1)


def test_none_and_nan_are_skipped_answers():
    table = item_nonresponse(pd.DataFrame({"a": [1, None, np.nan, 4]}))

    assert table.loc[0, ["shown", "answered", "missing"]].tolist() == [4, 2, 2]


def test_an_item_that_everybody_skipped_has_rate_one():
    row = item_nonresponse([[np.nan], [np.nan]]).iloc[0]

    assert row["missing_rate"] == 1
    assert np.isnan(row["dont_know_rate"])


def test_no_sheets_give_a_row_an_item():
    assert len(item_nonresponse(SHEETS.head(0))) == 3
    assert item_nonresponse(pd.DataFrame()).empty
