"""Exports for everybody, and the exports that a study names: what each holds is said once."""

from __future__ import annotations

import json
import re
from datetime import time
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest

from tests.loop.adjudication import adjudicated
from tests.loop.adjudication.adjudicated import ARMY
from tests.loop.several_rounds import several_rounds
from toolkit.errors import BadInput, UsageError
from toolkit.export.checking.validate import validate_export
from toolkit.export.pages.manifest import read_manifest
from toolkit.loop.agreement.request import AgreementRequest
from toolkit.loop.agreement.study import agree, agree_export
from toolkit.loop.erase import erase
from toolkit.loop.export import difference, export
from toolkit.study.folder import Study

pq: Any = pyarrow.parquet

TARGETS = """\
exports:
  public: {folder: ../for-all, text: false, public: true}
  internal: {folder: exports, notes: true}
"""


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return several_rounds(tmp_path / "study")


def naming(study: Study, exports: str) -> Study:
    said = study.settings_file.read_text(encoding="utf-8")
    study.settings_file.write_text(re.sub(r"exports:.*\n", lambda _: exports, said), encoding="utf-8")
    return study


def columns(table: Any, *names: str) -> list[tuple[Any, ...]]:
    return list(zip(*(table[name].to_pylist() for name in names), strict=True))


# --- for everybody


def test_nothing_in_a_public_export_is_a_number_or_a_moment_of_the_server(study: Study, tmp_path: Path) -> None:
    usual = export(study, to=tmp_path / "usual", replicates=0).folder
    public = export(study, to=tmp_path / "public", replicates=0, public=True).folder
    before, after = (pq.read_table(folder / "annotations.parquet") for folder in (usual, public))
    assert validate_export(public).faults == ()
    for name in ("created_at", "updated_at"):
        assert {moment.time() for moment in before[name].to_pylist()} != {time()}
        assert {moment.time() for moment in after[name].to_pylist()} == {time()}
        assert [moment.date() for moment in after[name].to_pylist()] == [m.date() for m in before[name].to_pylist()]
    assert all(seconds == int(seconds) for seconds in after["seconds_spent"].drop_null().to_pylist())
    former = set(before["annotation_id"].to_pylist())
    for path in public.glob("*.parquet"):
        table = pq.read_table(path)
        if "annotation_id" in table.column_names:
            assert former.isdisjoint(table["annotation_id"].to_pylist())
    same = [
        name
        for name in before.column_names
        if name not in {"annotation_id", "created_at", "updated_at", "seconds_spent"}
    ]
    assert after.select(same).equals(before.select(same))
    again = export(study, to=tmp_path / "again", replicates=0, public=True).folder
    assert {path.name: path.read_bytes() for path in again.iterdir()} == {
        path.name: path.read_bytes() for path in public.iterdir()
    }


def test_the_order_is_kept_by_a_number(study: Study, tmp_path: Path) -> None:
    table = pq.read_table(export(study, to=tmp_path / "out", replicates=0).folder / "annotations.parquet")
    by_round: dict[str, list[tuple[Any, ...]]] = {}
    for name, order, *moment in columns(table, "round", "order_in_round", "created_at", "annotation_id"):
        by_round.setdefault(name, []).append((order, *moment))
    assert len(by_round) > 1
    for found in by_round.values():
        assert sorted(order for order, *_ in found) == list(range(1, len(found) + 1))
        moments = [moment for _, moment, _ in sorted(found)]
        assert moments == sorted(moments)


def test_agreement_of_a_public_export_is_the_studys(study: Study, tmp_path: Path) -> None:
    export(study, to=tmp_path / "out", replicates=0, public=True)
    request = AgreementRequest(round_name="main", replicates=0)
    assert agree_export(tmp_path / "out", request).estimates == agree(study, request).estimates


def test_a_public_export_of_what_was_decided_is_as_good_as_another(tmp_path: Path) -> None:
    made = adjudicated.study(tmp_path / "s", [[ARMY, {**ARMY, "rank": "high"}], [ARMY, ARMY]], sample=1.0)
    for place in (1, 2):
        adjudicated.decide(made, place, {"gate": "ok", "kind": "army", "rank": "low"})
    usual = export(made, to=tmp_path / "usual", replicates=0).folder
    public = export(made, to=tmp_path / "public", replicates=0, public=True).folder
    ids = set(pq.read_table(usual / "annotations.parquet")["annotation_id"].to_pylist())
    coded = [json.loads(said) for said in pq.read_table(public / "adjudications.parquet")["coded"].to_pylist()]
    assert coded
    assert ids.isdisjoint(name for said in coded for name, _ in said)
    request = AgreementRequest(against=Path("adjudicated"), replicates=0)
    found = agree_export(tmp_path / "public", request).estimates
    assert found == agree(made, request).estimates
    assert any(one.measure == "accuracy" and one.value is not None for one in found)


