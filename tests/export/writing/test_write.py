from __future__ import annotations

import hashlib
import random
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.export.contents import (
    ARTICLE,
    BLANK,
    CODEBOOK,
    EDITED,
    FIRST,
    FULL,
    LOST,
    SECOND,
    SENTENCES,
    SOURCE,
    SPAN,
    SPARSE,
    TEXT,
    annotation,
    frozen,
    study,
    written,
)
from toolkit.codebook.answers import Answer, Span, Value
from toolkit.codebook.model import Codebook
from toolkit.export.content.study_content import StudyContent
from toolkit.export.contract.schema import table_schemas
from toolkit.export.contract.templates import expanded_schemas
from toolkit.export.pages.manifest import Options
from toolkit.export.rows import tables_of
from toolkit.export.writing.write import export_tables

pq: Any = pyarrow.parquet
TABLES = table_schemas()


def test_every_answer_is_a_row_in_its_order_with_its_value_in_the_column_of_its_level() -> None:
    rows = tables_of(study())["answers"].select(
        ["annotation_id", "question", "status", "code", "codes", "number", "text"]
    )
    assert rows.to_pylist()[:-2] == [
        _row("9", "voice", "answered", code="writer"),
        _row("8", "voice", "cannot_be_judged", code="unclear"),
        _row("8", "kind", "not_shown"),
        _row("8", "frames", "answered", codes=[]),
        _row("8", "share", "rejected"),
        _row("8", "marks", "answered"),
        _row("8", "sure", "unanswered"),
        _row("7", "voice", "answered", code="source"),
        _row("7", "kind", "answered", code="EXPERT/think_tank"),
        _row("7", "frames", "answered", codes=["law", "money"]),
        _row("7", "share", "answered", number=2.5),
        _row("7", "marks", "answered"),
        _row("7", "sure", "answered", code="very"),
        _row("7", "note", "answered", text="naïve 🙂\r\nsecond line"),
    ]


def _row(annotation_id: str, question: str, status: str, **value: object) -> dict[str, object]:
    empty = dict.fromkeys(("code", "codes", "number", "text"))
    return {"annotation_id": annotation_id, "question": question, "status": status, **empty, **value}


def test_only_measured_answers_of_annotations_that_count_are_in_agreement() -> None:
    answers = tables_of(study())["answers"].to_pylist()
    counted = {(row["annotation_id"], row["question"]) for row in answers if row["in_agreement"]}
    assert counted == {
        ("8", "frames"),
        ("8", "marks"),
        *(("7", question) for question in ("voice", "kind", "frames", "share", "marks")),
    }


def test_a_rejected_answer_says_why() -> None:
    answers = tables_of(study())["answers"].to_pylist()
    assert {row["question"]: row["rejected_because"] for row in answers if row["rejected_because"]} == {
        "share": "above the maximum"
    }


def test_what_cannot_be_judged_is_a_code_at_every_level() -> None:
    content = study([annotation(1, "s-1", "p-ana", Answer("frames", "cannot_be_judged", "none_of_it"))])
    row = tables_of(content)["answers"].to_pylist()[0]
    assert (row["level"], row["code"], row["codes"], row["in_agreement"]) == ("set", "none_of_it", None, False)


def test_a_taxonomy_code_is_exported_as_its_path() -> None:
    content = study([annotation(1, "s-1", "p-ana", Answer("kind", "answered", "think_tank"))])
    assert tables_of(content)["answers"]["code"].to_pylist() == ["EXPERT/think_tank"]


def test_every_excluded_annotation_is_there_with_the_reason() -> None:
    rows = tables_of(study())["annotations"].to_pylist()
    assert [(row["annotation_id"], row["sentence_id"], row["excluded_because"]) for row in rows] == [
        ("9", "s-1", "edited_by_other"),
        ("8", "s-1", None),
        ("7", "s-2", None),
        ("3", None, "unknown_sentence"),
    ]
    assert {row["adjudicated"] for row in rows} == {False}


