"""Everything in ``study.db`` that can be compared with something, compared: what ``doctor --deep`` looks at."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from toolkit.errors import BadInput
from toolkit.study.database import Database


@dataclass(frozen=True, slots=True)
class Examined:
    """One part of the database: what it is, how much was looked at, and every fault, by place and never by content."""

    name: str
    looked_at: str
    faults: tuple[str, ...]


def examine(database: Database) -> Iterator[Examined]:
    """Yield structure, texts and answers, each as looked at; a part that cannot be read to its end is a fault of it."""
    yield Examined("structure", "tables, indexes, references", tuple(database.structure()))
    yield _examined(database, "articles", "texts of articles", _articles)
    yield _examined(database, "sentences", "sentences", _sentences)
    yield _examined(database, "versions", "versions of annotations", _versions)
    yield _examined(database, "annotations", "annotations", _pointers)


def _examined(database: Database, name: str, noun: str, look: Callable[[Database], Iterator[str | None]]) -> Examined:
    n, faults = 0, []
    try:
        for fault in look(database):
            n += 1
            if fault is not None:
                faults.append(fault)
    except BadInput as stopped:
        faults.append(stopped.what)
    return Examined(name, f"{n:,} {noun}", tuple(faults))


def _articles(database: Database) -> Iterator[str | None]:
    for row in database.rows("SELECT article_id, text, sha256 FROM articles ORDER BY sequence"):
        yield None if _digest(row["text"]) == row["sha256"] else f"the text of article {row['article_id']} has changed"


def _sentences(database: Database) -> Iterator[str | None]:
    query = (
        "SELECT s.sentence_id, s.text = substr(a.text, s.start + 1, s.stop - s.start) AS same "
        "FROM sentences s LEFT JOIN articles a USING (article_id) ORDER BY s.sentence_id"
    )
    for row in database.rows(query):
        yield None if row["same"] else f"sentence {row['sentence_id']} is not what stands in its article"


def _versions(database: Database) -> Iterator[str | None]:
    query = "SELECT round, annotation_id, version, raw, digest FROM annotation_versions"
    for row in database.rows(query):
        same = _digest(row["raw"]) == row["digest"]
        place = f"version {row['version']} of annotation {row['round']}-{row['annotation_id']}"
        yield None if same else f"{place} has changed"


def _pointers(database: Database) -> Iterator[str | None]:
    query = (
        "SELECT a.round, a.annotation_id, a.version, v.digest = a.digest AS same FROM annotations a "
        "LEFT JOIN annotation_versions v USING (round, project, annotation_id, version)"
    )
    for row in database.rows(query):
        place = f"annotation {row['round']}-{row['annotation_id']}"
        if row["same"] is None:
            yield f"{place} has no version {row['version']}"
        else:
            yield None if row["same"] else f"{place} and its version {row['version']} differ"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
