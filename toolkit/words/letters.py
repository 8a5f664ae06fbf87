"""Annotators by a letter each, with a legend: their pseudonyms are long, and tables of them wide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.agreement.estimate import Estimate
from toolkit.files.wording import letters_of
from toolkit.loop.agreement.holding_back import HoldingBack
from toolkit.loop.agreement.report import AgreementReport, Explained

if TYPE_CHECKING:
    from toolkit.agreement.diagnosis.over_use import OverUse
    from toolkit.loop.agreement.over_time import QuestionOverTime


def lettered(report: AgreementReport) -> tuple[AgreementReport, Mapping[str, str]]:
    """Return the report with a letter for each annotator of the round, A for the first by name, and the name behind
    each letter that may be printed.
    """
    named = _named(report)
    letters = letters_of(lettered_names(report))
    changed = replace(
        report,
        estimates=tuple(_estimate(each, letters) for each in report.estimates),
        explained=tuple(_explained(each, letters) for each in report.explained),
        over_time=tuple(_over_time(each, letters) for each in report.over_time),
        holding_back=_holding_back(report.holding_back, letters),
        pace=tuple(replace(each, annotator=letters[each.annotator]) for each in report.pace),
    )
    return changed, {letter: name for name, letter in letters.items() if name in named}


def lettered_names(report: AgreementReport) -> set[str]:
    """Return everybody who has a letter in a report, by pseudonym."""
    return {*report.annotators, *_named(report), *_looked_at(report)}


def _named(report: AgreementReport) -> set[str]:
    """Whoever has a figure of their own, or stands out: of hundreds, few."""
    estimates = [*report.estimates, *(each for one in report.explained for each in one.estimates)]
    figures = {name for each in estimates for name in (each.annotator, each.other_annotator) if name is not None}
    far = report.holding_back.annotator if report.holding_back is not None else None
    figures |= {far.annotator} if far is not None else set()
    return figures | _over_the_order(report) | {each.annotator for each in _uses(report) if each.flagged is not None}


def _looked_at(report: AgreementReport) -> set[str]:
    return {each.annotator for each in _uses(report)}


def _uses(report: AgreementReport) -> Iterator[OverUse]:
    return (each for one in report.explained for each in one.explanation.over_use)


def _over_the_order(report: AgreementReport) -> set[str]:
    drifts = {each.annotator for one in report.over_time for each in one.drifts}
    return drifts | {each.annotator for each in report.pace}


def _estimate(estimate: Estimate, letters: Mapping[str, str]) -> Estimate:
    if estimate.annotator is None and estimate.other_annotator is None:
        return estimate
    return replace(
        estimate,
        annotator=letters.get(estimate.annotator or "", estimate.annotator),
        other_annotator=letters.get(estimate.other_annotator or "", estimate.other_annotator),
    )


def _explained(explained: Explained, letters: Mapping[str, str]) -> Explained:
    over_use = tuple(replace(each, annotator=letters[each.annotator]) for each in explained.explanation.over_use)
    return replace(
        explained,
        estimates=tuple(_estimate(each, letters) for each in explained.estimates),
        explanation=replace(explained.explanation, over_use=over_use),
    )


def _holding_back(found: HoldingBack | None, letters: Mapping[str, str]) -> HoldingBack | None:
    if found is None or found.annotator is None:
        return found
    return replace(found, annotator=replace(found.annotator, annotator=letters[found.annotator.annotator]))


def _over_time(one: QuestionOverTime, letters: Mapping[str, str]) -> QuestionOverTime:
    windows = (
        replace(
            window, annotators=tuple(replace(each, annotator=letters[each.annotator]) for each in window.annotators)
        )
        for window in one.windows
    )
    drifts = (replace(each, annotator=letters[each.annotator]) for each in one.drifts)
    return replace(one, windows=tuple(windows), drifts=tuple(drifts))
