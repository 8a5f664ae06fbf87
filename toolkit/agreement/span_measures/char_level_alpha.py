"""Character-level alpha: nominal alpha with every character a unit, its value the set of labels it is covered by.

Krippendorff (2004), *Content Analysis*, 2nd ed., ch. 11 (nominal alpha), applied to characters. Where labels do not
overlap the values are the labels and "outside". Whoever coded a unit gave each of its characters a value, the empty
set where nothing was marked; whoever did not gave none. Characters of one span are not independent of each other: the
interval has to come from resampled clusters or units, never from characters.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from toolkit.agreement.made_up import made_up_units
from toolkit.agreement.span_measures import SpanCut, SpanMeasure, each_label
from toolkit.agreement.spans.codings import SpanCodings, UnitStatistics
from toolkit.agreement.spans.segments import segments
from toolkit.files.arrays import FloatArray, IntArray

ID = "char_level_alpha"


@dataclass(frozen=True, slots=True)
class CharLevelAlpha:
    """Nominal alpha over label sets from sums of disagreement and counts of each value."""

    id: str = ID

    def statistics(self, rows: IntArray) -> FloatArray:
        """Return disagreement over characters with these counts of values (characters × values), then the counts."""
        m = rows.sum(axis=1)
        return np.column_stack([(m**2 - (rows**2).sum(axis=1)) / (m - 1), rows])

    def values(self, sums: FloatArray) -> FloatArray:
        """Return alpha for each row of sums (R × K → R); NaN without variation."""
        given = sums[:, 1:]
        n = given.sum(axis=1)
        unlike = n**2 - (given**2).sum(axis=1)
        ratio = np.divide(sums[:, 0], unlike, out=np.full_like(n, np.nan), where=unlike > 0)
        return np.asarray(1 - (n - 1) * ratio, dtype=np.float64)

    def undefined_because(self, sums: FloatArray) -> str | None:
        """Return ``no overlap`` or ``no variation``."""
        if sums[1:].sum() == 0:
            return "no overlap"
        return "no variation" if np.isnan(self.values(sums[None, :])[0]) else None


def char_level_statistics(codings: SpanCodings) -> UnitStatistics:
    """Return for each unit coded at least twice: disagreement over its characters, then characters × annotators per
    value.

    Values are the label sets in use, "nothing marked" first. For one label against the rest use
    ``codings.only_label(label)``.
    """
    cut = segments(codings)
    return UnitStatistics(cut.coincidences(), cut.cluster)


def _cuts(codings: SpanCodings) -> Iterator[SpanCut]:
    for label, theirs in each_label(codings):
        statistics = char_level_statistics(theirs)
        figure, use = CharLevelAlpha(), statistics.sums[1:].round().astype(np.int64)
        n_compared = int(theirs.pairable().length.sum())
        yield SpanCut(
            level="span" if label is None else f"span:{label}",
            codings=theirs,
            figure=figure,
            statistics=statistics,
            n_values=int(statistics.sums[1:].sum()),
            n_categories=statistics.rows.shape[1] - 1 if label is None else 2,
            lowest=-1.0,
            n_compared=n_compared,
            made_up=made_up_units(figure.statistics, use, use.sum() / max(n_compared, 1)),
            category=label,
        )


MEASURE = SpanMeasure(
    id=ID,
    title="Krippendorff's alpha of characters",
    source="Krippendorff (2004), Content Analysis, 2nd ed., ch. 11",
    place=3,
    cuts=_cuts,
)
