"""Agree against known answers: every annotator's answers held against true ones, of a file or decided on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

import numpy as np

from toolkit.agreement.coded_question import CodedQuestion, CodedSpans
from toolkit.agreement.estimate import Estimate
from toolkit.agreement.known.accuracy import accuracy_estimates, confusions_of
from toolkit.agreement.known.cases import Cases, Chosen, cases_of
from toolkit.agreement.known.corrected import OutsideShare, prevalence_estimates
from toolkit.agreement.resampling import Resampling
from toolkit.files.arrays import BoolArray
from toolkit.loop.agreement.report import AgreementReport, DecidedQuestion, KnownQuestion


@dataclass(frozen=True, slots=True)
class Held:
    """What is held against known answers where that is more than agreement is computed from: the questions with all of
    it, and the ``units`` that are there only because their answers are known. They count in no prevalence.
    """

    questions: Sequence[CodedQuestion | CodedSpans]
    units: AbstractSet[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAnswers:
    """True categories by question and unit; of decisions also how units came to be decided on, and what is left out."""

    truth: Mapping[str, Mapping[str, str]]
    chosen: Mapping[str, Chosen] = field(default_factory=dict)
    """By question; nothing where a file says what is true."""
    decided: tuple[DecidedQuestion, ...] = ()
    of_round: str | None = None
    """The round whose answers were decided on."""

    def chosen_in(self, round_name: str, question: str) -> Chosen | None:
        """Return how units came to be known, for the answers of a round: of another one, all it has are held."""
        chosen = self.chosen.get(question)
        return chosen if chosen is None or round_name == self.of_round else replace(chosen, given=None)


def with_known(report: AgreementReport, held: Held, answers: KnownAnswers, resampling: Resampling) -> AgreementReport:
    """Return the report with the figures of each question that has known answers."""
    truth = answers.truth
    estimates: list[Estimate] = []
    known: list[KnownQuestion] = []
    outside: list[OutsideShare] = []
    for question in held.questions:
        if question.question not in truth or isinstance(question, CodedSpans):
            continue
        cases = cases_of(question, truth[question.question], answers.chosen.get(question.question))
        confusions = confusions_of(cases)
        estimates += accuracy_estimates(question.question, question.level, cases, resampling)
        divisions = list(question.by.items())
        prevalent, beyond = prevalence_estimates(
            question.question,
            question.level,
            cases,
            resampling,
            divisions,
            counted=of_the_round(question, cases, held.units),
        )
        estimates += prevalent
        outside += beyond
        known.append(
            KnownQuestion(
                question=question.question,
                level=question.level,
                n_known=len(truth[question.question]),
                n_answered=confusions[0].n_units,
                categories=cases.categories,
                confusions=confusions,
                of_disputed_only=cases.of_disputed_only,
                only_ties=cases.never,
            )
        )
    return replace(
        report,
        estimates=(*report.estimates, *estimates),
        known=tuple(known),
        decided=answers.decided,
        outside=tuple(outside),
    )


def of_the_round(coded: CodedQuestion, cases: Cases, besides: AbstractSet[str]) -> BoolArray | None:
    """Return which answers are to units other than ``besides``; None where they all are."""
    if not besides:
        return None
    besides_of_unit = np.array([str(unit) in besides for unit in coded.ratings.units], dtype=np.bool_)
    return np.asarray(~besides_of_unit[cases.unit])
