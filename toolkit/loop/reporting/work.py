"""How the work on a round went: who coded how much on which day, and how far the round is."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from toolkit.loop.completion import Coverage, fills_a_place
from toolkit.study.records import Annotation


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundCoverage:
    """How many sentences of a round have how many annotations that count."""

    n_planned: int | None
    """Sentences of the round; None where only what was coded is known (an export of before assignments, a table)."""
    n_done: int | None
    """Sentences with as many annotations as planned; None as well."""
    n_coded: int
    """Sentences with any."""
    n_several: int
    """Sentences with two or more."""
    by_number: Mapping[int, int]
    """Sentences by how many annotations that count they have, 0 among them where it is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOfWork:
    """What one annotator submitted on one day (UTC)."""

    annotator: str
    day: str
    n: int
    """Sentences."""
    total: int
    """Sentences up to and with this day."""


def coverage_of(annotations: Iterable[Annotation], planned: Mapping[str, int] | None) -> RoundCoverage:
    """Return how far a round is; ``planned`` is how many annotators each of its sentences is to have."""
    counted = Counter(one.sentence_id for one in annotations if fills_a_place(one))
    numbers = Counter(counted.values())
    if planned is not None:
        numbers[0] += sum(1 for sentence_id in planned if sentence_id not in counted)
    return RoundCoverage(
        n_planned=None if planned is None else len(planned),
        n_done=None if planned is None else Coverage(planned, counted).done,
        n_coded=len(counted),
        n_several=sum(n > 1 for n in counted.values()),
        by_number={n: numbers[n] for n in sorted(numbers) if numbers[n]},
    )


def days_of_work(annotations: Iterable[Annotation]) -> tuple[DayOfWork, ...]:
    """Return each annotator's days with work that counts, by pseudonym and day."""
    by_annotator: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for one in annotations:
        if fills_a_place(one):
            by_annotator[one.annotator][one.created_at.date().isoformat()] += 1
    found = []
    for annotator in sorted(by_annotator):
        total = 0
        for day, n in sorted(by_annotator[annotator].items()):
            total += n
            found.append(DayOfWork(annotator=annotator, day=day, n=n, total=total))
    return tuple(found)
