"""How wide intervals must be to hold all at once: the greatest standardised deviation over all of them.

Westfall & Young (1993), *Resampling-Based Multiple Testing*; resampling of whole clusters as in Davison & Hinkley
(1997), *Bootstrap Methods and Their Application*, pp. 100–101. Because all cells of a replicate come from the same
draw, what goes together (the shares of one annotator add up to 1) is corrected for no more than it needs.

A standard error from few clusters is itself uncertain, and the greatest of many deviations is where it came out too
small. So the critical value is moved as far out on Student's t with G − 1 degrees of freedom, G the annotator's
clusters (Cameron, Gelbach & Miller 2008, *Review of Economics and Statistics* 90(3), 414–427; simultaneous t limits:
Hothorn, Bretz & Westfall 2008, *Biometrical Journal* 50(3), 346–363). Nor do few clusters show how cells go together
(two clusters make every cell look like every other): with fewer than 20, cells are corrected for as if independent
(Šidák 1967, *Journal of the American Statistical Association* 62(318), 626–633) where that is wider.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from toolkit.agreement.bootstrap import resampled_sums
from toolkit.agreement.resampling import LARGEST_UNDEFINED_SHARE
from toolkit.agreement.student import as_far_out
from toolkit.files.arrays import FloatArray, IntArray

FEWEST_TO_LEARN_FROM = 20
_NO_SPREAD = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class HalfWidths:
    """Half the width of each simultaneous interval, and where there is none."""

    half: FloatArray
    """Annotators × categories; 0 where there is no interval."""
    flat: npt.NDArray[np.bool_]
    """Annotators × categories: no replicate differs from any other."""
    not_drawn: IntArray
    """In how many replicates no unit of the annotator was drawn; more than 5 % and there is no interval."""


def half_widths(
    excess: FloatArray,
    n_units: IntArray,
    *,
    n_clusters_of: IntArray,
    replicates: int,
    confidence: float,
    rng: np.random.Generator,
) -> HalfWidths:
    """Return half-widths of means that hold together with ``confidence``.

    ``excess`` (groups × annotators × categories) is summed over the ``n_units`` (groups × annotators) of each group; a
    mean is one over the other, and groups are what is drawn. A cell without spread, and an annotator seldom drawn,
    have no part in the greatest deviation.
    """
    n_groups, n_annotators, n_categories = excess.shape
    rows = np.hstack([excess.reshape(n_groups, -1), n_units.astype(np.float64)])
    sums = resampled_sums(rows, np.ones(n_groups, dtype=np.int64), replicates=replicates, rng=rng)
    units = sums[:, -n_annotators:, None]
    drawn = units > 0
    of_all = n_units.sum(axis=0)[:, None]
    value = np.divide(excess.sum(axis=0), of_all, out=np.zeros(excess.shape[1:]), where=of_all > 0)
    summed = sums[:, :-n_annotators].reshape(replicates, n_annotators, n_categories)
    deviation = np.divide(summed, units, out=np.zeros_like(summed), where=drawn) - value * drawn
    times = np.maximum(drawn.sum(axis=0), 2)
    variance = ((deviation**2).sum(axis=0) - deviation.sum(axis=0) ** 2 / times) / (times - 1)
    error = np.sqrt(np.maximum(variance, 0))
    not_drawn = replicates - drawn.sum(axis=0)[:, 0]
    flat = error <= _NO_SPREAD
    compared = ~flat & (not_drawn <= LARGEST_UNDEFINED_SHARE * replicates)[:, None]
    greatest = (np.abs(deviation[:, compared]) / error[compared]).max(axis=1, initial=0.0)
    critical = float(np.quantile(greatest, confidence))
    factor = factors(critical, n_clusters_of, confidence=confidence, n_compared=int(compared.sum()))
    return HalfWidths(np.where(compared, factor[:, None] * error, 0.0), flat, not_drawn)


def factors(critical: float, n_clusters_of: IntArray, *, confidence: float, n_compared: int) -> FloatArray:
    """What each annotator's SE is multiplied by: t instead of normal, and √(G/(G − 1)) for the mean drawn around."""
    independent = NormalDist().inv_cdf((1 + confidence ** (1 / max(n_compared, 1))) / 2)
    factors = []
    for n in n_clusters_of.tolist():
        at_least = max(critical, independent) if n < FEWEST_TO_LEARN_FROM else critical
        factors.append(as_far_out(at_least, n - 1) * math.sqrt(n / (n - 1)) if n > 1 else 0.0)
    return np.asarray(factors)
