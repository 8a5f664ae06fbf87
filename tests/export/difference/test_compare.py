"""What changed between two versions, on studies small enough to say so by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.export.contents import (
    ARTICLE,
    ESTIMATE,
    FULL,
    PARTY,
    SENTENCES,
    SOURCE,
    SPARSE,
    annotation,
    frozen,
    study,
)
from toolkit.codebook.answers import Answer
from toolkit.errors import BadInput, UsageError
from toolkit.export.difference.compare import AgreementChange, ChangedAnswer, compare_versions
from toolkit.export.writing.write import export_tables
from toolkit.study.records import Annotation

OTHER = frozen(replace(ARTICLE, article_id="a-2", sha256="2" * 64), 1)
ELSEWHERE = replace(SENTENCES[0], sentence_id="s-9", article_id="a-2")


def test_new_and_removed_articles_sentences_annotations_and_answers(tmp_path: Path) -> None:
    before = study([FULL])
    coded = annotation(1, "s-9", "p-ana", Answer("voice", "answered", "writer"))
    after = replace(
        study([replace(coded, article_id="a-2")]),
        articles=[OTHER],
        sentences=[ELSEWHERE],
    )
    export_tables(before, tmp_path, SOURCE)
    export_tables(after, tmp_path, SOURCE)
    found = compare_versions(tmp_path, "v1", "2")
    assert (found.old, found.new) == ("v1", "v2")
    assert (found.new_articles, found.removed_articles) == (("a-2",), ("a-1",))
    assert (found.new_sentences, found.removed_sentences) == (1, 2)
    assert (found.new_annotations, found.removed_annotations) == (1, 1)
    counts = {one.question: (one.new, one.removed, one.changed) for one in found.answers}
    assert counts["voice"] == (1, 1, 0)
    assert counts["note"] == (0, 1, 0)
    back = compare_versions(tmp_path, "v2", "v1")
    assert (back.new_articles, back.removed_articles) == (("a-1",), ("a-2",))


def test_changed_answers_are_counted_by_question_and_shown(tmp_path: Path) -> None:
    changes = {
        "voice": Answer("voice", "answered", "writer"),
        "frames": Answer("frames", "answered", ("law",)),
        "share": Answer("share", "answered", 3.0),
        "marks": Answer("marks", "answered", ()),
        "note": Answer("note", "unanswered"),
        "kind": Answer("kind", "not_shown"),
    }
    mended = replace(FULL, answers=tuple(changes.get(one.question, one) for one in FULL.answers))
    export_tables(study([FULL, SPARSE]), tmp_path, SOURCE)
    export_tables(study([mended, SPARSE]), tmp_path, SOURCE)
    found = compare_versions(tmp_path, "v1", "v2")
    said = {one.question: [(e.before, e.after) for e in one.examples] for one in found.answers}
    assert said == {
        "voice": [("source", "writer")],
        "kind": [("EXPERT/think_tank", "not_shown")],
        "frames": [("law, money", "law")],
        "share": [("2.5", "3")],
        "marks": [("Cue 4–8", "no span")],
        "note": [("naïve 🙂\r\nsecond line", "unanswered")],
    }
    assert {(one.new, one.removed, one.changed) for one in found.answers} == {(0, 0, 1)}
    (voice,) = (one for one in found.answers if one.question == "voice")
    assert voice.examples == (ChangedAnswer("s-2", "p-ana", "source", "writer"),)


def test_a_span_that_moved_is_a_changed_answer_and_an_empty_set_is_not_a_missing_one(tmp_path: Path) -> None:
    moved = replace(PARTY, label="Cue")
    first = annotation(1, "s-1", "p-ana", Answer("marks", "answered", (PARTY,)), Answer("frames", "answered", ()))
    second = annotation(1, "s-1", "p-ana", Answer("marks", "answered", (moved,)), Answer("frames", "unanswered"))
    export_tables(study([first]), tmp_path, SOURCE)
    export_tables(study([second]), tmp_path, SOURCE)
    found = {one.question: one for one in compare_versions(tmp_path, "v1", "v2").answers}
    at = f"{PARTY.start}–{PARTY.end}"
    assert [(e.before, e.after) for e in found["marks"].examples] == [(f"Source {at}", f"Cue {at}")]
    assert [(e.before, e.after) for e in found["frames"].examples] == [("none of them", "unanswered")]


def test_examples_are_few_and_the_count_is_whole(tmp_path: Path) -> None:
    def coded(code: str) -> list[Annotation]:
        return [annotation(n, "s-1", f"p-{n}", Answer("voice", "answered", code)) for n in range(9)]

    export_tables(study(coded("writer")), tmp_path, SOURCE)
    export_tables(study(coded("source")), tmp_path, SOURCE)
    (voice,) = compare_versions(tmp_path, "v1", "v2").answers
    assert (voice.changed, len(voice.examples)) == (9, 5)


def test_agreement_that_moved_and_only_that(tmp_path: Path) -> None:
    still = replace(ESTIMATE, question="frames", value=0.5)
    vanished = replace(ESTIMATE, value=None, undefined_because="no variation", n_pairable=4)
    by_pair = replace(ESTIMATE, measure="cohen_kappa", annotator="p-ana", other_annotator="p-ben")
    export_tables(replace(study(), estimates={"pilot": [ESTIMATE, still, by_pair]}), tmp_path, SOURCE)
    after = [vanished, still, replace(by_pair, value=0.1)]
    export_tables(replace(study(), estimates={"pilot": after}), tmp_path, SOURCE)
    assert compare_versions(tmp_path, "v1", "v2").agreement == (
        AgreementChange("pilot", "voice", "nominal", 0.75, None, None, "no variation", 1, 4),
    )


def test_codebooks_that_are_others_are_named(tmp_path: Path) -> None:
    content = replace(study([]), estimates={})
    from tests.codebook.samples import FULL as YAML

    export_tables(replace(content, documents={"pilot": YAML}), tmp_path, SOURCE)
    export_tables(replace(content, documents={"pilot": YAML, "main": YAML + "# more\n"}), tmp_path, SOURCE)
    assert compare_versions(tmp_path, "v1", "v2").codebooks == ("codebook-pilot.yaml", "codebook.yaml")


@pytest.mark.parametrize("asked", [("v1", "v7"), ("0", "v1"), ("v1", "../v1"), ("latest", "v1")])
def test_a_version_there_is_not_is_refused_with_those_there_are(tmp_path: Path, asked: tuple[str, str]) -> None:
    export_tables(study(), tmp_path, SOURCE)
    with pytest.raises(UsageError, match=r"versions: v1"):
        compare_versions(tmp_path, *asked)


def test_a_version_that_cannot_be_read(tmp_path: Path) -> None:
    export_tables(study([FULL]), tmp_path, SOURCE)
    export_tables(study(), tmp_path, SOURCE)
    (tmp_path / "v1" / "answers.parquet").write_bytes(b"PAR1")
    with pytest.raises(BadInput, match="is not a Parquet file that can be read"):
        compare_versions(tmp_path, "v1", "v2")
