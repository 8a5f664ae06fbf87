from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests.export.contents import CODEBOOK, FULL, SPARSE, annotation, frozen, study, written
from toolkit.codebook.answers import Answer
from toolkit.corpus.article import Article
from toolkit.errors import ContractViolated
from toolkit.export.content.study_content import in_reading_order
from toolkit.export.contract.conform import conform
from toolkit.export.contract.faults import LISTED
from toolkit.export.contract.schema import table_schemas
from toolkit.export.contract.templates import expanded_schemas
from toolkit.export.rows import columns_of

Tables = dict[str, dict[str, Any]]

_BY_KEY = {"voice": 0, "kind": 1, "frames": 2, "share": 3, "marks": 4, "sure": 5, "note": 6}


@pytest.fixture
def tables() -> Tables:
    """The tables of one complete annotation, as lists that a test can spoil."""
    built = columns_of(in_reading_order(study([FULL])))
    return {
        name: {
            column: values.to_pylist() if isinstance(values, pa.Array) else list(values)
            for column, values in columns.items()
        }
        for name, columns in built.items()
    }


def _conform(tables: Mapping[str, Mapping[str, Any]]) -> dict[str, pa.Table]:
    return conform(tables, schemas=table_schemas(), codebooks={CODEBOOK.hash: CODEBOOK})


def _faults(tables: Tables) -> list[tuple[str, str]]:
    with pytest.raises(ContractViolated) as caught:
        _conform(tables)
    return [(fault.place, fault.message) for fault in caught.value.faults]


def test_a_sound_set_of_tables_gets_the_types_of_its_schemas(tables: Tables) -> None:
    schemas = expanded_schemas([CODEBOOK])
    for name, table in _conform(tables).items():
        assert table.schema.equals(schemas[name].arrow, check_metadata=True)


def test_unknown_and_missing_columns(tables: Tables) -> None:
    tables["answers"]["mood"] = tables["answers"].pop("code")
    assert _faults(tables) == [
        ("answers, column mood", "column is not in the schema"),
        ("answers, column code", "column is missing"),
    ]


def test_unknown_and_missing_tables(tables: Tables) -> None:
    tables["moods"] = tables.pop("agreement")
    assert _faults(tables) == [("agreement", "table is missing"), ("moods", "table has no schema")]


def test_columns_of_different_lengths(tables: Tables) -> None:
    tables["sentences"]["text"].append("one too many")
    assert _faults(tables) == [("sentences", "columns have different lengths (2, 3)")]


@pytest.mark.parametrize(
    ("table", "column", "value", "message"),
    [
        ("sentences", "position", 7.5, "7.5 does not fit int32 without loss"),
        ("sentences", "position", 2**31, "2147483648 does not fit int32 without loss"),
        ("sentences", "position", 2**70, "1180591620717411303424 cannot be stored as int32 (OverflowError)"),
        ("sentences", "position", "2", "'2' is string, not int32"),
        ("sentences", "position", True, "True is bool, not int32"),
        ("sentences", "text", 5, "5 is int64, not string"),
        ("sentences", "text", b"bytes", "b'bytes' is binary, not string"),
        ("sentences", "text", "\ud83d", "'\\ud83d' cannot be stored as string (UnicodeEncodeError)"),
        ("answers", "number", "2.5", "'2.5' is string, not double"),
        ("answers", "number", 2**53 + 1, "9007199254740993 does not fit double without loss"),
        ("answers", "number", float("nan"), "nan is not a number; a value that does not exist is null"),
        ("answers", "number", float("-inf"), "-inf is not a number; a value that does not exist is null"),
        ("answers", "in_agreement", 1, "1 is int64, not bool"),
        ("answers", "codes", "law", "'law' is string, not list<element: string>"),
        ("answers", "codes", [3], "[3] is list<item: int64>, not list<element: string>"),
        (
            "annotations",
            "created_at",
            datetime(2024, 3, 4),  # noqa: DTZ001 - a time without a zone is what is tried
            "datetime.datetime(2024, 3, 4, 0, 0) is a time without a zone, not timestamp[us, tz=UTC]",
        ),
        (
            "annotations",
            "created_at",
            "2024-03-04",
            "'2024-03-04' is string, not timestamp[us, tz=UTC]",
        ),
    ],
)
def test_wrong_types_and_lossy_casts(tables: Tables, table: str, column: str, value: object, message: str) -> None:
    tables[table][column][0] = value
    assert _faults(tables) == [(f"{table}, row 1, column {column}", message)]


