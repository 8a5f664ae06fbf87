"""Annotations as pulled: every version kept raw, vanished ones marked, nothing overwritten."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from toolkit.errors import BadInput, Fault
from toolkit.study.database import Database, now


@dataclass(frozen=True, slots=True)
class Seen:
    """One annotation as the server gave it, without anything personal; ``updated_at`` is the server's ISO time."""

    annotation_id: int
    updated_at: str
    user_id: int | None
    raw: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SeenItem:
    """Everything the server holds for one sentence at one moment."""

    remote_id: int
    sentence_id: str | None
    annotations: tuple[Seen, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """What storing changed."""

    new: int = 0
    edited: int = 0
    gone: int = 0
    back: int = 0
    unchanged: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.new + other.new,
            self.edited + other.edited,
            self.gone + other.gone,
            self.back + other.back,
            self.unchanged + other.unchanged,
        )


@dataclass(frozen=True, slots=True)
class Stored:
    """The newest version of an annotation."""

    annotation_id: int
    remote_id: int
    sentence_id: str | None
    n_versions: int
    gone: bool
    raw: Mapping[str, Any]


def store(
    database: Database,
    round: str,
    items: Sequence[SeenItem],
    *,
    snapshot: bool,
    on_change: Callable[[SeenItem, Seen], None] = lambda _item, _annotation: None,
) -> Tally:
    """Store one page in one transaction; the same page again changes nothing. ``on_change`` sees what is new.

    With ``snapshot`` the items hold *all* annotations of their sentences, so the ones missing are gone. Without it
    (a file that may be partial or old) nothing is concluded from absence, and an older version never becomes current.
    """
    new = edited = gone = back = unchanged = 0
    seen_at = now()
    with database.transaction() as connection:
        of_these = _have(database, round, "remote_id", [item.remote_id for item in items])
        item_of = _item_of_each(items)
        have = of_these | _have(database, round, "annotation_id", list(item_of))
        if not snapshot:
            _refuse_strangers(round, have, item_of)
        for item in items:
            for annotation in item.annotations:
                text = json.dumps(annotation.raw, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
                digest = hashlib.sha256(text.encode()).hexdigest()
                before = have.get(annotation.annotation_id)
                same = before is not None and (before["digest"], before["remote_id"]) == (digest, item.remote_id)
                if same and before is not None and before["gone_at"] is None:
                    unchanged += 1
                    continue
                version = (before["versions"] if before is not None else 0) + 1
                connection.execute(
                    "INSERT OR IGNORE INTO annotation_versions VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (round, annotation.annotation_id, version, digest, text, annotation.updated_at, seen_at),
                )
                if before is None:
                    new += 1
                    on_change(item, annotation)
                    connection.execute(
                        "INSERT INTO annotations VALUES (?, ?, ?, ?, ?, ?, ?, NULL)",
                        (
                            round, annotation.annotation_id, item.remote_id, item.sentence_id, version, digest,
                            annotation.updated_at,
                        ),
                    )  # fmt: skip
                    continue
                if not snapshot and annotation.updated_at <= before["updated_at"]:
                    unchanged += 1
                    continue
                on_change(item, annotation)
                edited += not same
                back += before["gone_at"] is not None
                connection.execute(
                    "UPDATE annotations SET remote_id = ?, sentence_id = ?, digest = ?, updated_at = ?, "
                    "gone_at = NULL, version = (SELECT version FROM annotation_versions v "
                    "WHERE v.round = annotations.round AND v.annotation_id = annotations.annotation_id "
                    "AND v.digest = ?) WHERE round = ? AND annotation_id = ?",
                    (
                        item.remote_id, item.sentence_id, digest, annotation.updated_at, digest,
                        round, annotation.annotation_id,
                    ),
                )  # fmt: skip
        if snapshot:
            seen = [(round, item.remote_id) for item in items]
            connection.executemany("INSERT OR IGNORE INTO items VALUES (?, ?)", seen)
            missing = {key for key, row in of_these.items() if row["gone_at"] is None} - item_of.keys()
            gone = len(missing)
            _bury(connection, round, missing, seen_at)
    return Tally(new, edited, gone, back, unchanged)


def bury_items(database: Database, round: str, remote_ids: Sequence[int]) -> int:
    """Mark the annotations of items that vanished from the server; returns how many there were."""
    seen_at = now()
    with database.transaction() as connection:
        have = _have(database, round, "remote_id", remote_ids)
        missing = {annotation_id for annotation_id, row in have.items() if row["gone_at"] is None}
        _bury(connection, round, missing, seen_at)
        connection.executemany(
            "DELETE FROM items WHERE round = ? AND remote_id = ?", [(round, remote_id) for remote_id in remote_ids]
        )
    return len(missing)


def rounds_with_annotations(database: Database) -> frozenset[str]:
    """Rounds of which an annotation was pulled."""
    return frozenset(row["round"] for row in database.rows("SELECT DISTINCT round FROM annotations"))


_KNOWN = (
    "SELECT remote_id FROM ledger WHERE round = ? AND remote_id IS NOT NULL "
    "UNION SELECT remote_id FROM items WHERE round = ?"
)


def n_items(database: Database, round: str) -> int:
    """How many items on the server are known: the ledger's, and every other a sweep has seen."""
    row = database.one(f"SELECT count(*) FROM ({_KNOWN})", (round, round))
    return int(row[0]) if row is not None else 0


def known_items(database: Database, round: str) -> frozenset[int]:
    """The items on the server that are known: the ledger's, and every other a sweep has seen."""
    return frozenset(row["remote_id"] for row in database.rows(_KNOWN, (round, round)))


def newest(database: Database, round: str) -> Iterator[Stored]:
    """The newest version of every annotation of a round, gone ones included, by sentence and annotation number."""
    query = (
        "SELECT a.annotation_id, a.remote_id, a.sentence_id, a.gone_at, v.raw, (SELECT count(*) "
        "FROM annotation_versions n WHERE n.round = a.round AND n.annotation_id = a.annotation_id) AS n "
        "FROM annotations a JOIN annotation_versions v USING (round, annotation_id, version) "
        "LEFT JOIN ledger l ON l.round = a.round AND l.sentence_id = a.sentence_id "
        "WHERE a.round = ? ORDER BY l.sequence IS NULL, l.sequence, a.sentence_id, "
        "a.annotation_id"
    )
    for row in database.rows(query, (round,)):
        yield Stored(
            row["annotation_id"], row["remote_id"], row["sentence_id"], row["n"], row["gone_at"] is not None,
            json.loads(row["raw"]),
        )  # fmt: skip


def _item_of_each(items: Sequence[SeenItem]) -> dict[int, int]:
    """The item each annotation is of, by annotation number; BadInput if one occurs twice."""
    pairs = [(annotation.annotation_id, item.remote_id) for item in items for annotation in item.annotations]
    item_of = dict(pairs)
    if len(item_of) < len(pairs):
        twice = sorted(number for number, n in Counter(number for number, _ in pairs).items() if n > 1)
        raise BadInput(
            "an annotation can be of one sentence only",
            faults=[Fault(f"annotation {number}", "occurs twice") for number in twice],
        )
    return item_of


def _refuse_strangers(round: str, have: Mapping[int, Any], item_of: Mapping[int, int]) -> None:
    """Raise for annotation numbers of a file that the server uses for annotations of other items."""
    faults = [
        Fault(f"annotation {number}", f"is of item {item}, but the round has it of item {have[number]['remote_id']}")
        for number, item in item_of.items()
        if number in have and have[number]["remote_id"] != item
    ]
    if faults:
        raise BadInput(
            f"these annotations are not of the project that round {round!r} was pulled from before",
            faults=faults,
            todo="Give an export of this round's own project, or name another round with --round NAME.",
        )


def _have(
    database: Database, round: str, by: Literal["remote_id", "annotation_id"], numbers: Sequence[int]
) -> dict[int, Any]:
    found: dict[int, Any] = {}
    for start in range(0, len(numbers), 500):
        chunk = tuple(numbers[start : start + 500])
        query = (
            "SELECT annotation_id, remote_id, digest, updated_at, gone_at, (SELECT max(version) "
            "FROM annotation_versions v WHERE v.round = a.round AND v.annotation_id = a.annotation_id) AS versions "
            f"FROM annotations a WHERE round = ? AND {by} IN ({','.join('?' * len(chunk))})"
        )
        found.update({row["annotation_id"]: row for row in database.rows(query, (round, *chunk))})
    return found


def _bury(connection: sqlite3.Connection, round: str, annotation_ids: set[int], seen_at: str) -> None:
    connection.executemany(
        "UPDATE annotations SET gone_at = ? WHERE round = ? AND annotation_id = ?",
        [(seen_at, round, annotation_id) for annotation_id in annotation_ids],
    )
    connection.executemany(
        "INSERT OR IGNORE INTO tombstones VALUES (?, ?, ?)",
        [(round, annotation_id, seen_at) for annotation_id in annotation_ids],
    )
