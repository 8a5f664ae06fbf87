"""Disputed sentences, made up by hand."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.codebook.answers import Answer, Span
from toolkit.loop.disagreement.records import ComparedQuestion, Disagreements, DisputedSentence
from toolkit.loop.disputes import Outcome

TEXT = "The army killed the rebels in the old town."


def span(label: str, words: str, text: str = TEXT) -> Span:
    start = text.index(words)
    return Span(label, start, start + len(words), words, "code_point")


def coders(n: int) -> list[str]:
    return [f"annotator-{place:08x}" for place in range(1, n + 1)]


def question(
    name: str, *values: object, outcome: Outcome | None = "tie", disputed: bool | None = None
) -> ComparedQuestion:
    """A question with the answers of the first, second … annotator; a status in place of those that are none."""
    answers = {}
    for who, value in zip(coders(len(values)), values, strict=True):
        none = value in ("not_shown", "rejected", "unanswered")
        answers[who] = Answer(name, value if none else "answered", None if none else value)  # type: ignore[arg-type]
    is_disputed = outcome in ("tie", "split") if disputed is None else disputed
    return ComparedQuestion(
        question=name,
        outcome=outcome,
        disputed=is_disputed,
        disagreement=1.0 if is_disputed else 0.0,
        entropy=1.0 if is_disputed else 0.0,
        answers=answers,
    )


def sentence(
    *questions: ComparedQuestion, text: str = TEXT, link: str | None = None, title: str | None = None
) -> DisputedSentence:
    return DisputedSentence(
        sentence_id="a-1",
        article_id="a",
        position=3,
        title=title,
        text=text,
        link=link,
        disagreement=sum(each.disagreement for each in questions),
        entropy=sum(each.entropy for each in questions),
        questions=questions,
    )


def found(*sentences: DisputedSentence, n_coders: int = 3, n_disputed: int | None = None) -> Disagreements:
    return Disagreements(
        round="pilot",
        codebook="small",
        annotators=tuple(coders(n_coders)),
        n_compared=40,
        n_disputed=len(sentences) if n_disputed is None else n_disputed,
        sentences=tuple(sentences),
    )


def lines(text: str) -> Sequence[str]:
    return [line.rstrip() for line in text.splitlines()]
