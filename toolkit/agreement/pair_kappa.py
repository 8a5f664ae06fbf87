"""Cohen's kappa of two annotators, plain or weighted: one minus observed over expected disagreement.

Cohen (1960), *Educational and Psychological Measurement* 20(1), 37–46; weighted: Cohen (1968), *Psychological Bulletin*
70(4), 213–220. With n_v and n'_w how often the first and the second annotator gave each value, over the n units both
coded, and δ the disagreement of two values (0 to itself; 1 otherwise in the plain kappa)::

    D_o = Σ_u δ(v_u, w_u) / n        D_e = Σ_{v,w} n_v n'_w δ(v,w) / n²        κ = 1 − D_o / D_e

Only the proportions among the δ matter, so weights 1 − δ/δ_max give the same kappa.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from toolkit.agreement.measures import Cut, pairs_of
from toolkit.agreement.ratings import MISSING
from toolkit.files.arrays import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class PairKappa:
    """Kappa of two annotators for a table of disagreements between values (values × values)."""

    distances: FloatArray

    def statistics(self, rows: IntArray) -> FloatArray:
        """Return disagreement, 1 for the unit, and 1 at the first's and at the second's value; 0 unless both coded
        it.
        """
        n_values = len(self.distances)
        both = np.flatnonzero((rows != MISSING).all(axis=1))
        first, second = rows[both].T
        statistics = np.zeros((len(rows), 2 + 2 * n_values))
        statistics[both, 0] = self.distances[first, second]
        statistics[both, 1] = 1
        statistics[both, 2 + first] = 1
        statistics[both, 2 + n_values + second] = 1
        return statistics

    def values(self, sums: FloatArray) -> FloatArray:
        """Return kappa for each row of sums; NaN where no two values the annotators use are apart."""
        n_values = len(self.distances)
        first, second = sums[:, 2 : 2 + n_values], sums[:, 2 + n_values :]
        expected = np.einsum("rv,rv->r", first @ self.distances, second)
        observed = sums[:, 0] * sums[:, 1]
        ratio = np.divide(observed, expected, out=np.full_like(expected, np.nan), where=expected > 0)
        return np.asarray(1 - ratio)

    def undefined_because(self, sums: FloatArray) -> str | None:
        """Return ``no overlap`` or ``no variation``."""
        if sums[1] == 0:
            return "no overlap"
        return "no variation" if np.isnan(self.values(sums[None, :])[0]) else None


def pair_kappa_cuts(distances: FloatArray, level: str, annotators: Sequence[str]) -> Iterator[Cut]:
    """Yield kappa of each pair of annotators, on the units both coded."""
    figure = PairKappa(distances)
    for one, other in pairs_of(annotators):
        yield Cut(
            figure=figure,
            level=level,
            reads="codes",
            columns=(one, other),
            annotator=annotators[one],
            other_annotator=annotators[other],
        )
