"""The first screen: can we rely on it, where not, why, and what next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from toolkit.agreement.estimate import Estimate
from toolkit.files.wording import counted
from toolkit.loop.agreement.report import AgreementReport
from toolkit.report.charts.forest import forest, row_name
from toolkit.report.study_page.blocks import Block, Copied, Facts, Field, Items, Paragraph, Part, Picture, Table
from toolkit.report.study_page.sections import Section
from toolkit.report.study_page.shown import Shown, interval_cell, value_cell, with_sign
from toolkit.words.kinds import HeadlineRow, headline_rows
from toolkit.words.letters import lettered
from toolkit.words.next_steps import steps_of_study
from toolkit.words.numbers import NONE, Notes, between, number, percent, target
from toolkit.words.verdicts import verdict, verdict_sentences
from toolkit.words.whose import coders, units, whose_agreement


def _blocks(shown: Shown) -> Iterator[Block]:
    report = shown.report.agreement
    rows = headline_rows(report.estimates)
    yield Paragraph(_in_one_sentence(shown, rows), strong=True)
    yield Facts(tuple(_facts(shown)))
    table = headline_table(shown, rows)
    picture = forest(rows)
    if picture is not None:
        yield Picture(picture, table)
    else:
        yield table
    if problems := [*_problems(shown, rows)]:
        yield Part(id="problems", title="What to know first", blocks=[Items(tuple(problems))])
    if steps := [*_steps(shown)]:
        yield Part(id="next", title="What to do next", blocks=steps)


_VERDICTS = ("reached", "reached (own)", "not reached", "undecided")


def _in_one_sentence(shown: Shown, rows: Sequence[HeadlineRow]) -> str:
    """How many targets are reached, are not, and are not decided on."""
    judged = [verdict(row.alpha) for row in rows if row.alpha.verdict is not None]
    if not judged and shown.report.codebook is None:
        return "No question has a target to reach: none was named."
    if not judged:
        return "No question has a target to reach: what agreement is enough, the codebook does not say."
    counts = {word: judged.count(word) for word in _VERDICTS}
    told = ", ".join(f"{n} {word}" for word, n in counts.items() if n)
    return f"{counted(len(judged), 'target')}: {told}."


def _facts(shown: Shown) -> Iterator[tuple[str, str]]:
    report, nouns = shown.report, shown.nouns
    sample = report.agreement.sample
    coverage = report.coverage
    if coverage is not None and coverage.n_planned is not None and coverage.n_done is not None:
        share = percent(coverage.n_done / coverage.n_planned) if coverage.n_planned else NONE
        yield "coded as planned", f"{coverage.n_done:,} of {counted(coverage.n_planned, nouns.unit)} ({share})"
    if sample is not None:
        several = f"{sample.n_pairable:,} of {counted(sample.n_units, nouns.unit)}"
        yield "coded by two or more", several
        clusters = "" if sample.n_clusters is None else f" in {counted(sample.n_clusters, nouns.cluster)}"
        yield "by", f"{counted(sample.n_annotators, 'annotator')}{clusters}"
    if coverage is not None and coverage.by_number:
        listed = ", ".join(f"{n_sentences:,} by {n}" for n, n_sentences in coverage.by_number.items())
        yield f"{nouns.unit}s by number of coders", listed
    if report.first_day is not None:
        days = report.first_day if report.first_day == report.last_day else f"{report.first_day} to {report.last_day}"
        yield "coded", days


def headline_table(shown: Shown, rows: Sequence[HeadlineRow]) -> Table:
    """Return the figures of ``agree``, a row for each question and level."""
    notes = shown.notes()
    body = tuple(
        (
            row_name(row.alpha),
            value_cell(row.alpha, notes),
            interval_cell(row.alpha, notes),
            _beside(row.percent, notes, as_percent=True),
            _beside(row.ac1, notes),
            units(row.alpha),
            coders(row.alpha),
            NONE if row.alpha.target is None else target(row.alpha.target),
            with_sign(None if row.alpha.verdict is None else verdict(row.alpha)),
        )
        for row in rows
    )
    return Table(
        caption="Agreement, question by question",
        columns=("question, level", "alpha", "interval", "agree", "AC1", "n", "coders", "target", "verdict"),
        rows=body,
        notes=tuple(notes.lines()),
        folded="The figures as a table",
    )


def _beside(estimate: Estimate | None, notes: Notes, *, as_percent: bool = False) -> Field:
    if estimate is None or estimate.value is None:
        return NONE
    return value_cell(estimate, notes, as_percent=as_percent)


def _problems(shown: Shown, rows: Sequence[HeadlineRow]) -> Iterator[str]:
    """One sentence for whatever keeps somebody from relying on a question."""
    report = shown.report.agreement
    for row in rows:
        if row.alpha.verdict in {"not reached", "undecided"}:
            yield _short_of(row.alpha)
    yield from _holding_back(shown, report)
    for question, sentence in report.skew.items():
        yield f"{question}: {sentence}"
    yield from verdict_sentences(report)
    yield from whose_agreement(report, [row.alpha for row in rows])


def _short_of(alpha: Estimate) -> str:
    name, wanted = row_name(alpha), target(alpha.target or 0.0)
    if alpha.value is None:
        return f"{name}: there is no alpha to hold against the target of {wanted}."
    if alpha.ci_low is None:
        return f"{name}: alpha is {number(alpha.value)}, without an interval to hold against the target of {wanted}."
    lies = between(alpha.ci_low, alpha.ci_high)
    if alpha.verdict == "not reached":
        return f"{name}: alpha is {number(alpha.value)} ({lies}); {wanted} is not reached."
    return f"{name}: alpha is {number(alpha.value)} ({lies}); whether it reaches {wanted} is not decided yet."


def _holding_back(shown: Shown, report: AgreementReport) -> Iterator[str]:
    found = report.holding_back
    if found is None:
        return
    if found.pair is not None:
        pair = found.pair
        yield (
            f"{found.question}: {pair.category} and {pair.other_category} are taken for each other by {pair.n_pairs:,} "
            f"of {pair.n_differing:,} pairs of annotators that differ."
        )
    if found.annotator is not None:
        far = found.annotator
        yield (
            f"{found.question}: without annotator {shown.called(far.annotator)} alpha is {number(far.difference)} "
            f"higher ({between(far.ci_low, far.ci_high)})."
        )


def _steps(shown: Shown) -> Iterator[Block]:
    """Commands of the study, which an export and a table are not."""
    report = shown.report
    if report.source != "study":
        return
    lettered_report, _ = lettered(report.agreement)
    for command, reasons in steps_of_study(lettered_report, report.request.round_name):
        yield Copied(title=reasons[0] if reasons else "", text=command, language="shell")


SECTION = Section(place=10, id="at-a-glance", title="At a glance", blocks=lambda shown: [*_blocks(shown)])
