"""A round of four sentences and four annotators, small enough to count by hand."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from tests.export.contents import BLANK, frozen
from toolkit.codebook.answers import Answer, Span
from toolkit.codebook.model import Category, Codebook, Question
from toolkit.corpus.article import Article, Sentence
from toolkit.export.content.study_content import StudyContent
from toolkit.export.rows import tables_of
from toolkit.study.records import Annotation
from toolkit.study.rounds import LedgerEntry


def _categories(*codes: str) -> list[Category]:
    return [Category(code=code, title=code, definition=f"Means {code}.") for code in codes]


QUESTIONS = [
    Question(
        id="voice",
        text="?",
        level="nominal",
        categories=[
            *_categories("writer", "source"),
            Category(code="unclear", title="?", definition="?", missing=True),
        ],
    ),
    Question(id="rank", text="?", level="ordinal", order=["low", "high"], categories=_categories("high", "low")),
    Question(id="frames", text="?", level="set", categories=_categories("law", "money")),
    Question(id="deaths", text="?", level="ratio", minimum=0),
    Question(id="marks", text="?", level="span", categories=_categories("Cue")),
    Question(id="sure", text="?", level="nominal", agreement=False, categories=_categories("very")),
]
BOOK = Codebook(name="small", version="1.0.0", language="en", instructions=["Read."], questions=QUESTIONS)

WORDS = ("One.", "Two.", "Three.", "Four.")
TEXT = "\n".join(WORDS)
ARTICLE = Article(
    "a", TEXT, hashlib.sha256(TEXT.encode()).hexdigest(), outlet="Daily", published="2024-03-01T23:30:00-05:00"
)
SENTENCES = [
    Sentence(f"s{n}", "a", n, n, TEXT.index(word), TEXT.index(word) + len(word), word)
    for n, word in enumerate(WORDS, start=1)
]
CUE = Span("Cue", 0, 3, "One", "code_point")


def coded(sentence: int, who: str, number: int, **values: Any) -> Annotation:
    """An annotation that counts: each question with its value; ``...`` where the annotator could not judge."""
    answers = tuple(
        Answer(name, "cannot_be_judged", "unclear") if value is ... else Answer(name, "answered", value)
        for name, value in values.items()
    )
    return replace(
        BLANK,
        annotation_id=str(number),
        sentence_id=f"s{sentence}",
        article_id="a",
        round="main",
        annotator=who,
        codebook_hash=BOOK.hash,
        codebook_version=BOOK.version,
        answers=answers,
    )


ANNOTATIONS = [
    coded(1, "ana", 1, voice="writer", rank="low", frames=("law",), deaths=1.0, marks=(CUE,), sure="very"),
    coded(1, "ben", 2, voice="writer", rank="high", frames=("law", "money"), deaths=2.0, marks=()),
    coded(1, "cem", 3, voice="source", rank="low", frames=(), deaths=10.0, marks=(CUE,)),
    coded(2, "ana", 4, voice="writer", frames=("law",)),
    coded(2, "ben", 5, voice="source", frames=("money",)),
    coded(3, "ana", 6, voice=...),
]


def small(annotations: Sequence[Annotation] = ANNOTATIONS, **more: Any) -> StudyContent:
    """The study, with whatever else it is to hold."""
    content = StudyContent(
        articles=[frozen(ARTICLE, 4)],
        sentences=SENTENCES,
        annotations=annotations,
        codebooks={BOOK.hash: BOOK},
        planned={"main": [LedgerEntry(n, f"s{n}", "a", 2, 100 + n) for n in (1, 2, 3, 4)]},
        registered={"main": ["ana", "ben", "cem", "dea"]},
    )
    return replace(content, **more)


def rows(table: str, content: StudyContent) -> list[dict[str, Any]]:
    """The rows of one table of the study."""
    return [dict(row) for row in tables_of(content)[table].to_pylist()]


def only(row: Mapping[str, Any], *names: str) -> tuple[Any, ...]:
    """These columns of the row."""
    return tuple(row[name] for name in names)
