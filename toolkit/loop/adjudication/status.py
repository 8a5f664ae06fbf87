"""How far an adjudication is, what was decided, and whether two adjudicators decide alike."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from toolkit.agreement.estimate import Estimate
from toolkit.codebook.answers import Answer
from toolkit.codebook.reasons import REASONS
from toolkit.errors import UsageError
from toolkit.loop.adjudication.decided import BOTH
from toolkit.loop.adjudication.decisions import by_question, contested, decisions_of, settled_of
from toolkit.loop.agreement.request import AgreementRequest
from toolkit.loop.agreement.rounds import CodedRound
from toolkit.loop.agreement.rounds_source import RoundsSource
from toolkit.loop.agreement.study import agreement_of
from toolkit.loop.answers import annotations_of, codebook_of
from toolkit.loop.rounds.meant import round_meant
from toolkit.study import adjudications, annotators, articles, rounds
from toolkit.study.adjudications import AdjudicationDesign
from toolkit.study.database import Database
from toolkit.study.decisions import Decision
from toolkit.study.folder import Study
from toolkit.study.records import Annotation

ALPHA = "krippendorff_alpha"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionDecided:
    """What was decided on one question. Counts are of sentences."""

    question: str
    asked: int
    decided: int
    """Settled with one value, ``not_shown`` and ``both_defensible`` apart."""
    both_defensible: int
    not_shown: int
    contested: int
    """Adjudicators decided otherwise than each other: nothing is settled."""
    with_most: int
    """Decided as most coders had it, of those where most had one answer."""
    against_most: int
    agreed: int
    """Taken over unasked, because all coders gave the same answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjudicatorProgress:
    """One adjudicator's work; sentences."""

    adjudicator: str
    registered: bool
    done: int
    skipped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjudicationStatus:
    """How far the adjudication of a round is, as of the last pull."""

    round: str
    name: str
    design: AdjudicationDesign
    project_id: int | None
    sentences: int
    done: int
    """Sentences that as many adjudicators decided on as were to."""
    adjudicators: tuple[AdjudicatorProgress, ...]
    questions: tuple[QuestionDecided, ...]
    reasons: Mapping[str, int]
    """Sentences by the reason given, each adjudicator's counted."""
    excluded: Mapping[str, int]
    """Submissions that do not count, by reason."""
    rejected: Mapping[str, int]
    """Decisions the codebook does not vouch for, and questions left open, by question."""
    n_compared: int
    """Decisions that two adjudicators made each."""
    n_alike: int
    estimates: tuple[Estimate, ...]
    """Agreement between adjudicators, by question, on what they decided for: of hard cases, mostly."""
    pulled_at: str | None


def status(study: Study, *, round_name: str | None = None) -> AdjudicationStatus:
    """Return how far the adjudication of a round is, from what was pulled. Raise ``UsageError`` where there is none."""
    with study.database() as database:
        of_round, name = adjudicated(database, round_name)
        design = adjudications.design(database, name)
        annotations = list(annotations_of(database, name))
        decisions = list(decisions_of(database, name))
        current = rounds.get(database, name)
        counted = [one for one in annotations if one.excluded_because is None]
        done = Counter(one.sentence_id for one in counted)
        compared = {place: given for place, given in by_question(decisions).items() if len(given) > 1}
        return AdjudicationStatus(
            round=of_round,
            name=name,
            design=design,
            project_id=current.project_id,
            sentences=sum(1 for _ in rounds.ledger(database, name)),
            done=sum(n >= design.per_sentence for n in done.values()),
            adjudicators=tuple(_adjudicators(database, name, annotations)),
            questions=tuple(_questions(database, of_round, name, design, decisions)),
            reasons=_reasons(decisions),
            excluded=Counter(one.excluded_because for one in annotations if one.excluded_because is not None),
            rejected=Counter(
                one.question
                for one in decisions
                if one.excluded_because is None and one.outcome in {"rejected", "open"}
            ),
            n_compared=len(compared),
            n_alike=sum(not contested(given) for given in compared.values()),
            estimates=tuple(_estimates(database, name, counted)) if compared else (),
            pulled_at=current.last_pull,
        )


