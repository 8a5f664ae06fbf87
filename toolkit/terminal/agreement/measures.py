"""What was asked for beside the headline: other measures, categories, pairs, annotators left out, parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from toolkit.agreement.diagnosis.prevalence import Prevalence
from toolkit.agreement.estimate import Estimate
from toolkit.agreement.measures import measures
from toolkit.agreement.span_measures import span_measures
from toolkit.loop.agreement.report import AgreementReport
from toolkit.terminal.agreement.annotator_groups import annotator_group_parts
from toolkit.terminal.agreement.pairs import pair_parts, span_means, span_pairs
from toolkit.terminal.agreement.parts import part_tables
from toolkit.terminal.agreement.tables import add, add_heading, footnotes_of, heading, rows_table
from toolkit.words.kinds import (
    AC1,
    ALPHA,
    CATEGORY,
    F1,
    PAIRWISE,
    PERCENT,
    SPECIFIC,
    headline_rows,
    kind,
    those,
)
from toolkit.words.legend import interval_line
from toolkit.words.numbers import NONE, Notes, number, percent
from toolkit.words.reasons import nouns_of

_OF_CATEGORIES = frozenset({CATEGORY, SPECIFIC})
"""Measures that are nothing but a figure for each category: they have a table of their own."""

_HAPPENED = frozenset({"never given", "no overlap", "no variation", "one category", "no spans"})
"""Reasons that lie in the answers; others lie in the question, which is then none for the measure."""


def measures_text(
    report: AgreementReport, *, notes: Notes | None = None, divisions_only: bool = False
) -> RenderableType:
    """Return a part for each kind of figure that was asked for; nothing where only the headline was.

    ``divisions_only`` leaves out what is about all units. The footnotes follow, unless the ``notes`` are kept for those
    of several.
    """
    shared, notes = notes is not None, notes or Notes(nouns_of(report))
    estimates = report.estimates
    parts: list[RenderableType] = []
    if not divisions_only:
        parts += _others(report, notes)
        parts += _categories(those(estimates, "category"), report.prevalences, notes)
        parts += _without_one(those(estimates, "left_out"), notes)
        parts += _mean_f1([each for each in estimates if each.measure == F1 and each.about != "pair"], notes)
        parts += _pairs(those(estimates, "pair"), notes)
    parts += part_tables(estimates, notes, of_annotators=report.of_annotators)
    parts += annotator_group_parts(report, notes)
    if not parts:
        return Group()
    if shared:
        return Group(*parts[:-1] if str(parts[-1]) == "" else parts)  # what follows stands apart by itself
    shown = [each for each in estimates if each.about != "judged"]
    drawn = interval_line(shown, notes.nouns)
    return Group(*parts, *footnotes_of(notes), *([Text(drawn, style="dim")] if drawn else []))


def title_of(measure: str) -> str:
    """Return a measure's name in words, without what its heading says anyway."""
    return _titles().get(measure, measure).replace(" of a pair of annotators", "")


def by_question_and_level(estimates: Sequence[Estimate]) -> dict[tuple[str, str, str], list[Estimate]]:
    """Return the estimates by measure, question and level, in the order in which they come."""
    found: dict[tuple[str, str, str], list[Estimate]] = {}
    for each in estimates:
        found.setdefault((each.measure, each.question, each.level), []).append(each)
    return found


def category_table(
    categories: Sequence[Estimate],
    prevalent: Mapping[str, Prevalence],
    notes: Notes,
    *,
    specific: Sequence[Estimate] = (),
    table: Table | None = None,
) -> Table:
    """Return alpha of each category against the rest, beside how often it was given and, where that was computed, how
    often another gives it where one does.
    """
    again = {each.category: each.value for each in specific}
    beside = ("specific",) if again else ()
    rows = rows_table(("category",), ("alpha", "interval", *beside, "answers", "share")) if table is None else table
    for each in categories:
        of_it = prevalent.get(each.category or "")
        given = (f"{of_it.count:,}", percent(of_it.share)) if of_it else (NONE, NONE)
        also = (percent(again.get(each.category)),) if again else ()
        add(rows, each.category or "", number(each.value), notes.interval(each), *also, *given)
    return rows


@cache
def _titles() -> Mapping[str, str]:
    return {each.id: each.title for each in measures()} | {each.id: each.title for each in span_measures()}


