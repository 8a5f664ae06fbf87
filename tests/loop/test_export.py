"""Export of a study whose codebook was mended while people were coding, and of answers to nothing it asks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest

from tests.codebook.samples import FULL, codebook
from tests.loop.test_answers import ANA, BEN, choice, pull, raw
from tests.study.small import numbered
from toolkit.codebook.diff import compare, keeps_answers
from toolkit.errors import BadInput
from toolkit.export.pages.manifest import read_manifest
from toolkit.loop.export import difference, export
from toolkit.loop.init import init
from toolkit.study import annotators, articles, rounds, sweeps
from toolkit.study.folder import Study
from toolkit.study.rounds import Decision
from toolkit.study.sweeps import Sweep

pq: Any = pyarrow.parquet

MENDED = (
    FULL.replace("version: 1.0.0", "version: 1.1.0")
    .replace(
        "- {code: broken,",
        "- {code: heading, title: Heading, definition: A heading., hotkey: h}\n      - {code: broken,",
        1,
    )
    .replace("How many deaths are named?\n    level: ratio", "How many?\n    level: ratio\n    agreement: false")
    + "  - {id: doubt, text: Any doubt?, level: nominal, required: false, categories: "
    "[{code: some, title: Some, definition: A little.}, {code: none, title: None, definition: Not any.}]}\n"
)


@pytest.fixture
def study(tmp_path: Path) -> Study:
    """A round of one article, coded by two on either side of a change of its codebook that keeps answers."""
    made = init(tmp_path / "study")
    with made.database() as database:
        articles.add(database, [numbered("a", 2)], splitter="by hand", splitter_version="1")
        rounds.create(database, "pilot", Decision(2), codebook(), document=FULL)
        rounds.set_project(database, "pilot", server_url="embedded", project_id=1)
        rounds.plan(database, "pilot", [("a-1", 2), ("a-2", 2)])
        annotators.register(database, ["ana@example.org", "ben@example.org"], round="pilot")
        annotators.learn_accounts(database, "embedded", {ANA: "ana@example.org", BEN: "ben@example.org"})
        assert keeps_answers(compare(codebook(), codebook(MENDED)))
        since = datetime(2026, 3, 1, 10, tzinfo=UTC)
        rounds.change_codebook(database, "pilot", codebook(MENDED), document=MENDED, since=since)
    return made


def exported(study: Study, *columns: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(export(study, replicates=0).paths["answers"]).to_pylist()
    return [{name: row[name] for name in columns} for row in rows]


def deaths(number: int) -> dict[str, Any]:
    return {"id": "x", "type": "number", "from_name": "deaths", "to_name": "sentence", "value": {"number": number}}


def test_answers_from_before_a_change_are_exported_as_they_were_checked(study: Study) -> None:
    """A category that came later, a question that came later, and one no longer in the agreement table."""
    with study.database() as database:
        early = raw(7, ANA, choice("gate", "heading"), deaths(3), at="09:00")
        late = raw(8, BEN, choice("gate", "heading"), choice("doubt", "some"), deaths(3), at="11:00")
        pull(database, "a-1", early, late)
    rows = exported(study, "annotation_id", "question", "level", "status", "code", "in_agreement")
    of = {(row.pop("annotation_id").partition("-")[2], row.pop("question")): row for row in rows}
    valid = {"level": "nominal", "status": "answered", "code": "heading", "in_agreement": True}
    assert of["pilot-7", "gate"] == of["pilot-8", "gate"] == valid
    assert of["pilot-7", "doubt"] == {"level": "nominal", "status": "unanswered", "code": None, "in_agreement": False}
    assert of["pilot-8", "doubt"]["code"] == "some"
    assert of["pilot-7", "deaths"]["status"] == "answered"
    assert [of[number, "deaths"]["in_agreement"] for number in ("pilot-7", "pilot-8")] == [False, False]


def test_an_answer_to_nothing_the_codebook_asks_does_not_stop_the_export(study: Study) -> None:
    with study.database() as database:
        pull(database, "a-1", raw(7, ANA, choice("gate", "ok"), choice("mood", "good"), at="11:00"))
    rows = exported(study, "question", "code")
    assert {"question": "gate", "code": "ok"} in rows
    assert sorted(row["question"] for row in rows) == sorted(codebook(MENDED).by_id)


@pytest.mark.parametrize("name", ["../../elsewhere", "..", ".", "a/b"])
def test_a_name_written_by_hand_does_not_lead_out_of_the_exports(study: Study, name: str) -> None:
    text = study.settings_file.read_text(encoding="utf-8")
    study.settings_file.write_text(text.replace("name: study", f"name: {name!r}"), encoding="utf-8")
    with pytest.raises(BadInput, match="name no folder"):
        export(study, replicates=0)
    assert list((study.folder / "exports").iterdir()) == []


def test_the_codebook_in_force_lies_beside_the_tables(study: Study) -> None:
    result = export(study, replicates=0)
    (path,) = result.codebooks
    assert path == study.folder / "exports" / "study" / "v1" / "codebook.yaml"
    assert path.read_text(encoding="utf-8") == MENDED


def test_the_codebook_the_lead_edits_is_never_written_over(study: Study) -> None:
    study.codebook_file.write_text("my edits", encoding="utf-8")
    with pytest.raises(BadInput, match="is the folder of a study"):
        export(study, to=study.folder, replicates=0)
    assert study.codebook_file.read_text(encoding="utf-8") == "my edits"
    assert not list(study.folder.glob("*.parquet"))


def test_a_pull_that_brings_nothing_makes_no_version_and_one_that_does_is_told_apart(study: Study) -> None:
    with study.database() as database:
        pull(database, "a-1", raw(7, ANA, choice("gate", "ok"), deaths(3), at="11:00"))
    assert export(study, replicates=0).version == 1
    later = datetime(2026, 3, 5, tzinfo=UTC)
    with study.database() as database:
        sweeps.finish(database, "pilot", Sweep(None, later, later + timedelta(minutes=1), later))
    again = export(study, replicates=20, seed=4)
    assert (again.version, again.changed) == (1, False)
    with study.database() as database:
        pull(database, "a-1", raw(7, ANA, choice("gate", "broken"), deaths(4), at="11:30"))
    after = export(study, replicates=0)
    assert (after.version, after.changed) == (2, True)
    assert read_manifest(after.folder / "manifest.json").rounds[0].watermark == later.isoformat()
    found = {one.question: one for one in difference(study, "v1", "v2").answers}
    changed = {name: [(e.sentence_id, e.before, e.after) for e in one.examples] for name, one in found.items()}
    assert changed["gate"] == [("a-1", "ok", "broken")]
    assert changed["deaths"] == [("a-1", "3", "4")]
    assert changed["kind"] == [("a-1", "unanswered", "not_shown")]  # asked of sentences that are ok


def test_two_exports_of_a_study_into_two_places_are_the_same_bytes(study: Study, tmp_path: Path) -> None:
    with study.database() as database:
        pull(
            database,
            "a-1",
            raw(7, ANA, choice("gate", "ok"), at="11:00"),
            raw(8, BEN, choice("gate", "ok"), at="11:01"),
        )
    places = [export(study, to=tmp_path / name, replicates=50).folder for name in ("one", "two")]
    one, two = ({path.name: path.read_bytes() for path in place.iterdir()} for place in places)
    assert one == two
    assert {"answers.parquet", "manifest.json", "README.md"} <= one.keys()
