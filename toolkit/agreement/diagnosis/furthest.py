"""The annotator without whom alpha is highest, where that is more than chance: who codes differently from the others.

The difference, alpha without the annotator less alpha of all, has the jackknife's interval over clusters (Efron &
Tibshirani 1993, *An Introduction to the Bootstrap*, ch. 11) with Student's t. It is widened for as many annotators as
could have been the furthest (Šidák 1967, *Journal of the American Statistical Association* 62(318), 626–633).
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from toolkit.agreement.alpha import IntervalAlpha
from toolkit.agreement.figure import Figure
from toolkit.agreement.matrix import Matrix
from toolkit.agreement.measures import Cut
from toolkit.agreement.ratings import MISSING
from toolkit.agreement.reading import Reading
from toolkit.agreement.resampling import Resampling
from toolkit.agreement.student import as_far_out
from toolkit.agreement.sums import sums_of
from toolkit.files.arrays import FloatArray, IntArray

FEWEST, MOST = 3, 100
"""Annotators between which somebody can be the furthest: of two neither is, and nobody waits for more than so many."""
MOST_CELLS = 20_000_000
"""Units × annotators beyond which nobody is looked for: it would take as long as all the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Furthest:
    """The annotator without whom alpha is highest; the interval of the difference is above 0."""

    annotator: str
    alpha_without: float
    difference: float
    """Alpha without the annotator less alpha of all."""
    ci_low: float
    ci_high: float


def furthest(reading: Reading, resampling: Resampling) -> Furthest | None:
    """Return the annotator furthest from the others at the question's own level; None where the interval does not carry
    it, where there are fewer than three or more than a hundred, where single units are resampled, and of more than 200
    different numbers, and of more than ``MOST_CELLS``.
    """
    coded = reading.coverage
    few = FEWEST <= coded.n_annotators <= MOST and coded.n_units * coded.n_annotators <= MOST_CELLS
    if not (resampling.clustered and few and reading.scale.alphas):
        return None
    annotators = reading.matrix.annotators
    level = reading.scale.alphas[0]
    if isinstance(level.alpha, IntervalAlpha):
        return None
    (whole,) = sums_of([Cut(figure=level.alpha, level=level.name)], reading)
    n = len(whole.clusters)
    if n < 2:
        return None
    changes = [_change(level.alpha, reading.matrix, place, reading.scale.n_values) for place in range(len(annotators))]
    values = level.alpha.values(whole.totals + np.array([change.total for change in changes]))
    if np.isnan(values).all():
        return None
    place = int(np.nanargmax(values))
    rows = whole.rows + changes[place].by_cluster(whole.clusters)
    each = level.alpha.values(rows.sum(axis=0) - rows) - level.alpha.values(whole.left_out)
    difference = float(values[place] - level.alpha.values(whole.totals[None, :])[0])
    error = float(np.sqrt((n - 1) / n * ((each - each.mean()) ** 2).sum()))
    confidence = resampling.together(len(annotators)).confidence
    reach = as_far_out(NormalDist().inv_cdf((1 + confidence) / 2), n - 1) * error
    if not difference - reach > 0:  # nor where it is no number: alpha does not exist without some cluster
        return None
    return Furthest(
        annotator=annotators[place],
        alpha_without=float(values[place]),
        difference=difference,
        ci_low=difference - reach,
        ci_high=difference + reach,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Change:
    """What leaving an annotator out changes in the statistics: a row for each unit they coded with others, less and
    more, and the cluster of each.
    """

    rows: FloatArray
    cluster: IntArray

    @property
    def total(self) -> FloatArray:
        return np.asarray(self.rows.sum(axis=0))

    def by_cluster(self, clusters: IntArray) -> FloatArray:
        """The same summed per cluster (clusters × K)."""
        found = np.zeros((len(clusters), self.rows.shape[1]))
        np.add.at(found, np.searchsorted(clusters, self.cluster), self.rows)
        return found


def _change(alpha: Figure, matrix: Matrix, left_out: int, n_values: int) -> _Change:
    """The statistics of a unit are those of its values: of units the annotator did not code nothing changes."""
    coded = np.flatnonzero(matrix.codes[:, left_out] != MISSING)
    codes = matrix.codes[coded]
    given = codes != MISSING
    cell = np.repeat(np.arange(len(codes)), given.sum(axis=1)) * n_values + codes[given]
    counts = np.bincount(cell, minlength=len(codes) * n_values).reshape(len(codes), n_values)
    without = counts.copy()
    without[np.arange(len(codes)), codes[:, left_out]] -= 1
    cluster = coded if matrix.cluster_of_unit is None else matrix.cluster_of_unit[coded]
    before, after = given.sum(axis=1) >= 2, given.sum(axis=1) >= 3
    rows = [-alpha.statistics(counts[before]), alpha.statistics(without[after])]
    return _Change(np.concatenate(rows), np.concatenate([cluster[before], cluster[after]]))
