"""Krippendorff's alpha: one minus observed over expected disagreement.

Krippendorff (2004), *Content Analysis*, 2nd ed., ch. 11, pp. 221–236; Krippendorff (2011), *Computing Krippendorff's
Alpha-Reliability*; Hayes & Krippendorff (2007), *Communication Methods and Measures* 1(1), 77–89.

With c the counts of the values in a unit, m their number (at least 2), n_v the pairable values of kind v and n their
total::

    d_u = Σ_{v≠w} c_v c_w δ(v,w) / (m − 1)        disagreement within a unit
    D_o = Σ_u d_u / n                             observed disagreement
    D_e = Σ_{v≠w} n_v n_w δ(v,w) / (n (n − 1))    expected disagreement
    α   = 1 − D_o / D_e

A fixed table of distances needs d_u and the counts of each unit. Ordinal distances depend on the marginals n_v, which
change from replicate to replicate, so there the off-diagonal coincidences c_v c_w / (m − 1) are kept instead.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.agreement.distances import ordinal_distances
from toolkit.agreement.ratings import MISSING
from toolkit.files.arrays import FloatArray, IntArray

_CELLS_AT_ONCE = 2_000_000
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Disagreements:
    """Mean distance of two values within a unit (D_o) and of any two values (D_e), one for each row of sums."""

    observed: FloatArray
    expected: FloatArray

    @classmethod
    def of(cls, observed: FloatArray, expected: FloatArray, n: FloatArray) -> Disagreements:
        """From their sums over n values; NaN without any."""
        pairs = n * (n - 1)
        return cls(
            np.divide(observed, n, out=np.full_like(observed, np.nan), where=n > 1),
            np.divide(expected, pairs, out=np.full_like(expected, np.nan), where=n > 1),
        )

    def divided_by(self, scale: FloatArray | float) -> Disagreements:
        """In another unit; 0 stays 0."""
        unit = np.where(np.asarray(scale) > 0, scale, 1)
        return Disagreements(self.observed / unit, self.expected / unit)


@dataclass(frozen=True, slots=True, eq=False)
class TableAlpha:
    """Alpha for a fixed table of distances between values (values × values)."""

    distances: FloatArray

    def statistics(self, rows: IntArray) -> FloatArray:
        """Return disagreement of each unit, then its counts."""
        c = rows.astype(np.float64)
        disagreement = ((c @ self.distances) * c).sum(axis=1) / (c.sum(axis=1) - 1)
        return np.column_stack([disagreement, c])

    def values(self, sums: FloatArray) -> FloatArray:
        """Return alpha for each row of sums; NaN without variation."""
        return _alpha(*self._parts(sums))

    def disagreements(self, sums: FloatArray) -> Disagreements:
        """Return D_o and D_e for each row of sums, as shares of the greatest distance."""
        return Disagreements.of(*self._parts(sums)).divided_by(self.distances.max(initial=0.0))

    def against(self, part: FloatArray, whole: FloatArray) -> FloatArray:
        """Return 1 − D_o of a part / D_e of the whole, for each row of their sums."""
        return _against(self.disagreements(part), self.disagreements(whole))

    def _parts(self, sums: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        marginals = sums[:, 1:]
        return sums[:, 0], ((marginals @ self.distances) * marginals).sum(axis=1), marginals.sum(axis=1)

    def undefined_because(self, sums: FloatArray) -> str | None:
        """Return ``no overlap`` or ``no variation``."""
        return _undefined_because(self.values(sums[None, :]), sums[1:])


@dataclass(frozen=True, slots=True)
class OrdinalAlpha:
    """Alpha for ordered categories, whose distances depend on how often each is used."""

    n_values: int

    def statistics(self, rows: IntArray) -> FloatArray:
        """Return counts of each unit, then its coincidences above the diagonal."""
        c = rows.astype(np.float64)
        low, high = np.triu_indices(self.n_values, k=1)
        return np.column_stack([c, c[:, low] * c[:, high] / (c.sum(axis=1, keepdims=True) - 1)])

    def values(self, sums: FloatArray) -> FloatArray:
        """Return alpha for each row of sums, with the distances its own marginals imply; NaN without variation."""
        at_once = max(_CELLS_AT_ONCE // max(self.n_values**2, 1), 1)
        parts = [_alpha(*self._parts(sums[start : start + at_once])) for start in range(0, len(sums), at_once)]
        return np.concatenate(parts) if parts else np.empty(0)

    def disagreements(self, sums: FloatArray) -> Disagreements:
        """Return D_o and D_e for each row of sums, as shares of the greatest distance its own marginals imply."""
        greatest = np.array([table.max(initial=0.0) for table in ordinal_distances(sums[:, : self.n_values])])
        return Disagreements.of(*self._parts(sums)).divided_by(greatest)

    def against(self, part: FloatArray, whole: FloatArray) -> FloatArray:
        """Return 1 − D_o of a part / D_e of the whole, for each row of their sums, by the whole's distances."""
        observed, _, n = self._parts(part, of=whole)
        return _against(Disagreements.of(observed, observed, n), Disagreements.of(*self._parts(whole)))

    def _parts(self, sums: FloatArray, of: FloatArray | None = None) -> tuple[FloatArray, FloatArray, FloatArray]:
        marginals, coincidences = sums[:, : self.n_values], sums[:, self.n_values :]
        low, high = np.triu_indices(self.n_values, k=1)
        distances = ordinal_distances((sums if of is None else of)[:, : self.n_values])[:, low, high]
        observed = 2 * (coincidences * distances).sum(axis=1)
        expected = 2 * (marginals[:, low] * marginals[:, high] * distances).sum(axis=1)
        return observed, expected, marginals.sum(axis=1)

    def undefined_because(self, sums: FloatArray) -> str | None:
        """Return ``no overlap`` or ``no variation``."""
        return _undefined_because(self.values(sums[None, :]), sums[: self.n_values])


