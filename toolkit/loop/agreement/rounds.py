"""Rounds side by side: each round's agreement, how far two differ, and annotators against their own earlier coding."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise

from toolkit.agreement.analysis import Asked
from toolkit.agreement.coded_question import CodedSpans
from toolkit.agreement.estimate import Estimate
from toolkit.agreement.groups import INTRA
from toolkit.agreement.known.cases import cases_of
from toolkit.agreement.known.corrected import OutsideShare, prevalence_estimates
from toolkit.agreement.resampling import Resampling
from toolkit.codebook.model import Codebook, Question
from toolkit.loop.agreement.computed import numbers_of
from toolkit.loop.agreement.gold import counting_gold, only_gold
from toolkit.loop.agreement.known import KnownAnswers, of_the_round
from toolkit.loop.agreement.questions import CountedAnswers, coded_question, counted_answers
from toolkit.loop.agreement.read_again import briefly
from toolkit.study.records import Annotation


@dataclass(frozen=True, slots=True)
class CodedRound:
    """A round: the codebook in force, and its annotations, which may be read anew whenever they are asked for."""

    codebook: Codebook
    annotations: Collection[Annotation]


Rounds = Mapping[str, CodedRound]


def between_rounds(rounds: Rounds, codebook: Codebook, asked: Asked, *, texts: Mapping[str, str]) -> Iterator[Estimate]:
    """Yield the headline estimates of each round, and the differences between successive ones, for every question.

    Rounds stand in the order in which their coding began; those whose codebook asks a question at another level or with
    other categories are left out of it. Articles coded in both rounds are resampled together.
    """
    clustered = asked.resampling.clustered
    found, asked_in = CountedAnswers(), dict[str, int]()
    for name, each in sorted(rounds.items(), key=_began):
        alike = {question.id for question in codebook.measured() if _alike(question, each.codebook)}
        counted_answers(
            each.annotations,
            each.codebook,
            questions=alike,
            into=found,
            by={"round": lambda _, name=name: name},  # type: ignore[misc]
            unit_of=lambda annotation, name=name: f"{name}/{annotation.sentence_id}",  # type: ignore[misc]
            cluster_of=lambda made: made.article_id if clustered else made.sentence_id,
        )
        asked_in.update({id_: asked_in.get(id_, 0) + 1 for id_ in alike})
    compared = [question for question in codebook.measured() if asked_in.get(question.id, 0) > 1]
    has_spans = any(question.level == "span" for question in compared)
    of_units = {f"{name}/{sentence}": text for name in rounds for sentence, text in texts.items()} if has_spans else {}
    for question in compared:
        one = coded_question(question, found, clustered=True, texts=of_units)
        coded_in = one.by["round"].groups if "round" in one.by else ()
        later_first = {"round": [(later, earlier) for earlier, later in pairwise(coded_in)]}
        numbers = numbers_of(one, replace(asked, compared=later_first))
        yield from (estimate for estimate in numbers.estimates if estimate.by == "round")


def prevalences_by_round(
    rounds: Rounds, codebook: Codebook, known: KnownAnswers, resampling: Resampling
) -> Iterator[tuple[list[Estimate], list[OutsideShare]]]:
    """Yield for every question with known answers how common each category is in each round, as given and corrected.

    Annotators err in each round as they do there. Rounds whose codebook asks otherwise are left out.
    """
    for question in codebook.measured():
        for name, each in sorted(rounds.items(), key=_began):
            if question.id not in known.truth or not _alike(question, each.codebook):
                continue
            found = counted_answers(counting_gold(each.annotations), each.codebook)
            one = coded_question(question, found, clustered=resampling.clustered, texts={})
            if not found.answers[question.id] or isinstance(one, CodedSpans):
                continue
            cases = cases_of(one, known.truth[question.id], known.chosen_in(name, question.id))
            counted = of_the_round(one, cases, only_gold(each.annotations))
            estimates, outside = prevalence_estimates(question.id, one.level, cases, resampling, (), counted=counted)
            yield (
                [replace(each, by="round", group=name) for each in estimates],
                [replace(each, by="round", group=name) for each in outside],
            )


def with_themselves(rounds: Rounds, asked: Asked, *, texts: Mapping[str, str]) -> Iterator[Estimate]:
    """Yield for two rounds, the second a planned repeat of the first, or of some of it: annotators' agreement with
    their own first coding.

    First over all annotators together, then of each. Sentences that somebody coded in one of the rounds only are left
    out altogether: how common categories are there would count in what is expected by chance. What was corrected within
    a round is no repeat.
    """
    earlier, later = rounds
    rounds = _coded_in_both(rounds)
    clustered = asked.resampling.clustered
    every = [annotation for each in rounds.values() for annotation in each.annotations]
    of_units = {_own(annotation): texts.get(annotation.sentence_id, "") for annotation in every}
    for question in rounds[later].codebook.measured():
        if not _alike(question, rounds[earlier].codebook):
            continue
        found = CountedAnswers()
        for name, each in rounds.items():
            counted_answers(
                each.annotations,
                each.codebook,
                into=found,
                by={"annotator": lambda made: made.annotator},
                unit_of=_own,
                annotator_of=lambda _, name=name: name,  # type: ignore[misc]
                cluster_of=lambda made: made.article_id if clustered else made.sentence_id,
            )
        one = coded_question(question, found, clustered=True, texts=of_units)
        numbers = numbers_of(one, asked)
        n_annotators = len(one.by["annotator"].groups) if "annotator" in one.by else 0  # none where nobody answered it
        for estimate in numbers.estimates:
            if estimate.about == "whole" or (estimate.about == "group" and estimate.category is None):
                yield replace(
                    estimate,
                    measure=estimate.measure + INTRA,
                    about="intra",
                    headline=False,
                    annotator=estimate.group,
                    n_annotators=1 if estimate.group is not None else n_annotators,
                    by="round",
                    group=later,
                    against=earlier,
                    target=None,
                    verdict=None,
                )


def _began(named: tuple[str, CodedRound]) -> tuple[datetime, str]:
    """When the first annotation of a round was made; rounds nobody coded come first."""
    name, coded_round = named
    moments = (each.created_at for each in briefly(coded_round.annotations))
    return min(moments, default=datetime.min.replace(tzinfo=UTC)), name


def _coded_in_both(rounds: Rounds) -> Rounds:
    """The rounds with every annotator's sentences of both, as far as what they did there counts."""
    counting = [{_own(one) for one in each.annotations if one.excluded_because is None} for each in rounds.values()]
    both = frozenset.intersection(*map(frozenset, counting))
    return {
        name: replace(each, annotations=[one for one in each.annotations if _own(one) in both])
        for name, each in rounds.items()
    }


def _own(annotation: Annotation) -> str:
    """What an annotator coded twice: that annotator's sentence."""
    return f"{annotation.annotator}/{annotation.sentence_id}"


def _alike(question: Question, codebook: Codebook) -> bool:
    """Whether the codebook asks the question at the same level and with the same scale."""
    other = codebook.by_id.get(question.id)
    return other is not None and other.level == question.level and _scale(other) == _scale(question)


def _scale(question: Question) -> list[str]:
    return [question.stored(code) for code in question.scale]