def test_casts_that_lose_nothing_are_made(tables: Tables) -> None:
    tables["sentences"]["position"] = [1.0, 2.0]
    tables["answers"]["number"][_BY_KEY["share"]] = 3
    tables["annotations"]["seconds_spent"] = pa.array([12], pa.int8())
    tables["annotations"]["created_at"] = pa.array(
        [datetime(2024, 3, 4, tzinfo=UTC)], pa.timestamp("ns", "Europe/Rome")
    )
    conformed = _conform(tables)
    assert conformed["sentences"]["position"].to_pylist() == [1, 2]
    assert conformed["answers"]["number"].to_pylist()[_BY_KEY["share"]] == 3.0
    assert conformed["annotations"]["seconds_spent"].to_pylist() == [12.0]
    assert conformed["annotations"]["created_at"].to_pylist() == [datetime(2024, 3, 4, tzinfo=UTC)]


def test_a_time_finer_than_a_microsecond_is_refused_rather_than_cut(tables: Tables) -> None:
    tables["annotations"]["created_at"] = pa.array([1], pa.timestamp("ns", "UTC"))
    ((place, message),) = _faults(tables)
    assert place == "annotations, row 1, column created_at"
    assert message.endswith("does not fit timestamp[us, tz=UTC] without loss")


def test_null_in_a_required_column(tables: Tables) -> None:
    tables["sentences"]["sha256"][1] = None
    assert _faults(tables) == [("sentences, row 2, column sha256", "is null, and the column is required")]


def test_a_repeated_primary_key(tables: Tables) -> None:
    for values in tables["answers"].values():
        values.append(values[_BY_KEY["share"]])
    assert _faults(tables) == [
        ("answers, row 8, column round + annotation_id + question", "'pilot' + '7' + 'share' is already in row 4")
    ]


def test_a_key_that_is_repeated_in_part_is_no_repeat(tables: Tables) -> None:
    for values in tables["annotations"].values():
        values.append(values[0])
    tables["annotations"]["round"][1] = "main"
    assert _conform(tables)["annotations"].num_rows == 2


@pytest.mark.parametrize("column", ["annotation_id", "round"])
def test_a_foreign_key_that_points_nowhere(tables: Tables, column: str) -> None:
    for name in ("answers", "spans"):
        tables[name][column] = ["elsewhere"] * len(tables[name][column])
    key = "'elsewhere' + '7'" if column == "round" else "'pilot' + 'elsewhere'"
    found = _faults(tables)
    assert [fault for fault in found if "annotations" in fault[1]] == [
        *((f"answers, row {row}, column round + annotation_id", f"{key} is not in annotations") for row in range(1, 8)),
        ("spans, row 1, column round + annotation_id", f"{key} is not in annotations"),
    ]
    assert len(found) == 8


def test_a_sentence_of_no_article(tables: Tables) -> None:
    tables["sentences"]["article_id"][1] = "a-2"
    assert _faults(tables) == [("sentences, row 2, column article_id", "'a-2' is not in articles")]


def test_a_null_foreign_key_asks_nothing(tables: Tables) -> None:
    tables["answers"]["sentence_id"] = [None] * 7
    assert _conform(tables)["answers"]["sentence_id"].null_count == 7


def test_a_value_outside_the_ones_the_schema_lists(tables: Tables) -> None:
    tables["answers"]["status"][2] = "maybe"
    ((place, message),) = _faults(tables)
    assert place == "answers, row 3, column status"
    assert message.startswith("'maybe' is not one of answered, cannot_be_judged,")


def test_a_value_below_its_minimum(tables: Tables) -> None:
    tables["spans"]["start_offset"] = [-1]
    assert _faults(tables) == [("spans, row 1, column start_offset", "-1 is less than 0")]


@pytest.mark.parametrize(
    ("table", "column", "row", "value", "message"),
    [
        ("answers", "code", 0, "editor", "'editor' is not a category of voice in its codebook"),
        ("answers", "code", 1, "think_tank", "'think_tank' is not a category of kind in its codebook"),
        ("answers", "code", 1, "EXPERT", "'EXPERT' is not a category of kind in its codebook"),
        ("answers", "codes", 2, ["law", "sport"], "'sport' is not a category of frames in its codebook"),
        ("answers", "codes", 2, [None], "None is not a category of frames in its codebook"),
        ("answers", "question", 6, "mood", "'mood' is not a question of its codebook"),
        ("spans", "label", 0, "Loaded", "'Loaded' is not a category of marks in its codebook"),
        ("agreement", "question", 0, "mood", "'mood' is not a question of its codebook"),
    ],
)
def test_what_the_codebook_does_not_know(
    tables: Tables, table: str, column: str, row: int, value: object, message: str
) -> None:
    tables[table][column][row] = value
    assert _faults(tables) == [(f"{table}, row {row + 1}, column {column}", message)]


