"""Laws of disclosure control: what holds for every table, whatever is in it."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from analysis import (
    SuppressionError,
    audit_suppression,
    margin_relations,
    primary_suppression,
    secondary_suppression,
)

tables = hnp.arrays(
    dtype=np.int64,
    shape=hnp.array_shapes(min_dims=1, max_dims=3, min_side=2, max_side=5),
    elements=st.one_of(st.integers(0, 8), st.integers(0, 60)),
)
few = settings(max_examples=40, deadline=None)


def hide_cells(table):
    """Return the marked cells and all hidden ones, or None where no pattern protects."""
    marked = primary_suppression(table, complement=False)
    try:
        return marked, secondary_suppression(table, marked)
    except SuppressionError:
        return None


@few
@given(tables)
def test_every_marked_cell_is_hidden_and_could_be_one_more_or_one_less(table):
    hiding = hide_cells(table)
    if hiding is None:
        return
    marked, hidden = hiding
    assert hidden[marked].all()
    ranges = audit_suppression(table, hidden)[marked[hidden]]
    assert (ranges["low"] <= ranges["value"] - 1 + 1e-6).all()
    assert (ranges["high"] >= ranges["value"] + 1 - 1e-6).all()


@few
@given(tables)
def test_no_line_hides_a_single_cell(table):
    hiding = hide_cells(table)
    if hiding is None:
        return
    hidden_a_line = margin_relations(table.shape) @ hiding[1].ravel()
    assert not (hidden_a_line == 1).any()


@few
@given(tables, st.randoms(use_true_random=False))
def test_every_range_holds_the_true_value(table, random):
    mask = np.array([random.random() < 0.6 for _ in range(table.size)]).reshape(table.shape)
    ranges = audit_suppression(table, mask)
    assert (ranges["low"] <= ranges["value"] + 1e-6).all()
    assert (ranges["value"] <= ranges["high"] + 1e-6).all()
    assert (ranges["low"] >= 0).all()


@few
@given(tables, st.randoms(use_true_random=False))
def test_hiding_more_never_tells_more(table, random):
    mask = np.array([random.random() < 0.5 for _ in range(table.size)]).reshape(table.shape)
    more = mask | np.array([random.random() < 0.3 for _ in range(table.size)]).reshape(table.shape)
    narrow = audit_suppression(table, mask).set_index("cell")
    wide = audit_suppression(table, more).set_index("cell").loc[narrow.index]
    assert (wide["low"] <= narrow["low"] + 1e-5).all()
    assert (wide["high"] >= narrow["high"] - 1e-5).all()


@few
@given(tables)
def test_marks_are_counts_below_the_threshold_and_grow_with_it(table):
    low, high = (primary_suppression(table, threshold=threshold) for threshold in (3, 8))
    assert (high | ~low).all()
    assert not low[table == 0].any()
    assert low[(table > 0) & (table < 3)].all()
