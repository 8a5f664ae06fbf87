"""A share of answers, such as those with a category known to be right: a sum over a sum, with the jackknife's interval.

Answers of one cluster resemble each other, so clusters are left out whole; only those that hold any of the answers
count.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.agreement.made_up import MadeUp
from toolkit.agreement.reading import Coverage
from toolkit.agreement.sums import Sums
from toolkit.files.arrays import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many answers: 0 to 1."""

    reason: str
    """Why there is none where there are no answers."""

    def statistics(self, rows: IntArray) -> FloatArray:
        """Raise ``TypeError``: what is counted is no matter of the values of a unit alone."""
        raise TypeError(f"a share of answers is not computed from {len(rows)} rows of values")

    def values(self, sums: FloatArray) -> FloatArray:
        """Return the share for each row of sums; NaN without answers."""
        of, total = sums[:, 0], sums[:, 1]
        return np.divide(of, total, out=np.full_like(total, np.nan), where=total > 0)

    def undefined_because(self, sums: FloatArray) -> str | None:
        """Return why there are no answers, or None where there are."""
        return None if sums[1] else self.reason


def share_sums(
    counted: BoolArray,
    among: BoolArray,
    drawn: IntArray,
    unit: IntArray,
    annotator: IntArray,
    reason: str,
    *,
    weights: FloatArray | None = None,
) -> Sums:
    """Return the sums of the share of the answers ``counted`` among those ``among``; ``drawn`` is what is left out.

    ``weights`` say how many answers each stands for, where not each for itself.
    """
    _, place = np.unique(drawn[among], return_inverse=True)
    n, own = int(place.max(initial=-1)) + 1, (np.ones(len(among)) if weights is None else weights)[among]
    of, total = np.bincount(place, counted[among] * own, n), np.bincount(place, own, n)
    n_units = len(np.unique(unit[among]))
    return share_sums_of(
        of,
        total,
        Coverage(n_units, n_units, len(np.unique(annotator[among]))),
        reason,
        n_values=int(among.sum()),
        average=float(own.mean()) if len(own) else 1.0,
    )


def share_sums_of(
    of: FloatArray | IntArray,
    total: FloatArray | IntArray,
    coverage: Coverage,
    reason: str,
    *,
    n_values: int,
    average: float = 1.0,
) -> Sums:
    """Return the same from what was counted in each cluster already: ``of`` so many of a ``total``, none of which is
    0. ``n_values`` is how many answers there are in all, ``average`` how many an answer stands for.
    """
    different, sizes = np.unique(np.column_stack([of, total]), axis=0, return_counts=True)
    return Sums(
        figure=Share(reason),
        rows=different.astype(np.float64),
        sizes=sizes,
        clusters=np.empty(0, dtype=np.int64),
        n_clusters=len(of),
        n_values=n_values,
        coverage=coverage,
        lowest=0.0,
        n_compared=n_values,
        made_up=MadeUp(average * np.array([1.0, 1.0]), average * np.array([[0.0, 1.0]]), np.ones(1)),
    )
