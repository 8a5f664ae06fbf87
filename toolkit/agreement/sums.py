"""A figure with the sums it is computed from: all that resampling and leaving out need."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from toolkit.agreement.figure import Figure
from toolkit.agreement.made_up import MadeUp, made_up_units
from toolkit.agreement.measures import Cut
from toolkit.agreement.patterns import Patterns
from toolkit.agreement.reading import Coverage, Reading
from toolkit.agreement.reason import Reason
from toolkit.agreement.summed_numbers import OF_AGREEMENT, OF_ALPHA, SummedNumbers
from toolkit.files.arrays import FloatArray, IntArray

OnStep = Callable[[int, int], None]
"""Called with how many steps of something long are done, and how many there are."""

_COUNTS_AT_ONCE = 16_000_000


def unwatched(done: int, total: int) -> None:
    """Nobody wants to know how far it is."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Sums:
    """A figure, the statistics it is computed from, and what they rest on.

    ``rows`` (G × K) are summed per cluster, or per pattern where units are drawn; ``sizes`` says how many identical
    ones each row stands for, ``clusters`` which clusters they are (empty where units are drawn). ``n_clusters`` counts
    those that hold a unit with two values.
    """

    figure: Figure
    rows: FloatArray
    sizes: IntArray
    clusters: IntArray
    n_clusters: int
    n_values: int
    coverage: Coverage
    lowest: float | None = None
    """The worst value there could be of a figure whose best is 1, whose interval is the jackknife's; None for others
    (differences, shares of a whole)."""
    in_odds: bool = False
    """Whether the jackknife is that of log odds: of shares that may truly be anything from 0 to 1."""
    n_telling: int | None = None
    """Clusters (units) that can move the figure, where not all of ``n_clusters`` can: those with the category."""
    n_compared: int = 0
    """What disagreement is counted in: units (tokens, characters) with two values."""
    made_up: MadeUp | None = None
    named: bool = False
    """Whether it is about annotators by name, so that others would be another figure."""
    without_annotator: FloatArray | Reason | None = None
    """The figure with one annotator left out, for each, or why that cannot be; None where the interval is about these
    annotators."""

    @property
    def totals(self) -> FloatArray:
        """The statistics of the whole sample."""
        return np.asarray(self.sizes.astype(np.float64) @ self.rows)

    @property
    def left_out(self) -> FloatArray:
        """The statistics with one cluster left out, for each row (G × K)."""
        return np.asarray(self.totals - self.rows)


def sums_of(cuts: Sequence[Cut], reading: Reading, *, on_step: OnStep = unwatched) -> list[Sums]:
    """Return the statistics of each cut, summed per cluster or pattern; cuts on the same patterns are added up
    together.
    """
    if reading.summed is not None:
        return [_of_summed(cut, reading.summed) for cut in cuts]
    together: defaultdict[tuple[object, ...], list[int]] = defaultdict(list)
    for place, cut in enumerate(cuts):
        together[cut.columns, _counts_suffice(cut), cut.counts_single_units].append(place)
    found: dict[int, Sums] = {}
    n_kinds = reading.scale.n_values
    for step, places in enumerate(together.values(), start=1):
        on_step(step, len(together))
        first = cuts[places[0]]
        patterns = reading.patterns if _counts_suffice(first) else reading.matrix.patterns(first.columns)
        pairable = patterns.pairable()
        used = patterns if first.counts_single_units else pairable
        statistics = [_statistics(cuts[place], used, n_kinds) for place in places]
        rows, sizes = used.grouped(np.hstack(statistics))
        clusters = used.clusters
        n_clusters, n_values = pairable.n_clusters, pairable.n_values
        coverage, use = reading.coverage_of(first.columns, patterns), pairable.use(n_kinds)
        ends = np.cumsum([part.shape[1] for part in statistics])
        for place, part in zip(places, np.split(rows, ends[:-1], axis=1), strict=True):
            cut = cuts[place]
            found[place] = Sums(
                figure=cut.figure,
                rows=part,
                sizes=sizes,
                clusters=clusters,
                n_clusters=n_clusters,
                n_values=n_values,
                coverage=coverage,
                lowest=cut.lowest,
                n_telling=None if cut.tells is None else int(sizes[cut.tells(part)].sum()),
                n_compared=pairable.n_units,
                named=cut.annotator is not None,
                made_up=_made_up(cut, use, n_values / max(pairable.n_units, 1), patterns),
            )
    return [found[place] for place in range(len(cuts))]


def _of_summed(cut: Cut, numbers: SummedNumbers) -> Sums:
    """The same of numbers that were added up where they are, of which there is alpha and percent agreement."""
    if cut.columns is not None or cut.reads != "values":
        raise TypeError(f"{cut.level} is not computed from sums of numbers")
    rows = numbers.statistics(OF_AGREEMENT if cut.alpha is None else OF_ALPHA)
    per_unit = numbers.coverage.per_unit
    return Sums(
        figure=cut.figure,
        rows=rows,
        sizes=numbers.sizes,
        clusters=np.empty(0, dtype=np.int64) if numbers.clusters is None else numbers.clusters,
        n_clusters=numbers.n_clusters,
        n_values=numbers.n_values,
        coverage=numbers.coverage,
        lowest=cut.lowest,
        n_compared=numbers.coverage.n_pairable,
        made_up=made_up_units(cut.figure.statistics, numbers.use, per_unit, width=max(round(per_unit), 2)),
    )


def _made_up(cut: Cut, use: IntArray, per_unit: float, patterns: Patterns) -> MadeUp | None:
    width = None
    if (
        patterns.holds_codes and cut.reads != "counts"
    ):  # where annotators are interchangeable, one place a value will do
        width = patterns.rows.shape[1] if cut.reads == "codes" else max(round(per_unit), 2)
    return made_up_units(cut.figure.statistics, use, per_unit, width=width)


def _counts_suffice(cut: Cut) -> bool:
    """Whether annotators are interchangeable and all count; otherwise it takes codes."""
    return cut.columns is None and cut.reads != "codes"


def _statistics(cut: Cut, patterns: Patterns, n_values: int) -> FloatArray:
    if cut.reads != "counts" or not patterns.holds_codes:
        return cut.figure.statistics(patterns.rows)
    at_once = max(_COUNTS_AT_ONCE // max(n_values, 1), 1)
    parts = [
        cut.figure.statistics(patterns.counts(slice(first, first + at_once), n_values))
        for first in range(0, max(len(patterns.rows), 1), at_once)
    ]
    return np.concatenate(parts)