@dataclass(frozen=True, slots=True, eq=False)
class IntervalAlpha:
    """Alpha for numbers whose squared differences count, from their sums and sums of squares: no table is needed.

    Σ_{v≠w} c_v c_w (v − w)² = 2 (m Σ c_v v² − (Σ c_v v)²), in a unit and over all of them. Numbers are taken from the
    median of those in use (or another ``centre``), and within a unit from its mean, so that one far number does not
    drown the others' digits.
    """

    points: FloatArray
    centre: float | None = None

    def statistics(self, rows: IntArray) -> FloatArray:
        """Return disagreement of each unit, the number of its values, their sum and their sum of squares."""
        given = rows != MISSING
        m = given.sum(axis=1)
        x = np.where(given, self._centred[rows], 0.0)
        total = x.sum(axis=1)
        apart = np.where(given, x - (total / m)[:, None], 0.0)
        return np.column_stack([2 * m * (apart**2).sum(axis=1) / (m - 1), m, total, (x**2).sum(axis=1)])

    @property
    def _centred(self) -> FloatArray:
        if not len(self.points):
            return np.zeros(1)
        return np.asarray(self.points - (np.median(self.points) if self.centre is None else self.centre))

    def values(self, sums: FloatArray) -> FloatArray:
        """Return alpha for each row of sums; NaN without variation."""
        return _alpha(*self._parts(sums))

    def disagreements(self, sums: FloatArray) -> Disagreements:
        """Return D_o and D_e for each row of sums, as shares of the greatest distance."""
        return Disagreements.of(*self._parts(sums)).divided_by(np.ptp(self.points) ** 2 if len(self.points) else 0.0)

    def against(self, part: FloatArray, whole: FloatArray) -> FloatArray:
        """Return 1 − D_o of a part / D_e of the whole, for each row of their sums."""
        return _against(self.disagreements(part), self.disagreements(whole))

    def _parts(self, sums: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        observed, n, total, squares = sums.T
        expected = 2 * (n * squares - total**2)
        expected[expected <= _ROUNDING * n * squares] = 0  # equal numbers do not subtract to exactly nothing
        return observed, expected, n

    def undefined_because(self, sums: FloatArray) -> str | None:
        """Return ``no overlap`` or ``no variation``."""
        return _undefined_because(self.values(sums[None, :]), sums[1:2])


def _against(part: Disagreements, whole: Disagreements) -> FloatArray:
    out = np.full_like(part.observed, np.nan)
    return np.asarray(1 - np.divide(part.observed, whole.expected, out=out, where=whole.expected > 0))


def _alpha(observed: FloatArray, expected: FloatArray, n: FloatArray) -> FloatArray:
    ratio = np.divide(observed, expected, out=np.full_like(observed, np.nan), where=expected > 0)
    return np.asarray(1 - (n - 1) * ratio, dtype=np.float64)


def _undefined_because(value: FloatArray, marginals: FloatArray) -> str | None:
    if marginals.sum() == 0:
        return "no overlap"
    if not np.isnan(value[0]):
        return None
    return "no variation" if np.count_nonzero(marginals) < 2 else "no distance"
