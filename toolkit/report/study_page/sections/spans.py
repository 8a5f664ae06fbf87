"""Marked words: what becomes of the spans that two annotators mark, and what that looks like."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.agreement.estimate import Estimate
from toolkit.loop.reporting.answers_side_by_side import OUTCOMES, ListedQuestion
from toolkit.report.charts.span_outcomes import span_outcomes
from toolkit.report.study_page.blocks import Block, Layers, Paragraph, Part, Picture, Table
from toolkit.report.study_page.sections import Section
from toolkit.report.study_page.shown import Shown, file_name, interval_cell, value_cell
from toolkit.words.kinds import SPLIT

MOST_EXAMPLES = 6


def _blocks(shown: Shown) -> Iterator[Block]:
    agreement = shown.report.agreement
    split: dict[str, list[Estimate]] = {}
    for one in agreement.explained:
        for each in one.estimates:
            if each.measure == SPLIT:
                split.setdefault(one.question, []).append(each)
    for question, found in split.items():
        blocks: list[Block] = [*_outcomes(shown, question, found)]
        if shown.with_text:
            blocks += _examples(shown, question)
        yield Part(id=file_name("spans", question), title=question, blocks=blocks)


def _outcomes(shown: Shown, question: str, found: list[Estimate]) -> Iterator[Block]:
    notes = shown.notes()
    table = Table(
        caption=f"{question}: what becomes of the spans that either of two annotators marked",
        columns=("label", "annotators", "outcome", "share", "interval"),
        rows=tuple(
            (
                one.category or "",
                f"{shown.called(one.annotator or '')} and {shown.called(one.other_annotator or '')}",
                one.level,
                value_cell(one, notes, as_percent=True),
                interval_cell(one, notes, as_percent=True),
            )
            for one in found
        ),
        n_names=3,
        notes=(
            *notes.lines(),
            (
                "agreed: the same words and label. boundary: the same label on other words that overlap. label: "
                "another label on words that overlap. missed: marked by one of the two only."
            ),
        ),
        folded="Every two annotators, as a table",
    )
    picture = span_outcomes(question, found, shown.called, name=file_name(question))
    yield table if picture is None else Picture(picture, table)


def _examples(shown: Shown, name: str) -> Iterator[Block]:
    """Sentences on which annotators differ most in what they mark, drawn in layers."""
    answers = shown.report.answers
    question = next((one for one in answers.questions if one.question == name), None)
    if question is None:
        return
    disputed = [
        row
        for row, outcome in enumerate(question.outcomes.tolist())
        if outcome >= 0 and OUTCOMES[outcome] in {"split", "tie"} and answers.sentences[row].text
    ]
    chosen = sorted(disputed, key=lambda row: (-_n_different(question, row, len(answers.annotators)), row))
    if not chosen:
        return
    yield Paragraph("Examples, those with most different answers first:")
    labels = tuple(sorted({mark.label for marks in question.spans.values() for mark in marks}))
    for row in chosen[:MOST_EXAMPLES]:
        sentence = answers.sentences[row]
        article = "" if sentence.article is None else answers.articles[sentence.article]
        title = "" if article == "" else article.title or article.article_id
        yield Layers(
            text=sentence.text or "",
            layers=tuple(
                (shown.called(annotator), question.spans.get((row, column), ()))
                for column, annotator in enumerate(answers.annotators)
                if question.given[row, column] >= 0
            ),
            labels=labels,
            place=f"{title}, sentence {sentence.position}" if title else f"sentence {sentence.position}",
        )


def _n_different(question: ListedQuestion, row: int, n_annotators: int) -> int:
    return len({question.spans.get((row, column), ()) for column in range(n_annotators)})


SECTION = Section(place=60, id="spans", title="Marked words", blocks=lambda shown: [*_blocks(shown)])
