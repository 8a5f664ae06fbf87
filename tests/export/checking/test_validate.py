"""``validate`` on exports that somebody else edited: whatever they did, it says where."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest

from tests.loop.several_rounds import several_rounds
from toolkit.errors import BadInput
from toolkit.export.checking import one_version, sound
from toolkit.export.checking.found import ExportFault
from toolkit.export.checking.validate import validate_export
from toolkit.export.contract.faults import LISTED
from toolkit.export.difference.compare import compare_versions
from toolkit.export.pages.manifest import file_hash
from toolkit.loop.export import export

pq: Any = pyarrow.parquet
Change = Callable[[pa.Table], pa.Table]


@pytest.fixture(autouse=True, params=["as a whole", "in pieces"])
def size(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Whatever is said of an export is said of a large one as well, which is looked at a few rows at a time first."""
    if request.param == "in pieces":
        monkeypatch.setattr(sound, "LARGE", 0)
        monkeypatch.setattr(sound, "PIECE", 3)
    return str(request.param)


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("validated")
    study = several_rounds(made / "study")
    export(study, to=made / "out", replicates=0, notes=True)
    export(study, to=made / "out", replicates=0)
    return made / "out"


@pytest.fixture
def folder(exported: Path, tmp_path: Path) -> Path:
    """A folder of two versions; the second is the newest."""
    return Path(shutil.copytree(exported, tmp_path / "out"))


def faults(folder: Path) -> list[ExportFault]:
    found = validate_export(folder)
    assert found.n_faults == len(found.faults)
    return list(found.faults)


def where(folder: Path) -> set[tuple[str, int | None, str | None]]:
    return {(fault.file, fault.row, fault.column) for fault in faults(folder)}


def edit(place: Path, table: str, change: Change) -> None:
    """The table with a change, its metadata kept, and its manifest and pointer forged to vouch for it."""
    path = place / f"{table}.parquet"
    before = pq.read_table(path)
    after = change(before)
    pq.write_table(after.replace_schema_metadata(before.schema.metadata), path)
    forge(place, path.name, rows=after.num_rows)


