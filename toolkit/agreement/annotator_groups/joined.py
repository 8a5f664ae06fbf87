"""Figures made of two or three others: kappa between groups set against alpha within them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from toolkit.agreement.figure import Figure
from toolkit.agreement.levels import LevelOfValues
from toolkit.agreement.matrix import Matrix
from toolkit.agreement.patterns import patterns_of_codes
from toolkit.agreement.sums import Sums
from toolkit.files.arrays import FloatArray, IntArray

NONE_BETWEEN = "no agreement between the groups beyond chance"
NONE_WITHIN = "no agreement within a group beyond chance"


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A figure, its statistics summed by cluster, and which clusters these are."""

    figure: Figure
    rows: FloatArray
    clusters: IntArray


def alpha_part(matrix: Matrix, columns: Sequence[int], level: LevelOfValues, n_values: int) -> Part:
    """Return alpha among the annotators in these columns. ``matrix`` has clusters."""
    patterns = patterns_of_codes(matrix.codes[:, list(columns)], matrix.cluster_of_unit).pairable()
    by_counts = level.reads == "counts"
    found = level.alpha.statistics(patterns.counts(slice(None), n_values) if by_counts else patterns.rows)
    return Part(level.alpha, patterns.grouped(found)[0], patterns.clusters)


@dataclass(frozen=True, slots=True, eq=False)
class Ratio:
    """Several figures side by side in the sums, and a ratio of them; the first is kappa between two groups."""

    figures: tuple[Figure, ...]
    ends: tuple[int, ...]
    """Where the columns of each but the last end."""

    def statistics(self, rows: IntArray) -> FloatArray:
        """Raise ``TypeError``: the statistics of its figures stand side by side in the sums."""
        raise TypeError(f"a ratio is computed from the sums of its figures, not from {len(rows)} rows")

    def each(self, sums: FloatArray) -> list[FloatArray]:
        """Return the value of each figure, for each row of sums."""
        parts = np.split(sums, self.ends, axis=1)
        return [figure.values(part) for figure, part in zip(self.figures, parts, strict=True)]

    def missing(self, sums: FloatArray) -> str | None:
        """Return why the first of the figures that has no value has none."""
        parts = np.split(sums, self.ends)
        because = (figure.undefined_because(part) for figure, part in zip(self.figures, parts, strict=True))
        return next((reason for reason in because if reason), None)


@dataclass(frozen=True, slots=True, eq=False)
class Normalised(Ratio):
    """Kappa between two groups as a share of what their own alphas let it be: κ_x / √(α_X α_Y).

    Wong, Paritosh & Aroyo (2021), section 3: a correlation corrected for attenuation. It may exceed 1.
    """

    def values(self, sums: FloatArray) -> FloatArray:
        """Return the ratio for each row of sums; NaN where an alpha is not above 0."""
        kappa, one, other = self.each(sums)
        there = (one > 0) & (other > 0)
        root = np.sqrt(np.where(there, one * other, 1.0))
        return np.where(there, kappa / root, np.nan)

    def undefined_because(self, sums: FloatArray) -> str | None:
        """Return why there is no ratio, or None."""
        return self.missing(sums) or (NONE_WITHIN if np.isnan(self.values(sums[None, :])[0]) else None)


@dataclass(frozen=True, slots=True, eq=False)
class Association(Ratio):
    """Agreement within a group over agreement with everybody else: α_in / κ_x.

    The group association index of Prabhakaran et al. (2024), *GRASP*, NAACL, 3473–3492, section 3.2, with the cohesion
    measures of section 3.4. Above 1, members agree more with each other than with the others.
    """

    def values(self, sums: FloatArray) -> FloatArray:
        """Return the ratio for each row of sums; NaN where kappa is not above 0."""
        kappa, within = self.each(sums)
        there = kappa > 0
        return np.where(there, within / np.where(there, kappa, 1.0), np.nan)

    def undefined_because(self, sums: FloatArray) -> str | None:
        """Return why there is no ratio, or None."""
        return self.missing(sums) or (NONE_BETWEEN if np.isnan(self.values(sums[None, :])[0]) else None)


def ratio_sums(kind: type[Normalised | Association], kappa: Sums, alphas: Sequence[Part]) -> Sums:
    """Return the ratio with all its statistics side by side, a row for every cluster any of them has.

    Clusters are drawn whole, with what they hold of either group.
    """
    parts = [Part(kappa.figure, kappa.rows, kappa.clusters), *alphas]
    clusters = np.unique(np.concatenate([part.clusters for part in parts]))
    widths = [part.rows.shape[1] for part in parts]
    ends = np.cumsum(widths)
    rows = np.zeros((len(clusters), int(ends[-1])))
    for part, end, width in zip(parts, ends.tolist(), widths, strict=True):
        rows[np.searchsorted(clusters, part.clusters), end - width : end] = part.rows
    return Sums(
        figure=kind(tuple(part.figure for part in parts), tuple(ends[:-1].tolist())),
        rows=rows,
        sizes=np.ones(len(clusters), dtype=np.int64),
        clusters=clusters,
        n_clusters=kappa.n_clusters,
        n_values=kappa.n_values,
        coverage=kappa.coverage,
    )
