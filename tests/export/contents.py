"""Small studies to export, written out by hand."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from toolkit.agreement.estimate import Estimate
from toolkit.codebook.answers import Answer, Span
from toolkit.codebook.model import Category, Codebook, Question
from toolkit.corpus.article import Article, Sentence
from toolkit.export.content.study_content import StudyContent
from toolkit.export.pages.manifest import Options
from toolkit.export.writing.write import ExportResult, Source, export_tables
from toolkit.study.articles import FrozenArticle
from toolkit.study.records import Annotation


def _category(code: str, *, parent: str | None = None, missing: bool = False) -> Category:
    return Category(code=code, title=code.title(), definition=f"Means {code}.", parent=parent, missing=missing)


CODEBOOK = Codebook(
    name="small",
    version="1.2.0",
    language="en",
    instructions=["Read the sentence."],
    questions=[
        Question(
            id="voice",
            text="Whose voice?",
            level="nominal",
            categories=[_category("writer"), _category("source"), _category("unclear", missing=True)],
        ),
        Question(
            id="kind",
            text="What kind of source?",
            level="taxonomy",
            show_if={"voice": ["source"]},
            categories=[_category("EXPERT"), _category("think_tank", parent="EXPERT"), _category("OTHER")],
        ),
        Question(
            id="frames",
            text="Which frames?",
            level="set",
            categories=[_category("law"), _category("money"), _category("none_of_it", missing=True)],
        ),
        Question(id="share", text="How much?", level="ratio", minimum=0),
        Question(id="marks", text="Mark it.", level="span", categories=[_category("Cue"), _category("Source")]),
        Question(id="sure", text="How sure?", level="nominal", agreement=False, categories=[_category("very")]),
        Question(id="note", text="Anything else?", level="text", required=False),
    ],
)

# An emoji outside the BMP before the second sentence, curly quotes, a CRLF, a combining accent.
TEXT = "“Café\u0301 🎉” opened.\r\nShe said: “no”."
FIRST, SECOND = TEXT.split("\r\n")

ARTICLE = Article(
    article_id="a-1",
    text=TEXT,
    sha256=hashlib.sha256(TEXT.encode()).hexdigest(),
    title="Opening 🎉",
    published="2024-03-01",
)
SENTENCES = (
    Sentence("s-1", "a-1", 1, 1, 0, len(FIRST), FIRST),
    Sentence("s-2", "a-1", 2, 2, len(FIRST) + 2, len(TEXT), SECOND),
)
MONDAY = datetime(2024, 3, 4, 9, 30, 0, 123456, tzinfo=UTC)

BLANK = Annotation(
    annotation_id="1",
    sentence_id="s-1",
    article_id="a-1",
    round="pilot",
    annotator="p-ana",
    created_at=MONDAY,
    updated_at=(MONDAY + timedelta(minutes=5)).astimezone(timezone(timedelta(hours=2))),
    seconds_spent=12.5,
    skipped=False,
    edited_by_other=False,
    from_prediction=False,
    repeat=False,
    codebook_version=CODEBOOK.version,
    codebook_hash=CODEBOOK.hash,
    excluded_because=None,
    answers=(),
    blind=False,
)


def annotation(number: int, sentence: str, annotator: str, *answers: Answer) -> Annotation:
    return replace(BLANK, annotation_id=str(number), sentence_id=sentence, annotator=annotator, answers=answers)


CUE = SECOND.index("said")
SPAN = Span("Cue", CUE, CUE + 4, "said", "code_point")
PARTY = Span("Source", FIRST.index("🎉"), FIRST.index("🎉") + 1, "🎉", "utf16")

FULL = annotation(
    7,
    "s-2",
    "p-ana",
    # not in codebook order, on purpose
    Answer("note", "answered", "naïve 🙂\r\nsecond line"),
    Answer("voice", "answered", "source"),
    Answer("kind", "answered", "EXPERT/think_tank"),
    Answer("frames", "answered", ("law", "money")),
    Answer("share", "answered", 2.5),
    Answer("marks", "answered", (SPAN,)),
    Answer("sure", "answered", "very"),
)
SPARSE = annotation(
    8,
    "s-1",
    "p-ben",
    Answer("voice", "cannot_be_judged", "unclear"),
    Answer("kind", "not_shown"),
    Answer("frames", "answered", ()),
    Answer("share", "rejected", 99.0, "above the maximum"),
    Answer("marks", "answered", (PARTY,)),
    Answer("sure", "unanswered"),
)
EDITED = replace(
    annotation(9, "s-1", "p-ana", Answer("voice", "answered", "writer")),
    edited_by_other=True,
    excluded_because="edited_by_other",
)
LOST = replace(
    annotation(3, "gone", "p-ana", Answer("voice", "answered", "writer"), Answer("marks", "answered", (SPAN,))),
    article_id="gone",
    excluded_because="unknown_sentence",
)

ESTIMATE = Estimate(
    question="voice",
    measure="krippendorff_alpha",
    level="nominal",
    value=0.75,
    ci_low=None,
    ci_high=None,
    confidence=0.95,
    interval_method=None,
    interval_undefined_because="one article",
    replicates=0,
    undefined_replicates=0,
    seed=1,
    cluster="article",
    n_clusters=1,
    interval_unreliable=True,
    n_units=2,
    n_pairable=1,
    coverage=0.5,
    n_annotators=2,
    annotators_per_unit=2.5,
    n_categories=2,
    n_values=2,
    bootstrap_share_below=None,
    undefined_because=None,
    confirmed_by="krippendorff 0.9.0",
    target=0.7,
    verdict="undecided",
)


def frozen(article: Article, n_sentences: int) -> FrozenArticle:
    return FrozenArticle(article, "nupunkt", "0.6.0", n_sentences)


def study(annotations: Sequence[Annotation] = (LOST, EDITED, FULL, SPARSE)) -> StudyContent:
    """Two sentences of one article, four annotations in no particular order, one estimate."""
    return StudyContent(
        articles=[frozen(ARTICLE, 2)],
        sentences=SENTENCES,
        annotations=annotations,
        codebooks={CODEBOOK.hash: CODEBOOK},
        estimates={"pilot": [ESTIMATE]},
    )


def written(content: StudyContent, folder: Path) -> ExportResult:
    """The content as a version of an export in the folder."""
    return export_tables(content, folder, Source(study="small", study_id="1", options=Options(replicates=0, seed=0)))


SOURCE = Source(study="small", study_id="0123456789abcdef", options=Options(replicates=0, seed=0))
