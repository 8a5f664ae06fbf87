"""Agree against known answers: every annotator's answers held against a file of true ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from toolkit.agreement.coded_question import CodedQuestion, CodedSpans
from toolkit.agreement.estimate import Estimate
from toolkit.agreement.known.accuracy import accuracy_estimates, confusions_of
from toolkit.agreement.known.cases import cases_of
from toolkit.agreement.known.corrected import OutsideShare, prevalence_estimates
from toolkit.agreement.resampling import Resampling
from toolkit.loop.agreement.report import AgreementReport, KnownQuestion


def with_known(
    report: AgreementReport,
    questions: Sequence[CodedQuestion | CodedSpans],
    truth: Mapping[str, Mapping[str, str]],
    resampling: Resampling,
) -> AgreementReport:
    """Return the report with the figures of each question that has known answers; ``truth`` by question and unit."""
    estimates: list[Estimate] = []
    known: list[KnownQuestion] = []
    outside: list[OutsideShare] = []
    for question in questions:
        if question.question not in truth or isinstance(question, CodedSpans):
            continue
        cases = cases_of(question, truth[question.question])
        confusions = confusions_of(cases)
        estimates += accuracy_estimates(question.question, question.level, cases, resampling)
        divisions = list(question.by.items())
        prevalent, beyond = prevalence_estimates(question.question, question.level, cases, resampling, divisions)
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
            )
        )
    return replace(report, estimates=(*report.estimates, *estimates), known=tuple(known), outside=tuple(outside))