def forge(place: Path, name: str, *, rows: int | None = None) -> None:
    sha256 = file_hash(place / name)
    text = (place / "manifest.json").read_text(encoding="utf-8")
    manifest = json.loads(text)
    (entry,) = (file for file in manifest["files"] if file["path"] == name)
    old = entry["sha256"]
    entry.update(sha256=sha256, bytes=(place / name).stat().st_size, rows=rows)
    for page in ("datapackage.json", "croissant.json"):
        if page != name:
            (place / page).write_text((place / page).read_text(encoding="utf-8").replace(old, sha256), encoding="utf-8")
            (entry,) = (file for file in manifest["files"] if file["path"] == page)
            entry.update(sha256=file_hash(place / page), bytes=(place / page).stat().st_size)
    (place / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    pointer = json.loads((place.parent / "latest.json").read_bytes())
    pointer["manifest_sha256"] = file_hash(place / "manifest.json")
    (place.parent / "latest.json").write_text(json.dumps(pointer), encoding="utf-8")


def cell(column: str, row: int, value: Any) -> Change:
    def change(table: pa.Table) -> pa.Table:
        field = table.schema.field(column)
        values = table[column].to_pylist()
        values[row] = value
        return table.set_column(table.column_names.index(column), field, pa.array(values, field.type))

    return change


def test_an_export_as_it_was_made_has_no_fault(exported: Path) -> None:
    found = validate_export(exported)
    assert (found.folder, found.version, found.n_faults, found.faults) == (exported / "v2", 2, 0, ())
    assert found.rows["answers"] == pq.ParquetFile(exported / "v2" / "answers.parquet").metadata.num_rows
    assert found.files == len(list((exported / "v2").iterdir()))
    older = validate_export(exported / "v1")
    assert (older.version, older.faults) == (1, ())


@pytest.mark.parametrize(
    "name", ["answers.parquet", "README.md", "codebook.yaml", "datapackage.json", "croissant.json"]
)
def test_a_missing_file_and_one_more(folder: Path, name: str) -> None:
    (folder / "v2" / name).unlink()
    (folder / "v2" / "extra.csv").write_text("a,b\n")
    found = {(fault.file, fault.what) for fault in faults(folder)}
    assert {(name, "is missing"), ("extra.csv", "is not in the manifest")} <= found


def test_without_the_manifest_the_tables_are_still_checked(folder: Path) -> None:
    edit(folder / "v2", "rejected", lambda table: table.drop_columns(["round"]))
    (folder / "v2" / "manifest.json").unlink()
    found = {(fault.file, fault.column, fault.what) for fault in faults(folder / "v2")}
    assert {("manifest.json", None, "is missing"), ("rejected.parquet", "round", "column is missing")} <= found


@pytest.mark.parametrize("name", ["answers.parquet", "README.md", "codebook-old.yaml", "croissant.json"])
def test_one_changed_byte_of_any_file(folder: Path, name: str) -> None:
    path = folder / "v2" / name
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 1
    path.write_bytes(data)
    found = faults(folder)
    assert (name, "its bytes are not those the manifest vouches for") in {(one.file, one.what) for one in found}


@pytest.mark.parametrize("damage", [b"", b"PAR1", b"not Parquet at all, but long enough to look at PAR1"])
def test_a_file_that_is_no_parquet(folder: Path, damage: bytes) -> None:
    (folder / "v2" / "answers.parquet").write_bytes(damage)
    assert any(one.file == "answers.parquet" and "cannot be read as Parquet" in one.what for one in faults(folder))


@pytest.mark.parametrize("text", ["", "{}", "[]", "nothing", '{"manifest_version": 1}'])
def test_a_manifest_that_is_none(folder: Path, text: str) -> None:
    (folder / "v2" / "manifest.json").write_text(text)
    assert "manifest.json" in {fault.file for fault in faults(folder / "v2")}


def test_a_manifest_with_another_hash_than_the_pointers(folder: Path) -> None:
    path = folder / "v2" / "manifest.json"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert [(one.file, one.what) for one in faults(folder)] == [
        ("v2/manifest.json", "its bytes are not the ones latest.json vouches for")
    ]
    assert [(one.file, one.what) for one in faults(folder / "v2")] == [
        ("manifest.json", "its bytes are not the ones latest.json beside it vouches for")
    ]


def test_a_pointer_at_nothing_or_none(folder: Path) -> None:
    (folder / "latest.json").write_text('{"version": 9, "folder": "v9", "manifest_sha256": "0"}')
    assert [(one.file, one.what) for one in faults(folder)] == [("latest.json", "points at v9, which is no version")]
    (folder / "latest.json").unlink()
    assert [(one.file, one.what) for one in faults(folder)] == [("latest.json", "is missing, and there are versions")]
    (folder / "latest.json").write_text("v2")
    assert [one.file for one in faults(folder)] == ["latest.json"]


def test_a_version_under_another_name(folder: Path) -> None:
    (folder / "v2").rename(folder / "v5")
    assert [(one.file, one.what) for one in faults(folder / "v5")] == [
        ("manifest.json", "is of version 2, and lies in v5")
    ]


@pytest.mark.parametrize(
    ("table", "change", "place"),
    [
        ("answers", cell("status", 4, "perhaps"), ("answers.parquet", 5, "status")),
        ("answers", cell("code", 0, "no_such_category"), ("answers.parquet", 1, "code")),
        ("answers", cell("question", 0, "mood"), ("answers.parquet", 1, "question")),
        ("annotations", cell("sentence_id", 2, "s-none"), ("annotations.parquet", 3, "sentence_id")),
        ("annotations", cell("codebook_hash", 1, "0" * 64), ("annotations.parquet", 2, "codebook_hash")),
        ("sentences", cell("text", 1, "Something else."), ("sentences.parquet", 2, "sha256")),
        ("sentences", cell("start_offset", 1, 0), ("sentences.parquet", 2, "text")),
        ("articles", cell("sha256", 0, "0" * 64), ("articles.parquet", 1, "sha256")),
        ("sentences", cell("text", 3, None), ("sentences.parquet", 4, "text")),
    ],
)  # fmt: skip
def test_a_value_against_the_contract_is_found_by_row_and_column_whatever_the_hashes_say(
    folder: Path, table: str, change: Change, place: tuple[str, int, str]
) -> None:
    edit(folder / "v2", table, change)
    found = where(folder)
    assert place in found
    assert all(file.endswith(".parquet") for file, _, _ in found)  # the hashes were forged well


def renamed(table: pa.Table) -> pa.Table:
    return table.rename_columns(["Status" if name == "status" else name for name in table.column_names])


def retyped(table: pa.Table) -> pa.Table:
    place = table.column_names.index("number")
    return table.set_column(place, "number", pa.array([str(n) for n in table["number"].to_pylist()]))


def widened(table: pa.Table) -> pa.Table:
    return table.set_column(table.column_names.index("code"), "code", table["code"].cast(pa.large_string()))


def nullable(table: pa.Table) -> pa.Table:
    place = table.column_names.index("round")
    return table.set_column(place, pa.field("round", pa.string(), nullable=True), table["round"])


@pytest.mark.parametrize(
    ("change", "column", "what"),
    [
        (renamed, "status", "column is missing"),
        (renamed, "Status", "column is not in the schema"),
        (retyped, "number", "has type string, not double"),
        (widened, "code", "has type large_string, not string"),
        (nullable, "round", "may be null, against the schema"),
        (lambda table: table.drop(["level"]), "level", "column is missing"),
        (lambda table: table.append_column("mine", pa.nulls(table.num_rows)), "mine", "column is not in the schema"),
        (
            lambda table: table.select([table.column_names[1], table.column_names[0], *table.column_names[2:]]),
            "sentence_id",
            "columns are not in the order of the schema",
        ),
    ],
)  # fmt: skip
def test_other_columns_than_the_schemas(folder: Path, change: Change, column: str, what: str) -> None:
    edit(folder / "v2", "answers", change)
    assert ("answers.parquet", column, what) in {(one.file, one.column, one.what) for one in faults(folder)}


def test_a_row_less_and_a_row_twice(folder: Path) -> None:
    edit(folder / "v2", "articles", lambda table: pa.concat_tables([table, table.slice(0, 1)]))
    assert where(folder) == {("articles.parquet", 5, "article_id"), ("articles.parquet", None, None)}
    edit(folder / "v2", "sentences", lambda table: table.slice(1))
    found = {(one.column, one.what) for one in validate_export(folder).faults}
    assert ("sentence_id", "'a-1' is not in sentences") in found


@pytest.mark.parametrize(
    ("table", "first"),
    [("answers", 3), ("annotations", 5), ("sentences", 2), ("articles", 1), ("spans", 1), ("consensus", 4),
     ("soft_labels", 2), ("wide", 6), ("assignments", 1), ("rejected", 1), ("annotation_versions", 7),
     ("annotators", 2)],
)  # fmt: skip
def test_rows_that_changed_places_are_named_as_such(folder: Path, table: str, first: int) -> None:
    """Forged with care: they break no rule, and only the hashes of the columns tell."""

    def swapped(rows: pa.Table) -> pa.Table:
        order = list(range(rows.num_rows))
        order[first - 1], order[-1] = order[-1], order[first - 1]
        return rows.take(order)

    edit(folder / "v2", table, swapped)
    assert [(one.file, one.row, one.column, one.what) for one in faults(folder)] == [
        (f"{table}.parquet", first, None, "from here on rows are in another order than they were written in")
    ]


@pytest.mark.parametrize(
    ("table", "column", "row", "value"),
    [("annotations", "seconds_spent", 3, 99.0), ("articles", "outlet", 1, "Weekly"), ("rejected", "n_answers", 0, 9),
     ("agreement", "ci_low", 0, -0.5), ("annotators", "coded_rounds", 0, ["nowhere"])],
)  # fmt: skip
def test_a_changed_cell_that_no_rule_vouches_for_is_found_by_its_column(
    folder: Path, table: str, column: str, row: int, value: Any
) -> None:
    edit(folder / "v2", table, cell(column, row, value))
    assert [(one.file, one.row, one.column, one.what) for one in faults(folder)] == [
        (f"{table}.parquet", None, column, "has another value somewhere than when it was written")
    ]


def test_rows_that_changed_places_and_a_changed_cell_are_not_told_apart(folder: Path) -> None:
    def both(rows: pa.Table) -> pa.Table:
        return cell("seconds_spent", 2, 99.0)(rows.take([1, 0, *range(2, rows.num_rows)]))

    edit(folder / "v2", "annotations", both)
    ((file, what),) = [(one.file, one.what) for one in faults(folder)]
    assert file == "annotations.parquet"
    assert what.startswith("has other values than when it was written, in ")


def test_a_manifest_without_hashes_of_columns_is_held_to_the_hash_it_has(folder: Path) -> None:
    """As manifests of before are; its content hash is made otherwise, and so it is another one here."""
    path = folder / "v2" / "manifest.json"
    manifest = json.loads(path.read_bytes())
    for file in manifest["files"]:
        file["columns"] = None
    path.write_text(json.dumps(manifest), encoding="utf-8")
    pointer = json.loads((folder / "latest.json").read_bytes())
    (folder / "latest.json").write_text(json.dumps({**pointer, "manifest_sha256": file_hash(path)}), encoding="utf-8")
    assert [(one.file, one.what) for one in faults(folder)] == [
        ("manifest.json", "content_sha256 is not that of the tables and codebooks")
    ]


def test_rows_the_manifest_did_not_count(folder: Path) -> None:
    edit(folder / "v2", "agreement", lambda table: table.slice(0, table.num_rows - 1))
    manifest = json.loads((folder / "v2" / "manifest.json").read_bytes())
    (entry,) = (file for file in manifest["files"] if file["path"] == "agreement.parquet")
    entry["rows"] += 1
    (folder / "v2" / "manifest.json").write_text(json.dumps(manifest))
    assert any("the manifest says" in one.what for one in faults(folder / "v2"))


@pytest.mark.parametrize(
    ("key", "value", "what"),
    [
        ("intercoder.schema_version", "9", "its schema is unknown: answers version 9; is it of a newer intercoder?"),
        ("intercoder.schema_version", "../1", "its schema is unknown"),
        ("intercoder.schema_sha256", "0" * 64, "its schema is not the released answers.v2.json: another hash"),
        ("intercoder.table", "spans", "is the table 'spans' of an export, not 'answers'"),
        ("intercoder.table", "", "is no table of an export"),
    ],
)
def test_a_schema_nobody_released(folder: Path, key: str, value: str, what: str) -> None:
    path = folder / "v2" / "answers.parquet"
    table = pq.read_table(path)
    pq.write_table(table.replace_schema_metadata({**table.schema.metadata, key.encode(): value.encode()}), path)
    assert any(one.file == "answers.parquet" and one.what.startswith(what) for one in faults(folder))


def test_a_table_of_somebodys_own(folder: Path) -> None:
    pq.write_table(pa.table({"n": [1]}), folder / "v2" / "mine.parquet")
    found = {(one.file, one.what) for one in faults(folder)}
    assert ("mine.parquet", "is not in the manifest") in found
    assert ("mine.parquet", "is no table of an export: its metadata name none") in found


@pytest.mark.parametrize("text", ["name: [", "name: other\n", "\xff"])
def test_a_codebook_that_is_none(folder: Path, text: str) -> None:
    (folder / "v2" / "codebook.yaml").write_bytes(text.encode("latin-1"))
    forge(folder / "v2", "codebook.yaml")
    assert "codebook.yaml" in {one.file for one in faults(folder)}


def test_another_codebook_than_the_rounds(folder: Path) -> None:
    shutil.copy(folder / "v2" / "codebook-old.yaml", folder / "v2" / "codebook.yaml")
    forge(folder / "v2", "codebook.yaml")
    said = {one.what for one in validate_export(folder).faults if one.file == "codebook.yaml"}
    assert "is not the codebook of round main that the manifest names" in said


@pytest.mark.parametrize("page", ["datapackage.json", "croissant.json"])
@pytest.mark.parametrize("text", ["{}", "[]", "", '{"resources": [], "distribution": []}'])
def test_a_page_that_does_not_describe_the_tables(folder: Path, page: str, text: str) -> None:
    (folder / "v2" / page).write_text(text)
    forge(folder / "v2", page)
    assert page in {one.file for one in faults(folder)}


def test_text_in_an_export_that_says_it_has_none(folder: Path) -> None:
    manifest = json.loads((folder / "v2" / "manifest.json").read_bytes())
    manifest["options"]["text"] = False
    (folder / "v2" / "manifest.json").write_text(json.dumps(manifest))
    said = {(one.file, one.column) for one in faults(folder / "v2") if "made without text" in one.what}
    assert said >= {("articles.parquet", "title"), ("spans.parquet", "text"), ("rejected.parquet", "detail")}
    assert {file for file, column in said if column == "text"} >= {"articles.parquet", "sentences.parquet"}


def test_many_faults_are_counted_and_the_first_listed(folder: Path) -> None:
    edit(folder / "v2", "answers", lambda table: pa.concat_tables([table, table]))
    found = validate_export(folder)
    assert len(found.faults) == LISTED
    assert found.n_faults >= found.rows["answers"] // 2 > LISTED


@pytest.mark.parametrize("name", ["nowhere", "empty"])
def test_a_folder_without_an_export(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadInput, match="holds no export"):
        validate_export(tmp_path / name)


def test_text_that_is_not_utf_8_is_a_fault_and_no_crash(folder: Path) -> None:
    def spoilt(table: pa.Table) -> pa.Table:
        bad = pa.Array.from_buffers(
            pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0\2\0\0\0"), pa.py_buffer(b"\xff\xfe")]
        )
        column = pa.chunked_array([bad, *table["status"].slice(1).chunks])
        return table.set_column(table.column_names.index("status"), table.field("status"), column)

    edit(folder / "v2", "answers", spoilt)
    assert ("answers.parquet", None, "status") in where(folder)


@pytest.mark.parametrize("name", ["latest.json", "v2/datapackage.json", "v2/croissant.json", "v2/manifest.json"])
def test_json_nested_without_end_is_a_fault(folder: Path, name: str) -> None:
    (folder / name).write_text("[" * 100_000, encoding="utf-8")
    assert Path(name).name in {Path(fault.file).name for fault in faults(folder)}


def test_addresses_nobody_announced_are_a_fault(folder: Path) -> None:
    def named(table: pa.Table) -> pa.Table:
        place = table.column_names.index("email")
        return table.set_column(place, table.field(place), pa.array(["nobody@elsewhere.example"] * table.num_rows))

    edit(folder / "v2", "annotators", named)
    assert ("annotators.parquet", None, "email") in where(folder)


def test_what_was_asked_for_is_part_of_the_difference(exported: Path) -> None:
    assert compare_versions(exported, "v1", "v2").options == ("now without notes",)
    assert compare_versions(exported, "v2", "v1").options == ("now with notes",)


def test_a_large_export_that_is_sound_is_never_held(folder: Path, size: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def held(*_: object) -> None:
        pytest.fail("its tables were read as a whole")

    monkeypatch.setattr(one_version, "_tables", held)
    if size == "in pieces":
        assert validate_export(folder).n_faults == 0
    else:
        with pytest.raises(pytest.fail.Exception, match="as a whole"):
            validate_export(folder)


def test_the_rows_of_a_large_export_are_told(folder: Path) -> None:
    rows = validate_export(folder).rows
    assert rows == {path.stem: pq.read_metadata(path).num_rows for path in (folder / "v2").glob("*.parquet")}
    assert rows["answers"] > 3
