"""Versions in an object store: what is there is what would be in a folder, and promises as much."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.export.store.contents import FIRST, FROM, SECOND, shown, whole_versions
from tests.export.store.server import Bucket, watched
from toolkit.errors import BadInput, UsageError
from toolkit.export.pages.manifest import Options
from toolkit.export.store.publishing import export_to_store, refuse_looser_there
from toolkit.export.writing.write import export_tables
from toolkit.loop.validate import validate

pytestmark = pytest.mark.slow


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_is_there_is_what_would_be_in_a_folder(bucket: Bucket, tmp_path: Path) -> None:
    for number, content in enumerate((FIRST, SECOND), start=1):
        export_tables(content, tmp_path, FROM)
        made = export_to_store(content, bucket.address, FROM)
        assert (made.version, made.changed, made.address) == (number, True, str(bucket.address))
        assert (made.folder, made.paths["answers"]) == (Path(f"v{number}"), Path(f"v{number}/answers.parquet"))
        assert made.codebooks
        assert made.codebooks[0].parent == made.folder
    there = bucket.objects()
    assert shown(there) == files(tmp_path)
    assert {name: data for name, data in there.items() if name not in shown(there)} == {
        ".draft/v1": b"",
        ".draft/v2": b"",
    }
    assert whole_versions(there) == [1, 2]
    checked = validate(str(bucket.address))
    assert (checked.faults, checked.versions, checked.version) == ((), (1, 2), 2)
    assert (checked.address, checked.folder) == (str(bucket.address), Path("v2"))


def test_where_nothing_changed_nothing_is_written(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    made = export_to_store(FIRST, bucket.address, FROM)
    with watched(monkeypatch) as sent:
        again = export_to_store(FIRST, bucket.address, FROM)
    assert again == replace(made, changed=False, licence_missing=False)
    assert {one.partition(" ")[0] for one in sent} == {"GET"}


def test_over_a_version_that_is_not_whole_any_more_a_new_one_is_made(bucket: Bucket) -> None:
    export_to_store(FIRST, bucket.address, FROM)
    bucket.client.delete_object(Bucket=bucket.address.bucket, Key=bucket.address.key("v1/answers.parquet"))
    assert export_to_store(FIRST, bucket.address, FROM).version == 2
    assert "v2/answers.parquet" in bucket.objects()


@pytest.mark.parametrize("said", ["", "[]", '{"version": 7, "folder": "v7", "manifest_sha256": "x"}'])
def test_a_pointer_that_says_nothing_is_mended(bucket: Bucket, said: str) -> None:
    export_to_store(FIRST, bucket.address, FROM)
    bucket.put("latest.json", said.encode())
    assert not export_to_store(FIRST, bucket.address, FROM).changed
    assert whole_versions(bucket.objects()) == [1]


def test_what_somebody_else_put_there_stays_and_its_number_is_not_used(bucket: Bucket) -> None:
    for name in ("v7/mine.txt", "notes.md", "v8.bak/x", "v1/", "v7/deeper/answers.parquet"):
        bucket.put(name, b"mine")
    assert export_to_store(FIRST, bucket.address, FROM).version == 8
    there = bucket.objects()
    assert {there[name] for name in ("v7/mine.txt", "notes.md", "v8.bak/x", "v7/deeper/answers.parquet")} == {b"mine"}


def test_versions_copied_there_from_a_folder_go_on(bucket: Bucket, tmp_path: Path) -> None:
    export_tables(FIRST, tmp_path, FROM)
    for name, data in files(tmp_path).items():
        bucket.put(name, data)
    assert not export_to_store(FIRST, bucket.address, FROM).changed
    assert export_to_store(SECOND, bucket.address, FROM).version == 2
    assert whole_versions(bucket.objects()) == [1, 2]


def test_another_study_and_what_was_promised(bucket: Bucket) -> None:
    private = replace(FROM, options=Options(replicates=0, seed=0, text=False))
    export_to_store(FIRST, bucket.address, private)
    before = bucket.objects()
    with pytest.raises(BadInput, match=f"{bucket.address} holds exports of another study"):
        export_to_store(FIRST, bucket.address, replace(private, study_id="f" * 16))
    for refused in (
        lambda: export_to_store(FIRST, bucket.address, FROM),
        lambda: refuse_looser_there(bucket.address, FROM.options),
    ):
        with pytest.raises(UsageError, match=f"{bucket.address} holds exports without texts"):
            refused()
    assert bucket.objects() == before
    refuse_looser_there(bucket.address, private.options)
    refuse_looser_there(bucket.elsewhere(), FROM.options)
    manifest = json.loads(before["v1/manifest.json"])
    bucket.put("v1/manifest.json", json.dumps({**manifest, "options": {}}).encode())
    with pytest.raises(UsageError, match=f"{bucket.address}/v1/manifest.json cannot be read"):
        refuse_looser_there(bucket.address, private.options)
    bucket.client.delete_object(Bucket=bucket.address.bucket, Key=bucket.address.key("v1/manifest.json"))
    with pytest.raises(UsageError, match=f"{bucket.address}/v1/manifest.json cannot be read"):
        refuse_looser_there(bucket.address, private.options)
    with pytest.raises(BadInput, match="holds no export"):
        validate(str(bucket.address))


def test_a_whole_bucket_is_an_address_too(bucket: Bucket) -> None:
    at_root = replace(bucket.address, prefix="")
    export_to_store(FIRST, at_root, FROM)
    assert whole_versions(bucket.objects(at_root)) == [1]


def test_nothing_stays_on_this_machine(bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    export_to_store(FIRST, bucket.address, FROM)
    validate(str(bucket.address))
    with pytest.raises(BadInput, match="another study"):
        export_to_store(FIRST, bucket.address, replace(FROM, study_id="f" * 16))
    assert list(tmp_path.iterdir()) == []
