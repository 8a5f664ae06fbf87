"""Which sentences of a round get one annotator more, in which order, and what is expected of it; nothing is touched."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from toolkit.consensus.escalation import MOST_AT_ONCE, Greedy, count_limits, greedy
from toolkit.files.arrays import FloatArray
from toolkit.loop.escalating.labels import QuestionLabels
from toolkit.study.escalations import EscalatedLabel, EscalatedSentence, EscalationDesign
from toolkit.study.records import Annotation
from toolkit.study.rounds import LedgerEntry
from toolkit.study.sampling import random_order


@dataclass(frozen=True, slots=True)
class PlannedAnnotation:
    """One annotation more: the ``nth`` planned for its sentence, and the gain expected of it, given those before.

    Of several that are worth it only together, each has an even share.
    """

    sentence_id: str
    nth: int
    gain: float


@dataclass(frozen=True, slots=True)
class ExpectedChanges:
    """Labels on sentences that get an annotator more: how certain they are on average, and what is expected of them.

    ``changes`` are expected to become another; between ``low`` and ``high`` do in 95 of 100 cases if the model holds
    and labels change independently of each other. ``question`` is None over all of them.
    """

    question: str | None
    n_labels: int
    certainty: float | None
    gain: float
    changes: float
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class EscalationPlan:
    """What an escalation would ask for; ``annotations`` in the order of their gain, ``sentences`` in that of their
    first.
    """

    round: str
    design: EscalationDesign
    n_candidates: int
    """Sentences that have all the annotations they were planned to have, and on which somebody more can be asked."""
    left_out: Mapping[str, int]
    """Sentences that are no candidates, by reason."""
    annotations: tuple[PlannedAnnotation, ...]
    ended_by: str
    """``budget``; ``gain``: no other annotation is expected to gain enough; ``room``: nobody is left to ask."""
    expected: ExpectedChanges
    by_question: tuple[ExpectedChanges, ...]
    sentences: tuple[EscalatedSentence, ...]


@dataclass(slots=True)
class Coding:
    """What a round's annotations say of each sentence: how many count, who has seen it, and what stands in the way."""

    counted: Counter[str] = field(default_factory=Counter)
    seen_by: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    not_counted: Counter[str] = field(default_factory=Counter)
    """Annotations that Label Studio counts and we do not."""
    in_earlier_project: set[str] = field(default_factory=set)

    def take(self, annotation: Annotation, *, project: int) -> None:
        """Take an annotation of the round, which now has its project of this number."""
        sentence_id = annotation.sentence_id
        self.seen_by[sentence_id].add(annotation.annotator)
        if annotation.project != project:
            self.in_earlier_project.add(sentence_id)
        if annotation.excluded_because is None:
            self.counted[sentence_id] += 1
        elif not annotation.skipped:
            self.not_counted[sentence_id] += 1


OUTSTANDING, NOT_THERE, EARLIER = "annotations outstanding", "not on the server", "coded in an earlier project"
NOT_COUNTED, CHANGED, NOBODY = "annotations that do not count", "changed since the last pull", "nobody left to ask"
UNANSWERED, SETTLED = "no answer to these questions", "decided by a person or known in advance"


def candidates(
    entries: Sequence[LedgerEntry],
    coding: Coding,
    registered: Collection[str],
    *,
    changed: Collection[str] = (),
    answered: Collection[str],
    settled: Collection[str] = (),
) -> tuple[dict[str, int], dict[str, int]]:
    """Return how many annotators more each sentence may get, and how many sentences are left out for which reason.

    ``changed`` are sentences that stand otherwise on the server than in the study, ``answered`` those with an answer
    whose label is open, ``settled`` those on which somebody decides.
    """
    room: dict[str, int] = {}
    left_out: Counter[str] = Counter()
    for entry in entries:
        name = entry.sentence_id
        left = len(set(registered) - coding.seen_by.get(name, set()))
        reasons = {
            SETTLED: name not in answered and name in settled,
            NOT_THERE: entry.remote_id is None,
            OUTSTANDING: coding.counted[name] < entry.annotators_wanted,
            EARLIER: name in coding.in_earlier_project,
            NOT_COUNTED: coding.not_counted[name] > 0,
            CHANGED: name in changed,
            UNANSWERED: name not in answered,
            NOBODY: not left,
        }
        reason = next((reason for reason, holds in reasons.items() if holds), None)
        if reason is None:
            room[name] = min(left, MOST_AT_ONCE)
        else:
            left_out[reason] += 1
    return room, dict(left_out)


