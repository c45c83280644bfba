import numpy as np
import pandas as pd
import pytest

from analysis import CountError, ShapeError, ShareError
from analysis.counts import check_level, check_pair, check_shares, check_triple, restore


@pytest.mark.parametrize(
    ("x", "n", "N", "argument", "index"),
    [
        (6, 5, 10, "x", ()),
        ([1, 2, 9], 5, 10, "x", (2,)),
        (1, [5, 11], 10, "n", (1,)),
        (-1, 5, 10, "x", ()),
        (1, 5, [[10, 10], [10, -3]], "N", (1, 1)),
        ([1.0, 1.5], 5, 10, "x", (1,)),
        ([1, np.nan], 5, 10, "x", (1,)),
        (1, np.inf, 10, "n", ()),
        (True, 5, 10, "x", ()),
        ([1, None], 5, 10, "x", (1,)),
        (["1"], 5, 10, "x", (0,)),
    ],
)
def test_it_names_the_argument_and_the_first_place_of_an_impossible_count(x, n, N, argument, index):
    with pytest.raises(CountError) as caught:
        check_triple(x, n, N)

    assert (caught.value.argument, caught.value.index) == (argument, index)
    assert str(caught.value).startswith(argument + "".join(f"[{i}]" for i in index) + " = ")


def test_it_says_that_more_answers_than_people_are_duplicates():
    with pytest.raises(CountError, match=r"n = 12: more than N = 10; remove duplicates"):
        check_triple(3, 12, 10)


def test_it_refuses_shapes_that_do_not_fit():
    with pytest.raises(ShapeError, match=r"x \(2,\), n \(3,\)"):
        check_pair([1, 2], [3, 3, 3])


def test_it_reads_whole_floats_series_and_nullable_integers():
    x, n = check_pair(pd.Series([1.0, 2.0]), pd.array([3, 4], dtype="Int64"))

    assert x.dtype == n.dtype == np.int64
    assert x.tolist() == [1, 2]
    assert n.tolist() == [3, 4]


def test_it_refuses_a_missing_nullable_integer():
    with pytest.raises(CountError, match=r"n\[1\]"):
        check_pair([0, 0], pd.array([3, pd.NA], dtype="Int64"))


def test_it_lets_empty_arrays_through():
    x, n = check_pair([], np.array([], dtype=object))

    assert x.shape == n.shape == (0,)


@pytest.mark.parametrize("level", [0, 1, -0.1, 95, np.nan])
def test_it_refuses_a_level_that_is_no_level(level):
    with pytest.raises(ShareError, match="confidence_level"):
        check_level(level)


def test_it_refuses_a_share_outside_nought_and_one():
    with pytest.raises(ShareError, match=r"p\[1\] = 1.5"):
        check_shares("p", [0.5, 1.5])


def test_it_lets_missing_shares_through_only_on_request():
    assert np.isnan(check_shares("p", [np.nan], missing_allowed=True)).all()
    with pytest.raises(ShareError):
        check_shares("p", [np.nan])


def test_scalars_come_back_as_python_numbers_and_arrays_read_only():
    assert type(restore(np.array(0.5))) is float
    with pytest.raises(ValueError, match="read-only"):
        restore(np.zeros(2))[0] = 1
