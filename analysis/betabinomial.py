"""The beta-binomial hierarchy of units' rates, integrated over the prior's mean and size.

x ~ Binomial(n, p), p ~ Beta(m M, (1 - m) M). Marginal likelihood: product of B(x + mM, n - x + (1-m)M) /
B(mM, (1-m)M) (Griffiths 1973, Biometrics 29:637). The prior of m is uniform, that of M has density
n0 / (n0 + M)^2, which makes the shrinkage M / (M + n0) uniform (Christiansen & Morris 1997; Daniels 1999).
"""

from dataclasses import dataclass

import numpy as np
from scipy import special
from scipy.optimize import elementwise

from .counts import Floats, Integers

FINEST, COARSEST, BUDGET = 65, 17, 40_000
"""Points per axis, and about how many pairs of unit and point to evaluate. The posterior of few units has long
tails and needs a fine grid; that of many is nearly normal, and a sum over points closer than its standard
deviation is exact to many digits."""
DEPTH = 16.0
"""Points whose log posterior is this far below the top are left out."""
ROUNDS = 25


@dataclass(frozen=True, kw_only=True, eq=False)
class Prior:
    """Points of the prior's two shape parameters, with posterior probabilities that sum to 1."""

    a: Floats
    b: Floats
    probability: Floats

    @property
    def mean(self) -> float:
        """The rate that units are drawn towards: the posterior mean of m."""
        return float(self.probability @ (self.a / (self.a + self.b)))


def integrate_prior(x: Integers, n: Integers, repeats: Integers) -> Prior:
    """Return the posterior of the prior's parameters on a grid fitted to it.

    `repeats` says how many units have each pair of counts. Coordinates are logit m and log M; the grid zooms
    into the region within DEPTH of the top until that fills it.
    """
    counted = n[n > 0]
    n0 = float(np.median(np.repeat(n, repeats)[np.repeat(n, repeats) > 0])) if len(counted) else 1.0
    box = np.array([[-20.0, 20.0], [np.log(n0) - 14, np.log(n0) + 14]])
    sums = [_tally(values, repeats) for values in (x, n - x, n)]
    n_points = int(np.clip(np.sqrt(BUDGET / max(len(x), 1)), COARSEST, FINEST))
    for _ in range(ROUNDS):
        axes = [np.linspace(low, high, n_points) for low, high in box]
        surface = _log_posterior(axes, sums, n0)
        inner = _occupied_box(axes, surface)
        if np.all(inner[:, 1] - inner[:, 0] > 0.75 * (box[:, 1] - box[:, 0])):
            break
        box = inner
    return _grid_prior(axes, surface)


def mix_posteriors(prior: Prior, x: Integers, n: Integers, confidence_level: float) -> Floats:
    """Return estimate, low, high and own weight of each pair of counts, in four rows.

    The posterior of a unit is a mixture of Beta(x + a, n - x + b); limits are its quantiles.
    """
    size = prior.a + prior.b
    estimate = ((x[:, None] + prior.a) / (n[:, None] + size)) @ prior.probability
    own_weight = (n[:, None] / (n[:, None] + size)) @ prior.probability
    tail = (1 - confidence_level) / 2
    low, high = (_mixture_quantile(prior, x, n, p) for p in (tail, 1 - tail))
    return np.stack([estimate, low, high, own_weight])


def _tally(values: Integers, repeats: Integers) -> tuple[Integers, Floats]:
    """Return the distinct values and how many units have each."""
    distinct, place = np.unique(values, return_inverse=True)
    return distinct, np.asarray(np.bincount(place, repeats), dtype=np.float64)


def _log_posterior(axes: list[Floats], sums: list[tuple[Integers, Floats]], n0: float) -> Floats:
    """Return the log posterior of the grid's points; the gamma functions of equal counts are taken once."""
    eta, zeta = (axis.ravel() for axis in np.meshgrid(*axes, indexing="ij"))
    shapes = (np.exp(zeta) * special.expit(eta), np.exp(zeta) * special.expit(-eta), np.exp(zeta))
    satisfied, dissatisfied, everybody = (
        units @ (special.gammaln(values[:, None] + shape) - special.gammaln(shape))
        for (values, units), shape in zip(sums, shapes, strict=True)
    )
    log_jacobian = special.log_expit(eta) + special.log_expit(-eta) + zeta
    prior = log_jacobian - 2 * np.logaddexp(np.log(n0), zeta)
    return np.asarray(satisfied + dissatisfied - everybody + prior, dtype=np.float64)


def _occupied_box(axes: list[Floats], surface: Floats) -> Floats:
    """Return the range of each axis where the posterior has mass, one step wider on both sides."""
    near = (surface > surface.max() - DEPTH).reshape(len(axes[0]), len(axes[1]))
    box = []
    for axis, occupied in zip(axes, (near.any(axis=1), near.any(axis=0)), strict=True):
        places, step = np.flatnonzero(occupied), axis[1] - axis[0]
        box.append([axis[places[0]] - step, axis[places[-1]] + step])
    return np.array(box)


def _grid_prior(axes: list[Floats], surface: Floats) -> Prior:
    eta, zeta = (axis.ravel() for axis in np.meshgrid(*axes, indexing="ij"))
    kept = surface > surface.max() - DEPTH
    mass = np.exp(surface[kept] - surface.max())
    size = np.exp(zeta[kept])
    a, b = size * special.expit(eta[kept]), size * special.expit(-eta[kept])
    return Prior(a=a, b=b, probability=mass / mass.sum())


def _mixture_quantile(prior: Prior, x: Integers, n: Integers, p: float) -> Floats:
    a, b = x[:, None] + prior.a, (n - x)[:, None] + prior.b

    def excess(q: Floats, row: Floats) -> Floats:
        rows = row.astype(np.int64)
        below = special.betainc(a[rows], b[rows], np.asarray(q)[..., None]) @ prior.probability
        return np.asarray(below - p)

    rows = np.arange(len(x), dtype=np.float64)
    found = elementwise.find_root(
        excess, (np.zeros(len(x)), np.ones(len(x))), args=(rows,), tolerances={"xatol": 1e-10}
    )
    return np.asarray(found.x, dtype=np.float64)
