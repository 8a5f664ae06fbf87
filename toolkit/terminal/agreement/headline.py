"""The agreement of a round or table as the lead reads it in the terminal: the headline, and what to know beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from toolkit.agreement.estimate import Estimate
from toolkit.loop.agreement.holding_back import wanted_of
from toolkit.loop.agreement.report import AgreementReport, OnDiagonal
from toolkit.terminal.agreement.guesses import guesses
from toolkit.terminal.agreement.headline_table import Lines, headline_table
from toolkit.terminal.agreement.tables import add, footnotes_of, heading, rows_table
from toolkit.words.kinds import (
    ALPHA,
    NOT_SHOWN,
    HeadlineRow,
    headline_rows,
    kind,
    those,
)
from toolkit.words.legend import legend
from toolkit.words.numbers import Notes, number, percent
from toolkit.words.reasons import nouns_of, sentence_of
from toolkit.words.verdicts import verdict_sentences
from toolkit.words.whose import whose_agreement


def agreement_text(report: AgreementReport) -> RenderableType:
    """Return the table, one row per question and level, and under it everything a number needs to be read rightly."""
    nouns = nouns_of(report)
    notes = Notes(nouns)
    rows = headline_rows(report.estimates)
    title = report.source if report.round is None else report.round
    parts: list[RenderableType] = [
        Text.assemble(("Agreement ", "bold"), (title, "bold"), "  Krippendorff's alpha" if rows else ""),
    ]
    parts.append(headline_table([Lines(rows)], notes))
    if judged := _judged(report, notes):
        parts += [Text(), heading("Judged or not", "was this category given, or any other answer?"), judged]
    if sentences := [*_sentences(report, rows)]:
        parts += [Text(), *map(Text, sentences)]
    below = [*footnotes_of(notes), *(Text(line, style="dim") for line in legend(report, rows))]
    if below:
        parts += [Text(), *below]
    if report.read_as:
        parts += [Text(), *guesses(report)]
    return Group(*parts)


def _judged(report: AgreementReport, notes: Notes) -> Table | None:
    """Each missing category ("cannot be judged"): how often it was given, and agreement on giving it."""
    judged = [estimate for estimate in those(report.estimates, "judged") if estimate.measure == ALPHA]
    if not judged:
        return None
    shares = {(question, of.category): of.share for question, found in report.missing.items() for of in found}
    table = rows_table(("question", "category"), ("share", "alpha", "interval", "n"))
    before = None
    for estimate in judged:
        add(
            table,
            "" if estimate.question == before else estimate.question,
            estimate.category or "",
            percent(shares.get((estimate.question, estimate.category or ""))),
            number(estimate.value),
            notes.interval(estimate),
            f"{estimate.n_pairable:,}",
        )
        before = estimate.question
    return table


def _sentences(report: AgreementReport, rows: Sequence[HeadlineRow]) -> Iterator[str]:
    yield from whose_agreement(report, [row.alpha for row in rows])
    for question, sentence in report.skew.items():
        yield f"{question}: {sentence}"
    if only_ac1 := [row.alpha.question for row in rows if _only_ac1_is_high(row)]:
        yield (
            f"{', '.join(dict.fromkeys(only_ac1))}: AC1 is high enough, alpha is not. AC1 takes little agreement for "
            "chance where one category dominates; it does not show that the other categories are agreed on, so it "
            "cannot stand in for alpha."
        )
    for both in report.diagonals:
        yield _diagonal(both, report)
    yield from verdict_sentences(report)


def _diagonal(both: OnDiagonal, report: AgreementReport) -> str:
    named = f"{both.question} and {both.other_question}"
    found = both.found
    if found.share is None or found.by_chance is None:
        return f"{named}: {sentence_of(found.undefined_because or '', nouns_of(report))}."
    return (
        f"{named} got the same rank in {_spaced(found.share)} of {found.n_annotations:,} annotations "
        f"({_spaced(found.by_chance)} expected by chance)."
    )


def _spaced(share: float) -> str:
    return percent(share).replace("%", " %")


def _is_low(alpha: Estimate) -> bool:
    """Whether a question's own alpha is below its target; of characters there is nothing to explain."""
    own = alpha.measure == ALPHA and alpha.level != NOT_SHOWN and (kind(alpha) != "taxonomy" or ":" not in alpha.level)
    return own and alpha.value is not None and alpha.value < wanted_of(alpha)


def _only_ac1_is_high(row: HeadlineRow) -> bool:
    """Whether AC1 alone would pass: who reports the higher of the two should read why it is higher."""
    ac1 = None if row.ac1 is None else row.ac1.value
    return ac1 is not None and _is_low(row.alpha) and ac1 >= wanted_of(row.alpha)
