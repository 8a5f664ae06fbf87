"""How far two parts differ, with the interval of the difference itself, and what of it comes from where.

Two alphas may differ because annotators agree more in one part (D_o), or because its categories are more mixed (D_e):
with the same annotators and the same errors alpha falls where a category becomes rare.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from toolkit.agreement.alpha import IntervalAlpha, OrdinalAlpha, TableAlpha
from toolkit.agreement.estimate import Estimate
from toolkit.agreement.estimation import estimate_from, replicated
from toolkit.agreement.figure import Figure
from toolkit.agreement.measures import Cut, Measure
from toolkit.agreement.reading import Coverage, Reading
from toolkit.agreement.resampling import Resampling
from toolkit.agreement.sums import Sums, sums_of
from toolkit.files.arrays import FloatArray, IntArray

DIFFERENCE = "_difference"
"""What follows the id of a measure where its figure in one part is subtracted from that in another."""

OBSERVED, EXPECTED = "_observed", "_expected"
"""What follows that where it is the part of a difference of alphas that comes from D_o, from D_e."""


def difference_estimates(
    question: str, later: Reading, earlier: Reading, measures: Sequence[Measure], resampling: Resampling
) -> Iterator[Estimate]:
    """Yield later minus earlier of every headline measure, with the interval of the difference itself.

    Both readings number their clusters alike. Measure ids end in ``_difference``.
    """
    headline = [
        measure
        for measure in measures
        if measure.headline and not any(measure.cannot_handle(part.scale) for part in (later, earlier))
    ]
    for measure in headline:
        cuts = [list(measure.cuts(part.scale, ())) for part in (later, earlier)]
        parts = zip(sums_of(cuts[0], later), sums_of(cuts[1], earlier), strict=True)
        both = [difference_of(first, second) for first, second in parts]
        whole = [(cut, measure.id + DIFFERENCE, sums) for cut, sums in zip(cuts[0], both, strict=True)]
        split = [part for cut, name, sums in whole for part in _split(cut, name, sums)]
        every = sorted([*whole, *split], key=lambda each: cuts[0].index(each[0]))
        n_categories = later.scale.n_categories
        for (cut, name, sums), drawn in zip(every, replicated([each[2] for each in every], resampling), strict=True):
            yield estimate_from(question, name, cut.level, sums, drawn, resampling, n_categories=n_categories)


def _split(cut: Cut, name: str, sums: Sums) -> Iterator[tuple[Cut, str, Sums]]:
    """The two parts of a difference of alphas, where it is one."""
    if cut.alpha is None or not isinstance(sums.figure, FigureDifference):
        return
    for part in (OBSERVED, EXPECTED):
        figure = DisagreementPart(cut.alpha.alpha, sums.figure, part)
        yield cut, name + part, replace(sums, figure=figure)


@dataclass(frozen=True, slots=True, eq=False)
class FigureDifference:
    """A figure on the first columns of the sums minus a figure on the rest."""

    later: Figure
    earlier: Figure
    split: int

    def statistics(self, rows: IntArray) -> FloatArray:
        """Raise ``TypeError``: the statistics of its two figures stand side by side in the sums."""
        raise TypeError(f"a difference is computed from the sums of two parts, not from {len(rows)} rows")

    def values(self, sums: FloatArray) -> FloatArray:
        """Return later minus earlier for each row of sums; NaN where either does not exist."""
        return self.later.values(sums[:, : self.split]) - self.earlier.values(sums[:, self.split :])

    def undefined_because(self, sums: FloatArray) -> str | None:
        """Return the reason of the first of the two that does not exist."""
        earlier = self.earlier.undefined_because(sums[self.split :])
        return self.later.undefined_because(sums[: self.split]) or earlier


@dataclass(frozen=True, slots=True, eq=False)
class DisagreementPart:
    """What of a difference of two alphas comes from D_o (``_observed``), and what from D_e (``_expected``).

    α₂ − α₁ = −(o₂ − o₁)(1/e₁ + 1/e₂)/2 − (1/e₂ − 1/e₁)(o₁ + o₂)/2: each factor's change at the mean of the other
    (Kitagawa 1955, *Journal of the American Statistical Association* 50(272), 1168–1194).
    """

    alpha: TableAlpha | OrdinalAlpha | IntervalAlpha
    difference: FigureDifference
    part: str

    def statistics(self, rows: IntArray) -> FloatArray:
        """Raise ``TypeError``: the statistics of both alphas stand side by side in the sums."""
        return self.difference.statistics(rows)

    def values(self, sums: FloatArray) -> FloatArray:
        """Return the part for each row of sums; NaN where either alpha does not exist."""
        split = self.difference.split
        later, earlier = (self.alpha.disagreements(part) for part in (sums[:, :split], sums[:, split:]))
        with np.errstate(divide="ignore", invalid="ignore"):
            inverse = 1 / later.expected, 1 / earlier.expected
            if self.part == OBSERVED:
                found = -(later.observed - earlier.observed) * (inverse[0] + inverse[1]) / 2
            else:
                found = -(inverse[0] - inverse[1]) * (later.observed + earlier.observed) / 2
        return np.where(np.isfinite(found), found, np.nan)

    def undefined_because(self, sums: FloatArray) -> str | None:
        """Return the reason of the first of the two alphas that does not exist."""
        return self.difference.undefined_because(sums)


def difference_of(later: Sums, earlier: Sums) -> Sums:
    """Return the sums of two parts side by side, one row for every cluster either of them has, and their difference.

    All these clusters are drawn together: those both parts have in both at once. Drawing those of one part only by
    themselves would make a part that has one such cluster look as if it could never have had another.
    """
    return replace(
        side_by_side(later, earlier), figure=FigureDifference(later.figure, earlier.figure, later.rows.shape[1])
    )


def side_by_side(later: Sums, earlier: Sums) -> Sums:
    """The sums of two parts side by side, a row for each cluster of either."""
    clusters = np.union1d(later.clusters, earlier.clusters)
    split, width = later.rows.shape[1], later.rows.shape[1] + earlier.rows.shape[1]
    rows, sizes = np.zeros((len(clusters), width)), np.zeros(len(clusters), dtype=np.int64)
    for part, columns in ((later, slice(split)), (earlier, slice(split, width))):
        places = np.searchsorted(clusters, part.clusters)
        rows[places, columns], sizes[places] = part.rows, part.sizes
    coverage = Coverage(
        later.coverage.n_units + earlier.coverage.n_units,
        later.coverage.n_pairable + earlier.coverage.n_pairable,
        max(later.coverage.n_annotators, earlier.coverage.n_annotators),
        _mean_of(later.coverage, earlier.coverage),
    )
    return Sums(
        figure=later.figure,
        rows=rows,
        sizes=sizes,
        clusters=clusters,
        n_clusters=min(later.n_clusters, earlier.n_clusters),
        n_values=later.n_values + earlier.n_values,
        coverage=coverage,
    )


def _mean_of(later: Coverage, earlier: Coverage) -> float:
    n = later.n_pairable + earlier.n_pairable
    return (later.per_unit * later.n_pairable + earlier.per_unit * earlier.n_pairable) / n if n else 0.0
