"""Which values annotators give where others give another: the pairs that make up the disagreement.

Counted twice over. In pairs of annotators every two people who differ on a unit count once, which is what one sees when
reading along. In observed disagreement (the D_o of Krippendorff's alpha, 2004, ch. 11) they count by how far apart
their values are, and by 1/(m − 1) in a unit with m values, so that a unit everybody coded does not drown the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from toolkit.agreement.diagnosis.counts import coincidence_matrix, together_by_size
from toolkit.agreement.distances import nominal_distances
from toolkit.files.arrays import FloatArray, IntArray

N_EXAMPLES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """Two values that stand against each other within units."""

    value: str
    other_value: str
    n_pairs: int
    """Pairs of annotators within a unit of whom one gave the one value and one the other."""
    n_units: int
    """Units with at least one such pair."""
    share_of_pairs: float
    """Of all pairs of annotators that disagree."""
    share_of_disagreement: float | None
    """Of the observed disagreement; None where that is 0 because all these values are at distance 0."""
    undefined_because: str | None
    """``no distance``."""
    examples: tuple[int, ...]
    """Places of up to three units: those with most such pairs first, then the earlier ones."""


def confusions(
    counts: IntArray,
    labels: Sequence[str],
    *,
    distances: FloatArray | None = None,
    pattern_of_unit: IntArray | None = None,
    most: int = 10,
) -> tuple[Confusion, ...]:
    """Return the ``most`` confused pairs of values, by pairs of annotators, ties in the order of ``labels``.

    ``counts`` are units × values, or patterns × values with the pattern of each unit in ``pattern_of_unit``; for sets a
    value is a whole set. ``distances`` (values × values) are those of the question's level; without, nominal. Empty
    where nobody disagrees.
    """
    n_rows, n_values = counts.shape
    times = np.ones(n_rows, np.int64) if pattern_of_unit is None else np.bincount(pattern_of_unit, minlength=n_rows)
    low, high = np.triu_indices(n_values, k=1)
    together = together_by_size(counts, times)
    n_pairs = sum((met[low, high] for met in together.values()), start=np.zeros(len(low)))
    apart = nominal_distances(n_values) if distances is None else distances
    disagreement = (coincidence_matrix(together, n_values) * apart)[low, high]
    total_pairs, total_disagreement = int(n_pairs.sum()), float(disagreement.sum())
    n_units = _units_with_both(counts, times)[low, high]
    ranked = np.argsort(-n_pairs, kind="stable")[:most]
    return tuple(
        Confusion(
            value=labels[low[pair]],
            other_value=labels[high[pair]],
            n_pairs=int(n_pairs[pair]),
            n_units=int(n_units[pair]),
            share_of_pairs=int(n_pairs[pair]) / total_pairs,
            share_of_disagreement=float(disagreement[pair]) / total_disagreement if total_disagreement else None,
            undefined_because=None if total_disagreement else "no distance",
            examples=_examples(counts[:, low[pair]] * counts[:, high[pair]], pattern_of_unit),
        )
        for pair in ranked[n_pairs[ranked] > 0].tolist()
    )


def _units_with_both(counts: IntArray, times: IntArray) -> FloatArray:
    """Values × values: in how many units both occur."""
    present = (counts > 0).astype(np.float64)
    return np.asarray((present * times[:, None]).T @ present)


def _examples(pairs_of_row: IntArray, pattern_of_unit: IntArray | None) -> tuple[int, ...]:
    pairs = pairs_of_row if pattern_of_unit is None else pairs_of_row[pattern_of_unit]
    units = np.flatnonzero(pairs)
    pairs = pairs[units]
    found: list[int] = []
    while len(units) and len(found) < N_EXAMPLES:
        foremost = pairs == pairs.max()
        found += units[foremost][: N_EXAMPLES - len(found)].tolist()
        units, pairs = units[~foremost], pairs[~foremost]
    return tuple(found)
