"""Decisions: what adjudicators submitted, question by question, and what is settled by it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from toolkit.codebook.answers import Answer
from toolkit.codebook.model import Codebook
from toolkit.codebook.visibility import visible
from toolkit.loop.adjudication.carried_over import agreed_now, carried_decision, steps_of_decisions
from toolkit.loop.adjudication.decided import BOTH, REASON, SUGGESTION, as_answer, every_code
from toolkit.loop.adjudication.queue import agreed_values, plain
from toolkit.loop.answers import annotations_of, codebook_of
from toolkit.study import adjudications
from toolkit.study.adjudications import AskedAgain, Where
from toolkit.study.database import Database
from toolkit.study.decisions import SETTLING, Decision, Outcome, Settled
from toolkit.study.records import Annotation


def decisions_of(database: Database, name: str) -> Iterator[Decision]:
    """Yield every decision of an adjudication that is on the server, also those that do not count, by sentence."""
    asked: dict[str, list[AskedAgain]] = {}
    for one in adjudications.asked_again(database, name):
        asked.setdefault(one.sentence_id, []).append(one)
    steps, where = steps_of_decisions(database, name), adjudications.design(database, name).where
    for annotation in annotations_of(database, name):
        for decision in _decisions(annotation, asked.get(annotation.sentence_id, ()), where):
            yield carried_decision(decision, steps) if steps else decision


def settled_of(database: Database, of_round: str) -> dict[tuple[str, str], Settled]:
    """Return what is settled of a round, by sentence and question: decided on by as many as were to, who agree.

    What was taken over because all coders agreed is settled only while they do, on the same answer; where a decision
    makes it superfluous it is not shown.
    """
    name, codebook = adjudications.find(database, of_round), codebook_of(database, of_round)
    found = {
        place: Settled(sentence_id=place[0], question=place[1], outcome="agreed", value=value)
        for place, value in _agreed_still(database, of_round, codebook).items()
    }
    if name is None:
        return found
    wanted = adjudications.design(database, name).per_sentence
    decided: set[str] = set()
    for place, given in by_question(decisions_of(database, name)).items():
        found.pop(place, None)  # it was asked again after all: a decision is what counts, once there is one
        if len(given) >= wanted and not contested(given):
            found[place] = _settled(given)
            decided.add(place[0])
    for sentence_id in decided:
        found |= superfluous(sentence_id, found, codebook)
    return found


def _agreed_still(database: Database, of_round: str, codebook: Codebook) -> dict[tuple[str, str], Any]:
    """The answers taken over from a round on which all coders agree now, and on the same."""
    taken = agreed_now(database, of_round)
    among = {sentence_id for sentence_id, _ in taken}
    asked = {question for _, question in taken}
    still: dict[tuple[str, str], Any] = {}
    coded = annotations_of(database, of_round, among=among) if among else ()
    for sentence_id, of_sentence in groupby(coded, key=lambda one: one.sentence_id):
        for question, value in agreed_values(list(of_sentence), codebook, asked):
            if (sentence_id, question) in taken and compared_value(taken[sentence_id, question]) == compared_value(
                value
            ):
                still[sentence_id, question] = taken[sentence_id, question]
    return still


def superfluous(
    sentence_id: str, settled: Mapping[tuple[str, str], Settled], codebook: Codebook
) -> dict[tuple[str, str], Settled]:
    """Return the agreed answers on a sentence that what is settled before them does not show, as not shown."""
    valid: dict[str, Answer] = {}
    found: dict[tuple[str, str], Settled] = {}
    for question in codebook.questions:
        one = settled.get((sentence_id, question.id))
        if one is None:
            continue
        before = {name: codes for name, codes in question.show_if.items() if (sentence_id, name) in settled}
        if one.outcome == "agreed" and not visible(question.model_copy(update={"show_if": before}), valid):
            by = {person for name in before for person in settled[sentence_id, name].decided_by}
            found[sentence_id, question.id] = replace(
                one, outcome="not_shown", value=None, decided_by=tuple(sorted(by))
            )
        elif one.outcome == "both_defensible":
            valid[question.id] = Answer(question.id, "answered", every_code(one.coded))
        elif one.outcome != "not_shown":
            valid[question.id] = as_answer(question.id, one.value)
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
    return any(
        (one.outcome, compared_value(one.value)) != (first.outcome, compared_value(first.value)) for one in decisions
    )


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
        where=first.where,
        anchored=any(one.anchored for one in decisions),
        coded=first.coded,
        coded_by=first.coded_by,
    )


def _decisions(annotation: Annotation, asked: Sequence[AskedAgain], where: Where) -> Iterator[Decision]:
    answers = {answer.question: answer for answer in annotation.answers}
    for one in asked:
        answer = answers.get(one.question, Answer(one.question, "unanswered"))
        outcome = _outcome(answer)
        given = [shown for shown in one.shown if shown.status in ("answered", "cannot_be_judged")]
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
            where=where,
            anchored=one.prefilled is not None,
            coded=tuple(shown.value for shown in given),
            coded_by=tuple(shown.annotation for shown in given),
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


def compared_value(value: Any) -> object:
    """Return a value as two are compared: spans and sets in any order."""
    if isinstance(value, list):
        return frozenset(tuple(each) if isinstance(each, list) else each for each in value)
    return value
