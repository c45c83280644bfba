"""Laws of the item and quality figures."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from analysis import (
    arrival_burst_test,
    cronbach_alpha,
    digit_test,
    item_nonresponse,
    key_drivers,
    percent_match,
    straightlining,
)

answers = hnp.arrays(
    dtype=np.float64,
    shape=hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=9),
    elements=st.sampled_from([1.0, 2.0, 3.0, 4.0, 5.0, np.nan]),
)
complete = hnp.arrays(
    dtype=np.int64,
    shape=st.tuples(st.integers(3, 20), st.integers(2, 5)),
    elements=st.integers(1, 5),
)
few = settings(max_examples=60, deadline=None)


@few
@given(answers, st.randoms(use_true_random=False))
def test_the_order_of_sheets_changes_no_match(table, random):
    order = list(range(len(table)))
    random.shuffle(order)
    direct = percent_match(table)
    shuffled = percent_match(table[order])
    pd.testing.assert_frame_equal(direct.iloc[order].reset_index(drop=True), shuffled)


@few
@given(answers)
def test_a_copy_of_a_sheet_matches_it_in_all_that_it_answers(table):
    doubled = percent_match(np.vstack([table, table[:1]]))
    answered = (~np.isnan(table[0])).mean()
    assert doubled["max_percent_match"].iloc[-1] == doubled["max_percent_match"].iloc[0] >= answered - 1e-9
    assert doubled["duplicate_group_size"].iloc[0] >= (2 if answered else 1)


@few
@given(answers)
def test_a_run_is_no_longer_than_the_answers_given(table):
    lines = straightlining(table)
    answered = (~np.isnan(table)).sum(axis=1)
    assert (lines["longstring"] <= answered).all()
    assert ((lines["longstring"] > 0) == (answered > 0)).all()
    assert (lines.loc[lines["straightline"], "irv_sd"] == 0).all()


@few
@given(answers)
def test_shown_is_answered_and_missing(table):
    counts = item_nonresponse(table, dont_know=[3.0], not_shown=[5.0])
    assert (counts["shown"] == counts["answered"] + counts["missing"]).all()
    assert (counts["dont_know"] <= counts["answered"]).all()
    shown = counts[counts["shown"] > 0]
    assert (shown["low"] <= shown["missing_rate"]).all()
    assert (shown["missing_rate"] <= shown["high"]).all()


@few
@given(complete)
def test_alpha_is_a_number_with_its_interval_or_a_reason(table):
    result = cronbach_alpha(table)
    if result.estimate is None:
        assert result.status == "no variation"
        assert np.ptp(table.sum(axis=1)) == 0
        return
    assert result.low <= result.estimate <= min(1, result.high) + 1e-12


@few
@given(complete, st.integers(-3, 3), st.integers(1, 4))
def test_shifting_and_scaling_all_items_leaves_alpha(table, shift, scale):
    direct, changed = cronbach_alpha(table), cronbach_alpha(table * scale + shift)
    assert direct.status == changed.status
    if direct.estimate is not None:
        assert abs(direct.estimate - changed.estimate) < 1e-8 * max(1, abs(direct.estimate))


@few
@given(complete, st.sampled_from(["lmg", "johnson"]))
def test_importance_is_not_negative_and_adds_up(table, method):
    drivers = key_drivers(table[:, 1:], table[:, 0], method=method)
    if drivers["importance"].isna().any():
        assert drivers["note"].iloc[0]
        return
    assert (drivers["importance"] >= -1e-9).all()
    assert abs(drivers["importance"].sum() - drivers["r_squared"].iloc[0]) < 1e-8


@few
@given(st.lists(st.floats(0, 100), max_size=40), st.floats(0.5, 60))
def test_a_burst_holds_no_more_than_all(times, window):
    result = arrival_burst_test(times, window=window, period=100)
    assert result.statistic <= result.n == len(times)
    assert 0 <= result.pvalue <= 1


@few
@given(st.lists(st.integers(0, 10**6), max_size=60), st.sampled_from(["last", "first"]))
def test_digits_are_counted_once_each(values, kind):
    result = digit_test(values, kind=kind)
    assert sum(result.counts) == result.n == sum(1 for value in values if kind == "last" or value > 0)
    assert 0 <= result.pvalue <= 1
