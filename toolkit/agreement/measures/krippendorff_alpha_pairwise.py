"""Krippendorff's alpha of each pair of annotators, on the units both coded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from toolkit.agreement.measures import Cut, Measure, distances_fit, pairs_of
from toolkit.agreement.scale import Scale


def _cuts(scale: Scale, annotators: Sequence[str]) -> Iterator[Cut]:
    for one, other in pairs_of(annotators):
        for level in scale.alphas:
            yield Cut(
                figure=level.alpha,
                level=level.name,
                reads=level.reads,
                columns=(one, other),
                annotator=annotators[one],
                other_annotator=annotators[other],
            )


MEASURE = Measure(
    id="krippendorff_alpha_pairwise",
    title="Krippendorff's alpha of a pair of annotators",
    source="Krippendorff (2004), Content Analysis, 2nd ed., ch. 11",
    place=60,
    cannot_handle=distances_fit,
    cuts=_cuts,
    names_annotators=True,
)
