"""Annotations as they were pulled, read again: the newest version of each, and every version of those with several."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from toolkit.study.annotation_versions import says_the_same
from toolkit.study.database import Database
from toolkit.study.soundness import check_digest, damaged


@dataclass(frozen=True, slots=True)
class Stored:
    """The newest version of an annotation."""

    annotation_id: int
    remote_id: int
    sentence_id: str | None
    n_versions: int
    gone_at: str | None
    """When a pull found that it is gone from the server; None where it is there."""
    raw: Mapping[str, Any]
    project: int = 1
    """Which of the round's projects it was pulled from, counted from 1."""

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


def newest(database: Database, round: str, *, only_gone: bool = False) -> Iterator[Stored]:
    """Yield the newest version of every annotation of a round, gone ones included, by sentence and annotation number.

    With ``only_gone`` only of those that are gone from the server. Sentences come in reading order, whatever the
    round's is; those it does not have come last. Raise ``BadInput`` naming the first annotation that is not what was
    stored.
    """
    database.check()
    query = (
        "SELECT a.annotation_id, a.remote_id, a.sentence_id, a.gone_at, a.project, a.digest, v.digest AS stored, "
        "v.raw, (SELECT count(*) FROM annotation_versions n WHERE (n.round, n.project, n.annotation_id) "
        "= (a.round, a.project, a.annotation_id)) AS n "
        "FROM annotations a LEFT JOIN annotation_versions v USING (round, project, annotation_id, version) "
        "LEFT JOIN ledger l ON l.round = a.round AND l.sentence_id = a.sentence_id "
        "LEFT JOIN sentences s ON s.sentence_id = l.sentence_id LEFT JOIN articles t USING (article_id) "
        f"WHERE a.round = ?{' AND a.gone_at IS NOT NULL' if only_gone else ''} ORDER BY l.sequence IS NULL, "
        "t.sequence, s.position, a.sentence_id, a.project, a.annotation_id"
    )
    for row in database.rows(query, (round,)):
        place = f"annotation {round}-{row['annotation_id']}"
        if row["digest"] != row["stored"]:
            raise damaged(database.path, f"{place} points at no version of it")
        check_digest(database.path, place, row["raw"], row["digest"])
        yield Stored(
            row["annotation_id"], row["remote_id"], row["sentence_id"], row["n"], row["gone_at"],
            json.loads(row["raw"]), row["project"],
        )  # fmt: skip


def first_seen(database: Database, round: str) -> Mapping[tuple[int, int], str]:
    """Return when each annotation of a round was first pulled, by its project and number."""
    query = "SELECT project, annotation_id, seen_at FROM annotation_versions WHERE round = ? AND version = 1"
    return {(row["project"], row["annotation_id"]): row["seen_at"] for row in database.rows(query, (round,))}


def several(database: Database, round: str) -> Iterator[StoredVersion]:
    """Yield every version of the annotations of a round that have more than one, those of one annotation together.

    What was told in two ways, by the server and by a file, is one version: the way it was told first. Raise
    ``BadInput`` naming the first that is not what was stored.
    """
    query = (
        "SELECT v.project, v.annotation_id, v.version, v.seen_at, v.raw, v.digest, a.version = v.version AS in_force "
        "FROM annotation_versions v JOIN annotations a USING (round, project, annotation_id) WHERE v.round = ? "
        "AND (SELECT count(*) FROM annotation_versions n WHERE (n.round, n.project, n.annotation_id) "
        "= (v.round, v.project, v.annotation_id)) > 1 ORDER BY v.project, v.annotation_id, v.version"
    )
    for _, rows in groupby(database.rows(query, (round,)), key=lambda row: (row["project"], row["annotation_id"])):
        kept: list[StoredVersion] = []
        for row in rows:
            place = f"annotation {round}-{row['annotation_id']}, version {row['version']}"
            check_digest(database.path, place, row["raw"], row["digest"])
            one = StoredVersion(
                row["project"], row["annotation_id"], len(kept) + 1, row["seen_at"], bool(row["in_force"]),
                json.loads(row["raw"]),
            )  # fmt: skip
            at = next((at for at, each in enumerate(kept) if says_the_same(each.raw, one.raw)), None)
            if at is None:
                kept.append(one)
            elif one.in_force:
                kept[at] = replace(kept[at], in_force=True)
        yield from kept
