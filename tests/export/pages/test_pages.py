"""The pages beside the tables: a data card for people, a Data Package and a Croissant document for machines."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest

from tests.loop.several_rounds import PEOPLE, several_rounds
from toolkit.export.pages.manifest import read_manifest
from toolkit.export.writing.versions import MANIFEST
from toolkit.loop.export import export
from toolkit.study import sweeps
from toolkit.study.folder import Study
from toolkit.study.sweeps import Sweep

pq: Any = pyarrow.parquet

MARK = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    made = several_rounds(tmp_path_factory.mktemp("pages") / "study")
    with made.database() as database:
        sweeps.finish(database, "main", Sweep(None, MARK, MARK + timedelta(minutes=1), MARK))
    return made


@pytest.fixture(scope="module")
def version(study: Study, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export(study, to=tmp_path_factory.mktemp("full"), replicates=100).folder


def document(folder: Path, name: str) -> Any:
    return json.loads((folder / name).read_bytes())


# --- manifest.json


def test_the_manifest_names_every_file_with_its_size_rows_and_schema(version: Path) -> None:
    manifest = read_manifest(version / MANIFEST)
    assert {file.path for file in manifest.files} == {path.name for path in version.iterdir()} - {MANIFEST}
    for file in manifest.files:
        assert file.bytes == (version / file.path).stat().st_size
        assert (file.table is not None) == file.path.endswith(".parquet")
    for name, file in manifest.tables.items():
        metadata = pq.read_schema(version / f"{name}.parquet").metadata
        assert file.rows == pq.ParquetFile(version / f"{name}.parquet").metadata.num_rows
        assert metadata[b"intercoder.table"].decode() == name
        assert metadata[b"intercoder.schema_version"].decode() == str(file.schema_version)
        assert metadata[b"intercoder.schema_sha256"].decode() == file.schema_sha256
        assert metadata[b"intercoder.codebook_hash"].decode() == manifest.rounds[-1].codebook_hash


def test_the_manifest_says_what_it_was_made_from(version: Path, study: Study) -> None:
    manifest = read_manifest(version / MANIFEST)
    with study.database() as database:
        assert manifest.study_id == database.meta("study_id")
    assert [(one.round, one.codebook_version, one.codebook_file) for one in manifest.rounds] == [
        ("old", "1.0.0", "codebook-old.yaml"),
        ("pilot", "1.1.0", "codebook.yaml"),
        ("empty", "1.1.0", "codebook.yaml"),
        ("main", "1.1.0", "codebook.yaml"),
    ]
    assert [one.watermark for one in manifest.rounds] == [None, None, None, MARK.isoformat()]
    # answers given under the first codebook are read under the mended one where their round went on to it
    assert set(manifest.codebooks.values()) == {"codebook.yaml"}
    assert {"intercoder", "pyarrow", "numpy", "krippendorff"} <= manifest.tools.keys()
    assert (manifest.options.text, manifest.options.identities, manifest.options.replicates) == (True, False, 100)


# --- datapackage.json: the rules of the Data Package and Table Schema profiles (version 2.0)

_FIELD_TYPES = {
    "string", "number", "integer", "boolean", "object", "array", "list", "date", "time", "datetime", "year",
    "yearmonth", "duration", "geopoint", "geojson", "any",
}  # fmt: skip


def test_the_data_package_keeps_the_rules_of_its_profile(version: Path) -> None:
    package = document(version, "datapackage.json")
    assert package["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert re.fullmatch(r"[a-z0-9._-]+", package["name"])
    assert len(package["resources"]) >= 1
    names = [resource["name"] for resource in package["resources"]]
    assert len(set(names)) == len(names)
    for resource in package["resources"]:
        assert isinstance(resource["path"], str)
        assert not re.match(r"[/~]|.*\.\./|.*://", resource["path"])
        assert (version / resource["path"]).is_file()
        assert re.fullmatch(r"sha256:[0-9a-f]{64}", resource["hash"])
        assert (resource["type"], resource["format"]) == ("table", "parquet")
        assert re.fullmatch(r"[^/]+/[^/]+", resource["mediatype"])
        check_table_schema(resource["schema"], {one["name"]: one["schema"] for one in package["resources"]})


def check_table_schema(schema: Mapping[str, Any], all_of_them: Mapping[str, Mapping[str, Any]]) -> None:
    names = [field["name"] for field in schema["fields"]]
    assert names
    assert len(set(names)) == len(names)
    assert schema["missingValues"] == []
    for field in schema["fields"]:
        assert field["type"] in _FIELD_TYPES
        limits = field.get("constraints", {})
        assert limits.keys() <= {"required", "unique", "minimum", "maximum", "enum", "pattern"}
        assert isinstance(limits.get("required", False), bool)
        assert len(limits.get("enum", ["one"])) > 0
    assert set(schema["primaryKey"]) <= set(names)
    for key in schema["foreignKeys"]:
        there = [field["name"] for field in all_of_them[key["reference"]["resource"]]["fields"]]
        assert set(key["fields"]) <= set(names)
        assert set(key["reference"]["fields"]) <= set(there)
        assert len(key["fields"]) == len(key["reference"]["fields"])


def test_the_data_package_lists_the_columns_as_they_are_in_the_files(version: Path) -> None:
    for resource in document(version, "datapackage.json")["resources"]:
        schema = pq.read_schema(version / resource["path"])
        fields = resource["schema"]["fields"]
        assert [field["name"] for field in fields] == schema.names
        required = [field.get("constraints", {}).get("required", False) for field in fields]
        assert required == [not schema.field(name).nullable for name in schema.names]
        if resource["name"] == "wide":
            assert [name for name in schema.names if name.startswith("gate_")]
            assert not [name for name in schema.names if "{" in name]


def test_the_data_package_says_what_codes_stand_for(version: Path) -> None:
    resources = {one["name"]: one["schema"]["fields"] for one in document(version, "datapackage.json")["resources"]}
    fields = {(name, field["name"]): field for name, of in resources.items() for field in of}
    labels = {one["value"]: one["label"] for one in fields["wide", "kind_majority"]["categories"]}
    assert labels["STATE/army"] == "Army"
    assert set(filter(None, pq.read_table(version / "wide.parquet")["kind_majority"].to_pylist())) <= labels.keys()
    asked = {one["value"]: one["label"] for one in fields["answers", "question"]["categories"]}
    assert asked["rank"] == "Which rank?"
    assert set(pq.read_table(version / "answers.parquet")["question"].to_pylist()) <= asked.keys()
    assert "categories" not in fields["answers", "code"]  # of which question it is stands in another column
    assert not [field for field in fields.values() if "of_question" in field]


# --- croissant.json: what the Croissant 1.0 and RAI 1.0 specifications require


def test_the_croissant_document_has_what_the_specification_requires(version: Path) -> None:
    found = document(version, "croissant.json")
    assert found["@type"] == "sc:Dataset"
    assert found["conformsTo"] == "http://mlcommons.org/croissant/1.0"
    assert found["@context"]["cr"] == "http://mlcommons.org/croissant/"
    assert found["@context"]["rai"] == "http://mlcommons.org/croissant/RAI/"
    for name in ("name", "description", "license", "url", "creator", "datePublished", "version", "distribution"):
        assert found[name], name
    assert found["datePublished"] == "2026-03-02"  # the day of the data, not of the export
    objects = {one["@id"]: one for one in found["distribution"]}
    for one in objects.values():
        assert one["@type"] == "cr:FileObject"
        assert {"name", "contentUrl", "encodingFormat", "sha256"} <= one.keys()
        assert (version / one["contentUrl"]).is_file()
    ids = [field["@id"] for records in found["recordSet"] for field in records["field"]]
    assert len(set(ids)) == len(ids)
    for records in found["recordSet"]:
        assert records["@type"] == "cr:RecordSet"
        assert {key["@id"] for key in records["key"]} <= {field["@id"] for field in records["field"]}
        for field in records["field"]:
            assert field["@type"] == "cr:Field"
            assert field["dataType"] in {"sc:Text", "sc:Integer", "sc:Float", "sc:Boolean", "sc:Date", "sc:DateTime"}
            path = field["source"]["fileObject"]["@id"]
            assert path in objects
            column = pq.read_schema(version / path).field(field["source"]["extract"]["column"])
            assert field.get("repeated", False) == str(column.type).startswith("list")
            if "references" in field:
                assert field["references"]["field"]["@id"] in ids
    assert {"answers/codes", "wide/sentence_id", "annotators/annotator"} <= set(ids)


def test_the_croissant_document_says_how_the_data_was_annotated(version: Path) -> None:
    found = document(version, "croissant.json")
    assert found["rai:dataAnnotationPlatform"] == ["Label Studio, with tasks and labelling pages made by intercoder"]
    assert found["rai:annotatorDemographics"][0].startswith("3 annotators")
    assert found["rai:annotationsPerItem"] == "2 to 3 annotators per sentence and round"
    (of_main,) = (one for one in found["rai:dataAnnotationProtocol"] if one.startswith("Round main:"))
    assert "gate (nominal)" in of_main
    assert any("main, gate (nominal): Krippendorff's alpha" in one for one in found["rai:dataAnnotationAnalysis"])
    assert any("do not count" in one for one in found["rai:dataLimitations"])


# --- README.md


def test_the_data_card_says_what_there_is_and_how_reliable_it_is(version: Path) -> None:
    card = (version / "README.md").read_text(encoding="utf-8")
    agreement = pq.read_table(version / "agreement.parquet").to_pylist()
    for name in ("answers", "wide", "agreement"):
        n = pq.ParquetFile(version / f"{name}.parquet").metadata.num_rows
        assert f"| `{name}.parquet` | {n:,} |" in card
    headline = [
        row
        for row in agreement
        if row["measure"] == "krippendorff_alpha" and row["round"] == "main" and row["question"] == "gate"
        and row["category"] is row["annotator"] is row["grouped_by"] is None
    ]  # fmt: skip
    assert f"| main | gate | nominal | {headline[0]['value']:.3f} |" in card
    assert "– (no overlap)" in card
    assert "| empty | gate" not in card
    assert "4 unknown sentence" in card
    assert "No licence is stated" in card
    assert "codebook-old.yaml" in card
    assert "## What it cannot tell" in card
    assert (
        "looked through for e-mail addresses, names of the study's accounts and telephone numbers: none was found"
        in card
    )
    assert not any(address in card for address in PEOPLE.values())


def test_with_identities_the_addresses_stand_beside_the_pseudonyms_and_every_page_says_so(
    study: Study, tmp_path: Path
) -> None:
    asked = export(study, to=tmp_path / "asked", replicates=0, identities=True).folder
    rows = pq.read_table(asked / "annotators.parquet").to_pylist()
    assert {row["email"] for row in rows} == set(PEOPLE.values())
    assert read_manifest(asked / MANIFEST).options.identities
    assert "THIS VERSION HOLDS E-MAIL ADDRESSES" in (asked / "README.md").read_text(encoding="utf-8")
    assert "E-MAIL" in document(asked, "croissant.json")["rai:personalSensitiveInformation"][0]
    for path in asked.iterdir():  # and nowhere else
        if path.name != "annotators.parquet":
            assert b"@example.org" not in path.read_bytes()


def test_without_text_no_word_of_an_article_is_anywhere_but_hashes_and_offsets_are(
    study: Study, version: Path, tmp_path: Path
) -> None:
    bare = export(study, to=tmp_path / "bare", replicates=0, text=False).folder
    left_out = {
        "articles": ["title", "text"], "sentences": ["text"], "spans": ["text"], "rejected": ["detail"],
        "answers": ["text", "rejected_because"], "adjudications": ["suggestion"],
    }  # fmt: skip
    for name, columns in left_out.items():
        full, without = (pq.read_table(folder / f"{name}.parquet") for folder in (version, bare))
        assert all(without[column].null_count == without.num_rows for column in columns)
        assert without.drop(columns).equals(full.drop(columns))
        assert without.schema == full.schema
    assert not read_manifest(bare / MANIFEST).options.text
    assert "Made without texts" in (bare / "README.md").read_text(encoding="utf-8")


def test_nothing_but_the_study_decides_the_bytes(study: Study, version: Path, tmp_path: Path) -> None:
    again = export(study, to=tmp_path / "elsewhere", replicates=100).folder
    assert {path.name: path.read_bytes() for path in again.iterdir()} == {
        path.name: path.read_bytes() for path in version.iterdir()
    }
    assert (again.parent / "latest.json").read_bytes() == (version.parent / "latest.json").read_bytes()


def test_a_study_nobody_coded_has_pages_too(tmp_path: Path) -> None:
    from tests.export.contents import SOURCE
    from tests.export.contents import study as content
    from toolkit.export.writing.write import export_tables

    place = export_tables(replace(content([]), estimates={}), tmp_path, SOURCE).folder
    assert "Nothing was coded" in (place / "README.md").read_text(encoding="utf-8")
    assert document(place, "croissant.json")["rai:annotationsPerItem"] == "none yet"
    assert "datePublished" not in document(place, "croissant.json")
