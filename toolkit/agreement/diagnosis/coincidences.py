"""How an alpha comes about: the coincidence matrix, its marginals, observed and expected disagreement.

Krippendorff (2004), *Content Analysis*, 2nd ed., ch. 11, pp. 221–236; Krippendorff (2011), *Computing
Krippendorff's Alpha-Reliability*. With o the coincidence matrix, n_v its marginals, n their total and δ the distances::

    D_o = Σ o δ / n        D_e = Σ_{v≠w} n_v n_w δ(v,w) / (n (n − 1))        α = 1 − D_o / D_e
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from toolkit.agreement.diagnosis.counts import coincidence_matrix, pairable_marginals, together_by_size, weights_of
from toolkit.agreement.distances import nominal_distances
from toolkit.agreement.figure import without_rounding
from toolkit.files.arrays import FloatArray, IntArray

DistancesOfMarginals = Callable[[FloatArray], FloatArray]
"""Distances that depend on how often each value is used: ``ordinal_distances``."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Coincidences:
    """Everything alpha is made of; ``value`` is None exactly when ``undefined_because`` says why."""

    labels: tuple[str, ...]
    """What rows and columns stand for."""
    matrix: FloatArray
    """Values × values: how often a value met another within a unit; symmetric, its rows sum to ``marginals``."""
    marginals: IntArray
    """n_v: how often each value was given in units with at least two values."""
    n: int
    """Values in units with at least two values."""
    distances: FloatArray
    observed: float | None
    """D_o: mean distance of two values within a unit; None without overlap."""
    expected: float | None
    """D_e: mean distance of any two of the n values; None without overlap."""
    value: float | None
    """Alpha."""
    undefined_because: str | None
    """``no overlap`` or ``no variation``."""


def coincidences(
    counts: IntArray,
    labels: Sequence[str],
    *,
    weights: IntArray | None = None,
    distances: FloatArray | DistancesOfMarginals | None = None,
) -> Coincidences:
    """Return coincidences of value counts (units × values), and alpha for the distances between values.

    ``distances`` is a table (values × values), or ``ordinal_distances``, which makes one from the marginals; without,
    categories are the same or not (nominal). ``weights`` says how many units each row stands for (patterns); without,
    each row is a unit.
    """
    times = weights_of(counts, weights)
    matrix = coincidence_matrix(together_by_size(counts, times), counts.shape[1])
    marginals = pairable_marginals(counts, times)
    n = int(marginals.sum())
    table = _table(distances, marginals)
    observed = expected = value = None
    undefined_because = "no overlap"
    if n:
        among = marginals.astype(np.float64)
        observed = float((matrix * table).sum()) / n
        expected = float(among @ table @ among) / (n * (n - 1))
        value = without_rounding(1 - observed / expected) if expected else None
        undefined_because = "no variation"
    return Coincidences(
        labels=tuple(labels),
        matrix=matrix,
        marginals=marginals,
        n=n,
        distances=table,
        observed=observed,
        expected=expected,
        value=value,
        undefined_because=undefined_because if value is None else None,
    )


def _table(distances: FloatArray | DistancesOfMarginals | None, marginals: IntArray) -> FloatArray:
    if distances is None:
        return nominal_distances(len(marginals))
    return distances(marginals.astype(np.float64)) if callable(distances) else distances
