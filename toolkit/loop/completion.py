"""How far a round is: which of its sentences have as many annotations that count as they are planned to have."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from toolkit.loop.answers import annotations_of
from toolkit.study import adoptions, annotators, rounds
from toolkit.study.database import Database
from toolkit.study.records import GOLD, Annotation
from toolkit.study.round_endings import State


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


@dataclass(frozen=True, slots=True)
class Completion:
    """How far a round is, and whether it is done, as of the last pull. Counts are of sentences."""

    round: str
    state: State
    """Whether it is open, closed (no more work is asked for) or discarded (it counts for nothing)."""
    sentences: int
    done: int
    """With as many counted annotations as planned: the number that ``status`` shows."""
    given_up: int
    """Not done, and nothing more comes of them: as many as planned have coded or skipped them and nobody is left who
    has not, or, in an adopted round, they were deleted on the server."""
    stuck: int
    """Not done, and as things stand they cannot be: too few people are registered who have not met them, or they are
    not on the server. They wait for the lead."""

    @property
    def is_done(self) -> bool:
        """Whether nothing more is waited for: each sentence is done or given up, or the round was ended."""
        return self.state != "open" or (self.sentences > 0 and self.done + self.given_up == self.sentences)


def completion(database: Database, round_name: str) -> Completion:
    """Return how far a round is, of coding or of adjudication, from what was pulled.

    It is **done** when every sentence has as many counted annotations as planned, those of escalations included. A
    sentence that people skipped, and that nobody registered is left for, is not waited for; one for which too few are
    registered is, since somebody may yet be. A round that was closed or discarded is done as it stands. Who codes an
    adopted round is not known before they have; what was deleted from it is waited for no more.
    """
    current = rounds.get(database, round_name)
    people = frozenset(person.pseudonym for person in annotators.registered(database, round=round_name))
    is_adopted = adoptions.find(database, round_name) is not None
    counted: Counter[str] = Counter()
    met: dict[str, set[str]] = defaultdict(set)
    through: dict[str, set[str]] = defaultdict(set)
    for annotation in annotations_of(database, round_name, with_answers=False):
        met[annotation.sentence_id].add(annotation.annotator)
        counted[annotation.sentence_id] += fills_a_place(annotation)
        if fills_a_place(annotation) or annotation.excluded_because == "skipped":
            through[annotation.sentence_id].add(annotation.annotator)
    entries = list(rounds.ledger(database, round_name))
    coverage = Coverage({entry.sentence_id: entry.annotators_wanted for entry in entries}, counted)
    given_up = stuck = 0
    for entry in entries:
        left = people - met[entry.sentence_id]
        if coverage.is_done(entry.sentence_id):
            continue
        if entry.remote_id is None:
            given_up, stuck = given_up + is_adopted, stuck + (not is_adopted)
        elif len(through[entry.sentence_id] | left) < entry.annotators_wanted:
            stuck += not is_adopted
        elif not left:
            given_up += 1
    return Completion(round_name, current.state, len(entries), coverage.done, given_up, stuck)
