"""Pull from a file that is not what it seems: of another server, or with a fault at its very end."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.terminal.printed import words
from toolkit.codebook.parse import parse
from toolkit.codebook.shipped import shipped_text
from toolkit.errors import BadInput
from toolkit.export.pages.manifest import read_manifest
from toolkit.loop.add import add
from toolkit.loop.export import export
from toolkit.loop.init import init
from toolkit.loop.pull import pull
from toolkit.loop.status import status
from toolkit.study import annotators, articles, rounds, sweeps
from toolkit.study.folder import Study
from toolkit.study.rounds import Decision
from toolkit.study.sweeps import Sweep
from toolkit.terminal.status import status_text

ANA = 2


@pytest.fixture
def study(tmp_path: Path) -> Study:
    made = init(tmp_path / "study")
    (tmp_path / "one.txt").write_text("The minister resigned.", encoding="utf-8")
    add(made, [str(tmp_path / "one.txt")])
    text = shipped_text("source-framing")
    with made.database() as database:
        rounds.create(database, "pilot", Decision(1), parse(text, source="x"), document=text)
        rounds.set_project(database, "pilot", server_url="embedded", project_id=1)
        (sentence,) = articles.sentences(database)
        rounds.plan(database, "pilot", [(sentence.sentence_id, 1)])
        annotators.learn_accounts(database, "embedded", {ANA: "ana@example.org"})
    return made


def of_the_round(study: Study) -> str:
    """The id of the one sentence the round has: a file without it would be of another project."""
    with study.database() as database:
        (entry,) = rounds.ledger(database, "pilot")
    return entry.sentence_id


def item(number: int, annotation: int, **more: Any) -> dict[str, Any]:
    raw = {"id": annotation, "result": [], "created_at": "2026-01-01T00:00:00Z", "completed_by": ANA, **more}
    return {"id": number, "data": {"sentence_id": more.get("sentence_id", f"s{number}")}, "annotations": [raw]}


def saved(folder: Path, items: list[dict[str, Any]]) -> Path:
    file = folder / "export.json"
    file.write_text(json.dumps(items), encoding="utf-8")
    return file


def test_a_file_does_not_rename_the_accounts_the_server_told_of(study: Study, tmp_path: Path) -> None:
    mallory = {"id": ANA, "email": "mallory@example.org"}
    of_another = item(1, 1, completed_by=mallory, sentence_id=of_the_round(study))
    newcomer = item(2, 2, completed_by={"id": 7, "email": "New@example.org"})
    pull(study, from_file=saved(tmp_path, [of_another, newcomer]))
    with study.database() as database:
        assert annotators.accounts(database, "embedded") == {ANA: "ana@example.org", 7: "new@example.org"}


def test_a_file_with_a_fault_at_its_end_changes_nothing(study: Study, tmp_path: Path) -> None:
    items = [item(number, number) for number in range(1, 1500)]
    twice = item(1500, 1, sentence_id=of_the_round(study))
    with pytest.raises(BadInput, match="one sentence only"):
        pull(study, from_file=saved(tmp_path, [*items, twice]))
    with study.database() as database:
        assert database.one("SELECT 1 FROM annotations") is None
        assert database.one("SELECT 1 FROM annotation_versions") is None


def test_an_impossible_time_is_named_and_blocks_no_export(study: Study, tmp_path: Path) -> None:
    sentence = of_the_round(study)
    whole = item(1, 1, lead_time=-5, sentence_id=sentence)
    whole["annotations"] += [{**whole["annotations"][0], "id": 2, "lead_time": 1e300}]
    whole["annotations"] += [{**whole["annotations"][0], "id": 3, "lead_time": 7.5}]
    (report,) = pull(study, from_file=saved(tmp_path, [whole]))
    assert report.impossible_seconds == ["pilot-1: -5 s", "pilot-2: 1e+300 s"]
    rows = pq.read_table(export(study, replicates=0).paths["annotations"]).to_pylist()
    assert {row["annotation_id"].partition("-")[2]: row["seconds_spent"] for row in rows} == {
        "pilot-1": None, "pilot-2": None, "pilot-3": 7.5,
    }  # fmt: skip


def test_a_file_says_up_to_when_it_is_and_that_it_is_a_file(study: Study, tmp_path: Path) -> None:
    sentence = of_the_round(study)
    whole = item(1, 1, updated_at="2026-03-01T09:40:00.5Z", sentence_id=sentence)
    whole["annotations"] += [{**whole["annotations"][0], "id": 2, "updated_at": "2026-02-01T10:00:00+01:00"}]
    pull(study, from_file=saved(tmp_path, [whole]))
    made = export(study, replicates=0)
    (state,) = read_manifest(made.folder / "manifest.json").rounds
    assert (state.watermark, state.read_from) == ("2026-03-01T09:40:00.500000+00:00", "file")
    assert json.loads((made.folder / "croissant.json").read_text())["datePublished"] == "2026-03-01"
    assert "2026-03-01T09:40:00.500000+00:00, the newest of a file" in (made.folder / "README.md").read_text()
    (progress,) = status(study).rounds
    assert progress.pulled_at is not None
    assert (progress.read_up_to, progress.read_from) == ("2026-03-01T09:40:00.500000+00:00", "file")
    assert "from a file whose newest annotation is of 2026-03-01" in words(status_text(status(study)))
    public = export(study, to=tmp_path / "public", replicates=0, public=True)
    assert read_manifest(public.folder / "manifest.json").rounds[0].watermark == "2026-03-01"


def test_what_the_server_said_later_than_any_file_is_the_servers_word(study: Study, tmp_path: Path) -> None:
    moment = datetime(2026, 3, 1, 10, tzinfo=UTC)
    with study.database() as database:
        sweeps.finish(database, "pilot", Sweep(None, moment, moment, moment))
    pull(study, from_file=saved(tmp_path, [item(1, 1, sentence_id=of_the_round(study))]))
    with study.database() as database:
        assert rounds.get(database, "pilot").up_to == (rounds.get(database, "pilot").watermark, "server")
    newer = item(1, 2, updated_at="2026-03-01T11:00:00Z", sentence_id=of_the_round(study))
    pull(study, from_file=saved(tmp_path, [newer]))
    with study.database() as database:
        current = rounds.get(database, "pilot")
        assert current.up_to == (datetime(2026, 3, 1, 11, tzinfo=UTC), "file")
        assert current.watermark == moment - timedelta(minutes=1)  # and a pull goes on from there
