"""Decisions: what adjudicators submitted, question by question, and what is settled by it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from toolkit.codebook.answers import Answer
from toolkit.loop.adjudication.decided import BOTH, REASON, SUGGESTION
from toolkit.loop.adjudication.queue import plain
from toolkit.loop.answers import annotations_of
from toolkit.study import adjudications
from toolkit.study.adjudications import AskedAgain, Because
from toolkit.study.database import Database
from toolkit.study.records import Annotation, Exclusion

Outcome = Literal["decided", "both_defensible", "not_shown", "open", "rejected", "skipped"]
"""One value is right · none is, and the coders' distribution is kept · an answer decided before it makes the question
superfluous · it was left out · the codebook does not vouch for it · the sentence was passed over."""

SETTLING: frozenset[Outcome] = frozenset({"decided", "both_defensible", "not_shown"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What one adjudicator decided on one question of one sentence; ``value`` in the form JSON holds it."""

    sentence_id: str
    article_id: str
    question: str
    adjudicator: str
    annotation_id: str
    decided_at: datetime
    outcome: Outcome
    value: Any
    reason: str | None
    """Why the coders differed, in the adjudicator's eyes: asked once per sentence."""
    suggestion: str | None
    """What the codebook should say."""
    because: Because
    chance: float
    """The probability with which the question came to be asked."""
    anchored: bool
    """Whether the page offered an answer beforehand."""
    coded: tuple[Any, ...]
    """The answers of the coders that were shown, without those who gave none."""
    excluded_because: Exclusion | None
    """Why it does not count: the adjudicator is not registered for it, somebody else edited it, …"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What a question of a sentence is, by decision or because all coders agreed.

    ``outcome`` is ``agreed`` where the answer was taken over unasked. ``reason`` is None where two adjudicators gave
    two.
    """

    sentence_id: str
    question: str
    outcome: Outcome | Literal["agreed"]
    value: Any
    decided_by: tuple[str, ...] = ()
    reason: str | None = None
    because: Because | None = None
    chance: float | None = None
    anchored: bool = False
    coded: tuple[Any, ...] = ()


def decisions_of(database: Database, name: str) -> Iterator[Decision]:
    """Yield every decision of an adjudication that is on the server, also those that do not count, by sentence."""
    asked: dict[str, list[AskedAgain]] = {}
    for one in adjudications.asked_again(database, name):
        asked.setdefault(one.sentence_id, []).append(one)
    for annotation in annotations_of(database, name):
        yield from _decisions(annotation, asked.get(annotation.sentence_id, ()))


def settled_of(database: Database, of_round: str) -> dict[tuple[str, str], Settled]:
    """Return what is settled of a round, by sentence and question: decided on by as many as were to, who agree."""
    name = adjudications.find(database, of_round)
    found = {
        place: Settled(sentence_id=place[0], question=place[1], outcome="agreed", value=value)
        for place, value in adjudications.agreed_answers(database, of_round).items()
    }
    if name is None:
        return found
    wanted = adjudications.design(database, name).per_sentence
    for place, given in by_question(decisions_of(database, name)).items():
        found.pop(place, None)  # it was asked again after all: a decision is what counts, once there is one
        if len(given) >= wanted and not contested(given):
            found[place] = _settled(given)
    return found


def by_question(decisions: Iterable[Decision]) -> dict[tuple[str, str], list[Decision]]:
    """Return the decisions that count and settle something, by sentence and question."""
    found: dict[tuple[str, str], list[Decision]] = {}
    for one in decisions:
        if one.excluded_because is None and one.outcome in SETTLING:
            found.setdefault((one.sentence_id, one.question), []).append(one)
    return found


def contested(decisions: Sequence[Decision]) -> bool:
    """Return whether adjudicators decided otherwise than each other."""
    first = decisions[0]
    return any((one.outcome, _compared(one.value)) != (first.outcome, _compared(first.value)) for one in decisions)


def _settled(decisions: Sequence[Decision]) -> Settled:
    first = decisions[0]
    reasons = {one.reason for one in decisions}
    return Settled(
        sentence_id=first.sentence_id,
        question=first.question,
        outcome=first.outcome,
        value=first.value,
        decided_by=tuple(sorted(one.adjudicator for one in decisions)),
        reason=first.reason if len(reasons) == 1 else None,
        because=first.because,
        chance=first.chance,
        anchored=any(one.anchored for one in decisions),
        coded=first.coded,
    )


def _decisions(annotation: Annotation, asked: Sequence[AskedAgain]) -> Iterator[Decision]:
    answers = {answer.question: answer for answer in annotation.answers}
    for one in asked:
        answer = answers.get(one.question, Answer(one.question, "unanswered"))
        outcome = _outcome(answer)
        yield Decision(
            sentence_id=annotation.sentence_id,
            article_id=annotation.article_id,
            question=one.question,
            adjudicator=annotation.annotator,
            annotation_id=annotation.annotation_id,
            decided_at=annotation.updated_at,
            outcome=outcome,
            value=plain(answer.value) if outcome == "decided" else None,
            reason=_words(answers.get(REASON)),
            suggestion=_words(answers.get(SUGGESTION)),
            because=one.because,
            chance=one.chance,
            anchored=one.prefilled is not None,
            coded=tuple(shown.value for shown in one.shown if shown.status in ("answered", "cannot_be_judged")),
            excluded_because=annotation.excluded_because,
        )


def _outcome(answer: Answer) -> Outcome:
    if answer.value == BOTH:
        return "both_defensible"
    match answer.status:
        case "answered" | "cannot_be_judged":
            return "decided"
        case "unanswered":
            return "open"
        case "not_shown" | "rejected" | "skipped":
            return answer.status


def _words(answer: Answer | None) -> str | None:
    return str(answer.value) if answer is not None and answer.status == "answered" else None


def _compared(value: Any) -> object:
    """A value as two are compared: spans and sets in any order."""
    if isinstance(value, list):
        return frozenset(tuple(each) if isinstance(each, list) else each for each in value)
    return value
