"""What happened to annotations, in the tables: saved again, by whom, deleted, brought back by an older file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest

from tests.codebook.samples import codebook
from tests.loop.one_round import one_round
from tests.loop.several_rounds import note, number, pull
from tests.loop.test_answers import ANA, BEN, LEAD, MENDED, choice, mark, raw
from toolkit.export.checking.validate import validate_export
from toolkit.export.reading.read import read_export
from toolkit.labelstudio.decode import read_annotation
from toolkit.loop.answers import annotations_of
from toolkit.loop.export import export
from toolkit.study import annotation_versions, annotators, rounds
from toolkit.study.annotation_versions import Seen, SeenItem
from toolkit.study.folder import Study

pq: Any = pyarrow.parquet

TEXT = "The army left the harbour."
OK = choice("gate", "ok")
MOMENT = "2026-03-01T{}:00.250000Z"


def saved(at: str, by: int = ANA) -> dict[str, Any]:
    return {"updated_at": MOMENT.format(at), "updated_by": by}


FIRST = raw(1, ANA, OK, choice("kind", "police"), choice("topics", "war"), mark("Cue", 0, 3, "The"), **saved("09:00"))
SECOND = raw(
    1, ANA, OK, choice("kind", "army"), choice("topics", "law", "war"), mark("Source", 4, 8, "army"),
    number("deaths", 3), note("I had misread it."), **saved("09:20"),
)  # fmt: skip
BY_LEAD = raw(1, ANA, OK, choice("kind", "army"), choice("topics", "cannot_tell"), **saved("09:40", LEAD))
UNTOUCHED = raw(
    2, BEN, OK, choice("kind", "army"), **{**saved("09:00", BEN), "updated_at": "2026-03-01T09:00:00.250031Z"}
)
SKIPPED = raw(3, BEN, was_cancelled=True, result=[], at="10:00", **saved("10:00", BEN))
THEN_CODED = raw(3, BEN, choice("gate", "broken"), at="10:00", **saved("10:05", BEN))
DELETED = raw(4, ANA, OK, choice("kind", "police"), at="11:00", **saved("11:00"))


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    people, others = {ANA: "ana@example.org", BEN: "ben@example.org"}, {LEAD: "lead@example.org"}
    made = one_round(tmp_path_factory.mktemp("history") / "study", TEXT, "Nobody saw it.", people=people, others=others)
    with made.database() as database:
        pull(database, "pilot", 1, "a-1", FIRST, UNTOUCHED)
        pull(database, "pilot", 2, "a-2", SKIPPED, DELETED)
        pull(database, "pilot", 1, "a-1", SECOND, UNTOUCHED)
        pull(database, "pilot", 1, "a-1", BY_LEAD, UNTOUCHED)
        pull(database, "pilot", 2, "a-2", THEN_CODED)
    return made


@pytest.fixture(scope="module")
def tables(study: Study, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    folder = export(study, to=tmp_path_factory.mktemp("out"), replicates=0, notes=True).folder
    assert validate_export(folder).faults == ()
    return {path.stem: list(map(in_its_study, pq.read_table(path).to_pylist())) for path in folder.glob("*.parquet")}


def in_its_study(row: dict[str, Any]) -> dict[str, Any]:
    """The row with what its annotation is called in the study: its name in tables begins with the study."""
    if row.get("annotation_id") is None:
        return row
    assert row["annotation_id"].startswith(f"{row['study_id']}-pilot-")
    return {**row, "annotation_id": row["annotation_id"].removeprefix(f"{row['study_id']}-")}


def pseudonyms(study: Study) -> dict[str, str]:
    with study.database() as database:
        return {name: annotators.pseudonym(database, f"{name}@example.org") for name in ("ana", "ben", "lead")}


def test_an_edit_is_an_edit_and_what_the_clock_adds_is_none(tables: dict[str, list[dict[str, Any]]]) -> None:
    of = {one["annotation_id"]: one for one in tables["annotations"]}
    assert {name: (one["edited"], one["n_versions"]) for name, one in of.items()} == {
        "pilot-1": (True, 3), "pilot-2": (False, 1), "pilot-3": (True, 2), "pilot-4": (False, 1),
    }  # fmt: skip
    assert of["pilot-2"]["updated_at"] > of["pilot-2"]["created_at"]


def test_saved_again_before_the_first_pull_is_an_edit_too(tmp_path: Path) -> None:
    (one,) = edited_between(tmp_path, raw(1, ANA, OK, **saved("09:05")))
    assert (one["edited"], one["n_versions"]) == (True, 1)


def edited_between(folder: Path, *raws: dict[str, Any]) -> list[dict[str, Any]]:
    made = one_round(folder / "study", TEXT, people={ANA: "ana@example.org"})
    with made.database() as database:
        for each in raws:
            pull(database, "pilot", 1, "a-1", each)
    rows: list[dict[str, Any]] = pq.read_table(export(made, replicates=0).paths["annotations"]).to_pylist()
    return rows


def test_every_version_says_when_it_was_seen_by_whom_it_was_saved_and_how_much_it_changed(
    study: Study, tables: dict[str, list[dict[str, Any]]]
) -> None:
    who = pseudonyms(study)
    assert [
        (one["annotation_id"], one["version"], one["changed_by"], one["n_changed"], one["skipped"], one["in_force"])
        for one in sorted(tables["annotation_versions"], key=lambda one: (one["annotation_id"], one["version"]))
    ] == [
        ("pilot-1", 1, who["ana"], 0, False, False),
        ("pilot-1", 2, who["ana"], 5, False, False),
        ("pilot-1", 3, who["lead"], 4, False, True),
        ("pilot-2", 1, who["ben"], 0, False, True),
        ("pilot-3", 1, who["ben"], 0, True, False),
        ("pilot-3", 2, who["ben"], 8, False, True),  # every question was skipped, and is not now
        ("pilot-4", 1, who["ana"], 0, False, True),
    ]
    assert all(one["first_seen_at"].year >= 2026 for one in tables["annotation_versions"])
    assert {one["annotation_id"] for one in tables["annotation_versions"] if one["deleted_at"]} == {"pilot-4"}


def test_changed_answers_say_from_what_to_what(study: Study, tables: dict[str, list[dict[str, Any]]]) -> None:
    who = pseudonyms(study)
    of = [one for one in tables["answer_changes"] if one["annotation_id"] == "pilot-1"]
    said = ("version_before", "version", "question", "status_before", "status", "value_before", "value")
    assert [tuple(one[name] for name in said) for one in of] == [
        (1, 2, "kind", "answered", "answered", "STATE/police", "STATE/army"),
        (1, 2, "topics", "answered", "answered", '["war"]', '["war", "law"]'),
        (1, 2, "words", "answered", "answered", '[["Cue", 0, 3]]', '[["Source", 4, 8]]'),
        (1, 2, "deaths", "unanswered", "answered", None, "3.0"),
        (1, 2, "note", "unanswered", "answered", None, None),
        (2, 3, "topics", "answered", "cannot_be_judged", '["war", "law"]', "cannot_tell"),
        (2, 3, "words", "answered", "answered", '[["Source", 4, 8]]', "[]"),
        (2, 3, "deaths", "answered", "unanswered", "3.0", None),
        (2, 3, "note", "answered", "unanswered", None, None),
    ]
    assert [one["text"] for one in of if one["question"] == "note"] == ["I had misread it.", None]
    assert {(one["version"], one["changed_by"]) for one in of} == {(2, who["ana"]), (3, who["lead"])}
    assert {one["changed_at"].strftime("%H:%M") for one in of} == {"09:20", "09:40"}
    assert all(one["annotator"] == who["ana"] for one in of)


def test_what_is_gone_from_the_server_stays_and_counts_for_nothing(
    study: Study, tables: dict[str, list[dict[str, Any]]], tmp_path: Path
) -> None:
    (gone,) = [one for one in tables["annotations"] if one["deleted_at"] is not None]
    assert (gone["annotation_id"], gone["excluded_because"]) == ("pilot-4", "deleted")
    (rejected,) = [one for one in tables["rejected"] if one["annotation_id"] == "pilot-4"]
    assert (rejected["because"], rejected["n_answers"]) == ("deleted", 4)  # no topic and no words are answers, too
    said = {one["question"]: one for one in tables["answers"] if one["annotation_id"] == "pilot-4"}
    assert (said["kind"]["code"], said["kind"]["in_agreement"]) == ("STATE/police", False)
    of_ana = next(one for one in tables["annotators"] if one["annotator"] == gone["annotator"])
    assert of_ana["n_annotations"] == 1
    places = [one for one in tables["assignments"] if one["sentence_id"] == "a-2"]
    assert [(one["status"], one["annotation_id"]) for one in places] == [("done", "pilot-3"), ("open", None)]
    folder = export(study, to=tmp_path / "out", replicates=0, notes=True).folder
    with study.database() as database:
        assert list(read_export(folder).rounds["pilot"].annotations) == list(annotations_of(database, "pilot"))


def test_an_older_version_from_a_file_is_no_change_of_what_is_in_force(tmp_path: Path) -> None:
    made = one_round(tmp_path / "study", TEXT, people={ANA: "ana@example.org"})
    with made.database() as database:
        pull(database, "pilot", 1, "a-1", SECOND)
        older = read_annotation(FIRST)
        seen = Seen(older.annotation_id, older.updated_at.isoformat(), older.user_id, FIRST)
        annotation_versions.store(database, "pilot", [SeenItem(1, "a-1", (seen,))], snapshot=False)
    result = export(made, replicates=0)
    versions, changes = (
        pq.read_table(result.paths[name]).to_pylist() for name in ("annotation_versions", "answer_changes")
    )
    assert [(one["version"], one["n_changed"], one["in_force"]) for one in versions] == [(1, 5, True), (2, 0, False)]
    assert {(one["version_before"], one["version"]) for one in changes} == {(2, 1)}


def test_a_codebook_that_was_mended_changes_no_answer(tmp_path: Path) -> None:
    made = one_round(tmp_path / "study", TEXT, people={ANA: "ana@example.org"})
    with made.database() as database:
        pull(database, "pilot", 1, "a-1", raw(1, ANA, OK, choice("kind", "army")))
        since = read_annotation(raw(9, ANA, at="09:10")).created_at
        rounds.change_codebook(database, "pilot", codebook(MENDED), document=MENDED, since=since)
        pull(database, "pilot", 1, "a-1", raw(1, ANA, OK, choice("kind", "army"), **saved("09:20")))
    result = export(made, replicates=0)
    assert pq.read_table(result.paths["answer_changes"]).num_rows == 0
    versions = pq.read_table(result.paths["annotation_versions"]).to_pylist()
    assert [(one["codebook_version"], one["n_changed"]) for one in versions] == [("1.0.0", 0), ("1.1.0", 0)]


def test_public_versions_are_by_the_day_under_names_made_with_the_key(study: Study, tmp_path: Path) -> None:
    result = export(study, to=tmp_path / "out", replicates=0, public=True)
    for name in ("annotation_versions", "answer_changes"):
        rows = pq.read_table(result.paths[name]).to_pylist()
        assert rows
        for one in rows:
            moments = [value for key, value in one.items() if key.endswith("_at") and value is not None]
            assert all((moment.hour, moment.minute) == (0, 0) for moment in moments)
            assert len(one["annotation_id"].rpartition("-")[2]) == 16
