"""Which rounds a study has, and how each stands."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.loop.answers import annotations_of
from toolkit.study import adoptions, annotators, round_names, rounds
from toolkit.study.database import Database
from toolkit.study.folder import Study
from toolkit.study.round_endings import State


@dataclass(frozen=True, slots=True)
class ListedRound:
    """A round as of the last pull."""

    round: str
    state: State
    """Whether it is open, closed (no more work is asked for) or discarded (it counts for nothing)."""
    codebook: str
    """The version in force now."""
    sentences: int
    coded: int
    """Sentences with at least one annotation that counts."""
    annotators: int
    """People with at least one annotation that counts."""
    registered: int
    """People who are registered for it."""
    pulled_at: str | None
    project_id: int | None
    is_adopted: bool
    """Whether its project is somebody else's, and only read."""
    former_names: tuple[str, ...]


def listed(study: Study) -> tuple[ListedRound, ...]:
    """Return every round of the study, oldest first, closed and discarded ones included; the server is not asked."""
    with study.database() as database:
        return tuple(_listed(database, name) for name in rounds.names(database, discarded=True))


def _listed(database: Database, name: str) -> ListedRound:
    current = rounds.get(database, name)
    coded, people = set(), set()
    for annotation in annotations_of(database, name, with_answers=False):
        if annotation.excluded_because is None:
            coded.add(annotation.sentence_id)
            people.add(annotation.annotator)
    return ListedRound(
        round=name,
        state=current.state,
        codebook=rounds.codebook_versions(database, name)[-1].version,
        sentences=sum(1 for _ in rounds.ledger(database, name)),
        coded=len(coded),
        annotators=len(people),
        registered=len(annotators.registered(database, round=name)),
        pulled_at=current.last_pull,
        project_id=current.project_id,
        is_adopted=adoptions.find(database, name) is not None,
        former_names=round_names.former_names(database, name),
    )
