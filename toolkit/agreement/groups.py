"""Agreement within parts of the units (clusters, rounds, any column), and how far two parts differ."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from toolkit.agreement.alpha import IntervalAlpha, OrdinalAlpha, TableAlpha
from toolkit.agreement.differences import difference_estimates, side_by_side
from toolkit.agreement.estimate import Estimate
from toolkit.agreement.estimation import estimate_from, estimates_of
from toolkit.agreement.figure import Figure
from toolkit.agreement.joint_units import joined
from toolkit.agreement.measures import Measure, headline_measures
from toolkit.agreement.ratings import MISSING, Ratings
from toolkit.agreement.reading import Rated, Reading
from toolkit.agreement.resampling import Resampling
from toolkit.agreement.sums import Sums, sums_of
from toolkit.files.arrays import FloatArray, IntArray

POOLED = "_pooled"
"""What follows the id of alpha where what is to be expected is that of all parts together."""

MOST_POOLED = 100
"""Parts beyond which no alpha with pooled expectation is computed."""

ALPHA = "krippendorff_alpha"

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


def group_of_annotators(annotators: Sequence[Hashable], grouping: Grouping) -> dict[str, str]:
    """Return the group of each annotator by name, where ``grouping`` divides annotators; ``annotators`` are those of
    its entries. Who is in no group is left out.
    """
    return {
        str(annotator): grouping.groups[place]
        for annotator, place in zip(annotators, grouping.group.tolist(), strict=True)
        if place != MISSING
    }


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Parts:
    """What lies in each of the ``groups``: a part of the ratings, or of the units counted by their values.

    Where single units are drawn, ``joint`` returns the same parts with units as clusters, numbered alike in all of
    them, for one may lie in several; None where clusters are drawn. ``n_ungrouped`` units, or annotators, are in no
    group. ``group_of`` says to which group an annotator belongs, where annotators are divided and not units.
    """

    groups: tuple[str, ...]
    each: Sequence[Rated]
    joint: Callable[[], Sequence[Rated]] | None
    n_ungrouped: int
    group_of: Mapping[str, str] | None = None


def parts_of(ratings: Ratings, grouping: Grouping, *, of_annotators: bool) -> Parts:
    """Return the parts of ratings whose entries, or, ``of_annotators``, whose annotators ``grouping`` divides."""
    divided = ratings.annotator if of_annotators else ratings.unit
    group_of = None
    if of_annotators:
        group_of = group_of_annotators([ratings.annotators[code] for code in ratings.annotator], grouping)

    def joint() -> Sequence[Rated]:
        alone = replace(ratings, clusters=ratings.units, cluster_of_unit=np.arange(len(ratings.units)))
        return tuple(_parts(alone, grouping))

    return Parts(
        groups=grouping.groups,
        each=tuple(_parts(ratings, grouping)),
        joint=joint if ratings.cluster_of_unit is None else None,
        n_ungrouped=len(np.unique(divided[grouping.group == MISSING])),
        group_of=group_of,
    )


def group_estimates(
    question: str,
    by: str,
    parts: Parts,
    *,
    read: Callable[[Rated], Reading],
    measures: Sequence[Measure],
    resampling: Resampling,
    compared: Sequence[tuple[str, str]] = (),
) -> Iterator[Estimate]:
    """Yield the estimates of every group in turn, then for each ``compared`` pair (later, earlier) later minus earlier.

    ``read`` makes the reading of a part. The replicates of a difference draw the clusters of both parts together; the
    intervals of several differences hold together.
    Measures that name annotators are not computed within parts.
    """
    chosen = [measure for measure in measures if not measure.names_annotators]
    readings = {name: read(part) for name, part in zip(parts.groups, parts.each, strict=True)}
    for name, reading in readings.items():
        usable = [measure for measure in chosen if measure.cannot_handle(reading.scale) is None]
        for estimate in estimates_of(question, reading, usable, resampling):
            yield replace(estimate, about="group", by=by, group=name)
    pooling = 2 <= len(readings) <= MOST_POOLED
    if (compared or pooling) and parts.joint is not None:
        readings = joined({name: read(part) for name, part in zip(parts.groups, parts.joint(), strict=True)})
    for name, estimate in pooled_estimates(question, readings, resampling) if pooling else ():
        yield replace(estimate, about="group", by=by, group=name)
    together = resampling.together(len(compared))
    for later, earlier in compared:
        for estimate in difference_estimates(question, readings[later], readings[earlier], chosen, together):
            yield replace(estimate, about="difference", by=by, group=later, against=earlier)


def pooled_estimates(
    question: str, readings: Mapping[str, Reading], resampling: Resampling
) -> Iterator[tuple[str, Estimate]]:
    """Yield by group 1 − D_o of the group / D_e of all groups together, for each alpha of the readings.

    A part may agree as the others do and yet have a low alpha, because one category dominates there and little
    disagreement is to be expected; here chance is the same for all. With the interval of the jackknife over clusters.
    """
    alpha = next(measure for measure in headline_measures() if measure.id == ALPHA)
    if any(alpha.cannot_handle(reading.scale) for reading in readings.values()):
        return
    cuts = {name: list(alpha.cuts(reading.scale, ())) for name, reading in readings.items()}
    sums = {name: sums_of(cuts[name], reading) for name, reading in readings.items()}
    for place, cut in enumerate(next(iter(cuts.values()))):
        together = [sums[name][place] for name in readings]
        whole = _added_up(together)
        for name, one in zip(readings, together, strict=True):
            level = cuts[name][place].alpha
            if level is None:
                continue
            beside = side_by_side(one, whole)
            pooled = replace(
                beside,
                figure=PooledAlpha(level.alpha, one.figure, one.rows.shape[1]),
                n_clusters=one.n_clusters,
                coverage=one.coverage,
                n_values=one.n_values,
                lowest=-1.0,
            )
            n_categories = readings[name].scale.n_categories
            yield (
                name,
                estimate_from(question, ALPHA + POOLED, cut.level, pooled, None, resampling, n_categories=n_categories),
            )


def _added_up(parts: Sequence[Sums]) -> Sums:
    """All parts together, a row for each cluster."""
    clusters = np.unique(np.concatenate([part.clusters for part in parts]))
    rows, sizes = np.zeros((len(clusters), parts[0].rows.shape[1])), np.zeros(len(clusters), dtype=np.int64)
    for part in parts:
        places = np.searchsorted(clusters, part.clusters)
        rows[places] += part.rows
        sizes[places] = part.sizes
    return replace(parts[0], rows=rows, clusters=clusters, sizes=sizes)


@dataclass(frozen=True, slots=True, eq=False)
class PooledAlpha:
    """Alpha of a part against what is to be expected in the whole: the part's sums, then the whole's."""

    alpha: TableAlpha | OrdinalAlpha | IntervalAlpha
    figure: Figure
    split: int

    def statistics(self, rows: IntArray) -> FloatArray:
        """Raise ``TypeError``: the statistics of part and whole stand side by side in the sums."""
        raise TypeError(f"computed from the sums of a part and the whole, not from {len(rows)} rows")

    def values(self, sums: FloatArray) -> FloatArray:
        """Return 1 − D_o / D_e for each row of sums; NaN without overlap in the part or variation in the whole."""
        return self.alpha.against(sums[:, : self.split], sums[:, self.split :])

    def undefined_because(self, sums: FloatArray) -> str | None:
        """Return ``no overlap``, or why the whole has no alpha."""
        if not np.isnan(self.values(sums[None, :])[0]):
            return None
        return self.figure.undefined_because(sums[self.split :]) or "no overlap"


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
