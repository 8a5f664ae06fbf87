"""An export is the same whatever blocks its content comes in: byte for byte, and fault for fault."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.export.contents import BLANK, ESTIMATE, MONDAY, SOURCE, frozen
from tests.export.rows.small import BOOK, CUE
from toolkit.codebook.answers import Answer
from toolkit.corpus.article import Article, Sentence
from toolkit.errors import BadInput, ContractViolated
from toolkit.export.checking import sound
from toolkit.export.checking.validate import validate_export
from toolkit.export.content.blocks import BlocksOfContent, in_blocks
from toolkit.export.content.study_content import StudyContent
from toolkit.export.pages.manifest import Options
from toolkit.export.writing.versions import DRAFT
from toolkit.export.writing.write import export_tables
from toolkit.study.decisions import Decision, Settled
from toolkit.study.records import Annotation, AnnotationVersion
from toolkit.study.rounds import LedgerEntry

WORDS = ("One.", "Two.", "Three.")
TEXT = "\n".join(WORDS)
PEOPLE = ("ana", "ben", "cem")
ARTICLES = [
    Article(f"a{n}", TEXT, hashlib.sha256(TEXT.encode()).hexdigest(), outlet=f"Daily {n % 2}", language="en")
    for n in range(5)
]
PLACES = [(TEXT.index(word), TEXT.index(word) + len(word)) for word in WORDS]
SENTENCES = [
    Sentence(f"{one.article_id}-{at}", one.article_id, at, at, *PLACES[at - 1], word)
    for one in ARTICLES
    for at, word in enumerate(WORDS, start=1)
]


def coded_annotations() -> list[Annotation]:
    """Two rounds, coded in no order: some left out, some on no sentence, some saved twice, some changed."""
    draw = random.Random(7)
    found: list[Annotation] = []
    for name in ("main", "pilot"):
        for sentence in SENTENCES:
            for who in draw.sample(PEOPLE, draw.randrange(4)):
                found.append(answered(len(found) + 1, name, sentence, who, draw))
    lost = replace(
        found[3], annotation_id="900", sentence_id="gone", article_id="", excluded_because="unknown_sentence"
    )
    elsewhere = replace(found[5], annotation_id="901", excluded_because="unknown_sentence", article_id="")
    draw.shuffle(found)
    return [lost, *found, elsewhere]


def answered(number: int, name: str, sentence: Sentence, who: str, draw: random.Random) -> Annotation:
    """An annotation with an answer to most questions."""
    given = [
        Answer("voice", "answered", draw.choice(("writer", "source"))),
        Answer("rank", "answered", draw.choice(("low", "high"))),
        Answer("frames", "answered", draw.choice(((), ("law",), ("law", "money")))),
        Answer("deaths", "answered", float(draw.randrange(3))),
        Answer("marks", "answered", draw.choice(((), (CUE,)))),
        Answer("gone", "rejected", None, "not_asked"),
    ]
    at = MONDAY + timedelta(seconds=draw.randrange(40))  # several at once
    one = replace(
        BLANK,
        annotation_id=f"{name}-{number}",
        sentence_id=sentence.sentence_id,
        article_id=sentence.article_id,
        round=name,
        annotator=who,
        created_at=at,
        updated_at=at,
        blind=draw.choice((True, False)),
        codebook_hash=BOOK.hash,
        codebook_version=BOOK.version,
        excluded_because=draw.choice((None, None, None, "skipped", "gold")),
        answers=tuple(given[: draw.randrange(3, 6)]),
    )
    return replace(one, versions=tuple(versions(one, draw.randrange(1, 3), draw)))


def versions(one: Annotation, n: int, draw: random.Random) -> Sequence[AnnotationVersion]:
    return [
        AnnotationVersion(
            version=at,
            seen_at=one.created_at,
            updated_at=one.created_at + timedelta(minutes=at),
            changed_by=None,
            seconds_spent=None,
            skipped=False,
            codebook_version=one.codebook_version,
            codebook_hash=one.codebook_hash,
            in_force=at == n,
            answers=one.answers if at == n else (Answer("voice", "answered", draw.choice(("writer", "source"))),),
        )
        for at in range(1, n + 1)
    ]


def decision(sentence: Sentence, who: str) -> Decision:
    return Decision(
        sentence_id=sentence.sentence_id, article_id=sentence.article_id, question="voice", adjudicator=who,
        annotation_id="x-1", decided_at=MONDAY, outcome="decided", value="writer", reason=None,
        suggestion=f"Ask {who}@example.org" if who == "zoe" else None, because="split", chance=1.0,
        where="all", anchored=False, coded=("writer", "source"), coded_by=("main-1", "main-2"),
        excluded_because=None,
    )  # fmt: skip


def content(**more: Any) -> StudyContent:
    """Five articles, everything an export can hold in some of them."""
    whole = StudyContent(
        articles=[frozen(article, len(WORDS)) for article in ARTICLES],
        sentences=SENTENCES,
        annotations=coded_annotations(),
        codebooks={BOOK.hash: BOOK},
        estimates={"main": [replace(ESTIMATE, question="voice")], "pilot": []},
        planned={
            "main": [LedgerEntry(n, one.sentence_id, one.article_id, 2, n) for n, one in enumerate(SENTENCES)],
            "later": [LedgerEntry(n, one.sentence_id, one.article_id, 1, n) for n, one in enumerate(SENTENCES[4:9])],
        },
        registered={"main": [*PEOPLE, "dea"], "pilot": list(PEOPLE[:2])},
        gold={"pilot": frozenset({"a3-1"})},
        decisions={"pilot": [decision(SENTENCES[13], "eli")], "main": [decision(one, "eli") for one in SENTENCES[::4]]},
        settled={"main": [Settled(sentence_id="a4-1", question="voice", outcome="decided", value="source")]},
        zeros=True,
    )  # fmt: skip
    return replace(whole, **more)


def exported(given: StudyContent, folder: Path, size: int, options: Options) -> dict[str, bytes]:
    blocks = in_blocks(replace(given, study_id=SOURCE.study_id), size=size)
    made = export_tables(blocks, folder, replace(SOURCE, options=options, key=b"k" * 32))
    return {path.name: path.read_bytes() for path in sorted(made.folder.iterdir())}


OPTIONS = Options(replicates=0, seed=0)


@pytest.mark.parametrize(
    "options",
    [
        OPTIONS,
        OPTIONS.model_copy(update={"public": True, "redact": True}),
        OPTIONS.model_copy(update={"text": False}),
    ],
    ids=["plain", "public", "without text"],
)
@pytest.mark.parametrize("size", [1, 20, 30])
def test_the_same_files_whatever_the_blocks(tmp_path: Path, size: int, options: Options) -> None:
    given = content()
    if options.redact:
        given = replace(given, decisions={"main": [decision(one, "zoe") for one in SENTENCES[::4]]})
    n_blocks = len(list(in_blocks(given, size=size).blocks()))
    assert n_blocks > 1
    whole = exported(given, tmp_path / "whole", 10_000, options)
    parts = exported(given, tmp_path / "parts", size, options)
    assert parts == whole


def test_what_is_in_memory_is_one_block_until_it_is_large() -> None:
    given = content()
    assert [len(list(in_blocks(given, size=n).blocks())) for n in (1, 10_000)] == [len(ARTICLES) + 1, 1]
    assert len(list(in_blocks(replace(given, dawid_skene=True), size=1).blocks())) == 1
    (only,) = in_blocks(given, size=10_000).blocks()
    assert only is given


def twice(given: StudyContent) -> StudyContent:
    """With an annotation of the first article once more, in the last."""
    first = next(one for one in given.annotations if one.article_id == "a0")
    again = replace(first, sentence_id="a4-2", article_id="a4")
    return replace(given, annotations=[*given.annotations, again])


def astray(given: StudyContent) -> StudyContent:
    """With answers that no codebook knows, in the second article and the last."""
    wrong = Answer("voice", "answered", "nobody")
    kept = [
        replace(one, answers=(wrong, *one.answers[1:])) if one.article_id in {"a1", "a4"} else one
        for one in given.annotations
    ]
    return replace(given, annotations=kept)


def broken(given: StudyContent, folder: Path, size: int) -> tuple[str, list[str]]:
    with pytest.raises((ContractViolated, BadInput)) as caught:
        exported(given, folder, size, OPTIONS)
    return str(caught.value).splitlines()[0], sorted(map(str, caught.value.faults))


def undecided(given: StudyContent) -> StudyContent:
    """With decisions for no reason there is, in two rounds, and a key that repeats beside."""
    wrong: Any = "whim"
    kept = {name: [replace(one, because=wrong) for one in found] for name, found in given.decisions.items()}
    return twice(replace(given, decisions=kept))


@pytest.mark.parametrize("size", [1, 20])
@pytest.mark.parametrize("spoilt", [twice, astray, undecided])
def test_the_same_faults_in_the_same_rows(
    tmp_path: Path, spoilt: Callable[[StudyContent], StudyContent], size: int
) -> None:
    given = spoilt(content())
    whole = broken(given, tmp_path / "whole", 10_000)
    assert whole[1]
    assert whole == broken(given, tmp_path / "parts", size)
    assert list(tmp_path.iterdir()) == []


def test_rows_that_stand_only_together_are_written_together(tmp_path: Path) -> None:
    given = content()
    (strange, *others) = given.annotations[1:]
    elsewhere = replace(strange, article_id="a0" if strange.article_id != "a0" else "a1")
    given = replace(given, annotations=[elsewhere, *others])
    assert exported(given, tmp_path / "parts", 1, OPTIONS) == exported(given, tmp_path / "whole", 10_000, OPTIONS)


def test_a_share_of_answers_is_the_same_number_in_any_block(tmp_path: Path) -> None:
    """Of counts 1, 3 and 2 the entropy is another in the last digit where they are added in another order."""
    numbers = {"a0-1": (5.0,), "a4-1": (1.0, 7.0, 7.0, 7.0, 5.0, 5.0)}
    found = [
        replace(
            BLANK,
            annotation_id=f"main-{sentence}-{at}",
            sentence_id=sentence,
            article_id=sentence[:2],
            round="main",
            annotator=f"p{at}",
            codebook_hash=BOOK.hash,
            codebook_version=BOOK.version,
            answers=(Answer("deaths", "answered", number),),
        )
        for sentence, given in numbers.items()
        for at, number in enumerate(given)
    ]
    given = content(annotations=found, decisions={}, settled={})
    assert exported(given, tmp_path / "parts", 1, OPTIONS) == exported(given, tmp_path / "whole", 10_000, OPTIONS)


@pytest.mark.parametrize("folder", ["runs:2024", "s3:x"])
def test_a_colon_in_a_name_is_no_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sound, "LARGE", 0)
    made = exported(content(), Path(folder), 20, OPTIONS)
    assert made["answers.parquet"]
    assert validate_export(Path(folder)).faults == validate_export(tmp_path / folder).faults


def test_people_are_found_in_every_block_and_nothing_is_written(tmp_path: Path) -> None:
    given = content(decisions={"main": [decision(one, "zoe") for one in SENTENCES[::4]]})
    said, whole = broken(given, tmp_path / "there", 10_000)
    assert (said, whole) == broken(given, tmp_path / "there", 1)
    assert len(whole) == len(SENTENCES[::4])
    assert not (tmp_path / "there").exists()


def test_what_is_the_same_makes_no_version_and_leaves_no_draft(tmp_path: Path) -> None:
    first = exported(content(), tmp_path, 20, OPTIONS)
    again = export_tables(in_blocks(replace(content(), study_id=SOURCE.study_id), size=1), tmp_path, SOURCE)
    assert (again.version, again.changed) == (1, False)
    assert not (tmp_path / DRAFT).exists()
    assert {path.name: path.read_bytes() for path in sorted((tmp_path / "v1").iterdir())} == first


def test_blocks_are_asked_for_once_where_no_key_repeats(tmp_path: Path) -> None:
    asked = 0
    blocks = in_blocks(replace(content(), study_id=SOURCE.study_id), size=20)

    def counted() -> Any:
        nonlocal asked
        asked += 1
        return blocks.blocks()

    export_tables(BlocksOfContent(blocks.whole, counted), tmp_path, SOURCE)
    assert asked == 1