def test_a_codebook_nobody_has(tables: Tables) -> None:
    tables["annotations"]["codebook_hash"] = ["0" * 64]
    assert _faults(tables) == [
        ("annotations, row 1, column codebook_hash", f"{'0' * 64!r} is not the hash of a codebook of the study")
    ]


def test_all_faults_of_all_tables_are_listed_at_once(tables: Tables) -> None:
    tables["sentences"]["position"][1] = 7.5
    tables["answers"]["code"][0] = "editor"
    tables["annotations"]["annotator"] = [None]
    assert {place for place, _ in _faults(tables)} == {
        "sentences, row 2, column position",
        "answers, row 1, column code",
        "annotations, row 1, column annotator",
    }


def test_many_faults_are_counted_and_the_first_listed() -> None:
    annotations = [annotation(number, "s-1", "p-ana", Answer("voice", "answered", "editor")) for number in range(70)]
    with pytest.raises(ContractViolated) as caught:
        _conform(columns_of(in_reading_order(study(annotations))))
    assert caught.value.what.startswith("70 faults in the tables; nothing was written")
    assert len(caught.value.faults) == LISTED == 50
    assert caught.value.faults[49].place == "answers, row 50, column code"


def test_nothing_is_written_when_one_table_breaks_its_contract(tmp_path: Path) -> None:
    twice = replace(SPARSE, answers=(*SPARSE.answers, SPARSE.answers[0]))
    with pytest.raises(ContractViolated):
        written(study([twice]), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_an_annotation_on_a_sentence_the_study_lost_without_saying_so_is_a_fault() -> None:
    with pytest.raises(ContractViolated) as caught:
        written(study([replace(FULL, sentence_id="gone")]), Path("never"))
    assert "annotations, row 1, column sentence_id: 'gone' is not in sentences" in str(caught.value)


def test_a_question_its_codebook_does_not_have_is_named() -> None:
    with pytest.raises(ContractViolated) as caught:
        written(study([annotation(1, "s-1", "p-ana", Answer("mood", "answered", "good"))]), Path("never"))
    assert "answers, row 1, column question: 'mood' is not a question of its codebook" in str(caught.value)


def test_the_same_article_twice_is_a_fault() -> None:
    twin = frozen(Article("a-1", "Other.", "0" * 64), 0)
    content = study([])
    with pytest.raises(ContractViolated) as caught:
        written(replace(content, articles=[*content.articles, twin]), Path("never"))
    assert [str(fault) for fault in caught.value.faults] == [
        "articles, row 2, column article_id: 'a-1' is already in row 1"
    ]


def test_the_columns_of_questions_are_part_of_the_contract(tables: Tables) -> None:
    tables["wide"]["voice_mode"] = tables["wide"].pop("voice_majority")
    tables["wide"]["share_median"][0] = "2.5"
    assert _faults(tables) == [
        ("wide, column voice_mode", "column is not in the schema"),
        ("wide, column voice_majority", "column is missing"),
        ("wide, row 1, column share_median", "'2.5' is string, not double"),
    ]


@pytest.mark.parametrize(
    ("table", "column", "value", "place", "message"),
    [
        ("assignments", "annotator", "p-zoe", "annotator", "'p-zoe' is not in annotators"),
        ("assignments", "annotation_id", "99", "round + annotation_id", "'pilot' + '99' is not in annotations"),
        ("assignments", "status", "maybe", "status", "'maybe' is not one of done, skipped, excluded, open"),
        ("consensus", "code", "editor", "code", "'editor' is not a category of voice in its codebook"),
        ("consensus", "n_answers", -1, "n_answers", "-1 is less than 0"),
        ("soft_labels", "code", "editor", "code", "'editor' is not a category of voice in its codebook"),
        (
            "soft_labels",
            "round",
            "main",
            "round + sentence_id + question",
            "'main' + 's-2' + 'voice' is not in consensus",
        ),
        ("wide", "sentence_id", "s-9", "sentence_id", "'s-9' is not in sentences"),
        ("wide", "voice_n", 1.5, "voice_n", "1.5 does not fit int32 without loss"),
    ],
)
def test_what_is_computed_keeps_its_contract_too(
    tables: Tables, table: str, column: str, value: object, place: str, message: str
) -> None:
    tables[table][column][0] = value
    assert _faults(tables) == [(f"{table}, row 1, column {place}", message)]


def test_two_rows_for_one_sentence_and_question(tables: Tables) -> None:
    for values in tables["consensus"].values():
        values.append(values[0])
    n = len(tables["consensus"]["code"])
    assert _faults(tables) == [
        (f"consensus, row {n}, column round + sentence_id + question", "'pilot' + 's-2' + 'voice' is already in row 1")
    ]
