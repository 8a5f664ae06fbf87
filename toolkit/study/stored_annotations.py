"""Annotations as they were pulled, read again: the newest version of each, or every version of one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from sqlite3 import Row
from typing import Any

from toolkit.study.annotation_versions import says_the_same
from toolkit.study.database import Database
from toolkit.study.soundness import check_digest, damaged


@dataclass(frozen=True, slots=True)
class Stored:
    """The newest version of an annotation, pulled at ``seen_at``."""

    annotation_id: int
    remote_id: int
    sentence_id: str | None
    n_versions: int
    gone_at: str | None
    """When a pull found that it is gone from the server; None where it is there."""
    seen_at: str
    raw: Mapping[str, Any]
    project: int = 1
    """Which of the round's projects it was pulled from, counted from 1."""
    planned: bool = True
    """Whether its sentence is one that the round has."""

    @property
    def gone(self) -> bool:
        """Whether it is gone from the server."""
        return self.gone_at is not None


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """One version of an annotation, as it was pulled at ``seen_at``; the number counts them in that order, from 1."""

    project: int
    annotation_id: int
    version: int
    seen_at: str
    in_force: bool
    raw: Mapping[str, Any]


def newest(database: Database, round: str, *, planned: bool | None = None) -> Iterator[Stored]:
    """Yield the newest version of every annotation of a round, gone ones included, by sentence and annotation number.

    Sentences come in reading order, whatever the round's is; those it does not have come last. ``planned`` says of
    which of the two; of both where None. Raise ``BadInput`` naming the first annotation that is not what was stored.
    """
    database.check()
    which = {None: "", True: " AND l.sequence IS NOT NULL", False: " AND l.sequence IS NULL"}[planned]
    # Sorted are the rows' numbers, without what was submitted, which is most of the file. That the rest comes in their
    # order is nothing SQL promises, so it is looked at.
    query = (
        "SELECT o.place, o.planned, a.annotation_id, a.remote_id, a.sentence_id, a.gone_at, a.project, a.digest, "
        "v.digest AS stored, v.raw, v.seen_at, (SELECT count(*) FROM annotation_versions n "
        "WHERE (n.round, n.project, n.annotation_id) = (a.round, a.project, a.annotation_id)) AS n "
        "FROM (SELECT row_number() OVER (ORDER BY l.sequence IS NULL, t.sequence, s.position, a.sentence_id, "
        "a.project, a.annotation_id) AS place, a.rowid AS number, l.sequence IS NOT NULL AS planned "
        "FROM annotations a LEFT JOIN ledger l ON l.round = a.round AND l.sentence_id = a.sentence_id "
        "LEFT JOIN sentences s ON s.sentence_id = l.sentence_id LEFT JOIN articles t USING (article_id) "
        f"WHERE a.round = ?{which}) o CROSS JOIN annotations a ON a.rowid = o.number "
        "LEFT JOIN annotation_versions v USING (round, project, annotation_id, version)"
    )
    for place, row in enumerate(database.rows(query, (round,)), start=1):
        if row["place"] != place:
            raise RuntimeError("this SQLite gives annotations in another order than they were put into")
        yield _stored(database, round, row)


def count(database: Database, round: str) -> int:
    """Return how many annotations of a round are on the server."""
    row = database.one("SELECT count(*) AS n FROM annotations WHERE round = ? AND gone_at IS NULL", (round,))
    return int(row["n"]) if row is not None else 0


def _stored(database: Database, round: str, row: Row) -> Stored:
    place = f"annotation {round}-{row['annotation_id']}"
    if row["digest"] != row["stored"]:
        raise damaged(database.path, f"{place} points at no version of it")
    check_digest(database.path, place, row["raw"], row["digest"])
    return Stored(
        row["annotation_id"], row["remote_id"], row["sentence_id"], row["n"], row["gone_at"], row["seen_at"],
        json.loads(row["raw"]), row["project"], bool(row["planned"]),
    )  # fmt: skip


def versions_of(database: Database, round: str, *, project: int, annotation_id: int) -> list[StoredVersion]:
    """Return every version of an annotation.

    What was told in two ways, by the server and by a file, is one version: the way it was told first. Raise
    ``BadInput`` naming the first that is not what was stored.
    """
    query = (
        "SELECT v.version, v.seen_at, v.raw, v.digest, a.version = v.version AS in_force "
        "FROM annotation_versions v JOIN annotations a USING (round, project, annotation_id) "
        "WHERE (round, project, annotation_id) = (?, ?, ?) ORDER BY v.version"
    )
    kept: list[StoredVersion] = []
    for row in database.rows(query, (round, project, annotation_id)):
        place = f"annotation {round}-{annotation_id}, version {row['version']}"
        check_digest(database.path, place, row["raw"], row["digest"])
        one = StoredVersion(
            project, annotation_id, len(kept) + 1, row["seen_at"], bool(row["in_force"]), json.loads(row["raw"])
        )
        at = next((at for at, each in enumerate(kept) if says_the_same(each.raw, one.raw)), None)
        if at is None:
            kept.append(one)
        elif one.in_force:
            kept[at] = replace(kept[at], in_force=True)
    return kept
