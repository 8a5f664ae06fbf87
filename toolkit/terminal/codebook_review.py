"""A review of a codebook as the lead reads it: why coders differed, category by category, and what to write next."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from toolkit.files.wording import counted
from toolkit.loop.review.records import CategoryReview, CodebookReview, MergeToConsider, Neighbour, QuestionReview
from toolkit.terminal.agreement.tables import add, rows_table
from toolkit.words.numbers import NONE, number, signed

_REASONS = {
    "slip": "slip",
    "codebook_gap": "gap",
    "ambiguous": "text",
    "both_defensible": "both",
    "badly_cut": "cut",
    "other": "other",
}
"""Reasons as heads of columns; slips first, for they are no matter of the codebook."""


def codebook_review_text(review: CodebookReview) -> Group:
    """Return the review but for the diff of the next version, whose lines are not to be broken."""
    parts: list[RenderableType] = [
        Text.assemble(("Review of ", "bold"), (f"{review.codebook} {review.version}", "bold"), f" · {review.round}")
    ]
    for question in review.questions:
        parts += [Text(), *_question(question)]
    parts += [
        Text(),
        Text(
            "Why coders differed is asked once for a sentence: gap is a codebook gap, text an ambiguous sentence, both "
            "that both answers can be argued, cut a sentence badly cut. A slip is no matter of the codebook.",
            style="dim",
        ),
        Text(),
        Text.assemble(("Next version", "bold"), f"  {review.skeleton.version}, comments only"),
    ]
    return Group(*parts)


def _question(question: QuestionReview) -> Iterator[RenderableType]:
    yield Text.assemble((question.question, "bold"), f"  {question.text}")
    yield Text(_settled(question), style="dim")
    table = rows_table(("category",), ("decided", *_REASONS.values()))
    for category in question.categories:
        table.add_row(Text(category.category), str(category.n_decided), *_counts(category))
    yield table
    for category in question.categories:
        yield from (Text(f"  {line}") for line in _confused(category))
    yield from _quotes(question)
    if question.merges:
        yield from _merges(question.merges)


def _settled(question: QuestionReview) -> str:
    """How many sentences were settled on a question, and how many of those were in dispute."""
    defensible = f", {question.n_defensible} with more than one defensible answer" if question.n_defensible else ""
    settled = counted(question.n_settled, "sentence")
    return f"{settled} settled: {question.n_disputed} in dispute{defensible}."


def _counts(category: CategoryReview) -> Iterator[str]:
    return (str(category.reasons.get(reason, 0) or NONE) for reason in _REASONS)


def _confused(category: CategoryReview) -> Iterator[str]:
    """What coders said where this category was decided, how often, and how many of the sentences are slips."""
    for one in category.neighbours:
        if one.n_given:
            yield f"where {category.category} was decided, coders said {one.category}: {one.n_given}{_slips(one)}"


def _slips(one: Neighbour) -> str:
    """On how many sentences two categories were taken for each other, and how many of those are slips."""
    of_them = f", {counted(one.n_slips, 'slip')}" if one.n_slips else ""
    return f" (on {counted(one.n_sentences, 'sentence')}{of_them})"


def _quotes(question: QuestionReview) -> Iterator[RenderableType]:
    """Each quote once, with the categories it was written on."""
    seen: set[tuple[str, str]] = set()
    quotes = [quote for category in question.categories for quote in category.quotes]
    if quotes:
        yield Text("  The codebook should say")
    for quote in quotes:
        if (quote.sentence_id, quote.says) not in seen:
            seen.add((quote.sentence_id, quote.says))
            yield Padding(Text(f"“{quote.says}”"), (0, 0, 0, 4))
            given = f"{', '.join(quote.given)} given, " if quote.given else ""
            decided = f"{', '.join(quote.decided) or 'none'} decided"
            yield Padding(Text(f"{given}{decided}: {' '.join(quote.sentence.split())}", style="dim"), (0, 0, 0, 6))


def _merges(merges: tuple[MergeToConsider, ...]) -> Iterator[RenderableType]:
    yield Text("  Merges to think about, and what they cost")
    table = rows_table(("merged",), ("alpha", "after", "gain", "confused", "told apart"))
    for one in merges:
        add(
            table,
            f"{one.category} + {one.other_category}",
            number(one.alpha_before),
            number(one.alpha_after),
            signed(one.alpha_after - one.alpha_before),
            str(one.n_confused),
            str(one.n_told_apart),
        )
    yield table
    for one in merges:
        if one.conditions:
            yield Text(
                f"  {', '.join(one.conditions)}: shown after one of {one.category} and {one.other_category} only."
            )
    yield Text(
        "  Answers told apart rightly are what a merge loses. A higher alpha is no reason to merge, and the best of "
        "many merges is best partly by chance.",
        style="dim",
    )
