"""The decisions on a round as known answers: what is held against them, what is left out, and what each stands for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from toolkit.agreement.coded_question import CodedQuestion, CodedSpans
from toolkit.agreement.known.cases import ONE_CATEGORY, Chosen
from toolkit.codebook.model import Codebook
from toolkit.errors import UsageError
from toolkit.loop.agreement.known import KnownAnswers
from toolkit.loop.agreement.report import DecidedQuestion
from toolkit.loop.disputes import IN_DISPUTE, Outcome, disputes_in
from toolkit.study.adjudications import Because
from toolkit.study.decisions import Settled
from toolkit.study.records import Annotation

DISPUTED: frozenset[Because] = frozenset({"split", "tie", "follows"})
"""Why a question is asked for sure, where not everything is: coders differ on it, or on the one it follows from."""


def known_by_decision(
    settled: Iterable[Settled],
    questions: Sequence[CodedQuestion | CodedSpans],
    annotations: Iterable[Annotation],
    codebook: Codebook,
    *,
    of_round: str,
) -> KnownAnswers:
    """Return the categories decided on in a round as known answers, with the probability each came to be asked with.

    Held against them are the answers they were decided on, whatever their coders say since: who reads a decision and
    edits their answer was not right for that. Of who was removed, and does not count, nothing is.

    What was taken over unasked is no decision. Decisions that no single answer is right, that a question is superfluous
    or cannot be judged, and those on questions whose answers are not one category each, are counted and left out.
    """
    of_question: dict[str, list[Settled]] = {}
    for one in settled:
        if one.because is not None:  # it was asked; else it was taken over, or a decision before it does not show it
            of_question.setdefault(one.question, []).append(one)
    annotator_of = {
        one.annotation_id: one.annotator
        for one in annotations
        if one.excluded_because not in {"withdrawn", "not_registered"}
    }
    disputed = _disputed(annotations, codebook) if of_question else {}
    only_ties = any(one.where == "tie" for own in of_question.values() for one in own)
    truth: dict[str, Mapping[str, str]] = {}
    chosen: dict[str, Chosen] = {}
    decided: list[DecidedQuestion] = []
    for question in questions:
        own = of_question.get(question.question, [])
        undecided = {
            sentence_id: outcome
            for sentence_id, outcome in disputed.get(question.question, {}).items()
            if sentence_id not in {one.sentence_id for one in own}
        }
        held = [one for one in own if one.outcome == "decided"]
        can_be_held = isinstance(question, CodedQuestion) and question.level in ONE_CATEGORY
        if isinstance(question, CodedQuestion) and can_be_held:
            held = [one for one in held if one.value in question.scale]
            truth[question.question] = {one.sentence_id: one.value for one in held}
            chosen[question.question] = _chosen(
                held, question.scale, annotator_of, never=only_ties and "split" in undecided.values()
            )
        if own:
            decided.append(_counted(question, own, held, can_be_held=can_be_held, n_undecided=len(undecided)))
    return KnownAnswers(
        truth={question: known for question, known in truth.items() if known},
        chosen=chosen,
        decided=tuple(decided),
        of_round=of_round,
    )


def nothing_decided(round_name: str) -> UsageError:
    """Return what to say where an export was asked for decisions, and has none of the round."""
    return UsageError(
        f"the export holds no decision on round {round_name!r}",
        todo="Decide with `intercoder adjudicate start`, pull, and export again; or name a file of known answers.",
    )


def _chosen(held: Sequence[Settled], scale: Sequence[str], annotator_of: Mapping[str, str], *, never: bool) -> Chosen:
    return Chosen(
        never=never,
        given={
            one.sentence_id: {
                annotator_of[annotation]: answer
                for annotation, answer in zip(one.coded_by, one.coded, strict=True)
                if annotation in annotator_of and answer in scale
            }
            for one in held
        },
        probability={one.sentence_id: 1.0 if one.chance is None else one.chance for one in held},
        disputed=frozenset(one.sentence_id for one in held if one.because in DISPUTED),
    )


def _counted(
    question: CodedQuestion | CodedSpans,
    own: Sequence[Settled],
    held: Sequence[Settled],
    *,
    can_be_held: bool,
    n_undecided: int,
) -> DecidedQuestion:
    outcomes = Counter(one.outcome for one in own)
    n_disputed = sum(one.because in DISPUTED for one in held)
    return DecidedQuestion(
        question=question.question,
        level=question.level,
        can_be_held=can_be_held,
        n_disputed=n_disputed,
        n_agreed=len(held) - n_disputed,
        n_both_defensible=outcomes["both_defensible"],
        n_not_shown=outcomes["not_shown"],
        n_off_scale=outcomes["decided"] - len(held),
        n_undecided=n_undecided,
    )


def _disputed(annotations: Iterable[Annotation], codebook: Codebook) -> dict[str, dict[str, Outcome]]:
    """By question and sentence in dispute, whether one answer was given most often."""
    found: dict[str, dict[str, Outcome]] = {}
    of_sentence: dict[str, list[Annotation]] = {}
    for one in annotations:
        of_sentence.setdefault(one.sentence_id, []).append(one)
    for sentence_id, coded in of_sentence.items():
        for question, outcome in disputes_in(coded, codebook).items():
            if outcome in IN_DISPUTE:
                found.setdefault(question, {})[sentence_id] = outcome
    return found
