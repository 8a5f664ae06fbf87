"""Answers against known ones: what was given where what is true, and how often each annotator is right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from toolkit.agreement.estimate import Estimate
from toolkit.agreement.known.accuracy import ACCURACY, PRECISION, SENSITIVITY
from toolkit.agreement.known.corrected import CORRECTED, PREVALENCE
from toolkit.files.wording import counted, shortened
from toolkit.loop.agreement.report import AgreementReport, DecidedQuestion, KnownQuestion
from toolkit.terminal.agreement.decided import decided_on, not_held
from toolkit.terminal.agreement.tables import add, add_heading, fitting, heading, rows_table, square_table
from toolkit.words.kinds import those
from toolkit.words.numbers import Notes, number, percent

EVERYBODY = "all together"
OUTSIDE = "*"


def known_text(report: AgreementReport, notes: Notes) -> RenderableType:
    """Return a part for each question with known answers; that there is none where there is none."""
    parts: list[RenderableType] = []
    decided = {each.question: each for each in report.decided}
    for known in report.known:
        found = [each for each in those(report.estimates, "known") if each.question == known.question]
        parts += [*([Text()] if parts else []), *_question(known, decided.get(known.question), found, notes)]
        if known.n_answered:
            parts += [Text(), *_prevalences(report, known.question, notes)]
    parts = parts or [Text("No question has a known answer.")]
    return Group(*parts, *not_held(report))


def _question(
    known: KnownQuestion, decided: DecidedQuestion | None, found: Sequence[Estimate], notes: Notes
) -> Iterator[RenderableType]:
    answered = f"{known.n_answered:,} of {counted(known.n_known, notes.nouns.unit)} with a known answer were coded"
    yield heading(f"{known.question} · {known.level}", answered)
    if decided is not None:
        yield from decided_on(decided, known)
    if not known.n_answered:
        return
    yield Text()
    counts = "Known (down) and given (across), all annotators together"
    yield Text(counts if decided is None else f"{counts}; counted, not weighed", style="dim")
    yield from _counts(known)
    yield Text()
    yield _right(found, notes) if decided is None else _right_by_decision(known, found, notes)
    yield Text()
    yield _shares(found, notes)


def _counts(known: KnownQuestion) -> Iterator[RenderableType]:
    """The square of counts, as many categories as there is room for; those in use."""
    counts = known.confusions[0].counts
    used = [at for at in range(len(counts)) if any(counts[at]) or any(row[at] for row in counts)]
    names = [known.categories[at] for at in used]
    cells = [[f"{counts[one][other]:,}" for other in used] for one in used]
    n = fitting(names, cells, {})
    yield square_table(names[:n], [row[:n] for row in cells[:n]])
    if n < len(names):
        yield Text(f"{counted(len(names) - n, 'category')} more: --format json.", style="dim")


def _right(found: Sequence[Estimate], notes: Notes) -> Table:
    """How often each annotator is right, whatever the category."""
    table = rows_table(("annotator",), ("right", "interval", "n"))
    for each in found:
        if each.measure == ACCURACY:
            add(table, each.annotator or EVERYBODY, percent(each.value), notes.interval(each), f"{each.n_values:,}")
    return table


def _right_by_decision(known: KnownQuestion, found: Sequence[Estimate], notes: Notes) -> Table:
    """The same, and how many of the answers are to sentences in dispute, how many to others."""
    table = rows_table(("annotator",), ("right", "interval", "disputed", "agreed"))
    right = [each for each in found if each.measure == ACCURACY]
    for each, of_one in zip(right, known.confusions, strict=True):
        shown = percent(each.value), notes.interval(each), f"{of_one.n_disputed:,}", f"{of_one.n_agreed:,}"
        add(table, each.annotator or EVERYBODY, *shown)
    return table


def _shares(found: Sequence[Estimate], notes: Notes) -> Table:
    """By annotator and category: sensitivity and precision, each with interval and n."""
    table = rows_table(("category",), ("sensitivity", "interval", "n", "precision", "interval", "n"))
    for annotator, of_one in groupby(found, key=lambda each: each.annotator):
        add_heading(table, annotator or EVERYBODY)
        of_category: dict[str, dict[str, Estimate]] = {}
        for each in of_one:
            if each.category is not None:
                of_category.setdefault(each.category, {})[each.measure] = each
        for category, measures in of_category.items():
            add(table, category, *_cells(measures, notes))
    return table


def _prevalences(report: AgreementReport, question: str, notes: Notes) -> Iterator[RenderableType]:
    """How common each category is, over all units and in every part: as given, and corrected for errors."""
    table = rows_table(("category",), ("given", "interval", "corrected", "interval", "answers"))
    own = [each for each in those(report.estimates, "prevalence") if each.question == question]
    outside = {(each.by, each.group, each.category) for each in report.outside if each.question == question}
    for (by, group), of_part in groupby(own, key=lambda each: (each.by, each.group)):
        add_heading(table, f"all {notes.nouns.unit}s" if by is None else f"{by}: {shortened(group or '', 24)}")
        of_category: dict[str, dict[str, Estimate]] = {}
        for each in of_part:
            of_category.setdefault(each.category or "", {})[each.measure] = each
        for category, found in of_category.items():
            given, corrected = found[PREVALENCE], found[CORRECTED]
            mark = OUTSIDE if (by, group, category) in outside else ""
            cells = number(given.value), notes.interval(given), number(corrected.value) + mark
            add(table, category, *cells, notes.interval(corrected), f"{given.n_values:,}")
    yield Text("How common each is: as given, and corrected for how often each is taken for another", style="dim")
    yield table
    if outside:
        yield Text(f"{OUTSIDE}  came out below 0 or above 1, and was set to that limit", style="dim")


def _cells(measures: Mapping[str, Estimate], notes: Notes) -> Iterator[str]:
    for measure in (SENSITIVITY, PRECISION):
        each = measures[measure]
        yield from (number(each.value), notes.interval(each), f"{each.n_values:,}")
