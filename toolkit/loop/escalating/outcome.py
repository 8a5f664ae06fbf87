"""What came of an escalation: how many labels changed where all answers asked for are in, beside how many were to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from toolkit.codebook.migration.translated import Step
from toolkit.loop.adjudication.carried_over import WasSplit, carried_value
from toolkit.loop.escalating.labels import QuestionLabels, answers_to, labels_of
from toolkit.loop.escalating.planning import ExpectedChanges, expected_of
from toolkit.loop.migrated_answers import Migrated
from toolkit.study.escalations import EscalatedLabel, Escalation, EscalationDesign
from toolkit.study.records import Annotation


@dataclass(frozen=True, slots=True)
class Came:
    """Labels of sentences whose answers are all in: what was ``expected`` of them, and what came.

    ``changed`` are another now than when the escalation was planned, a tie being one of its own. ``gain`` is by how
    much the probabilities that the labels are right rose in sum, as the model has them then and now.
    """

    expected: ExpectedChanges
    changed: int
    gain: float


@dataclass(frozen=True, slots=True)
class EscalationOutcome:
    """One escalation: what it asked for, how much of that is in, and what came of it as far as it is."""

    sequence: int
    planned_at: str
    applied_at: str | None
    design: EscalationDesign
    n_sentences: int
    n_annotations: int
    n_annotations_in: int
    n_sentences_in: int
    """Sentences that have every annotation asked for."""
    n_left_out: int
    """Labels of these sentences that cannot be compared with what they were, because categories became others since:
    the label's own, or an answer's, became several, or what was a tie is one category now.
    """
    all: Came
    by_question: tuple[Came, ...]

    @property
    def outstanding(self) -> int:
        """How many annotations asked for are not in yet."""
        return self.n_annotations - self.n_annotations_in


def outcomes(
    escalations: Sequence[Escalation], annotations: Sequence[Annotation], steps: Migrated
) -> tuple[EscalationOutcome, ...]:
    """Return what came of each escalation, from the annotations of its round that count.

    Labels of before read as answers do, through the ``steps`` the round took since.
    """
    codebook = steps.codebooks[-1]
    by_sentence: dict[str, list[Annotation]] = defaultdict(list)
    for annotation in sorted(annotations, key=lambda one: (one.created_at, one.annotation_id)):
        by_sentence[annotation.sentence_id].append(annotation)
    labels: dict[tuple[str, tuple[str, ...]], Mapping[str, QuestionLabels]] = {}
    found = []
    for one in escalations:
        key = one.design.rule, one.design.questions
        if key not in labels:
            questions = [codebook.by_id[name] for name in one.design.questions if name in codebook.by_id]
            labels[key] = labels_of(annotations, questions, one.design.rule)
        since = steps.steps[steps.under[one.version - 1] :]
        found.append(_outcome(one, by_sentence, labels[key], since))
    return tuple(found)


def _outcome(
    one: Escalation,
    by_sentence: Mapping[str, Sequence[Annotation]],
    labels: Mapping[str, QuestionLabels],
    since: Sequence[Step],
) -> EscalationOutcome:
    n_in = n_sentences_in = n_left_out = 0
    came: list[tuple[EscalatedLabel, bool, float]] = []
    for sentence in one.sentences:
        coded = by_sentence.get(sentence.sentence_id, ())
        n_in += sentence.n_in(len(coded))
        asked_for = sentence.coded_before + sentence.more
        if len(coded) < asked_for:
            continue
        n_sentences_in += 1
        # A later escalation may have brought more: of these only the first are what this one asked for.
        for before in sentence.labels:
            of = labels.get(before.question)
            now = _read_now(before, coded[:asked_for], sentence.coded_before, of, since)
            if now is None:
                n_left_out += 1
            elif of is not None and (after := of.label_given(_given(coded[:asked_for], of))) is not None:
                came.append((before, after.value != now.label, after.certainty - before.certainty))
    return EscalationOutcome(
        sequence=one.sequence,
        planned_at=one.planned_at,
        applied_at=one.applied_at,
        design=one.design,
        n_sentences=len(one.sentences),
        n_annotations=one.n_annotations,
        n_annotations_in=n_in,
        n_sentences_in=n_sentences_in,
        n_left_out=n_left_out,
        all=_came(came, one.design, None),
        by_question=tuple(
            _came([each for each in came if each[0].question == question], one.design, question)
            for question in one.design.questions
        ),
    )


def _read_now(
    before: EscalatedLabel,
    coded: Sequence[Annotation],
    coded_before: int,
    of: QuestionLabels | None,
    since: Sequence[Step],
) -> EscalatedLabel | None:
    """The label of before as it reads now; None where it cannot be compared with that of now."""
    touching = [step for step in since if before.question in step.codes]
    if not touching:
        return before
    answers = [each for one in coded for each in one.answers if each.question == before.question]
    if any(each.status == "rejected" and each.migrated_from for each in answers):  # waits to be coded again
        return None
    if before.label is not None:
        try:
            return replace(before, label=carried_value(before.question, before.label, touching))
        except WasSplit:
            return None
    tied = of.label_given(_given(coded[:coded_before], of)) if of is not None else None
    return before if tied is not None and tied.value is None else None


def _given(coded: Sequence[Annotation], of: QuestionLabels) -> list[tuple[str, str]]:
    return [(one.annotator, value) for one in coded for _, value in answers_to(one, {of.question: of})]


def _came(came: Sequence[tuple[EscalatedLabel, bool, float]], design: EscalationDesign, question: str | None) -> Came:
    changed = sum(is_other for _, is_other, _ in came)
    return Came(
        expected=expected_of([label for label, _, _ in came], question),
        changed=changed,
        gain=float(changed) if design.rule == "vote" else sum(rise for _, _, rise in came),
    )
