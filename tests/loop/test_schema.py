"""What a next export asks of readers: said beforehand, and by the number of the version."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.frozen.test_frozen import FROZEN, handed_out
from tests.loop.several_rounds import note, pull, several_rounds
from tests.loop.test_answers import ANA, choice, raw
from tests.terminal.printed import printed
from toolkit.codebook.parse import parse
from toolkit.errors import BadInput
from toolkit.export.pages.manifest import read_manifest
from toolkit.loop.export import export
from toolkit.loop.schema import schema_difference
from toolkit.study import rounds
from toolkit.study.folder import Study
from toolkit.study.rounds import Decision
from toolkit.terminal.schema import schema_text


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return several_rounds(tmp_path / "study")


def number(folder: Path) -> str | None:
    return read_manifest(folder / "manifest.json").semantic_version


def test_other_rows_are_a_patch_a_question_more_is_minor_one_less_is_major(study: Study) -> None:
    first = export(study, replicates=0)
    with study.database() as database:
        pull(database, "old", 90, None, raw(200, ANA, choice("gate", "ok"), note("Another.")))
    second = export(study, replicates=0)
    with study.database() as database:
        document = rounds.codebook_versions(database, "main")[-1].document
        more = document + (
            "  - id: urgency\n    text: How urgent?\n    level: nominal\n    categories:\n"
            "      - {code: now, title: Now, definition: Now.}\n"
            "      - {code: later, title: Later, definition: Later.}\n"
        )
        rounds.create(database, "urgent", Decision(1), parse(more, source="x"), document=more)
        rounds.set_project(database, "urgent", server_url="embedded", project_id=9)
        rounds.plan(database, "urgent", [("a-1", 1)])
    third = export(study, replicates=0)
    with study.database() as database, database.transaction() as connection:
        connection.execute("INSERT INTO round_endings VALUES ('urgent', 'discarded', '2026-03-01')")
    fourth = export(study, replicates=0)
    assert [number(each.folder) for each in (first, second, third, fourth)] == ["1.0.0", "1.0.1", "1.1.0", "2.0.0"]
    package = json.loads((fourth.folder / "datapackage.json").read_bytes())
    assert package["version"] == json.loads((fourth.folder / "croissant.json").read_bytes())["version"] == "2.0.0"
    gone = schema_difference(third.folder, fourth.folder)
    assert gone.level == "major"
    assert {(one.table, one.column, one.what) for one in gone.changes} >= {("wide", "urgency_majority", "is gone")}
    assert schema_difference(first.folder, second.folder).changes == ()
    assert "Nothing changed for readers." in printed(schema_text(schema_difference(first.folder, second.folder)))


@pytest.mark.parametrize("frozen", FROZEN, ids=lambda path: path.name)
def test_what_this_program_asks_of_readers_of_an_export_of_before(frozen: Path, tmp_path: Path) -> None:
    found = schema_difference(handed_out(frozen))
    assert found.level == "major"
    said = {(one.table, one.column): (one.what, one.level) for one in found.changes}
    assert said["sentences", "end"] == ("is called end_offset", "major")
    assert said["answers", "migrated_from"] == ("is new (list<string>)", "minor")
    assert said["wide", "loaded_applies"] == ("is new (double)", "minor")
    text = printed(schema_text(found))
    assert text.index("is called end_offset") < text.index("answer_changes")
    assert "has to be looked at" in text
    study = Study(Path(shutil.copytree(frozen / "study", tmp_path / "study")))
    assert number(export(study, replicates=0).folder) == "2.0.0"


def test_a_folder_without_tables_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="holds no export that can be read"):
        schema_difference(tmp_path)