def _others(report: AgreementReport, notes: Notes) -> Iterator[RenderableType]:
    """Measures over all annotators, percent agreement and AC1 among them for the sake of their intervals."""
    in_headline = {id(row.alpha) for row in headline_rows(report.estimates)}
    whole = [
        each
        for each in report.estimates
        if (each.about == "whole" or (each.about == "category" and each.measure not in _OF_CATEGORIES))
        and each.measure not in {ALPHA, F1}
        and id(each) not in in_headline
    ]
    unasked = {PERCENT, AC1}
    not_for = [each for each in whole if each.undefined_because and each.undefined_because not in _HAPPENED]
    none = set(map(id, not_for))
    others = [each for each in whole if id(each) not in none]
    table = rows_table(("measure",), ("value", "interval", "n"))
    for question in dict.fromkeys(each.question for each in others if each.measure not in unasked):
        asked_at = {kind(each) for each in others if each.question == question and each.measure not in unasked}
        rows = [each for each in others if each.question == question and _own_level(each) and kind(each) in asked_at]
        add_heading(table, _headed(question, rows))
        for each in rows:
            of_what = f" · {each.level.partition(':')[2]}" if each.level.startswith("span:") else ""
            add(
                table,
                title_of(each.measure) + of_what,
                number(each.value),
                notes.interval(each),
                f"{each.n_pairable:,}",
            )
    if table.row_count:
        yield heading("Other measures", "over all annotators")
        yield table
        yield Text()
    if not_for:
        yield from (Text(line, style="dim") for line in _not_for(not_for))
        yield Text()


def _own_level(estimate: Estimate) -> bool:
    """Whether a figure is at the question's own level, not at a depth or with "not shown" as a category."""
    return ":" not in estimate.level or estimate.level.startswith(("span:", "set:"))


def _headed(question: str, rows: Sequence[Estimate]) -> str:
    level = kind(rows[0])
    if level == "span":
        return question
    q = f" · {rows[0].n_categories} categories" if level not in {"interval", "ratio"} else ""
    return f"{question} · {level}{q}"


def _not_for(estimates: Sequence[Estimate]) -> Iterator[str]:
    """One sentence per set of questions that the same measures do not exist for."""
    of_question: dict[str, dict[str, list[str]]] = {}
    for each in estimates:
        listed = of_question.setdefault(each.question, {}).setdefault(each.undefined_because or "", [])
        if each.measure not in listed:
            listed.append(each.measure)
    alike: dict[str, list[str]] = {}
    for question, reasons in of_question.items():
        said = "; ".join(f"{', '.join(ids)} ({reason})" for reason, ids in reasons.items())
        alike.setdefault(said, []).append(question)
    for said, questions in alike.items():
        yield f"Not for {', '.join(questions)}: {said}."


def _categories(
    categories: Sequence[Estimate], prevalent: Mapping[str, Sequence[Prevalence]], notes: Notes
) -> Iterator[RenderableType]:
    yield from _specific([each for each in categories if each.measure == SPECIFIC], notes)
    one_against_rest = [each for each in categories if each.measure == CATEGORY]
    if not one_against_rest:
        return
    table = rows_table(("category",), ("alpha", "interval", "answers", "share"))
    for (_, question, _), found in by_question_and_level(one_against_rest).items():
        add_heading(table, question)
        category_table(found, {each.category: each for each in prevalent.get(question, ())}, notes, table=table)
    yield heading("By category", "alpha of one against the rest")
    yield table
    yield Text()


def _specific(found: Sequence[Estimate], notes: Notes) -> Iterator[RenderableType]:
    if not found:
        return
    table = rows_table(("category",), ("specific", "interval", "n"))
    for (_, question, _), of_question in by_question_and_level(found).items():
        add_heading(table, question)
        for each in of_question:
            add(table, each.category or "", percent(each.value), notes.interval(each), f"{each.n_pairable:,}")
    yield heading("Specific agreement", "where one gives the category, how often does another")
    yield table
    yield Text()


def _without_one(left_out: Sequence[Estimate], notes: Notes) -> Iterator[RenderableType]:
    if not left_out:
        return
    table = rows_table(("without",), ("alpha", "interval", "n"))
    for (_, question, level), found in by_question_and_level(left_out).items():
        add_heading(table, f"{question} · {level}")
        for each in found:
            add(table, each.annotator or "", number(each.value), notes.interval(each), f"{each.n_pairable:,}")
    yield heading("With one annotator left out")
    yield table
    yield Text()


def _mean_f1(found: Sequence[Estimate], notes: Notes) -> Iterator[RenderableType]:
    """Over all annotators, where any two coded the same."""
    for question in dict.fromkeys(each.question for each in found):
        yield heading(question, f"{title_of(F1)}, mean over pairs of annotators")
        yield span_means([each for each in found if each.question == question], notes)
        yield Text()


def _pairs(pairs: Sequence[Estimate], notes: Notes) -> Iterator[RenderableType]:
    spans = {measure.id for measure in span_measures()}
    of_codes = [pair for pair in pairs if pair.measure not in spans]
    for (measure, question, level), found in by_question_and_level(of_codes).items():
        yield heading(f"{question} · {level}", f"pairs: {title_of(measure)}")
        yield from pair_parts(found, notes, measure="alpha" if measure == PAIRWISE else "value")
        yield Text()
    of_spans = [pair for pair in pairs if pair.measure in spans]
    for measure, question in dict.fromkeys((pair.measure, pair.question) for pair in of_spans):
        yield heading(question, title_of(measure))
        yield span_pairs([pair for pair in of_spans if (pair.measure, pair.question) == (measure, question)], notes)
        yield Text()
