"""Pull from a file that is not what it seems: of another server, or with a fault at its very end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from toolkit.codebook.parse import parse
from toolkit.codebook.shipped import shipped_text
from toolkit.errors import BadInput
from toolkit.loop.add import add
from toolkit.loop.export import export
from toolkit.loop.init import init
from toolkit.loop.pull import pull
from toolkit.study import annotators, articles, rounds
from toolkit.study.folder import Study
from toolkit.study.rounds import Decision

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
    assert {row["annotation_id"]: row["seconds_spent"] for row in rows} == {
        "pilot-1": None, "pilot-2": None, "pilot-3": 7.5,
    }  # fmt: skip
