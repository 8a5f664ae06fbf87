"""What is in dispute on one sentence: pure, so that whoever shows disputes and whoever settles them mean the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Literal

from toolkit.agreement.answer_rows import Recoded
from toolkit.codebook.answers import Answer, Span
from toolkit.codebook.model import Codebook, Question
from toolkit.study.records import Annotation

Outcome = Literal["agreed", "split", "tie", "too_few"]
"""All comparable answers are equal · they differ, and one was given more often than any other · they differ, and none
was · there are fewer than two."""

IN_DISPUTE: frozenset[Outcome] = frozenset({"split", "tie"})


def disputes_in(annotations: Iterable[Annotation], codebook: Codebook) -> dict[str, Outcome]:
    """Return how the answers to every measured question compare on one sentence, in codebook order.

    ``annotations`` are those of the sentence; of them only those that count are looked at. Questions of text and those
    kept out of agreement (confidence, note) are never in dispute, and are not in the result. What is compared, and as
    what, is said at ``comparable_answers``.
    """
    return {question: outcome(answers) for question, answers in comparable_answers(annotations, codebook).items()}


def comparable_answers(annotations: Iterable[Annotation], codebook: Codebook) -> dict[str, dict[str, Hashable]]:
    """Return what each annotator's answers are compared as on one sentence: by measured question, then by pseudonym.

    A category, and "cannot be judged", is its code (of a taxonomy the path), so that the one differs from the other; a
    set is compared whole; a number as it is; marked words as the set of (label, start, end), where nothing marked is an
    answer too. What was left out, rejected or skipped is not there.

    "Not shown" is an answer, ``Recoded.NOT_SHOWN``, only where none of the questions it follows from is itself in
    dispute (else that one is to be settled), and where these were answered (what a rejected answer hid, it hid by
    mistake).
    """
    given = [
        (one.annotator, {answer.question: answer for answer in one.answers})
        for one in annotations
        if one.excluded_because is None
    ]
    depends = _dependencies(codebook)
    found: dict[str, dict[str, Hashable]] = {}
    disputed: set[str] = set()
    for question in codebook.measured():
        hidden_counts = disputed.isdisjoint(depends[question.id])
        of_annotators: dict[str, Hashable] = {}
        for annotator, answers in given:
            value = compared_as(answers.get(question.id))
            if value is None and hidden_counts and _is_hidden(question, answers, depends[question.id]):
                value = Recoded.NOT_SHOWN
            if value is not None:
                of_annotators[annotator] = value
        found[question.id] = of_annotators
        if outcome(of_annotators) in IN_DISPUTE:
            disputed.add(question.id)
    return found


def compared_as(answer: Answer | None) -> Hashable | None:
    """Return what an answer is compared as; None where it says nothing about the sentence (and where not shown)."""
    if answer is None or answer.status not in ("answered", "cannot_be_judged"):
        return None
    if isinstance(answer.value, tuple):
        return frozenset(
            (each.label, each.start, each.end) if isinstance(each, Span) else each for each in answer.value
        )
    return answer.value


def _is_hidden(question: Question, answers: Mapping[str, Answer], depends: AbstractSet[str]) -> bool:
    """Whether the question was not shown, and that because of answers that are themselves good."""
    answer = answers.get(question.id)
    if answer is None or answer.status != "not_shown":
        return False
    before = [answers[name].status for name in depends if name in answers]
    return not {"rejected", "unanswered", "skipped"}.intersection(before)


def _dependencies(codebook: Codebook) -> dict[str, frozenset[str]]:
    """Every question a question depends on by ``show_if``, directly or through others; these stand before it."""
    found: dict[str, frozenset[str]] = {}
    for question in codebook.questions:
        found[question.id] = frozenset(question.show_if).union(*(found[name] for name in question.show_if))
    return found


def outcome(answers: Mapping[str, Hashable]) -> Outcome:
    """Return how the answers to one question compare, given as what they are compared as."""
    if len(answers) < 2:
        return "too_few"
    first, *others = answers.values()
    if all(value == first for value in others):
        return "agreed"
    ranked: Sequence[tuple[Hashable, int]] = Counter(answers.values()).most_common(2)
    return "tie" if ranked[0][1] == ranked[1][1] else "split"
