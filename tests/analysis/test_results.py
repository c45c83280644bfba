import numpy as np

from analysis import ProportionInterval


def make_interval(**changes):
    fields = {"estimate": 0.5, "low": 0.25, "high": 0.75}
    return ProportionInterval(
        **(fields | changes), confidence_level=0.95, method="wilson", alternative="two-sided"
    )


def test_a_scalar_result_is_one_row():
    frame = make_interval().to_frame()

    assert frame.shape == (1, 6)
    assert frame.loc[0, "low"] == 0.25


def test_an_array_result_repeats_what_is_the_same_for_every_row():
    frame = make_interval(estimate=np.zeros((2, 2)), low=np.zeros((2, 2)), high=np.ones((2, 2))).to_frame()

    assert frame["method"].tolist() == ["wilson"] * 4


def test_an_empty_result_is_an_empty_frame():
    empty = np.array([])

    assert make_interval(estimate=empty, low=empty, high=empty).to_frame().empty


def test_equal_results_are_equal_also_where_nothing_is_known():
    assert make_interval(estimate=np.nan) == make_interval(estimate=np.nan)
    assert make_interval() != make_interval(low=0.2)
