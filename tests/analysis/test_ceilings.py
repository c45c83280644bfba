"""Best sheets beside ordinary ones: what stands out, and what may not."""

import numpy as np

from analysis.ceilings import ceiling_test
from analysis.outliers import widened_pvalues


def draw_units(seed, *, coached=(), strength=0.5):
    """Return levels, units and groups of 200 units of 60 sheets; coached ones have best sheets put in."""
    rng = np.random.default_rng(seed)
    units = np.repeat(np.arange(200), 60)
    mood = rng.normal(0, 0.7, 200)[units] + rng.normal(0, 1, len(units))
    levels = np.clip(np.round(30 + 6 * mood), 10, 40)
    prompted = np.isin(units, coached) & (np.arange(len(units)) % 60 < 60 * strength)
    return np.where(prompted, 40.0, levels), units, np.zeros(len(units), dtype=int)


def test_honest_units_do_not_stand_out():
    tested = ceiling_test(*draw_units(1))

    widened = widened_pvalues(tested["pvalue"].to_numpy(), harmless_share=0.9, stands_alone=False)
    assert (widened < 0.001).mean() <= 0.01


def test_best_sheets_beside_ordinary_ones_stand_out():
    tested = ceiling_test(*draw_units(2, coached=range(8), strength=0.4))

    assert (tested["pvalue"][:8] < 1e-4).mean() >= 0.5
    assert (tested["marked"][:8] >= tested["expected"][:8]).all()


def test_a_unit_with_the_best_sheets_only_cannot_be_told_from_an_excellent_one():
    tested = ceiling_test(*draw_units(3, coached=[0], strength=1.0))

    assert tested["marked"][0] == 60
    assert tested["pvalue"][0] == 1


def test_a_few_units_claim_nothing():
    levels, units, groups = draw_units(4, coached=[0])
    few = units < 30

    assert (ceiling_test(levels[few], units[few], groups[few])["pvalue"] == 1).all()


def test_groups_have_their_own_best_sheet():
    levels, units, groups = draw_units(5)
    other = units >= 100

    halved = ceiling_test(np.where(other, levels / 2, levels), units, other.astype(int))

    np.testing.assert_array_equal(halved["marked"], ceiling_test(levels, units, groups)["marked"])


def test_no_sheets_give_no_rows():
    empty = np.array([], dtype=np.int64)

    assert ceiling_test(empty.astype(float), empty, empty).empty
