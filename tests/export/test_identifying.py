"""What says who somebody is, in what people wrote: found, named by its place only, and replaced where asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest

from tests.loop.several_rounds import note, pull, several_rounds
from tests.loop.test_answers import ANA, BEN, choice, raw
from toolkit.errors import BadInput
from toolkit.export.checking.validate import validate_export
from toolkit.export.content.identifying import ADDRESS, NAME, NUMBER, Identifying
from toolkit.export.pages.manifest import read_manifest
from toolkit.loop.export import export
from toolkit.study.folder import Study

pq: Any = pyarrow.parquet

ADDRESSES = ["anna.keller@example.org", "ben@example.org", "press@example.org", "li@example.org", "m.schmidt@uni.de"]
FOUND = Identifying([*ADDRESSES, "studi07@uni.de", "akowalski@uni.pl", "käthe.müller@uni.de"])


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("ask anna.keller@example.org", [ADDRESS]),
        ("ask somebody.else@sub.example.co.uk about it", [ADDRESS]),
        ("someone@localhost, someone@example.…, someone @ example.org, o'neil@uni.ie, some%one@uni.ie", [ADDRESS] * 5),
        ("someone [at] example.org or someone(at)example.org", [ADDRESS, ADDRESS]),
        ("someone＠example．org and someone@exa\u200bmple.org", [ADDRESS, ADDRESS]),
        ("meet @ noon, at noon, look at example.org", []),
        ("Anna Keller and ANNA_KELLER and anna-keller, annakeller", [NAME] * 4),
        ("Anna said that Keller did; anna did not, nor did a keller", [NAME, NAME]),
        ("Ben told me; ben did not, nor did Benjamin; BEN did, @ben too", [NAME, NAME, NAME]),
        ("m.schmidt, M Schmidt, Schmidt; studi07 and Studi 07; AKowalski", [NAME] * 5),
        ("Ka\u0308the Mu\u0308ller, Käthe\u00a0Müller, Mül\u00adler", [NAME, NAME, NAME]),
        ("The press said so. Press is a noun. Li is short.", []),
        ("+49 30 1234567, (030) 12 34 56 78, 0170/1234567, 030-1234567", [NUMBER] * 4),
        ("+1 (555) 123-4567 or +491701234567", [NUMBER, NUMBER]),
        ("Tel.0301234567; phone,0301234567; 612 345 678; 12345678; 1234-5678", [NUMBER] * 5),
        ("030 1234567 / 030 7654321", [NUMBER]),
        ("+49–30–1234567, 030\u00a01234567, 030\n1234567, 0301234567x, ０３０１２３４５６７", [NUMBER] * 5),
        ("on 2026-03-01, 01.03.2026, 20260301, 1999-2001 and 2019/2020", []),
        ("1 234 567 people, 12.345.678 euros, 2,500,000 crates", []),
        ("resolution 1701 (2006), paragraph 12, span 3–20", []),
        (r"unknown category 'tell\nAnna'; unknown category 'call\n0301234567'", [NAME, NUMBER]),
    ],
)
def test_what_is_found(text: str, what: list[str]) -> None:
    assert [found for _, _, found in FOUND(text)] == what
    assert (FOUND.replaced(text) == text) is (not what)
    assert list(FOUND(FOUND.replaced(text))) == []


@pytest.mark.parametrize("text", ["a" * 1_000_000, " 1-" * 300_000, "1" * 1_000_000, "a@" * 300_000, ". " * 300_000])
def test_a_note_of_any_length_is_looked_through_once(text: str) -> None:
    steps = len(list(FOUND(text)))
    assert steps <= len(text)  # it ends: looked through again from every character it would not for hours


@pytest.fixture
def study(tmp_path: Path) -> Study:
    made = several_rounds(tmp_path / "study")
    with made.database() as database:
        said = [
            raw(9001, ANA, choice("gate", "ok"), note("Ana here: call +49 30 1234567")),
            raw(9002, BEN, choice("gate", "ben@example.org"), choice("mail cem@example.org", "x")),
        ]
        pull(database, "main", 900, "b-1", *said)
    return made


def test_an_export_names_the_places_and_is_not_written(study: Study, tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refused:
        export(study, to=tmp_path / "out", replicates=0, notes=True)
    said = str(refused.value)
    assert "6 places in what people wrote" in said
    places = [str(fault) for fault in refused.value.faults]
    assert (
        sum("answers.parquet" in place and "column text: holds a name of an account" in place for place in places) == 1
    )
    assert sum("column text: holds what may be a telephone number" in place for place in places) == 1
    assert sum("column rejected_because: holds an e-mail address" in place for place in places) == 1
    assert sum("annotations.parquet" in place and "column not_asked" in place for place in places) == 1
    assert sum("rejected.parquet" in place and "column detail" in place for place in places) == 2
    for words in ("example.org", "Ana", "1234567"):
        assert words not in said
    assert not (tmp_path / "out").exists()


def test_they_are_replaced_where_asked(study: Study, tmp_path: Path) -> None:
    done = export(study, to=tmp_path / "out", replicates=0, notes=True, redact=True)
    assert "[name] here: call [telephone number]" in pq.read_table(done.paths["answers"])["text"].to_pylist()
    assert ["mail [e-mail address]"] in pq.read_table(done.paths["annotations"])["not_asked"].to_pylist()
    manifest = read_manifest(done.folder / "manifest.json")
    assert manifest.redacted == {
        "annotations.not_asked": 1, "answers.text": 2, "answers.rejected_because": 1, "rejected.detail": 2,
    }  # fmt: skip
    assert "6 places replaced" in (done.folder / "README.md").read_text(encoding="utf-8")
    assert validate_export(done.folder).faults == ()
    again = export(study, to=tmp_path / "out", replicates=0, notes=True, redact=True)
    assert not again.changed


def test_they_stand_as_they_are_where_addresses_were_asked_for(study: Study, tmp_path: Path) -> None:
    done = export(study, to=tmp_path / "out", replicates=0, notes=True, identities=True)
    assert "Ana here: call +49 30 1234567" in pq.read_table(done.paths["answers"])["text"].to_pylist()
    assert "looked through" not in (done.folder / "README.md").read_text(encoding="utf-8")


def test_what_is_withheld_says_nothing(study: Study, tmp_path: Path) -> None:
    done = export(study, to=tmp_path / "out", replicates=0, text=False)
    assert validate_export(done.folder).faults == ()