def test_rows_go_by_article_then_sentence_then_round_then_annotator() -> None:
    content = study()
    later = frozen(replace(ARTICLE, article_id="a-0", sha256="0" * 64), 1)
    elsewhere = replace(SENTENCES[0], sentence_id="s-0", article_id="a-0")
    expected = [
        ("s-1", "main", "p-zoe"),
        ("s-1", "pilot", "p-ana"),
        ("s-1", "pilot", "p-ben"),
        ("s-2", "main", "p-ana"),
        ("s-0", "main", "p-ana"),
    ]
    article_of = {"s-0": "a-0", "s-1": "a-1", "s-2": "a-1"}
    annotations = [
        replace(
            BLANK,
            annotation_id=str(n),
            sentence_id=sentence,
            article_id=article_of[sentence],
            round=name,
            annotator=who,
        )
        for n, (sentence, name, who) in enumerate(reversed(expected))
    ]
    built = tables_of(
        replace(
            content,
            articles=[*content.articles, later],
            sentences=[elsewhere, *SENTENCES],
            annotations=annotations,
        )
    )
    rows = built["annotations"].to_pylist()
    assert [(row["sentence_id"], row["round"], row["annotator"]) for row in rows] == expected
    assert built["sentences"]["sentence_id"].to_pylist() == ["s-1", "s-2", "s-0"]


def test_times_are_the_same_instant_in_utc() -> None:
    table = tables_of(study([SPARSE]))["annotations"]
    assert table["updated_at"].type == pa.timestamp("us", "UTC")
    assert table["updated_at"].to_pylist() == [datetime(2024, 3, 4, 9, 35, 0, 123456, tzinfo=UTC)]


def test_span_offsets_find_their_words_in_sentence_and_article() -> None:
    rows = tables_of(study([FULL, SPARSE]))["spans"].to_pylist()
    assert [(row["label"], row["text"]) for row in rows] == [("Source", "🎉"), ("Cue", "said")]
    for row, sentence in zip(rows, (FIRST, SECOND), strict=True):
        assert sentence[row["start_offset"] : row["end_offset"]] == row["text"]
        assert TEXT[row["article_start"] : row["article_end"]] == row["text"]
        assert row["offset_unit"] == "code_point"
        assert row["text_matches"] is True


def test_a_span_whose_words_are_elsewhere_says_so() -> None:
    moved = replace(SPAN, start=SPAN.start + 1, end=SPAN.end + 1)
    rows = tables_of(study([annotation(1, "s-2", "p-ana", Answer("marks", "answered", (moved,)))]))["spans"].to_pylist()
    assert [row["text_matches"] for row in rows] == [False]


def test_spans_of_an_answer_are_numbered_in_text_order() -> None:
    spans = (Span("Cue", 4, 8, SECOND[4:8], "code_point"), Span("Source", 0, 3, SECOND[:3], "code_point"))
    rows = tables_of(study([annotation(1, "s-2", "p-ana", Answer("marks", "answered", spans))]))["spans"].to_pylist()
    assert [(row["span_number"], row["label"]) for row in rows] == [(1, "Source"), (2, "Cue")]


def test_a_span_on_an_unknown_sentence_has_no_place_in_an_article() -> None:
    (row,) = tables_of(study([LOST]))["spans"].to_pylist()
    assert (row["sentence_id"], row["article_start"], row["article_end"], row["start_offset"]) == (None, None, None, 4)
    assert row["text_matches"] is None


def test_sentences_are_slices_of_their_article_and_hashed() -> None:
    tables = tables_of(study())
    (article,) = tables["articles"].to_pylist()
    assert article["text"] == TEXT
    assert article["n_characters"] == len(TEXT)
    for row in tables["sentences"].to_pylist():
        assert article["text"][row["start_offset"] : row["end_offset"]] == row["text"]
        assert row["sha256"] == hashlib.sha256(row["text"].encode("utf-8")).hexdigest()
        assert (row["splitter"], row["splitter_version"]) == ("nupunkt", "0.6.0")


def test_an_estimate_is_exported_under_its_round() -> None:
    (row,) = tables_of(study())["agreement"].to_pylist()
    assert (row["round"], row["question"], row["value"], row["ci_low"]) == ("pilot", "voice", 0.75, None)
    assert row["interval_undefined_because"] == "one article"


def test_a_study_without_annotations_has_the_same_types(tmp_path: Path) -> None:
    nothing = StudyContent(articles=[frozen(ARTICLE, 2)], sentences=SENTENCES)
    nothing = replace(nothing, codebooks={CODEBOOK.hash: CODEBOOK})
    empty = {name: pq.read_schema(path) for name, path in written(nothing, tmp_path / "empty").paths.items()}
    full = {name: pq.read_schema(path) for name, path in written(study(), tmp_path / "full").paths.items()}
    assert empty == full
    assert empty["answers"].field("codes").type == pa.list_(pa.string())


