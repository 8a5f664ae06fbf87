from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest

from tests.codebook.samples import FULL as YAML
from tests.export.contents import ARTICLE, BLANK, CODEBOOK, EDITED, FULL, LOST, SENTENCES, SPARSE, annotation, study
from tests.export.contents import written as exported
from tests.loop.several_rounds import ROUNDS, several_rounds
from tests.loop.test_export import MENDED
from toolkit.codebook.answers import Answer, Span
from toolkit.codebook.model import Category, Codebook
from toolkit.errors import BadInput
from toolkit.export.content.study_content import StudyContent
from toolkit.export.reading.read import read_export
from toolkit.loop.answers import annotations_of, codebook_of
from toolkit.loop.export import export
from toolkit.study import articles

pq: Any = pyarrow.parquet


def written(codebook: Codebook) -> str:
    """The codebook as a lead might have typed it, were YAML only JSON; with two answers to whether one is sure."""
    document = codebook.model_dump(mode="json", exclude_defaults=True)
    sure = document["questions"][list(codebook.by_id).index("sure")]
    sure["categories"].append({"code": "hardly", "title": "Hardly", "definition": "Not very."})
    return json.dumps(document)


def content(*annotations: Any) -> StudyContent:
    return replace(study(annotations), documents={"pilot": written(CODEBOOK)})


def faults(folder: Path) -> dict[str, str]:
    """Message of every fault found in the folder, by place."""
    with pytest.raises(BadInput) as caught:
        read_export(folder)
    assert "Export the study again" in caught.value.todo
    return {fault.place: fault.message for fault in caught.value.faults}


def rewrite(path: Path, change: Callable[[pa.Table], pa.Table]) -> None:
    """The same file with a changed table in it."""
    table = pq.read_table(path)
    pq.write_table(change(table).replace_schema_metadata(table.schema.metadata), path)


