"""No outside program has this interval: the law is its coverage, by enumerating all answers."""

from itertools import product

import numpy as np
import pytest
from scipy.stats import hypergeom

from analysis import CountError, finite_diff_ci


def coverage(roster, level):
    """Return the coverage for every pair of truths, one row per truth of the first roster."""
    size1, n1, size2, n2 = roster
    x1, x2 = (part.ravel() for part in np.meshgrid(np.arange(n1 + 1), np.arange(n2 + 1), indexing="ij"))
    interval = finite_diff_ci(x1, n1, size1, x2, n2, size2, confidence_level=level)
    truths = np.array(list(product(range(size1 + 1), range(size2 + 1))))
    difference = (truths[:, 0] / size1 - truths[:, 1] / size2)[:, None]
    covers = (interval.low - 1e-12 <= difference) & (difference <= interval.high + 1e-12)
    chance = hypergeom.pmf(x1, size1, truths[:, :1], n1) * hypergeom.pmf(x2, size2, truths[:, 1:], n2)
    return (covers * chance).sum(axis=1)


ROSTERS = [(12, 6, 12, 6), (20, 15, 20, 5), (9, 9, 20, 10), (25, 20, 25, 20), (6, 2, 15, 14)]


@pytest.mark.parametrize("level", [0.8, 0.95])
@pytest.mark.parametrize("roster", ROSTERS)
def test_it_covers_every_pair_of_truths_at_the_level(roster, level):
    assert coverage(roster, level).min() >= level


def test_two_full_counts_give_the_point():
    interval = finite_diff_ci(9, 10, 10, 7, 10, 10)

    assert interval.low == interval.high == interval.estimate == pytest.approx(0.2)


def test_two_waves_that_do_not_overlap_differ():
    interval = finite_diff_ci(40, 50, 60, 55, 55, 60)

    assert interval.high < 0


def test_a_wave_without_answers_leaves_its_side_open():
    interval = finite_diff_ci(10, 10, 10, 0, 0, 10)

    assert np.isnan(interval.estimate)
    assert (interval.low, interval.high) == (0, 1)


def test_it_refuses_more_answers_than_people():
    with pytest.raises(CountError, match="n2 = 11: more than N2 = 10"):
        finite_diff_ci(1, 2, 3, 4, 11, 10)