def test_the_result_says_where_and_how_many(tmp_path: Path) -> None:
    result = written(study(), tmp_path)
    assert result.paths == {name: tmp_path / "v1" / f"{name}.parquet" for name in TABLES}
    assert result.rows.items() >= {
        "agreement": 1, "annotations": 4, "annotators": 2, "answers": 16, "articles": 1, "assignments": 3,
        "consensus": 8, "rejected": 3, "sentences": 2, "soft_labels": 4, "spans": 3, "wide": 2,
    }.items()  # fmt: skip


def test_files_carry_their_contract(tmp_path: Path) -> None:
    paths = written(study(), tmp_path).paths
    schemas = expanded_schemas([CODEBOOK])
    for name, path in paths.items():
        found = pq.read_schema(path)
        assert found.equals(schemas[name].arrow, check_metadata=False)
        assert found.metadata[b"intercoder.table"] == name.encode()
        assert found.metadata[b"intercoder.schema_version"] == str(schemas[name].version).encode()
        assert found.metadata[b"intercoder.schema_sha256"] == schemas[name].hash.encode()
    assert pq.read_schema(paths["spans"]).field("start_offset").metadata[b"unit"] == b"code points"


def test_same_content_in_any_order_gives_the_same_bytes(tmp_path: Path) -> None:
    content = study()
    first = written(content, tmp_path / "first").paths
    shuffled = list(content.annotations)
    random.Random(5).shuffle(shuffled)
    second = written(
        replace(content, annotations=shuffled, sentences=content.sentences[::-1]), tmp_path / "second"
    ).paths
    assert {name: path.read_bytes() for name, path in first.items()} == {
        name: path.read_bytes() for name, path in second.items()
    }


def _values() -> st.SearchStrategy[tuple[str, Value]]:
    text = st.text(st.characters(exclude_categories=["Cs"]))
    return st.one_of(
        st.tuples(st.just("voice"), st.sampled_from(["writer", "source"])),
        st.tuples(st.just("frames"), st.sampled_from([(), ("law",), ("money",), ("law", "money")])),
        st.tuples(st.just("share"), st.floats(min_value=0, allow_infinity=False, allow_nan=False)),
        st.tuples(st.just("note"), text),
    )


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(_values(), unique_by=lambda pair: pair[0])))
@example([[("note", "0000000")]])
def test_answers_come_back_as_they_went_in(
    tmp_path_factory: pytest.TempPathFactory, submitted: list[list[tuple[str, Value]]]
) -> None:
    column = {"voice": "code", "frames": "codes", "share": "number", "note": "text"}
    annotations = [
        replace(BLANK, annotation_id=str(number), answers=tuple(Answer(q, "answered", value) for q, value in pairs))
        for number, pairs in enumerate(submitted)
    ]
    folder = tmp_path_factory.mktemp("round-trip")
    # What is written here by chance may well look like a telephone number.
    as_it_stands = replace(SOURCE, options=Options(replicates=0, seed=0, identities=True))
    rows = pq.read_table(export_tables(study(annotations), folder, as_it_stands).paths["answers"]).to_pylist()
    back = {
        (row["annotation_id"].removeprefix(f"{SOURCE.study_id}-"), row["question"]): row[column[row["question"]]]
        for row in rows
    }
    assert back == {
        (str(number), question): list(value) if isinstance(value, tuple) else value
        for number, pairs in enumerate(submitted)
        for question, value in pairs
    }


def test_an_excluded_annotation_changes_nothing_but_its_own_rows() -> None:
    alone = tables_of(study([FULL, SPARSE]))["answers"].to_pylist()
    beside = tables_of(study([FULL, SPARSE, EDITED]))["answers"].to_pylist()
    assert [row for row in beside if row["annotation_id"] != EDITED.annotation_id] == alone


def test_answers_of_two_codebook_versions_are_read_by_their_own() -> None:
    wider = Codebook.model_validate(
        {
            **CODEBOOK.model_dump(),
            "version": "1.3.0",
            "questions": [
                {**question, "categories": [*question["categories"], {**question["categories"][0], "code": "both"}]}
                if question["id"] == "voice"
                else question
                for question in CODEBOOK.model_dump()["questions"]
            ],
        }
    )
    old = annotation(1, "s-1", "p-ana", Answer("voice", "answered", "writer"))
    new = replace(
        annotation(2, "s-1", "p-ben", Answer("voice", "answered", "both")),
        codebook_hash=wider.hash,
        codebook_version=wider.version,
    )
    content = replace(study([old, new]), codebooks={CODEBOOK.hash: CODEBOOK, wider.hash: wider})
    assert tables_of(content)["answers"]["code"].to_pylist() == ["writer", "both"]