def adjudicated(database: Database, round_name: str | None) -> tuple[str, str]:
    """Return the round that is adjudicated and the name of its adjudication: of the named one, else the only one."""
    having = [name for name in rounds.names(database) if adjudications.find(database, name) is not None]
    of_round = round_meant(database, round_name, among=having)
    name = adjudications.find(database, of_round)
    if name is None:
        raise UsageError(
            f"nothing of round {of_round!r} is adjudicated", todo="Begin with `intercoder adjudicate start`."
        )
    return of_round, name


def _adjudicators(database: Database, name: str, annotations: Sequence[Annotation]) -> list[AdjudicatorProgress]:
    registered = {person.pseudonym for person in annotators.registered(database, round=name)}
    done: dict[str, set[str]] = {person: set() for person in registered}
    skipped: dict[str, set[str]] = {}
    for one in annotations:
        into = skipped if one.skipped else done
        into.setdefault(one.annotator, set()).add(one.sentence_id)
    return [
        AdjudicatorProgress(
            adjudicator=person,
            registered=person in registered,
            done=len(done.get(person, ())),
            skipped=len(skipped.get(person, ())),
        )
        for person in sorted({*done, *skipped})
    ]


def _questions(
    database: Database, of_round: str, name: str, design: AdjudicationDesign, decisions: Sequence[Decision]
) -> list[QuestionDecided]:
    asked = Counter(one.question for one in adjudications.asked_again(database, name))
    settled = settled_of(database, of_round)
    differing = Counter(question for (_, question), given in by_question(decisions).items() if contested(given))
    outcomes = Counter((one.question, one.outcome) for one in settled.values())
    upheld: Counter[tuple[str, bool]] = Counter()
    for one in settled.values():
        most = _most(one.coded)
        if one.outcome == "decided" and most is not None:
            upheld[one.question, _written(one.value) == most] += 1
    return [
        QuestionDecided(
            question=question,
            asked=asked[question],
            decided=outcomes[question, "decided"],
            both_defensible=outcomes[question, "both_defensible"],
            not_shown=outcomes[question, "not_shown"],
            contested=differing[question],
            with_most=upheld[question, True],
            against_most=upheld[question, False],
            agreed=outcomes[question, "agreed"],
        )
        for question in design.questions
    ]


def _most(coded: Sequence[Any]) -> str | None:
    """The answer that more coders gave than any other; None where several were given as often."""
    ranked = Counter(map(_written, coded)).most_common(2)
    if not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        return None
    return ranked[0][0]


def _written(value: Any) -> str:
    return json.dumps(sorted(value) if isinstance(value, list) else value)


def _reasons(decisions: Sequence[Decision]) -> Mapping[str, int]:
    given = {
        (one.annotation_id, one.reason) for one in decisions if one.excluded_because is None and one.reason is not None
    }
    counts = Counter(reason for _, reason in given)
    return {reason: counts[reason] for reason in REASONS if counts[reason]}


def _estimates(database: Database, name: str, annotations: Sequence[Annotation]) -> list[Estimate]:
    codebook = codebook_of(database, name)
    decided_on = {one.sentence_id for one in annotations}
    source = RoundsSource(
        name=name,
        rounds=[name],
        read=lambda _: CodedRound(codebook, [_one_value_only(one) for one in annotations]),
        sentences={one.sentence_id: one for one in articles.sentences(database) if one.sentence_id in decided_on},
        articles={one.article.article_id: one.article for one in articles.articles(database)},
    )
    report = agreement_of(source, AgreementRequest(round_name=name))
    return [one for one in report.estimates if one.measure == ALPHA and one.headline and one.n_pairable]


def _one_value_only(annotation: Annotation) -> Annotation:
    """The same without what is no single value: both defensible, and the reason."""
    return replace(
        annotation,
        answers=tuple(
            Answer(answer.question, "unanswered") if answer.value == BOTH else answer for answer in annotation.answers
        ),
    )