def test_names_made_with_a_key_are_no_difference(study: Study, tmp_path: Path) -> None:
    export(study, to=tmp_path / "out", replicates=0)
    export(study, to=tmp_path / "out", replicates=0, public=True)
    found = difference(study, "v1", "v2", to=tmp_path / "out")
    assert (found.new_annotations, found.removed_annotations, found.answers) == (0, 0, ())
    assert found.options == ("now with names and moments of its own",)


def test_addresses_are_for_nobody(study: Study, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no addresses"):
        export(study, to=tmp_path / "out", replicates=0, public=True, identities=True)
    export(study, to=tmp_path / "out", replicates=0, public=True)
    with pytest.raises(UsageError, match="without the server's numbers and moments"):
        export(study, to=tmp_path / "out", replicates=0)


# --- named in study.yaml


def test_what_an_export_holds_is_said_in_study_yaml(study: Study, tmp_path: Path) -> None:
    naming(study, TARGETS)
    public, internal = (export(study, target=name, replicates=0) for name in ("public", "internal"))
    assert public.folder == tmp_path / "for-all" / "study" / "v1"
    assert internal.folder == study.folder / "exports" / "study" / "v1"
    found = [read_manifest(one.folder / "manifest.json").options for one in (public, internal)]
    assert [(one.text, one.public, one.notes) for one in found] == [(False, True, False), (True, False, True)]
    assert not export(study, target="public", replicates=0).changed
    assert difference(study, "v1", "v1", target="internal").answers == ()


def test_which_is_meant_is_asked(study: Study, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="names no export 'public'"):
        export(study, target="public", replicates=0)
    naming(study, TARGETS)
    with pytest.raises(UsageError, match=r"which export is meant\? study.yaml names public, internal"):
        export(study, replicates=0)
    with pytest.raises(UsageError, match="there is no export 'publik'"):
        export(study, target="publik", replicates=0)
    with pytest.raises(UsageError, match="has a folder of its own"):
        export(study, target="public", to=tmp_path / "x", replicates=0)
    with pytest.raises(UsageError, match="says what the export 'public' holds"):
        export(study, target="public", notes=True, replicates=0)
    assert export(study, to=tmp_path / "elsewhere", replicates=0).version == 1
    assert not (tmp_path / "for-all").exists()


def test_one_that_is_named_alone_is_meant(study: Study, tmp_path: Path) -> None:
    naming(study, "exports:\n  public: {folder: ../for-all, text: false}\n")
    assert not read_manifest(export(study, replicates=0).folder / "manifest.json").options.text


@pytest.mark.parametrize("folder", ["./out", "out/", "x/../out", "out/inner", "link"])
def test_two_exports_have_two_folders(study: Study, folder: str) -> None:
    (study.folder / "link").symlink_to("out")
    naming(study, f"exports:\n  a: {{folder: out}}\n  b: {{folder: {folder}, text: false}}\n")
    with pytest.raises(BadInput, match="'a' and 'b' go to one folder"):
        export(study, target="a", replicates=0)


@pytest.mark.parametrize(
    ("exports", "what"),
    [
        ("exports:\n  public: {folder: a, txt: false}\n", "exports.public.txt: is no setting of a study"),
        ("exports:\n  public: {text: false}\n", "exports.public.folder: is missing"),
        ("exports:\n  public: {folder: a}\n  other: {folder: a}\n", "one folder under several names"),
        ("exports: {}\n", "exports names no folder"),
        ("exports: [a]\n", "exports: must be text"),
    ],
)
def test_what_is_wrong_there_is_said_with_its_place(study: Study, exports: str, what: str) -> None:
    naming(study, exports)
    with pytest.raises(BadInput) as refused:
        export(study, replicates=0)
    assert what in str(refused.value)


def test_every_folder_is_named_when_somebody_is_erased(study: Study, tmp_path: Path) -> None:
    naming(study, TARGETS)
    made = [export(study, target=name, replicates=0).folder for name in ("public", "internal")]
    assert sorted(erase(study, "ana@example.org").exports) == sorted(made)