def planned(
    round_name: str,
    design: EscalationDesign,
    labels: Mapping[str, QuestionLabels],
    entries: Sequence[LedgerEntry],
    coding: Coding,
    registered: Collection[str],
    *,
    drawn_as: str,
    changed: Collection[str] = (),
    settled: Collection[tuple[str, str]] = (),
) -> EscalationPlan:
    """Return the plan: annotators more, one by one, always where the next is expected to gain most.

    ``drawn_as`` is the name the round was made under, which orders what is worth the same. ``settled`` are sentences
    and questions whose label is no matter of votes any more.
    """
    open_labels = {
        question: {name for name in of.sentences if (name, question) not in settled} for question, of in labels.items()
    }
    room, left_out = candidates(
        entries,
        coding,
        registered,
        changed=changed,
        answered=set().union(*open_labels.values()),
        settled={name for name, _ in settled},
    )
    names = list(room)
    unit = {name: at for at, name in enumerate(names)}
    order = [unit[name] for name in random_order(names, seed=design.seed, purpose=f"{drawn_as}:escalation")]
    found = greedy(
        _gains(labels, open_labels, names),
        [room[name] for name in names],
        order,
        budget=design.budget,
        least=design.least_gain,
    )
    sentences = _escalated(found, names, labels, open_labels, entries, coding)
    return EscalationPlan(
        round=round_name,
        design=design,
        n_candidates=len(room),
        left_out=left_out,
        annotations=tuple(PlannedAnnotation(names[step.unit], step.nth, step.gain) for step in found.steps),
        ended_by=found.ended_by,
        expected=expected_of([label for sentence in sentences for label in sentence.labels], None),
        by_question=tuple(
            expected_of([label for s in sentences for label in s.labels if label.question == question], question)
            for question in design.questions
        ),
        sentences=sentences,
    )


def expected_of(labels: Sequence[EscalatedLabel], question: str | None) -> ExpectedChanges:
    """Return what is expected of these labels."""
    low, high = count_limits([label.change for label in labels])
    return ExpectedChanges(
        question=question,
        n_labels=len(labels),
        certainty=sum(label.certainty for label in labels) / len(labels) if labels else None,
        gain=sum(label.gain for label in labels),
        changes=sum(label.change for label in labels),
        low=low,
        high=high,
    )


def _gains(
    labels: Mapping[str, QuestionLabels], open_labels: Mapping[str, Collection[str]], names: Sequence[str]
) -> FloatArray:
    """What 0, 1, 2 … annotators more on a sentence gain in all: one annotation answers every question there."""
    gains: FloatArray = np.zeros((len(names), MOST_AT_ONCE + 1))
    for of in labels.values():
        here = np.array([at for at, name in enumerate(names) if name in open_labels[of.question]], np.int64)
        rows = np.array([of.sentences[names[at]] for at in here], np.int64)
        for n_more in range(1, MOST_AT_ONCE + 1):
            gains[here, n_more] += of.outlook(n_more, rows).gain
    return gains


def _escalated(
    found: Greedy,
    names: Sequence[str],
    labels: Mapping[str, QuestionLabels],
    open_labels: Mapping[str, Collection[str]],
    entries: Sequence[LedgerEntry],
    coding: Coding,
) -> tuple[EscalatedSentence, ...]:
    more = Counter(names[step.unit] for step in found.steps)
    wanted = {entry.sentence_id: entry.annotators_wanted for entry in entries}
    expected: dict[str, list[EscalatedLabel]] = defaultdict(list)
    for of in labels.values():
        for n_more in sorted(set(more.values())):
            here = [name for name, n in more.items() if n == n_more and name in open_labels[of.question]]
            outlook = of.outlook(n_more, np.array([of.sentences[name] for name in here], np.int64))
            for name, gain, change in zip(here, outlook.gain.tolist(), outlook.change.tolist(), strict=True):
                label = of.label(name)
                expected[name].append(EscalatedLabel(of.question, label.value, label.certainty, gain, change))
    return tuple(
        EscalatedSentence(
            sentence_id=name,
            wanted_before=wanted[name],
            coded_before=coding.counted[name],
            more=n,
            gain=sum(label.gain for label in expected[name]),
            labels=tuple(expected[name]),
        )
        for name, n in more.items()
    )
