"""Cross-replication kappa: agreement between two groups of annotators on the units both coded.

Wong, Paritosh & Aroyo (2021), *Cross-replication Reliability*, ACL-IJCNLP, 7053–7065, section 3, in the form for
missing data. With r answers x of the one group and s answers y of the other to a unit, R and S over all units that
both groups coded (others are left out)::

    d_u = Σ_x Σ_y δ(x, y) / (r s)                     mean distance between the groups in a unit
    d_o = Σ_u (r + s) d_u / (R + S)                   a unit weighs by its answers
    d_e = Σ_x Σ_y δ(x, y) / (R S)                     any answer of the one beside any of the other
    κ_x = 1 − d_o / d_e

With one annotator in each group it is Cohen's kappa. Ordinal distances are those of all these R + S answers together.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from toolkit.agreement.alpha import OrdinalAlpha, TableAlpha
from toolkit.agreement.distances import ordinal_distances
from toolkit.agreement.levels import LevelOfValues
from toolkit.agreement.made_up import made_up_units
from toolkit.agreement.matrix import Matrix
from toolkit.agreement.patterns import patterns_of_codes
from toolkit.agreement.ratings import MISSING
from toolkit.agreement.reading import Coverage
from toolkit.agreement.sums import Sums
from toolkit.files.arrays import FloatArray, IntArray

NOT_BETWEEN = "no unit coded by both groups"
_ROUNDING = 1e-12
_CELLS_AT_ONCE = 2_000_000


@dataclass(frozen=True, slots=True, eq=False)
class TableKappa:
    """Kappa between two groups for a fixed table of distances; rows are codes, the first group's columns first."""

    distances: FloatArray
    split: int
    """How many columns are the first group's."""

    def statistics(self, rows: IntArray) -> FloatArray:
        """Return weighted disagreement of each unit, then either group's counts; nothing where one gave no value."""
        n_values = len(self.distances)
        one, other = _counts(rows[:, : self.split], n_values), _counts(rows[:, self.split :], n_values)
        return self.of_counts(one, other)

    def of_counts(self, one: FloatArray | IntArray, other: FloatArray | IntArray) -> FloatArray:
        """Return the same from the counts of either group (units × values)."""
        weight = _weight(one.sum(axis=1), other.sum(axis=1))
        apart = weight * ((one @ self.distances) * other).sum(axis=1)
        there = (weight > 0)[:, None]
        return np.column_stack([apart, one * there, other * there])

    def values(self, sums: FloatArray) -> FloatArray:
        """Return kappa for each row of sums; NaN without variation."""
        one, other = np.split(sums[:, 1:], 2, axis=1)
        return _kappa(sums[:, 0], ((one @ self.distances) * other).sum(axis=1), one.sum(axis=1), other.sum(axis=1))

    def undefined_because(self, sums: FloatArray) -> str | None:
        """Return why there is no kappa, or None."""
        return _undefined_because(self, sums, np.add(*np.split(sums[1:], 2)))


