"""Every table of an export but ``agreement``, for a large invented study: time, memory, and how both grow.

A sentence has three annotators of ten, who answer a question of each common kind; one annotation in twenty was saved
twice. Each size runs in a process of its own, so that its memory is its own. A content in memory is part of the peak;
one that comes in blocks is made while it is written, which takes time of its own, measured by itself as well.
"""

from __future__ import annotations

import hashlib
import random
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from benchmarks.process import apart, peak
from benchmarks.row import Row
from toolkit.codebook.answers import Answer, Span
from toolkit.codebook.model import Category, Codebook, Question
from toolkit.corpus.article import Article, Sentence
from toolkit.export.content.blocks import BlocksOfContent
from toolkit.export.content.study_content import StudyContent
from toolkit.export.pages.manifest import Options
from toolkit.export.rows import tables_of
from toolkit.export.writing.write import Source, export_tables
from toolkit.study.articles import FrozenArticle
from toolkit.study.records import Annotation, AnnotationVersion
from toolkit.study.rounds import LedgerEntry

SENTENCES = 100_000
PER_SENTENCE = 3
PEOPLE = 10
PER_ARTICLE = 20
IN_A_BLOCK = 5_000
WORDS = ("the", "minister", "said", "on", "Monday", "that", "nobody", "had", "told", "him", "about", "the", "report")
BEGIN = datetime(2024, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Measured:
    """What an export took."""

    n_answers: int
    n_rows: int
    seconds: float
    peak: float  # MB
    inventing: float = 0.0  # seconds of a content that is made on the way


def rows(arguments: Sequence[str]) -> Iterator[Row]:
    n = int(arguments[0]) if arguments else SENTENCES
    half, whole = apart(_exported, n // 2), apart(_exported, n)
    yield Row(
        f"export {whole.n_answers:,} answers, {n:,} sentences ({whole.n_rows:,} rows)",
        f"{whole.seconds:.1f} s, peak {whole.peak / 1000:.2f} GB",
        f"half as many sentences {half.seconds:.1f} s, peak {half.peak / 1000:.2f} GB",
        f"{half.seconds / whole.seconds:.2f}",
    )
    tenth, many = apart(_streamed, n), apart(_streamed, 10 * n)
    yield Row(
        f"export {many.n_answers:,} answers, {10 * n:,} sentences, content in blocks",
        f"{many.seconds:.0f} s, peak {many.peak / 1000:.2f} GB",
        f"a tenth as many {tenth.seconds:.1f} s, peak {tenth.peak / 1000:.2f} GB",
        f"{tenth.seconds / many.seconds:.2f}",
    )
    yield Row("of that, the invention of the content", f"{many.inventing:.0f} s")
    built = apart(_built, n)
    yield Row("of that, tables made and checked", f"{built.seconds:.1f} s")
    likely = apart(_estimated, n)
    yield Row("the same with Dawid–Skene posteriors", f"{likely.seconds:.1f} s")


def _exported(n: int) -> Measured:
    content = invented(n)
    source = Source(study="invented", study_id="invented", options=Options(replicates=0, seed=0))
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        result = export_tables(content, Path(folder), source)
        return _measured(begun, result.rows)


def _streamed(n: int) -> Measured:
    begun = time.perf_counter()
    for _ in _blocks(n):
        pass
    inventing = time.perf_counter() - begun
    content = BlocksOfContent(invented(0), partial(_blocks, n))
    source = Source(study="invented", study_id="invented", options=Options(replicates=0, seed=0))
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        result = export_tables(content, Path(folder), source)
        return replace(_measured(begun, result.rows), inventing=inventing)


def _blocks(n: int) -> Iterator[StudyContent]:
    for first in range(0, n, IN_A_BLOCK):
        yield invented(min(IN_A_BLOCK, n - first), first=first)


def _built(n: int) -> Measured:
    return _tables(invented(n))


def _estimated(n: int) -> Measured:
    return _tables(invented(n, dawid_skene=True))


def _tables(content: StudyContent) -> Measured:
    begun = time.perf_counter()
    tables = tables_of(content)
    return _measured(begun, {name: table.num_rows for name, table in tables.items()})


def _measured(begun: float, n_rows: Mapping[str, int]) -> Measured:
    seconds = time.perf_counter() - begun
    return Measured(n_rows["answers"], sum(n_rows.values()), seconds, peak())


def invented(n: int, *, first: int = 0, dawid_skene: bool = False) -> StudyContent:
    """A study of ``n`` sentences, or that part of a larger one after its ``first``."""
    draw = random.Random(4 + first)
    book = _codebook()
    articles, sentences = _articles(n, first, draw)
    people = [f"annotator-{number:08x}" for number in range(PEOPLE)]
    return StudyContent(
        articles=articles,
        sentences=sentences,
        annotations=list(_annotations(sentences, people, book, draw, first * PER_SENTENCE)),
        codebooks={book.hash: book},
        planned={
            "main": [
                LedgerEntry(first + at, one.sentence_id, one.article_id, PER_SENTENCE, first + at)
                for at, one in enumerate(sentences)
            ]
        },
        registered={"main": people},
        dawid_skene=dawid_skene,
    )


def _codebook() -> Codebook:
    def categories(*codes: str) -> list[Category]:
        return [Category(code=code, title=code, definition=f"Means {code}.") for code in codes]

    steps = ("low", "mid", "high")
    questions = [
        Question(id="kind", text="?", level="nominal", categories=categories("gov", "military", "citizen", "expert")),
        Question(id="tone", text="?", level="ordinal", order=[*steps], categories=categories(*steps)),
        Question(id="frames", text="?", level="set", categories=categories("security", "economy", "human")),
        Question(id="words", text="?", level="span", show_if={"kind": ["gov"]}, categories=categories("Loaded")),
    ]  # fmt: skip
    return Codebook(name="invented", version="1.0.0", language="en", instructions=["Read."], questions=questions)


def _articles(n: int, first: int, draw: random.Random) -> tuple[list[FrozenArticle], list[Sentence]]:
    articles: list[FrozenArticle] = []
    sentences: list[Sentence] = []
    before = first // PER_ARTICLE
    for number in range(before, before - (-n // PER_ARTICLE)):
        left = n + first - number * PER_ARTICLE
        texts = [" ".join(draw.choices(WORDS, k=18)) + "." for _ in range(min(PER_ARTICLE, left))]
        text = "\n".join(texts)
        digest = hashlib.sha256(text.encode()).hexdigest()
        name = f"article-{number:06}"
        articles.append(FrozenArticle(Article(name, text, digest, outlet="Daily"), "by hand", "1", len(texts)))
        start = 0
        for position, each in enumerate(texts, start=1):
            id_ = f"{name}-{position:04}-{hashlib.sha256(each.encode()).hexdigest()[:12]}"
            sentences.append(Sentence(id_, name, position, position, start, start + len(each), each))
            start += len(each) + 1
    return articles, sentences


def _annotations(
    sentences: Sequence[Sentence], people: Sequence[str], book: Codebook, draw: random.Random, number: int
) -> Iterator[Annotation]:
    kinds, frames = ("gov", "military", "citizen", "expert"), [(), ("security",), ("economy", "human")]
    hidden = Answer("words", "not_shown")
    for sentence in sentences:
        true = draw.choice(kinds)
        for who in draw.sample(people, PER_SENTENCE):
            number += 1
            kind = true if draw.random() < 0.75 else draw.choice(kinds)
            answers = [
                Answer("kind", "answered", kind),
                Answer("tone", "answered", draw.choice(("low", "mid", "high"))),
                Answer("frames", "answered", draw.choice(frames)),
            ]
            # two sentences in three have no marking: about ten answers for each sentence
            if number % 3 == 0:
                span = Span("Loaded", 0, 5, sentence.text[0:5], "code_point")
                answers.append(Answer("words", "answered", (span,)) if kind == "gov" else hidden)
            annotation = Annotation(
                annotation_id=f"main-{number}",
                sentence_id=sentence.sentence_id,
                article_id=sentence.article_id,
                round="main",
                annotator=who,
                created_at=BEGIN + timedelta(seconds=number),
                updated_at=BEGIN + timedelta(seconds=number + 30),
                seconds_spent=30.0,
                skipped=False,
                edited_by_other=False,
                blind=False,
                from_prediction=False,
                repeat=False,
                codebook_version=book.version,
                codebook_hash=book.hash,
                excluded_because=None,
                answers=tuple(answers),
            )
            yield replace(annotation, versions=tuple(_versions(annotation, draw.choice(kinds))))


def _versions(annotation: Annotation, before: str) -> Iterator[AnnotationVersion]:
    """One version; of one annotation in twenty another one before it, in which the first answer may be another."""
    number = int(annotation.annotation_id.rpartition("-")[2])
    edited = number % 20 == 0
    now = AnnotationVersion(
        version=1 + edited,
        seen_at=BEGIN + timedelta(seconds=number + 60),
        updated_at=annotation.updated_at,
        changed_by=annotation.annotator,
        seconds_spent=30.0,
        skipped=False,
        codebook_version=annotation.codebook_version,
        codebook_hash=annotation.codebook_hash,
        in_force=True,
        answers=annotation.answers,
    )
    if edited:
        answers = (Answer("kind", "answered", before), *annotation.answers[1:])
        moment = annotation.created_at
        yield replace(now, version=1, updated_at=moment, seen_at=moment, in_force=False, answers=answers)
    yield now
