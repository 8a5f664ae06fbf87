"""The headline as a table for a paper: the same figures and notes, whichever language it is then written in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from toolkit.agreement.estimate import Estimate
from toolkit.loop.agreement.report import AgreementReport
from toolkit.words.kinds import LEVELS, HeadlineRow, headline_rows, kind
from toolkit.words.legend import legend
from toolkit.words.numbers import NONE, Notes, number, percent, target
from toolkit.words.reasons import nouns_of
from toolkit.words.verdicts import verdict
from toolkit.words.whose import coders, units

_LEVELS = {
    "nominal": "nominal, two values are the same or not",
    "ordinal": "ordinal, by how many answers lie between two ranks",
    "interval": "interval, by the squared difference of two numbers",
    "ratio": "ratio, by the squared difference of two numbers relative to their sum",
    "set": "set, by what two sets share (MASI, Jaccard)",
    "taxonomy": "taxonomy, by how deep two paths part (Wu-Palmer); taxonomy:1, nominal at the first depth",
    "table": "table, by a table of distances",
    "span": "span, nominal on whether each token or character is marked",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperTable:
    """A table in plain text, of which nothing is escaped yet."""

    caption: str
    columns: tuple[str, ...]
    n_names: int
    """How many of the first columns hold names; the others hold numbers."""
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]


def paper_table(report: AgreementReport) -> PaperTable:
    """Return the headline with a row per question and level; a column nobody has a number for is left out.

    A missing number has the letter of a note behind it, which says why.
    """
    rows, marks = headline_rows(report.estimates), Notes(nouns_of(report))
    confidence = f"{100 * rows[0].alpha.confidence:g} % CI" if rows else "CI"
    columns = {
        "question": [*_named(rows)],
        "level": [LEVELS.get(row.alpha.level, row.alpha.level) for row in rows],
        "alpha": [_signed(number(row.alpha.value)) for row in rows],
        confidence: [_interval(row.alpha, marks) for row in rows],
        "agree": [percent(row.percent.value if row.percent else None) for row in rows],
        "AC1": [_signed(number(row.ac1.value if row.ac1 else None)) for row in rows],
        "n": [units(row.alpha) for row in rows],
        "coders": [coders(row.alpha) for row in rows],
        "target": [NONE if row.alpha.target is None else target(row.alpha.target) for row in rows],
        "verdict": [NONE if row.alpha.verdict is None else verdict(row.alpha) for row in rows],
    }
    optional = {"agree", "AC1", "target", "verdict"}
    shown = {
        name: column for name, column in columns.items() if name not in optional or any(cell != NONE for cell in column)
    }
    title = report.source if report.round is None else report.round
    return PaperTable(
        caption=f"Agreement in {title}: Krippendorff's alpha",
        columns=tuple(shown),
        n_names=2,
        rows=tuple(zip(*shown.values(), strict=True)),
        notes=(*marks.lines(), *_levels(rows), *legend(report, rows, divide="")),
    )


def _named(rows: Sequence[HeadlineRow]) -> Iterator[str]:
    before = None
    for row in rows:
        yield "" if row.alpha.question == before else " ".join(row.alpha.question.split())
        before = row.alpha.question


def _interval(alpha: Estimate, marks: Notes) -> str:
    because = alpha.undefined_because or alpha.interval_undefined_because
    if because is not None:
        return marks.missing(because)
    return f"[{_signed(number(alpha.ci_low))}, {_signed(number(alpha.ci_high))}]"


def _signed(shown: str) -> str:
    """With the sign of subtraction in place of a hyphen."""
    return shown.replace("-", "\N{MINUS SIGN}")


def _levels(rows: Sequence[HeadlineRow]) -> Iterator[str]:
    """How far apart two values are, for the levels there are."""
    kinds = dict.fromkeys(kind(row.alpha) for row in rows)
    if said := [_LEVELS[each] for each in kinds if each in _LEVELS]:
        yield f"level: level of measurement, which decides how far apart two values are: {'; '.join(said)}."