@dataclass(frozen=True, slots=True)
class OrdinalKappa:
    """The same for ordered categories, whose distances depend on how often each is used by both groups together."""

    n_values: int
    split: int

    def statistics(self, rows: IntArray) -> FloatArray:
        """Return either group's counts of each unit, then its weighted coincidences above the diagonal."""
        return self.of_counts(
            _counts(rows[:, : self.split], self.n_values), _counts(rows[:, self.split :], self.n_values)
        )

    def of_counts(self, one: FloatArray | IntArray, other: FloatArray | IntArray) -> FloatArray:
        """Return the same from the counts of either group (units × values)."""
        weight = _weight(one.sum(axis=1), other.sum(axis=1))[:, None]
        low, high = np.triu_indices(self.n_values, k=1)
        together = weight * (one[:, low] * other[:, high] + one[:, high] * other[:, low])
        return np.column_stack([one * (weight > 0), other * (weight > 0), together])

    def values(self, sums: FloatArray) -> FloatArray:
        """Return kappa for each row of sums, with the distances its own counts imply; NaN without variation."""
        at_once = max(_CELLS_AT_ONCE // max(self.n_values**2, 1), 1)
        parts = [self._values(sums[start : start + at_once]) for start in range(0, len(sums), at_once)]
        return np.concatenate(parts) if parts else np.empty(0)

    def _values(self, sums: FloatArray) -> FloatArray:
        one, other = sums[:, : self.n_values], sums[:, self.n_values : 2 * self.n_values]
        low, high = np.triu_indices(self.n_values, k=1)
        distances = ordinal_distances(one + other)[:, low, high]
        observed = (sums[:, 2 * self.n_values :] * distances).sum(axis=1)
        expected = ((one[:, low] * other[:, high] + one[:, high] * other[:, low]) * distances).sum(axis=1)
        return _kappa(observed, expected, one.sum(axis=1), other.sum(axis=1))

    def undefined_because(self, sums: FloatArray) -> str | None:
        """Return why there is no kappa, or None."""
        return _undefined_because(self, sums, sums[: self.n_values] + sums[self.n_values : 2 * self.n_values])


@dataclass(frozen=True, slots=True, eq=False)
class IntervalKappa:
    """The same for many numbers whose squared differences count, from sums and sums of squares.

    Numbers are taken from the median of those in use, and within a unit from its mean.
    """

    points: FloatArray
    split: int

    def statistics(self, rows: IntArray) -> FloatArray:
        """Return weighted disagreement of each unit, then number, sum and sum of squares of either group's values."""
        centred = self.points - np.median(self.points) if len(self.points) else np.zeros(1)
        given = rows != MISSING
        x = np.where(given, centred[rows], 0.0)
        first, second = given[:, : self.split].sum(axis=1), given[:, self.split :].sum(axis=1)
        weight = _weight(first, second)
        mean = x.sum(axis=1) / np.maximum(first + second, 1)
        near = np.where(given, x - mean[:, None], 0.0)
        one, other = near[:, : self.split], near[:, self.split :]
        squares = second * (one**2).sum(axis=1) + first * (other**2).sum(axis=1)
        apart = weight * (squares - 2 * one.sum(axis=1) * other.sum(axis=1))
        there = (weight > 0)[:, None]
        both = [
            np.column_stack([n, part.sum(axis=1), (part**2).sum(axis=1)]) * there
            for n, part in ((first, x[:, : self.split]), (second, x[:, self.split :]))
        ]
        return np.column_stack([np.maximum(apart, 0.0), *both])

    def values(self, sums: FloatArray) -> FloatArray:
        """Return kappa for each row of sums; NaN without variation."""
        observed, first, one, ones, second, other, others = sums.T
        expected = second * ones + first * others - 2 * one * other
        expected[expected <= _ROUNDING * (second * ones + first * others)] = 0
        return _kappa(observed, expected, first, second)

    def undefined_because(self, sums: FloatArray) -> str | None:
        """Return why there is no kappa, or None."""
        return _undefined_because(self, sums, sums[1:2])


CrossKappa = TableKappa | OrdinalKappa | IntervalKappa


def cross_kappa(level: LevelOfValues, split: int, n_values: int) -> CrossKappa:
    """Return kappa between two groups with the distances of ``level``; the first ``split`` columns are the first's."""
    if isinstance(level.alpha, TableAlpha):
        return TableKappa(level.alpha.distances, split)
    if isinstance(level.alpha, OrdinalAlpha):
        return OrdinalKappa(n_values, split)
    return IntervalKappa(level.alpha.points, split)


def cross_sums(
    matrix: Matrix, one: tuple[int, ...], other: tuple[int, ...], level: LevelOfValues, n_values: int
) -> Sums:
    """Return what kappa between two groups of annotators, by their columns, is computed from: units both coded."""
    codes = matrix.codes[:, [*one, *other]]
    given = codes != MISSING
    first, second = given[:, : len(one)].sum(axis=1), given[:, len(one) :].sum(axis=1)
    both = (first > 0) & (second > 0)
    patterns = patterns_of_codes(codes[both], None if matrix.cluster_of_unit is None else matrix.cluster_of_unit[both])
    figure = cross_kappa(level, len(one), n_values)
    rows, sizes = patterns.grouped(figure.statistics(patterns.rows))
    value = figure.values((sizes.astype(np.float64) @ rows)[None, :])[0] if len(rows) else np.nan
    per_unit = [max(round(float(n[both].mean())), 1) for n in (first, second)] if both.any() else [1, 1]
    wholes = matrix.whole_of_unit
    return Sums(
        figure=figure,
        rows=rows,
        sizes=sizes,
        clusters=patterns.clusters,
        n_clusters=patterns.n_clusters,
        n_values=int(given[both].sum()),
        coverage=Coverage(
            n_units=_wholes(given.any(axis=1), wholes),
            n_pairable=_wholes(both, wholes),
            n_annotators=int(given.any(axis=0).sum()),
        ),
        lowest=-1.0 if np.isnan(value) else min(-1.0, float(value)),
        n_compared=int(both.sum()),
        made_up=made_up_units(
            replace(figure, split=per_unit[0]).statistics,
            patterns.use(n_values),
            sum(per_unit),
            width=sum(per_unit),
        ),
    )


def _wholes(units: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], wholes: IntArray | None) -> int:
    return int(units.sum()) if wholes is None else len(np.unique(wholes[units]))


def _counts(codes: IntArray, n_values: int) -> FloatArray:
    given = codes != MISSING
    cell = np.repeat(np.arange(len(codes)), given.sum(axis=1)) * n_values + codes[given]
    return np.bincount(cell, minlength=len(codes) * n_values).reshape(len(codes), n_values).astype(np.float64)


def _weight(first: FloatArray | IntArray, second: FloatArray | IntArray) -> FloatArray:
    """(r + s) / (r s): 0 where one of the groups gave no value."""
    pairs = np.asarray(first * second, dtype=np.float64)
    return np.divide(first + second, pairs, out=np.zeros_like(pairs), where=pairs > 0)


def _kappa(observed: FloatArray, expected: FloatArray, first: FloatArray, second: FloatArray) -> FloatArray:
    """From Σ (r + s) d_u and Σ_x Σ_y δ over all answers."""
    d_e = np.divide(expected, first * second, out=np.zeros_like(expected), where=(first * second) > 0)
    d_o = np.divide(observed, first + second, out=np.zeros_like(expected), where=(first + second) > 0)
    ratio = np.divide(d_o, d_e, out=np.full_like(d_o, np.nan), where=d_e > 0)
    return np.asarray(1 - ratio, dtype=np.float64)


def _undefined_because(figure: CrossKappa, sums: FloatArray, counts: FloatArray) -> str | None:
    if counts.sum() == 0:
        return NOT_BETWEEN
    if not np.isnan(figure.values(sums[None, :])[0]):
        return None
    return "no variation" if np.count_nonzero(counts) < 2 else "no distance"