def replaced(name: str, values: list[Any], type_: pa.DataType | None = None) -> Callable[[pa.Table], pa.Table]:
    def change(table: pa.Table) -> pa.Table:
        return table.set_column(table.column_names.index(name), name, pa.array(values, type_))

    return change


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An export of two annotations that count, one edited by somebody else and one on no sentence of the round."""
    return exported(content(FULL, replace(SPARSE, answers=SPARSE.answers[:3]), EDITED, LOST), tmp_path).folder


def test_a_study_of_several_rounds_comes_back_as_it_was(tmp_path: Path) -> None:
    made = several_rounds(tmp_path / "study")
    export(made, to=tmp_path / "out", replicates=0, notes=True)
    back = read_export(tmp_path / "out")
    with made.database() as database:
        for name in ROUNDS:
            assert list(back.rounds[name].annotations) == list(annotations_of(database, name))
            assert back.rounds[name].codebook == codebook_of(database, name)
        assert list(back.articles.values()) == [frozen.article for frozen in articles.articles(database)]
        assert list(back.sentences) == list(articles.sentences(database))
    every = [one for name in ROUNDS for one in back.rounds[name].annotations]
    answers = [answer for one in every for answer in one.answers]
    # the study must have had all of it, or the comparison says nothing
    assert {one.excluded_because for one in every} == {
        None, "not_registered", "edited_by_other", "skipped", "revised", "unknown_sentence",
    }  # fmt: skip
    assert {answer.status for answer in answers} == {
        "answered", "cannot_be_judged", "unanswered", "not_shown", "skipped", "rejected",
    }  # fmt: skip
    assert {answer.question for answer in answers if answer.status == "answered"} >= {
        "gate", "kind", "rank", "topics", "words", "warmth", "deaths", "note",
    }  # fmt: skip
    assert {answer.question for answer in answers} - codebook_ids(MENDED) == {"mood", "zeal"}
    marked = [answer.value for answer in answers if isinstance(answer.value, tuple)]
    spans = [span for value in marked for span in value if isinstance(span, Span)]
    assert {span.offset_unit for span in spans} == {"code_point", "utf16"}
    assert {one.sentence_id for one in every if one.excluded_because == "unknown_sentence"} == {"", "nowhere", "b-1"}
    assert back.articles["a"].outlet == "Daily"


def codebook_ids(text: str) -> set[str]:
    return {line.split()[2].rstrip(",") for line in text.splitlines() if line.startswith(("  - id:", "  - {id:"))}


def test_the_codebook_files_are_the_texts_in_force(tmp_path: Path) -> None:
    result = export(several_rounds(tmp_path / "study"), to=tmp_path / "out", replicates=0)
    assert {path.name: path.read_text(encoding="utf-8") for path in result.codebooks} == {
        "codebook.yaml": MENDED,
        "codebook-old.yaml": YAML,
    }
    assert not (result.folder / "codebook-pilot.yaml").exists()


@pytest.mark.parametrize("drop", [False, True])
def test_what_nothing_is_read_back_from_is_not_asked_for(folder: Path, drop: bool) -> None:
    before = read_export(folder)
    for table, column in (("answers", "in_agreement"), ("articles", "n_sentences"), ("sentences", "splitter")):

        def change(whole: pa.Table, column: str = column) -> pa.Table:
            if drop:
                return whole.drop_columns([column])
            return replaced(column, [None] * whole.num_rows, whole[column].type)(whole)

        rewrite(folder / f"{table}.parquet", change)
    assert read_export(folder) == before


def test_rounds_come_oldest_first(tmp_path: Path) -> None:
    later = [replace(FULL, round="a", created_at=FULL.created_at.replace(year=2025)), replace(SPARSE, round="b")]
    texts = {"b": written(CODEBOOK), "a": written(CODEBOOK)}
    exported(replace(content(*later), documents=texts, estimates={}), tmp_path)
    assert list(read_export(tmp_path).rounds) == ["b", "a"]


def test_answers_come_back_in_codebook_order_and_strangers_after_them(tmp_path: Path) -> None:
    odd = [Answer(name, "rejected", None, f"no question '{name}' in the codebook") for name in ("zeal", "mood")]
    one = annotation(1, "s-1", "p-ana", *odd, Answer("sure", "unanswered"), Answer("voice", "answered", "writer"))
    exported(content(one), tmp_path)
    (back,) = read_export(tmp_path).rounds["pilot"].annotations
    assert back.answers == (one.answers[3], one.answers[2], *odd)


def test_a_taxonomy_that_cannot_be_judged_comes_back_as_the_code(tmp_path: Path) -> None:
    """The table has the path to it; an answer has the code."""
    document = CODEBOOK.model_dump()
    unclear = Category(code="unclear", title="Unclear", definition="Not clear.", parent="EXPERT", missing=True)
    document["questions"][list(CODEBOOK.by_id).index("kind")]["categories"].append(unclear.model_dump())
    codebook = Codebook.model_validate(document)
    answers = (Answer("voice", "answered", "source"), Answer("kind", "cannot_be_judged", "unclear"))
    one = replace(BLANK, codebook_hash=codebook.hash, answers=answers)
    stored = replace(study([one]), codebooks={codebook.hash: codebook}, documents={"pilot": written(codebook)})
    paths = exported(stored, tmp_path).paths
    assert pq.read_table(paths["answers"])["code"].to_pylist() == ["source", "EXPERT/unclear"]
    assert read_export(tmp_path).rounds["pilot"].annotations[0].answers == answers


def test_texts_and_articles_are_those_exported(folder: Path) -> None:
    back = read_export(folder)
    assert back.articles == {"a-1": ARTICLE}
    assert back.texts() == {sentence.sentence_id: sentence.text for sentence in SENTENCES}
    assert [one.annotation_id for one in back.rounds["pilot"].annotations] == ["8", "9", "7", "3"]


def test_a_study_nobody_pushed_has_no_rounds(tmp_path: Path) -> None:
    exported(replace(study([]), codebooks={}, estimates={}), tmp_path)
    assert not (tmp_path / "codebook.yaml").exists()
    assert read_export(tmp_path).rounds == {}


def test_a_round_nobody_coded_in_is_there(tmp_path: Path) -> None:
    exported(content(), tmp_path)
    assert read_export(tmp_path).rounds["pilot"].annotations == ()


@pytest.mark.parametrize("name", ["nowhere", "file", "other"])
def test_a_folder_that_is_no_export(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("not a folder")
    (tmp_path / "other").mkdir()
    with pytest.raises(BadInput, match="holds no export"):
        read_export(tmp_path / name)


def test_every_fault_of_the_files_is_listed_at_once(folder: Path) -> None:
    (folder / "sentences.parquet").unlink()
    (folder / "articles.parquet").write_text("no Parquet")
    (folder / "spans.parquet").write_bytes((folder / "answers.parquet").read_bytes())
    rewrite(folder / "annotations.parquet", lambda table: table.drop_columns(["not_asked"]))
    n = pq.read_table(folder / "answers.parquet").num_rows
    rewrite(folder / "answers.parquet", replaced("number", ["much"] * n))
    (folder / "codebook.yaml").write_text("name: [")
    found = faults(folder)
    assert set(found) == {
        "sentences.parquet",
        "articles.parquet",
        "spans.parquet",
        "annotations.parquet, column not_asked",
        *(f"answers.parquet, row {row}, column number" for row in range(1, n + 1)),
        *(place for place in found if place.startswith("codebook.yaml:")),
    }
    assert found["sentences.parquet"] == "table is missing"
    assert found["spans.parquet"] == "this is the table 'answers' of an export, not 'spans'"
    assert any(place.startswith("codebook.yaml:") for place in found)


def test_a_table_by_another_program_is_foreign(folder: Path) -> None:
    pq.write_table(pq.read_table(folder / "answers.parquet").replace_schema_metadata(None), folder / "answers.parquet")
    assert faults(folder) == {"answers.parquet": "this is no table of an export, not 'answers'"}


def test_a_missing_codebook_says_what_to_do(folder: Path) -> None:
    (folder / "codebook.yaml").unlink()
    assert faults(folder) == {
        "codebook.yaml": "codebook is missing; an export made with this version of intercoder has it"
    }


def test_a_column_more_does_no_harm(folder: Path) -> None:
    rewrite(folder / "answers.parquet", lambda table: table.append_column("note", pa.nulls(table.num_rows)))
    assert read_export(folder).rounds["pilot"].annotations


def test_the_table_of_agreement_may_be_another_but_must_be_there(folder: Path) -> None:
    rewrite(folder / "agreement.parquet", lambda table: table.select(["round", "value"]))
    assert list(read_export(folder).rounds) == ["pilot"]
    rewrite(folder / "agreement.parquet", lambda table: table.select(["value"]))
    assert set(faults(folder)) == {"agreement.parquet, column round"}
    (folder / "agreement.parquet").unlink()
    assert set(faults(folder)) == {"agreement.parquet"}


def test_an_answer_of_no_annotation_is_a_fault(folder: Path) -> None:
    rewrite(folder / "annotations.parquet", lambda table: table.slice(1))
    assert "answers.parquet, row 1, column round + annotation_id" in faults(folder)


# Rows of answers in the export: 9 voice · 8 voice, kind, frames · 7 voice, kind, frames, share, marks, sure, note ·
# 3 voice, marks. Columns are changed in one place each.
@pytest.mark.parametrize(
    ("table", "column", "row", "value", "says"),
    [
        ("answers", "question", 4, "mood", "'mood' is not a question of its round's codebook"),
        ("answers", "level", 4, "ordinal", "is 'ordinal', but 'nominal' in the codebook"),
        ("answers", "code", 4, "editor", "'editor' is not a category of voice in its codebook"),
        ("answers", "code", 4, None, "None is no answer to voice"),
        ("answers", "code", 4, "unclear", "'unclear' is not a category of voice in its codebook"),
        ("answers", "code", 5, "think_tank", "'think_tank' is not a category of kind in its codebook"),
        ("answers", "code", 1, "writer", "'writer' does not say that voice cannot be judged"),
        ("answers", "codes", 6, ["war"], "'war' is not a category of frames in its codebook"),
        ("answers", "codes", 6, None, "None is no answer to frames"),
        ("answers", "number", 7, -1.0, "-1.0 is no answer to share"),
        ("answers", "number", 7, None, "None is no answer to share"),
        ("answers", "text", 10, None, "None is no answer to note"),
        ("answers", "status", 4, "perhaps", None),
        ("spans", "label", 0, "Verb", "'Verb' is not a category of marks in its codebook"),
        ("spans", "start_offset", 0, 5, "'said' is not what its sentence has there"),
        ("annotations", "sentence_id", 2, None, "is None, and excluded_because is None"),
    ],
)
def test_what_the_codebook_does_not_know_is_a_fault(
    folder: Path, table: str, column: str, row: int, value: object, says: str | None
) -> None:
    path = folder / f"{table}.parquet"

    def change(whole: pa.Table) -> pa.Table:
        values = whole[column].to_pylist()
        values[row] = value
        return replaced(column, values, whole[column].type)(
            whole.cast(pa.schema([field.with_nullable(True) for field in whole.schema]))  # noqa: FBT003
        )

    rewrite(path, change)
    found = faults(folder)
    where = "text" if column == "start_offset" else column
    assert f"{table}.parquet, row {row + 1}, column {where}" in found
    assert says is None or says in found.values()


def test_an_export_without_texts_says_so(folder: Path) -> None:
    for name in ("articles", "sentences", "spans"):
        n = pq.read_table(folder / f"{name}.parquet").num_rows
        rewrite(folder / f"{name}.parquet", replaced("text", [None] * n, pa.string()))
    assert faults(folder) == {
        f"{name}.parquet": "holds no texts: the export was made without them"
        for name in ("articles", "sentences", "spans")
    }


def test_of_several_versions_the_newest_is_read(tmp_path: Path) -> None:
    exported(content(FULL), tmp_path)
    exported(content(FULL, SPARSE), tmp_path)
    assert len(read_export(tmp_path).rounds["pilot"].annotations) == 2
    assert len(read_export(tmp_path / "v1").rounds["pilot"].annotations) == 1
