"""What alpha would be if two categories were one, from the coincidence matrix alone.

Merging v and w adds their rows and their columns of the coincidence matrix (made of them as Krippendorff 2004, ch. 11,
defines it), so no answer has to be read again. Ordered categories merge with their neighbour only, and
the distances follow from the new marginals.

Which merge gains most is a hint for the codebook, not a result: the best of many is best partly by chance, and what is
merged is no longer told apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Literal

import numpy as np

from toolkit.agreement.diagnosis.coincidences import Coincidences
from toolkit.agreement.distances import nominal_distances, ordinal_distances
from toolkit.agreement.figure import without_rounding
from toolkit.files.arrays import FloatArray

LEAVES_ONE_CATEGORY = "leaves one category"


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """Alpha with two categories as one; ``value`` and ``gain`` are None exactly when ``undefined_because`` says why."""

    category: str
    other_category: str
    value: float | None
    """Alpha after the merge."""
    gain: float | None
    """Alpha after minus alpha before; may be negative."""
    undefined_because: str | None
    """``leaves one category``: nothing would vary any more."""


def merges(before: Coincidences, *, level: Literal["nominal", "ordinal"]) -> tuple[Merge, ...]:
    """Return every merge of two categories that occur in pairable units, the greatest gain first, undefined ones last.

    Ordinal: only categories next to each other; one that nobody used, between two that are used, goes with them.
    Empty where alpha is undefined to begin with. ``before`` must be at the same level.
    """
    if before.value is None:
        return ()
    used = np.flatnonzero(before.marginals)
    labels = [before.labels[code] for code in used.tolist()]
    # what nobody used has neither coincidences nor marginals: leaving it out changes no distance, at either level
    matrix = before.matrix[np.ix_(used, used)]
    marginals = before.marginals[used].astype(np.float64)
    if level == "nominal":
        places, after = list(combinations(range(len(used)), 2)), _nominal_alphas(matrix, marginals)
    else:
        places, after = list(pairwise(range(len(used)))), _ordinal_alphas(matrix, marginals)
    found = [
        Merge(
            category=labels[low],
            other_category=labels[high],
            value=None if len(used) == 2 else alpha,
            gain=None if len(used) == 2 else without_rounding(alpha - before.value),
            undefined_because=LEAVES_ONE_CATEGORY if len(used) == 2 else None,
        )
        for (low, high), alpha in zip(places, after, strict=True)
    ]
    return tuple(sorted(found, key=lambda merge: -(merge.gain or 0.0)))


def _nominal_alphas(matrix: FloatArray, marginals: FloatArray) -> list[float]:
    """Each pair in order: its own coincidences drop out of what disagrees, its own n_v n_w out of what is expected."""
    low, high = np.triu_indices(len(marginals), k=1)
    apart = nominal_distances(len(marginals))
    n = marginals.sum()
    observed = (matrix * apart).sum() - 2 * matrix[low, high]
    expected = marginals @ apart @ marginals - 2 * marginals[low] * marginals[high]
    return _alphas(observed, expected, n)


def _ordinal_alphas(matrix: FloatArray, marginals: FloatArray) -> list[float]:
    """Each category with the next: a smaller matrix, whose distances its own marginals imply."""
    alphas: list[float] = []
    for low in range(len(marginals) - 1):
        starts = np.delete(np.arange(len(marginals)), low + 1)
        merged = np.add.reduceat(np.add.reduceat(matrix, starts, axis=0), starts, axis=1)
        among = np.add.reduceat(marginals, starts)
        distances = ordinal_distances(among)
        alphas += _alphas(
            np.atleast_1d((merged * distances).sum()), np.atleast_1d(among @ distances @ among), among.sum()
        )
    return alphas


def _alphas(observed: FloatArray, expected: FloatArray, n: float) -> list[float]:
    ratio = np.divide(observed, expected, out=np.zeros_like(observed), where=expected > 0)
    return [without_rounding(float(alpha)) for alpha in 1 - (n - 1) * ratio]
