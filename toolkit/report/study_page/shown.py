"""What every section needs to tell its part: the report, what annotators are called, whether words may be shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from toolkit.agreement.estimate import Estimate
from toolkit.files.wording import letter
from toolkit.loop.report import StudyReport
from toolkit.report.study_page.blocks import Cell
from toolkit.words.letters import lettered_names
from toolkit.words.numbers import NONE, Notes, between, number, percent
from toolkit.words.reasons import Nouns, nouns_of

_NOT_A_NAME = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Shown:
    """A report on its way to a page."""

    report: StudyReport
    with_text: bool
    """Whether words of articles, and what people wrote, are on it."""
    letters: Mapping[str, str] = field(default_factory=dict)

    @property
    def nouns(self) -> Nouns:
        """What units and clusters are called."""
        return nouns_of(self.report.agreement)

    def called(self, annotator: str) -> str:
        """Return what an annotator is called on the page: a letter, of a table the name it has there."""
        return self.letters.get(annotator, annotator)

    def notes(self) -> Notes:
        """Return a place for the reasons of missing numbers of one table."""
        return Notes(self.nouns)


def shown(report: StudyReport, *, with_text: bool) -> Shown:
    """Return the report with a letter for every annotator of a round: those that ``agree`` gives, then the others."""
    if report.round is None:
        return Shown(report, with_text)
    first = lettered_names(report.agreement)
    others = {one.annotator for one in report.people.annotators} - first if report.people is not None else set()
    names = [*sorted(first), *sorted(others)]
    return Shown(report, with_text, {name: letter(place) for place, name in enumerate(names)})


def file_name(*parts: str) -> str:
    """Return what a picture of these things is called as a file.

    >>> file_name("source_type", "span:Cue")
    'source-type-span-cue'
    """
    return "-".join(filter(None, (_NOT_A_NAME.sub("-", part.casefold()).strip("-") for part in parts)))


def key_of(estimate: Estimate, what: str) -> str:
    """Return what tells a figure of ``agree`` from all others, and which of its fields is meant."""
    named = (
        estimate.question,
        estimate.measure,
        estimate.level,
        estimate.about,
        estimate.category,
        estimate.annotator,
        estimate.other_annotator,
        estimate.by,
        estimate.group,
        estimate.against,
    )
    return "|".join(["" if name is None else name for name in named] + [what])


def value_cell(estimate: Estimate, notes: Notes, *, as_percent: bool = False) -> Cell:
    """Return the cell of a figure's value, or of the mark that leads to the reason why there is none."""
    if estimate.value is None:
        return Cell(text=notes.missing(estimate.undefined_because))
    text = percent(estimate.value) if as_percent else number(estimate.value)
    return Cell(text=text, value=estimate.value, figure=key_of(estimate, "value"))


def interval_cell(estimate: Estimate, notes: Notes, *, as_percent: bool = False) -> Cell:
    """Return the cell of a figure's interval, or of the mark that leads to the reason why there is none."""
    if estimate.ci_low is None or not as_percent:
        return Cell(text=notes.interval(estimate), value=estimate.ci_low, figure=_low(estimate))
    text = f"{percent(estimate.ci_low)} … {percent(estimate.ci_high)}"
    return Cell(text=text, value=estimate.ci_low, figure=_low(estimate))


def _low(estimate: Estimate) -> str | None:
    return None if estimate.ci_low is None else key_of(estimate, "ci_low")


def limits(
    low: float | None, high: float | None, because: str | None, notes: Notes, *, as_percent: bool = False
) -> str:
    """Return two limits that are no figure of ``agree``, or the mark of the reason why there are none."""
    if low is None or high is None:
        return notes.missing(because)
    return f"{percent(low)} … {percent(high)}" if as_percent else between(low, high)


def with_sign(verdict: str | None) -> str:
    """Return a verdict with a sign before it, so that it is seen at a glance and without colour."""
    if verdict is None:
        return NONE
    sign = {"reached": "✓", "not reached": "✗", "undecided": "?"}
    return f"{sign.get(verdict.removesuffix(' (own)'), '')} {verdict}".strip()
