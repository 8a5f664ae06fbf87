"""What leaves a study in an export, and what never does."""

from __future__ import annotations

import base64
import io
import zlib
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest

from tests.loop.several_rounds import PEOPLE, several_rounds
from toolkit.loop.export import export
from toolkit.study import annotators
from toolkit.study.folder import Study

pytestmark = pytest.mark.slow

pq: Any = pyarrow.parquet


def said(folder: Path) -> str:
    """Everything in the files of a folder, as text: tables cell by cell, with their metadata."""
    parts = []
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".parquet":
            table = pq.read_table(path)
            parts += [str(table.schema.to_string(show_field_metadata=True)), str(table.schema.metadata)]
            parts += [str(row) for row in table.to_pylist()]
        elif path.is_file():
            parts.append(path.read_text(encoding="utf-8"))
    return "\n".join(parts)


def key_of(study: Study) -> str:
    with study.database() as database:
        return database.meta("key")


def test_the_key_never_leaves_whatever_is_asked_for(tmp_path: Path) -> None:
    study = several_rounds(tmp_path / "study")
    key = key_of(study)
    asked: list[dict[str, Any]] = [{}, {"identities": True}, {"text": False}, {"dawid_skene": True}]
    for number, options in enumerate(asked):
        export(study, to=tmp_path / "out" / str(number), replicates=0, **options)
    text = said(tmp_path / "out")
    assert "annotator-" in text
    raw = bytes.fromhex(key)
    for form in (key, key.upper(), base64.b64encode(raw).decode(), raw.hex(" ")):
        assert form not in text
    for path in (tmp_path / "out").rglob("*.parquet"):
        assert raw not in path.read_bytes()
        assert key.encode() not in path.read_bytes()


def test_the_search_would_find_a_key(tmp_path: Path) -> None:
    pq.write_table(pyarrow.table({"n": ["abc123"]}), tmp_path / "t.parquet")
    assert "abc123" in said(tmp_path)
    assert b"abc123" not in zlib.compress(io.BytesIO(b"abc123" * 9).getvalue())  # why cells are read, not bytes


def test_nobody_is_named_unless_asked_for(tmp_path: Path) -> None:
    study = several_rounds(tmp_path / "study")
    export(study, to=tmp_path / "out", replicates=0)
    text = said(tmp_path / "out").casefold()
    assert "@example.org" not in text
    for email in PEOPLE.values():
        assert email.partition("@")[0] + "@" not in text
    export(study, to=tmp_path / "asked", replicates=0, identities=True)
    assert all(email in said(tmp_path / "asked") for email in PEOPLE.values())


def test_the_same_person_has_one_pseudonym_in_a_study_and_another_in_the_next(tmp_path: Path) -> None:
    first, second = (several_rounds(tmp_path / name) for name in ("one", "two"))
    assert key_of(first) != key_of(second)
    names = []
    for study in (first, second):
        with study.database() as database:
            names.append({email: annotators.pseudonym(database, email) for email in PEOPLE.values()})
    assert len({*names[0].values(), *names[1].values()}) == 2 * len(PEOPLE)
    exported = [export(study, to=tmp_path / f"out-{study.folder.name}", replicates=0) for study in (first, second)]
    people = [set(pq.read_table(one.paths["annotators"])["annotator"].to_pylist()) for one in exported]
    assert people[0] == set(names[0].values())
    assert people[1] == set(names[1].values())
    rounds = pq.read_table(exported[0].paths["annotations"]).select(["round", "annotator"]).to_pylist()
    by_round: dict[str, set[str]] = {}
    for row in rounds:
        by_round.setdefault(row["round"], set()).add(row["annotator"])
    assert by_round["old"] & by_round["main"]  # the same people in both rounds


def test_an_address_is_one_person_however_it_is_spelt(tmp_path: Path) -> None:
    with several_rounds(tmp_path / "study").database() as database:
        names = {annotators.pseudonym(database, email) for email in ("Ana@Example.org", "ana@example.org")}
    assert len(names) == 1
