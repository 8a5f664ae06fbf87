"""Agreement within parts of the units (clusters, rounds, any column), and how far two parts differ."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from toolkit.agreement.estimate import Estimate
from toolkit.agreement.estimation import estimate_from, estimates_of, replicated
from toolkit.agreement.figure import Figure
from toolkit.agreement.measures import Measure
from toolkit.agreement.ratings import MISSING, Ratings
from toolkit.agreement.reading import Coverage, Reading
from toolkit.agreement.resampling import Resampling
from toolkit.agreement.sums import Sums, sums_of
from toolkit.files.arrays import FloatArray, IntArray

DIFFERENCE = "_difference"
"""What follows the id of a measure where its figure in one part is subtracted from that in another."""

INTRA = "_intra_annotator"
"""What follows the id of a measure that compares annotators with their own earlier coding."""


@dataclass(frozen=True, slots=True, eq=False)
class Grouping:
    """Which group each entry of the ratings belongs to: ``group`` are places in ``groups``, ``MISSING`` where none."""

    groups: tuple[str, ...]
    group: IntArray


def grouping_of(groups: Sequence[str | None], *, ordered: Callable[[Iterable[str]], Iterable[str]] = tuple) -> Grouping:
    """Return the grouping of entries by the name of their group, as they appear or ``ordered``; None is in no group."""
    names = tuple(ordered(dict.fromkeys(group for group in groups if group is not None)))
    place: dict[str | None, int] = {name: code for code, name in enumerate(names)}
    return Grouping(names, np.asarray([place.get(group, MISSING) for group in groups], dtype=np.int64))


def group_estimates(
    question: str,
    ratings: Ratings,
    by: str,
    grouping: Grouping,
    *,
    read: Callable[[Ratings], Reading],
    measures: Sequence[Measure],
    resampling: Resampling,
    compared: Sequence[tuple[str, str]] = (),
) -> Iterator[Estimate]:
    """Yield the estimates of every group in turn, then for each ``compared`` pair (later, earlier) later minus earlier.

    ``read`` makes the reading of a part. The replicates of a difference draw the clusters of both parts together.
    Measures that name annotators are not computed within parts.
    """
    chosen = [measure for measure in measures if not measure.names_annotators]
    readings = {name: read(part) for name, part in zip(grouping.groups, _parts(ratings, grouping), strict=True)}
    for name, reading in readings.items():
        usable = [measure for measure in chosen if measure.cannot_handle(reading.scale) is None]
        for estimate in estimates_of(question, reading, usable, resampling):
            yield replace(estimate, about="group", by=by, group=name)
    if compared and ratings.cluster_of_unit is None:  # units both groups have are drawn jointly: each is a cluster
        alone = replace(ratings, clusters=ratings.units, cluster_of_unit=np.arange(len(ratings.units)))
        readings = {name: read(part) for name, part in zip(grouping.groups, _parts(alone, grouping), strict=True)}
    for later, earlier in compared:
        for estimate in difference_estimates(question, readings[later], readings[earlier], chosen, resampling):
            yield replace(estimate, about="difference", by=by, group=later, against=earlier)


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
        for cut, sums, drawn in zip(cuts[0], both, replicated(both, resampling), strict=True):
            name, n_categories = measure.id + DIFFERENCE, later.scale.n_categories
            yield estimate_from(question, name, cut.level, sums, drawn, resampling, n_categories=n_categories)


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


def difference_of(later: Sums, earlier: Sums) -> Sums:
    """Return the sums of two parts side by side, one row for every cluster either of them has, and their difference.

    All these clusters are drawn together: those both parts have in both at once. Drawing those of one part only by
    themselves would make a part that has one such cluster look as if it could never have had another.
    """
    clusters = np.union1d(later.clusters, earlier.clusters)
    split, width = later.rows.shape[1], later.rows.shape[1] + earlier.rows.shape[1]
    rows = np.zeros((len(clusters), width))
    rows[np.searchsorted(clusters, later.clusters), :split] = later.rows
    rows[np.searchsorted(clusters, earlier.clusters), split:] = earlier.rows
    coverage = Coverage(
        later.coverage.n_units + earlier.coverage.n_units,
        later.coverage.n_pairable + earlier.coverage.n_pairable,
        max(later.coverage.n_annotators, earlier.coverage.n_annotators),
        _mean_of(later.coverage, earlier.coverage),
    )
    return Sums(
        figure=FigureDifference(later.figure, earlier.figure, split),
        rows=rows,
        sizes=np.ones(len(clusters), dtype=np.int64),
        clusters=clusters,
        n_clusters=min(later.n_clusters, earlier.n_clusters),
        n_values=later.n_values + earlier.n_values,
        coverage=coverage,
    )


def _mean_of(later: Coverage, earlier: Coverage) -> float:
    n = later.n_pairable + earlier.n_pairable
    return (later.per_unit * later.n_pairable + earlier.per_unit * earlier.n_pairable) / n if n else 0.0


def _parts(ratings: Ratings, grouping: Grouping) -> Iterator[Ratings]:
    """The ratings of each group, in the groups' order; units and clusters keep their numbers."""
    order = np.argsort(grouping.group, kind="stable")
    ends = np.searchsorted(grouping.group[order], np.arange(MISSING, len(grouping.groups)), side="right")
    for first, last in pairwise(ends.tolist()):
        chosen = order[first:last]
        yield replace(
            ratings,
            unit=ratings.unit[chosen],
            annotator=ratings.annotator[chosen],
            value=ratings.value[chosen],
        )
