"""``validate`` on a folder of versions: all of them are checked, and each vouches for the one before it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.export.checking.test_validate import cell, edit
from tests.loop.several_rounds import note, pull, several_rounds
from tests.loop.test_answers import ANA, choice, raw
from toolkit.export.checking.validate import validate_export
from toolkit.export.pages.manifest import file_hash, read_manifest
from toolkit.loop.export import export


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three versions of one study, each with an answer that is another one."""
    made = tmp_path_factory.mktemp("chain")
    study = several_rounds(made / "study")
    for minute in range(3):
        with study.database() as database:
            again = raw(200, ANA, choice("gate", "ok"), note(f"Note {minute}."), at=f"09:{minute:02}")
            pull(database, "old", 90, None, again)
        export(study, to=made / "out", replicates=0, notes=True)
    return made / "out"


@pytest.fixture
def folder(three: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(three, tmp_path / "out"))


def said(folder: Path) -> set[tuple[str, str]]:
    return {(fault.file, fault.what) for fault in validate_export(folder).faults}


def test_each_version_names_the_one_it_came_after(three: Path) -> None:
    found = validate_export(three)
    assert (found.version, found.versions, found.faults) == (3, (1, 2, 3), ())
    manifests = [read_manifest(three / f"v{number}" / "manifest.json") for number in (1, 2, 3)]
    assert manifests[0].former is None
    for number, manifest in enumerate(manifests[1:], start=1):
        assert manifest.former is not None
        assert manifest.former.version == number
        assert manifest.former.manifest_sha256 == file_hash(three / f"v{number}" / "manifest.json")


def test_faults_of_an_older_version_are_found_from_the_folder(folder: Path) -> None:
    (folder / "v1" / "spans.parquet").unlink()
    (folder / "v2" / "extra.csv").write_text("a\n")
    found = validate_export(folder)
    assert {(fault.file, fault.what) for fault in found.faults} == {
        ("v1/spans.parquet", "is missing"), ("v2/extra.csv", "is not in the manifest"),
    }  # fmt: skip
    assert (found.version, found.n_faults) == (3, 2)


def test_a_version_that_was_forged_with_all_its_hashes_is_not_the_one_the_next_came_after(folder: Path) -> None:
    place = folder / "v2"
    pointer = (folder / "latest.json").read_bytes()
    edit(place, "rejected", cell("n_answers", 0, 7))
    (folder / "latest.json").write_bytes(pointer)
    assert ("v2/manifest.json", "its bytes are not those that v3 came after") in said(folder)
    assert ("manifest.json", "its bytes are not those that v3 came after") in said(place)


def test_a_single_version_is_held_against_the_pointer_beside_it(folder: Path) -> None:
    manifest = folder / "v3" / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_bytes())), encoding="utf-8")
    assert said(folder / "v3") == {("manifest.json", "its bytes are not the ones latest.json beside it vouches for")}


def test_the_oldest_may_be_taken_away_and_one_between_may_not(folder: Path) -> None:
    shutil.rmtree(folder / "v1")
    assert said(folder) == set()
    shutil.copytree(folder / "v2", folder / "v1")
    shutil.rmtree(folder / "v2")
    assert ("v2", "is missing, and v3 came after it") in said(folder)


def test_links_out_of_the_folder_are_faults(folder: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.move(folder / "v3" / "answers.parquet", elsewhere / "answers.parquet")
    (folder / "v3" / "answers.parquet").symlink_to(elsewhere / "answers.parquet")
    what = "is a link to a place outside of the export: what it says there can change"
    assert said(folder) == {("answers.parquet", what)}
    assert said(folder / "v3") == {("answers.parquet", what)}
    shutil.move(folder / "v1", elsewhere / "v1")
    (folder / "v1").symlink_to(elsewhere / "v1", target_is_directory=True)
    assert ("v1/.", what) in said(folder)


def test_what_stands_for_a_version_and_is_none_is_a_fault(folder: Path, tmp_path: Path) -> None:
    (folder / "v1" / "manifest.json").unlink()
    (folder / "v4").symlink_to("v3", target_is_directory=True)
    assert {
        ("v1", "has tables and no manifest: nobody vouches for them"),
        ("v4", "is a link to another folder of the export, and no version of its own"),
    } <= said(folder)
    shutil.move(folder / "latest.json", tmp_path / "latest.json")
    (folder / "latest.json").symlink_to(tmp_path / "latest.json")
    assert "latest.json" in {file for file, _ in said(folder)}


def test_a_manifest_that_names_no_former_version_beside_one_is_a_fault(folder: Path) -> None:
    manifest = folder / "v3" / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_bytes()), "former": None}), encoding="utf-8")
    pointer = json.loads((folder / "latest.json").read_bytes())
    told = {**pointer, "manifest_sha256": file_hash(manifest)}
    (folder / "latest.json").write_text(json.dumps(told), encoding="utf-8")
    assert said(folder) == {("v3/manifest.json", "names no version that it came after, and v2 is there")}


def test_a_link_within_the_folder_and_one_to_the_folder_are_none(folder: Path, tmp_path: Path) -> None:
    (folder / "v3" / "README.md").unlink()
    shutil.copy(folder / "v2" / "README.md", folder / "notes.md")
    (tmp_path / "shortcut").symlink_to(folder, target_is_directory=True)
    found = said(tmp_path / "shortcut")
    assert found == {("README.md", "is missing")}
    (folder / "current").symlink_to("v3", target_is_directory=True)
    assert {file for file, _ in said(folder / "current")} == {"README.md"}
