"""A review of a codebook in Markdown: to print, and to sit over together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from toolkit.codebook.reasons import REASONS
from toolkit.files.markdown import escaped
from toolkit.files.wording import counted
from toolkit.loop.review.records import CategoryReview, CodebookReview, MergeToConsider, Neighbour, QuestionReview


def review_markdown(review: CodebookReview) -> str:
    """Return the review as a document in GitHub's Markdown, every category under a heading of its own."""
    what = (
        f"What was decided on round *{escaped(review.round)}*. Counts are of sentences, where nothing else is said. "
        "Why coders differed was asked once for a sentence, not for each question; a slip is no matter of the codebook."
    )
    blocks = [f"# Review of {escaped(review.codebook)} {review.version}", what]
    for question in review.questions:
        blocks += _question(question)
    blocks += [
        f"## Next version: {review.skeleton.version}",
        "Comments only: nothing reaches annotators that nobody has read, and answers stay valid.",
        _fenced(review.skeleton.diff),
    ]
    return "\n\n".join(blocks) + "\n"


def _question(question: QuestionReview) -> Iterator[str]:
    yield f"## {escaped(question.question)}: {escaped(question.text)}"
    defensible = f", {question.n_defensible} with more than one defensible answer" if question.n_defensible else ""
    yield f"{counted(question.n_settled, 'sentence')} settled: {question.n_disputed} in dispute{defensible}."
    heads = ("category", "decided", *(words.title.lower() for words in REASONS.values()))
    rows = [
        (escaped(one.category), str(one.n_decided), *(str(one.reasons.get(reason, 0) or "–") for reason in REASONS))
        for one in question.categories
    ]
    yield _table(heads, rows)
    for category in question.categories:
        yield from _category(category)
    if question.merges:
        yield from _merges(question.merges)


def _category(category: CategoryReview) -> Iterator[str]:
    if not (category.reasons or category.quotes or category.neighbours):
        return
    yield f"### {escaped(category.category)}: {escaped(category.title)}"
    yield escaped(category.definition)
    if category.neighbours:
        yield "\n".join(f"- {escaped(line)}" for one in category.neighbours for line in _confused(category, one))
    for quote in category.quotes:
        given = f"{', '.join(quote.given)} given, " if quote.given else ""
        decided = ", ".join(quote.decided) or "none"
        yield (
            f"> The codebook should say: **{escaped(quote.says)}**  \n"
            f"> {escaped(quote.sentence)}  \n> *{escaped(f'{given}{decided} decided')}*"
        )


def _confused(category: CategoryReview, one: Neighbour) -> Iterator[str]:
    slips = f", {counted(one.n_slips, 'slip')}" if one.n_slips else ""
    where = f" (on {counted(one.n_sentences, 'sentence')}{slips})"
    if one.n_given:
        yield f"{one.category} given where {category.category} was decided: {counted(one.n_given, 'answer')}{where}"
    if one.n_decided:
        yield f"{category.category} given where {one.category} was decided: {counted(one.n_decided, 'answer')}{where}"


def _merges(merges: Sequence[MergeToConsider]) -> Iterator[str]:
    yield "### Merges to think about, and what they cost"
    heads = (
        "merged",
        "alpha",
        "after",
        "answers confused",
        "of sentences",
        "slips",
        "answers told apart rightly: lost",
    )
    yield _table(
        heads,
        [
            (
                escaped(f"{one.category} + {one.other_category}"),
                f"{one.alpha_before:.2f}",
                f"{one.alpha_after:.2f}",
                str(one.n_confused),
                str(one.n_sentences),
                str(one.n_slips),
                str(one.n_told_apart),
            )
            for one in merges
        ],
    )
    for one in merges:
        if one.conditions:
            pair = escaped(f"{one.category} and {one.other_category}")
            yield f"{escaped(', '.join(one.conditions))}: shown after one of {pair} only."
    yield "A higher alpha is no reason to merge, and the best of many merges is best partly by chance."


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    ends = ("---", *["---:"] * (len(heads) - 1))
    return "\n".join(f"| {' | '.join(row)} |" for row in (heads, ends, *rows))


def _fenced(diff: str) -> str:
    fence = "`" * max(3, *(len(run) + 1 for run in ["", *re.findall("`+", diff)]))
    return f"{fence}diff\n{diff}\n{fence}"
