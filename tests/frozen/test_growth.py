"""The contract grows by a column, a table, a version: what was handed out before is read as it was written."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.frozen.test_frozen import FROZEN, alphas, computed, handed_out
from toolkit.export import rows
from toolkit.export.content.study_content import OrderedContent
from toolkit.export.contract.schema import table_schemas
from toolkit.export.difference.compare import compare_versions
from toolkit.export.reading.read import read_export
from toolkit.loop.agreement.request import AgreementRequest
from toolkit.loop.agreement.study import agree_export
from toolkit.loop.export import export
from toolkit.loop.validate import validate
from toolkit.shipped import schemas_folder
from toolkit.study.folder import Study

MORE: Mapping[str, Mapping[str, Any]] = {
    "sentences": {"name": "grown_words", "type": "integer", "arrowType": "int32", "description": "Its words.",
                  "constraints": {"required": True}},
    "answers": {"name": "grown_coder", "type": "string", "arrowType": "string", "description": "Who or what answered.",
                "constraints": {"required": True}},
    "agreement": {"name": "grown_engine", "type": "string", "arrowType": "string", "description": "What computed it.",
                  "constraints": {"required": True}},
}  # fmt: skip
GROWN: Mapping[str, Any] = {
    "name": "grown", "version": 1, "title": "Grown", "description": "A table of a later program.",
    "missingValues": [], "primaryKey": ["sentence_id"],
    "fields": [{"name": "sentence_id", "type": "string", "arrowType": "string", "description": "The sentence.",
                "constraints": {"required": True}}],
    "foreignKeys": [{"fields": ["sentence_id"], "reference": {"resource": "sentences", "fields": ["sentence_id"]}}],
}  # fmt: skip


@pytest.fixture
def grown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A later program: a column more in three tables, each in its next version, and one table more."""
    folder = Path(shutil.copytree(schemas_folder(), tmp_path / "schemas"))
    next_version = {name: table_schemas()[name].version + 1 for name in MORE}
    for name, column in MORE.items():
        newest = folder / "tables" / f"{name}.v{next_version[name] - 1}.json"
        document = json.loads(newest.read_text(encoding="utf-8"))
        later = {**document, "version": next_version[name], "fields": [*document["fields"], column]}
        (folder / "tables" / f"{name}.v{next_version[name]}.json").write_text(json.dumps(later), encoding="utf-8")
    (folder / "tables" / "grown.v1.json").write_text(json.dumps(GROWN), encoding="utf-8")
    for module in ("schema", "released"):
        monkeypatch.setattr(f"toolkit.export.contract.{module}.schemas_folder", lambda: folder)
    assert {name: schema.version for name, schema in table_schemas().items() if name in {*MORE, "grown"}} == {
        **next_version,
        "grown": 1,
    }
    return folder


@pytest.fixture
def writing_more(grown: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same program with the rows of what is new."""
    before = rows.builders()

    def sentences(content: OrderedContent) -> Mapping[str, Any]:
        found = before["sentences"](content)
        return {**found, "grown_words": [1] * len(found["sentence_id"])}

    def answers(content: OrderedContent) -> Mapping[str, Any]:
        found = before["answers"](content)
        return {**found, "grown_coder": list(found["annotator"])}

    def agreement(content: OrderedContent) -> Mapping[str, Any]:
        found = before["agreement"](content)
        return {**found, "grown_engine": ["ours"] * len(found["estimate_id"])}

    def grown_rows(content: OrderedContent) -> Mapping[str, Any]:
        return {"sentence_id": [sentence.sentence_id for sentence in content.sentences[:2]]}

    more = {"sentences": sentences, "answers": answers, "agreement": agreement, "grown": grown_rows}
    monkeypatch.setattr(rows, "builders", lambda: {**before, **more})
    return grown


@pytest.mark.parametrize("frozen", FROZEN, ids=[path.name for path in FROZEN])
class TestOfBefore:
    @pytest.mark.usefixtures("grown")
    def test_validates(self, frozen: Path) -> None:
        assert validate(handed_out(frozen)).faults == ()

    def test_is_read_as_before(self, frozen: Path, request: pytest.FixtureRequest) -> None:
        before = read_export(handed_out(frozen))
        request.getfixturevalue("grown")
        assert read_export(handed_out(frozen)) == before

    @pytest.mark.usefixtures("grown")
    def test_agrees_as_before(self, frozen: Path) -> None:
        for name in read_export(handed_out(frozen)).rounds:
            found = alphas(handed_out(frozen), name)
            report = computed(agree_export(handed_out(frozen), AgreementRequest(round_name=name, replicates=0)))
            assert {key: report[key] for key in found} == {key: pytest.approx(found[key], abs=1e-12) for key in found}

    @pytest.mark.usefixtures("grown")
    def test_still_has_its_faults(self, frozen: Path, tmp_path: Path) -> None:
        """Reading by the schema a file names is no licence: a table of the manifest must be there."""
        export_ = Path(shutil.copytree(handed_out(frozen), tmp_path / "v1"))
        (export_ / "spans.parquet").unlink()
        assert [(fault.file, fault.what) for fault in validate(export_).faults] == [("spans.parquet", "is missing")]

    @pytest.mark.usefixtures("writing_more")
    def test_stands_beside_a_later_one(self, frozen: Path, tmp_path: Path) -> None:
        study = Study(Path(shutil.copytree(frozen / "study", tmp_path / "study")))
        made = export(study, replicates=0)
        assert made.changed
        assert "grown" in made.paths
        assert validate(made.folder).faults == ()
        assert read_export(made.folder) == read_export(handed_out(frozen))
        stored = pq.read_schema(made.paths["sentences"]).metadata[b"intercoder.schema_version"]
        assert int(stored) == table_schemas()["sentences"].version
        difference = compare_versions(made.folder.parent, "v1", f"v{made.version}")
        assert (difference.new_annotations, difference.removed_annotations, difference.answers) == (0, 0, ())


def test_of_a_later_program_what_is_known_is_read(writing_more: Path, tmp_path: Path) -> None:
    """The program of today reads an export of the grown one as far as it knows its tables."""
    frozen = FROZEN[0]
    study = Study(Path(shutil.copytree(frozen / "study", tmp_path / "study")))
    made = export(study, replicates=0)
    for name in (*MORE, "grown"):
        (writing_more / "tables" / f"{name}.v{table_schemas()[name].version}.json").unlink()
    assert read_export(made.folder) == read_export(handed_out(frozen))
    said = {fault.file: fault.what for fault in validate(made.folder).faults}
    assert said.keys() == {"sentences.parquet", "answers.parquet", "agreement.parquet", "grown.parquet"}
    assert all("is it of a newer intercoder?" in what for what in said.values())
