"""What was coded in all, over every question: what a methods section begins with."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence

from toolkit.agreement.coded_question import CodedQuestion, CodedSpans
from toolkit.agreement.ratings import MISSING
from toolkit.loop.agreement.report import Sample


def sample_of(questions: Sequence[CodedQuestion | CodedSpans]) -> Sample:
    """Return how many units, clusters and annotators have an answer to any of the questions."""
    units, pairable, clusters, annotators = (set[Hashable]() for _ in range(4))
    for question in questions:
        of_question = set[Hashable]()
        for unit, annotator, cluster in _entries(question):
            (pairable if unit in of_question else of_question).add(unit)
            annotators.add(annotator)
            clusters.add(cluster)
        units |= of_question
    return Sample(
        n_units=len(units),
        n_pairable=len(pairable),
        n_clusters=None if None in clusters else len(clusters),
        n_annotators=len(annotators),
    )


def _entries(question: CodedQuestion | CodedSpans) -> Iterator[tuple[Hashable, Hashable, Hashable | None]]:
    """Unit, annotator and cluster of every answer; the cluster None where single units are resampled."""
    if isinstance(question, CodedSpans):
        clusters: Sequence[Hashable | None] = question.clusters or [None] * len(question.units)
        yield from zip(question.units, question.annotators, clusters, strict=True)
        return
    ratings = question.ratings
    given = ratings.value != MISSING
    for unit, annotator in zip(ratings.unit[given].tolist(), ratings.annotator[given].tolist(), strict=True):
        of_unit = None if ratings.cluster_of_unit is None else ratings.clusters[int(ratings.cluster_of_unit[unit])]
        yield ratings.units[unit], ratings.annotators[annotator], of_unit
