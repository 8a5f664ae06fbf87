"""Krippendorff's alpha without one annotator: where it rises, that annotator codes differently from the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from toolkit.agreement.measures import Cut, Measure, distances_fit
from toolkit.agreement.scale import Scale


def _cuts(scale: Scale, annotators: Sequence[str]) -> Iterator[Cut]:
    for left_out, name in enumerate(annotators):
        others = tuple(place for place in range(len(annotators)) if place != left_out)
        for level in scale.alphas:
            yield Cut(figure=level.alpha, level=level.name, reads=level.reads, columns=others, annotator=name)


MEASURE = Measure(
    id="krippendorff_alpha_leave_one_annotator_out",
    title="Krippendorff's alpha with one annotator left out",
    source="Krippendorff (2004), Content Analysis, 2nd ed., ch. 11",
    place=50,
    cannot_handle=distances_fit,
    cuts=_cuts,
    names_annotators=True,
)
