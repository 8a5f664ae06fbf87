"""What is said about targets: a verdict in two words, what a low target allows, and what would decide."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.agreement.diagnosis.prevalence import LOWEST_TENTATIVE_ALPHA
from toolkit.agreement.estimate import Estimate
from toolkit.loop.agreement.report import AgreementReport
from toolkit.words.numbers import target
from toolkit.words.reasons import nouns_of

OWN = "reached (own)"
"""Of a target so low that no conclusions are drawn from it."""


def verdict(estimate: Estimate) -> str:
    """Return the verdict; a target from which no conclusions are drawn is never simply reached."""
    return OWN if _only_its_own(estimate) else str(estimate.verdict)


def verdict_sentences(report: AgreementReport) -> Iterator[str]:
    """Yield what a verdict does not say by itself: of low targets that were reached, and of undecided ones."""
    own: dict[str, list[float]] = {}
    for estimate in report.estimates:
        if estimate.headline and estimate.target is not None and _only_its_own(estimate):
            own.setdefault(estimate.question, []).append(estimate.target)
    for question, targets in own.items():
        reached = ", ".join(target(each) for each in sorted(set(targets)))
        because = report.target_because.get(question)
        yield (
            f"{question}: reached its own {reached}; below {target(LOWEST_TENTATIVE_ALPHA)}, no conclusions by custom."
            + (f" {because}" if because else "")
        )
    if more := _more(report):
        yield f"Undecided. About so many more {_drawn(report)}s like these would decide: {', '.join(more)}."


def _only_its_own(estimate: Estimate) -> bool:
    low = estimate.target is not None and estimate.target < LOWEST_TENTATIVE_ALPHA
    return low and estimate.verdict == "reached"


def _more(report: AgreementReport) -> list[str]:
    """Of each question the most that any of its undecided targets needs."""
    most: dict[str, int] = {}
    for planned in report.deciding:
        if planned.plan.n_more is not None:
            most[planned.question] = max(planned.plan.n_more, most.get(planned.question, 0))
    return [f"{question} {n:,}" for question, n in most.items()]


def _drawn(report: AgreementReport) -> str:
    return nouns_of(report).drawn(report.deciding[0].plan.cluster)
