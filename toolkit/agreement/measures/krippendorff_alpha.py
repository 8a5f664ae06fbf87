"""Krippendorff's alpha over all annotators, at the level of the question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from toolkit.agreement.measures import Cut, Measure, distances_fit
from toolkit.agreement.scale import Scale


def _cuts(scale: Scale, _annotators: Sequence[str]) -> Iterator[Cut]:
    for level in scale.alphas:
        yield Cut(figure=level.alpha, level=level.name, reads=level.reads, alpha=level)


MEASURE = Measure(
    id="krippendorff_alpha",
    title="Krippendorff's alpha",
    source="Krippendorff (2004), Content Analysis, 2nd ed., ch. 11, pp. 221-236",
    place=0,
    cannot_handle=distances_fit,
    cuts=_cuts,
)
