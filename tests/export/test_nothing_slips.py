"""No run of five words of an article, or of what anybody wrote, is in any file of an export that withholds them.

The study says its articles' words wherever words can be said: titles, examples and comments of the codebook, notes,
marks that do not fit, categories and names that nobody was offered, sentences nobody has, adjudicators' suggestions.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest

from tests.codebook.samples import FULL, codebook
from tests.loop.several_rounds import note, pull
from tests.loop.test_answers import ANA, BEN, choice, mark, raw
from tests.study.small import article
from toolkit.errors import UsageError
from toolkit.export.checking.validate import validate_export
from toolkit.export.pages.manifest import read_manifest
from toolkit.labelstudio.encode import decision
from toolkit.loop.adjudication.queue import queue_of
from toolkit.loop.answers import annotations_of
from toolkit.loop.export import export
from toolkit.loop.init import init
from toolkit.study import adjudications, annotators, articles, rounds
from toolkit.study.adjudications import AdjudicationDesign
from toolkit.study.folder import Study
from toolkit.study.rounds import Decision

pq: Any = pyarrow.parquet

MOVED = "The northern ministry quietly moved its whole archive before the inspectors arrived."
DENIED = "Nobody at the harbour office would confirm which of the crates had gone missing."
TITLE = "How an archive left the northern ministry overnight"
NOTE = "I could not tell whether the harbour office speaks for itself or for the port."
SUGGESTION = "say that an office that would not confirm anything is a source all the same"
URL = "https://example.org/2026/how-an-archive-left-the-northern-ministry-overnight.html"
WORDS = (MOVED, DENIED, TITLE, NOTE, SUGGESTION)
PEOPLE = {ANA: "ana@example.org", BEN: "ben@example.org", 21: "mia@example.org"}
QUOTING = FULL.replace(
    "definition: One whole sentence.",
    f"definition: One whole sentence., examples: ['{MOVED}'], counter_examples: ['{DENIED}']",
).replace("questions:\n", f"questions:  # as in: {MOVED}\n")


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    made = init(tmp_path_factory.mktemp("slips") / "study")
    made.codebook_file.write_text(QUOTING, encoding="utf-8")
    book = codebook(QUOTING)
    frozen, cut = article("a", MOVED, DENIED)
    with made.database() as database:
        articles.add(
            database,
            [(replace(frozen, title=TITLE, url=URL, outlet=f"Daily: {TITLE}", author="Ana"), cut)],
            splitter="by hand",
            splitter_version="1",
        )
        annotators.register(database, ["ana@example.org", "ben@example.org"], round=None)
        annotators.learn_accounts(database, "embedded", PEOPLE)
        rounds.create(database, "pilot", Decision(2), book, document=QUOTING)
        rounds.set_project(database, "pilot", server_url="embedded", project_id=1)
        rounds.plan(database, "pilot", [(one.sentence_id, 2) for one in cut])
        ok = choice("gate", "ok")
        first = [
            raw(1, ANA, ok, choice("kind", "army"), mark("Cue", 3, 20, MOVED), note(NOTE)),
            raw(2, BEN, ok, choice("kind", MOVED), mark(MOVED, 0, 3, "The"), choice(MOVED, "x"), note(DENIED)),
        ]
        pull(database, "pilot", 1, "a-1", raw(1, ANA, ok, note(DENIED)), *first[1:])
        pull(database, "pilot", 1, "a-1", *first)
        pull(
            database,
            "pilot",
            2,
            "a-2",
            raw(3, ANA, ok, choice("kind", "army"), mark("Cue", 0, 6, "Nobody")),
            raw(4, BEN, choice("gate", "broken")),
        )
        pull(database, "pilot", 3, DENIED, raw(5, ANA, ok))
        pull(database, "pilot", 4, None, raw(6, ANA, ok))
        design = AdjudicationDesign(questions=("gate", "kind"))
        name = adjudications.create(database, "pilot", design, book, document=QUOTING)
        rounds.set_project(database, name, server_url="embedded", project_id=2)
        annotators.register(database, ["mia@example.org"], round=name)
        coded = [one for one in annotations_of(database, "pilot") if one.sentence_id == "a-2"]
        queue = queue_of({"a-2": coded}, book, design, key=b"key", purpose="p")
        adjudications.queue(database, name, queue.asked, queue.agreed)
        parts = decision(
            book, {"gate": "ok", "kind": "army"}, None, sentence=DENIED, reason="slip", suggestion=SUGGESTION
        )
        pull(database, name, 2, "a-2", raw(7, 21, *parts))
    return made


def runs(text: str) -> Iterator[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return zip(*(words[place:] for place in range(5)), strict=False)


def said(value: object) -> Iterator[str]:
    """Every text in a value, however deep; text that is itself JSON as what it says."""
    if isinstance(value, dict):
        for key, held in value.items():
            yield from (*said(key), *said(held))
    elif isinstance(value, list):
        for held in value:
            yield from said(held)
    elif isinstance(value, bytes):
        yield value.decode("utf-8", "replace")
    elif isinstance(value, str):
        yield value
        if value[:1] in "[{":
            yield from said(json.loads(value))


def texts(file: Path) -> Iterator[str]:
    if file.suffix == ".parquet":
        table = pq.read_table(file)
        yield from said(dict(table.schema.metadata))
        for field in table.schema:
            yield from said([field.name, dict(field.metadata or {}), table[field.name].to_pylist()])
    elif file.suffix == ".json":
        yield from said(json.loads(file.read_bytes()))
    else:
        yield file.read_text(encoding="utf-8")


def found(folder: Path, *withheld: str) -> dict[str, set[tuple[str, ...]]]:
    """The runs of words of what is withheld that each file has."""
    of_theirs = {run for text in withheld for run in runs(text)}
    files = {path.name: {run for text in texts(path) for run in runs(text)} & of_theirs for path in folder.iterdir()}
    return {name: slipped for name, slipped in files.items() if slipped}


def test_what_is_looked_for_is_found_where_it_is_not_withheld(study: Study, tmp_path: Path) -> None:
    full = export(study, to=tmp_path / "full", replicates=0, notes=True).folder
    assert found(full, *WORDS).keys() == {
        "adjudications.parquet", "annotations.parquet", "answer_changes.parquet", "answers.parquet", "articles.parquet",
        "codebook.yaml", "rejected.parquet", "sentences.parquet", "wide.parquet",
    }  # fmt: skip
    answers = pq.read_table(full / "answers.parquet").to_pylist()
    assert {NOTE, DENIED} <= {one["text"] for one in answers}
    assert any(MOVED in (one["rejected_because"] or "") for one in answers)


def test_without_text_nobodys_words_are_in_any_file(study: Study, tmp_path: Path) -> None:
    bare = export(study, to=tmp_path / "bare", replicates=0, text=False).folder
    assert found(bare, *WORDS) == {}
    assert validate_export(bare).faults == ()
    withheld = read_manifest(bare / "manifest.json").withheld
    assert withheld == {
        "adjudications.suggestion": 2, "annotations.named_sentence": 1, "annotations.not_asked": 1,
        "answer_changes.text": 1, "answer_changes.text_before": 1, "answers.rejected_because": 3, "answers.text": 2,
        "articles.outlet": 1, "articles.text": 1, "articles.title": 1, "articles.url": 1, "rejected.detail": 4,
        "sentences.text": 2, "spans.text": 1, "wide.outlet": 2,
    }  # fmt: skip
    card = (bare / "README.md").read_text(encoding="utf-8")
    assert "What people wrote is withheld." in card
    assert "looked through" not in card
    assert pq.read_table(bare / "articles.parquet")["author"].to_pylist() == ["Ana"]
    assert pq.read_table(bare / "annotations.parquet")["not_asked"].to_pylist().count([None]) == 1


def test_notes_are_a_choice_of_their_own(study: Study, tmp_path: Path) -> None:
    plain = export(study, to=tmp_path / "plain", replicates=0).folder
    assert found(plain, NOTE) == {}
    assert "2 free-text answers are withheld" in (plain / "README.md").read_text(encoding="utf-8")
    with pytest.raises(UsageError, match="may quote articles"):
        export(study, to=tmp_path / "both", replicates=0, text=False, notes=True)
    assert not (tmp_path / "both").exists()


def test_the_codebook_of_an_export_without_text_asks_the_same(study: Study, tmp_path: Path) -> None:
    bare = export(study, to=tmp_path / "bare", replicates=0, text=False).folder
    book = codebook((bare / "codebook.yaml").read_text(encoding="utf-8"))
    assert book == codebook(FULL)


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        ({"text": False}, {}, "without texts, and"),
        ({}, {"notes": True}, "without notes, and"),
        ({}, {"identities": True, "attributes": True}, "without e-mail addresses and attributes of annotators, and"),
    ],
)
def test_a_folder_holds_no_more_than_it_did(
    study: Study, tmp_path: Path, before: dict[str, Any], now: dict[str, Any], words: str
) -> None:
    first = export(study, to=tmp_path, replicates=0, **before)
    there = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(UsageError, match=words):
        export(study, to=tmp_path, replicates=0, **now)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == there
    assert not export(study, to=tmp_path, replicates=0, **before).changed
    assert export(study, to=tmp_path, replicates=0, text=False).version == (1 if before == {"text": False} else 2)
    assert first.version == 1


@pytest.mark.parametrize("said", ["edited", "{}", '{"options": []}'])
def test_a_manifest_nobody_can_read_releases_from_no_promise(study: Study, tmp_path: Path, said: str) -> None:
    first = export(study, to=tmp_path, replicates=0, text=False).folder
    (first / "manifest.json").write_text(said, encoding="utf-8")
    less: list[dict[str, Any]] = [{}, {"text": False}]
    for asked in less:
        with pytest.raises(UsageError, match="nobody can tell what this folder is not to hold"):
            export(study, to=tmp_path, replicates=0, **asked)
    assert not (tmp_path / "v2").exists()


def test_a_version_without_a_manifest_may_have_promised_anything(study: Study, tmp_path: Path) -> None:
    bare = export(study, to=tmp_path / "out", replicates=0, text=False).folder
    (bare / "manifest.json").unlink()
    with pytest.raises(UsageError, match="cannot be read"):
        export(study, to=tmp_path / "out", replicates=0)
    assert [path.name for path in (tmp_path / "out").iterdir() if path.is_dir()] == ["v1"]


def test_a_manifest_of_a_later_version_keeps_its_promise(study: Study, tmp_path: Path) -> None:
    manifest = export(study, to=tmp_path, replicates=0, text=False).folder / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_bytes()), "more": 1}), encoding="utf-8")
    with pytest.raises(UsageError, match="without texts"):
        export(study, to=tmp_path, replicates=0)


def test_what_was_replaced_stays_replaced(study: Study, tmp_path: Path) -> None:
    export(study, to=tmp_path, replicates=0, redact=True)
    with pytest.raises(UsageError, match="without what says who somebody is"):
        export(study, to=tmp_path, replicates=0)
