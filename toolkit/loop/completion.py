"""How far a round is: which of its sentences have as many annotations that count as they are planned to have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from toolkit.study import rounds
from toolkit.study.database import Database
from toolkit.study.records import GOLD, Annotation


@dataclass(frozen=True, slots=True)
class Coverage:
    """Sentences of a round by how many annotators each is planned to have, and by how many annotations count."""

    planned: Mapping[str, int]
    counted: Mapping[str, int]
    """Annotations that count, by sentence; those without any may be left out."""

    @property
    def done(self) -> int:
        """Sentences with as many counted annotations as planned."""
        return sum(self.is_done(sentence_id) for sentence_id in self.planned)

    @property
    def begun(self) -> int:
        """Sentences with at least one counted annotation, but fewer than planned."""
        return sum(0 < self.counted.get(sentence_id, 0) < n for sentence_id, n in self.planned.items())

    @property
    def planned_overlap(self) -> Mapping[int, int]:
        """Sentences by how many annotators they are planned to have."""
        return dict(sorted(Counter(self.planned.values()).items()))

    @property
    def actual_overlap(self) -> Mapping[int, int]:
        """Sentences by how many annotations count."""
        return dict(sorted(Counter(self.counted.get(sentence_id, 0) for sentence_id in self.planned).items()))

    def is_done(self, sentence_id: str) -> bool:
        """Return whether the sentence has as many counted annotations as planned."""
        return self.counted.get(sentence_id, 0) >= self.planned[sentence_id]


def fills_a_place(annotation: Annotation) -> bool:
    """Return whether an annotation is one of those its sentence is planned to have; one of gold is, too."""
    return annotation.excluded_because in {None, GOLD}


def planned_annotators(database: Database, round_name: str) -> Mapping[str, int]:
    """Return how many annotators each sentence of a round is planned to have."""
    return {entry.sentence_id: entry.annotators_wanted for entry in rounds.ledger(database, round_name)}
