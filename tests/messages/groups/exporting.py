"""Exporting, and reading what was exported."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tests.messages.case import Case, Group, Step
from tests.messages.scenes import (
    empty,
    exported,
    exported_rounds,
    file,
    folder,
    gone,
    settled,
    several,
    sql,
)
from tests.messages.work import Work

QUICK = "--bootstrap 0"
FROZEN = Path(__file__).parents[2] / "frozen"


def _targets(**folders: str) -> Step:
    listed = "".join(f"  {name}: {{folder: {folder}}}\n" for name, folder in folders.items())

    def put(work: Work) -> None:
        path = work.folder / "study.yaml"
        path.write_text(f"name: study\nexports:\n{listed}", encoding="utf-8")

    return put


def _of_another_study(work: Work) -> None:
    """The folder of exports holds those of another study."""
    exported(work)
    path = work.folder / "exports" / "study" / "v1" / "manifest.json"
    about = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(about | {"study_id": "f" * 32, "study": "other"}), encoding="utf-8")


def _private(work: Work) -> None:
    from toolkit.loop.export import export

    several(work)
    export(work.study, replicates=0, text=False)


def _table(name: str, **columns: list[object]) -> Step:
    def put(work: Work) -> None:
        pq.write_table(pa.table(columns), work.folder / "exports" / "study" / "v1" / f"{name}.parquet")

    return put


def _two_versions(work: Work) -> None:
    from toolkit.loop.export import export
    from toolkit.study import annotators

    exported(work)
    with work.study.database() as opened:
        annotators.register(opened, ["zoe@example.org"], round=None)
    export(work.study, replicates=0, redact=True, seed=4)


def _full(work: Work) -> None:
    import errno
    import os

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    work.patch.setattr("toolkit.export.writing.write.publish", full)


def _public_after_frozen(work: Work) -> None:
    """A version of long ago in the server's names, and a public one of today beside it."""
    from toolkit.loop.export import export

    shutil.copytree(FROZEN / "v1" / "study", work.folder)
    export(work.study, replicates=0, public=True)


GROUP = Group(
    90,
    "exporting",
    "Exporting, and reading exports",
    (
        Case("addresses-in-notes", "What people wrote holds an address.", f"export {QUICK}", (settled,)),
        Case("notes-without-text", "Notes are to be in an export without text.", f"export {QUICK} --no-text --notes",
             (several,)),
        Case("addresses-for-everybody", "Addresses are to be in a public export.",
             f"export {QUICK} --public --identities", (several,)),
        Case("less-private", "The folder holds exports with less in them.", f"export {QUICK}", (_private,)),
        Case("manifest-lost", "The newest version's manifest cannot be read.", f"export {QUICK}",
             (exported_rounds, gone("exports/study/v1/manifest.json"))),
        Case("of-another-study", "The folder holds exports of another study.", f"export {QUICK} --redact",
             (_of_another_study,)),
        Case("disk-full", "The disk is full.", f"export {QUICK}", (several, _full)),
        Case("to-an-address", "The export is to go to a bucket that is not of S3.", f"export {QUICK} --to gs://bucket/study",
             (several,)),
        Case("to-a-study", "The export is to go into a study.", f"export {QUICK} --to .", (several,)),
        Case("to-no-folder", "The folder's name is longer than any.", f"export {QUICK} --to {'x' * 300}", (several,),
             blur=(("x{300}", "xxx…"),)),
        Case("settings-name-no-folder", "study.yaml names no folder.", f"export {QUICK}",
             (several, file("study.yaml", "name: ..\nexports: exports\n"))),
        Case("which-target", "study.yaml names several exports.", f"export {QUICK}",
             (several, _targets(team="team", public="public"))),
        Case("no-such-target", "study.yaml does not name that export.", f"export pubic {QUICK}",
             (several, _targets(team="team", public="public"))),
        Case("no-targets", "study.yaml names no exports.", f"export public {QUICK}", (several,)),
        Case("target-and-folder", "You name an export and a folder.", f"export team {QUICK} --to elsewhere",
             (several, _targets(team="team", public="public"))),
        Case("target-said-otherwise", "study.yaml says what the export holds.", f"export team {QUICK} --notes",
             (several, _targets(team="team", public="public"))),
        Case("targets-shared", "Two exports go to one folder.", f"export team {QUICK}",
             (several, _targets(team="exports", public="exports/public"))),
        Case("diff-and-more", "You compare versions, and say what an export holds.", "export --diff v1 v2 --notes",
             (exported,)),
        Case("parquet-of-what", "The tables are Parquet already.", "export --format parquet", (several,)),
        Case("diff-of-what", "There is no such version.", "export --diff v1 v7", (exported,)),
        Case("diff-broken", "A table of a version cannot be read.", "export --diff v1 v2",
             (_two_versions, file("exports/study/v1/annotations.parquet", "nothing"))),
        Case("diff-manifest", "A manifest cannot be read.", "export --diff v1 v2",
             (_two_versions, file("exports/study/v1/manifest.json", "{"))),
        Case("diff-of-other-tables", "A table of a version is of something else.", "export --diff v1 v2",
             (_two_versions, _table("annotations", a=[1]))),
        Case("validate-nothing", "The folder holds no export.", "validate nothing", (empty, folder("nothing"))),
        Case("schema-of-nothing", "The folder holds no export.", "schema diff nothing", (empty, folder("nothing"))),
        Case("export-not-whole", "An export lacks a table, or holds one of something else.",
             f"agree exports/study {QUICK}",
             (exported, gone("exports/study/v1/sentences.parquet"), _table("answers", a=[1]))),
        Case("plan-not-whole", "The table of what was planned is of something else.", "report exports/study",
             (exported, _table("assignments", a=[1]))),
        Case("breaks-the-contract", "study.db holds what no table of the contract may.", f"export {QUICK}",
             (several, sql("UPDATE sentences SET paragraph = -1 WHERE sentence_id = 'a-1'"))),
        Case("diff-with-public", "A version from before the order of annotations was kept, and a public one.",
             "export --diff v1 v2", (_public_after_frozen,)),
    ),
)  # fmt: skip
