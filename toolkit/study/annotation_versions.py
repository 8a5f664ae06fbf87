"""Annotations as pulled: every version kept raw, vanished ones marked, nothing overwritten."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from toolkit.errors import BadInput, Fault
from toolkit.study.database import Database, now
from toolkit.study.soundness import check_digest

_TOLD: Final = {"id", "result", "created_at", "updated_at"}
"""What both must say before two submissions can be called the same."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One annotation as the server gave it, without anything personal; ``updated_at`` is the server's ISO time."""

    annotation_id: int
    updated_at: str
    user_id: int | None
    raw: Mapping[str, Any]
    skipped: bool = False


@dataclass(frozen=True, slots=True)
class SeenItem:
    """Everything the server holds for one sentence at one moment; ``updated_at`` is the server's ISO time."""

    remote_id: int
    sentence_id: str | None
    annotations: tuple[Seen, ...]
    updated_at: str | None = None
    n_left_out: int = 0
    """Annotations the server holds besides these that are not taken in, skips not counted."""
    n_skips_left_out: int = 0


@dataclass(frozen=True, slots=True)
class StoredPage:
    """What storing a page changed, and the annotations its sentences had and have no more (not marked gone yet)."""

    tally: Tally
    missing: frozenset[int] = frozenset()


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


def store(
    database: Database,
    round: str,
    items: Sequence[SeenItem],
    *,
    snapshot: bool,
    revive: bool = False,
    on_change: Callable[[SeenItem, Seen], None] = lambda _item, _annotation: None,
) -> StoredPage:
    """Store one page in one transaction; the same page again changes nothing. ``on_change`` sees what is new.

    With ``snapshot`` the items hold *all* annotations of their sentences, so those missing are returned, to be buried
    once that is certain. Without it (a file that may be partial or old) nothing is concluded from absence, an older
    version never becomes current, and what is gone comes back only changed since, or with ``revive``.
    """
    new = edited = back = unchanged = 0
    seen_at = now()
    missing: frozenset[int] = frozenset()
    with database.transaction() as connection:
        project = project_of(database, round)
        of_these = _have(database, round, project, "remote_id", [item.remote_id for item in items])
        item_of = _item_of_each(items)
        have = of_these | _have(database, round, project, "annotation_id", list(item_of))
        if not snapshot:
            _refuse_strangers(round, have, item_of)
        for item in items:
            for annotation in item.annotations:
                text = json.dumps(annotation.raw, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
                digest = hashlib.sha256(text.encode()).hexdigest()
                before = have.get(annotation.annotation_id)
                if before is not None and before["digest"] != digest:
                    held = _held(database, (round, project, annotation.annotation_id, before["digest"]))
                    digest = before["digest"] if says_the_same(held, annotation.raw) else digest
                same = before is not None and (before["digest"], before["remote_id"]) == (digest, item.remote_id)
                if same and before is not None and before["gone_at"] is None:
                    unchanged += 1
                    continue
                version = (before["versions"] if before is not None else 0) + 1
                connection.execute(
                    "INSERT OR IGNORE INTO annotation_versions VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (round, project, annotation.annotation_id, version, digest, text, annotation.updated_at, seen_at),
                )
                if before is None:
                    new += 1
                    on_change(item, annotation)
                    connection.execute(
                        "INSERT INTO annotations VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)",
                        (
                            round, project, annotation.annotation_id, item.remote_id, item.sentence_id, version, digest,
                            annotation.updated_at,
                        ),
                    )  # fmt: skip
                    continue
                was_gone = before["gone_at"] is not None
                if not (snapshot or annotation.updated_at > before["updated_at"] or (was_gone and revive)):
                    unchanged += 1
                    continue
                on_change(item, annotation)
                edited += not same
                back += was_gone
                connection.execute(
                    "UPDATE annotations SET remote_id = ?, sentence_id = ?, digest = ?, updated_at = ?, "
                    "gone_at = NULL, version = (SELECT version FROM annotation_versions v "
                    "WHERE (v.round, v.project, v.annotation_id) "
                    "= (annotations.round, annotations.project, annotations.annotation_id) "
                    "AND v.digest = ?) WHERE round = ? AND project = ? AND annotation_id = ?",
                    (
                        item.remote_id, item.sentence_id, digest, annotation.updated_at, digest,
                        round, project, annotation.annotation_id,
                    ),
                )  # fmt: skip
        if snapshot:
            alive = {key: row["remote_id"] for key, row in of_these.items() if row["gone_at"] is None}
            missing = frozenset(alive.keys() - item_of.keys())
            unsettled = {alive[key] for key in missing}
            connection.executemany(
                "INSERT OR REPLACE INTO items VALUES (?, ?, ?, ?, ?, ?, ?)",
                [(round, project, *_state(item, settled=item.remote_id not in unsettled)) for item in items],
            )
    return StoredPage(Tally(new, edited, 0, back, unchanged), missing)


def _state(item: SeenItem, *, settled: bool) -> tuple[object, ...]:
    """What to compare a listing of the server with. A sentence whose losses are not settled compares with nothing."""
    n_skips = sum(annotation.skipped for annotation in item.annotations)
    n_annotations = len(item.annotations) - n_skips + item.n_left_out
    counts = (n_annotations, n_skips + item.n_skips_left_out) if settled else (None, None)
    return (item.remote_id, item.sentence_id, item.updated_at, *counts)


def bury(
    database: Database, round: str, *, annotation_ids: Collection[int] = (), remote_ids: Collection[int] = ()
) -> int:
    """Mark annotations as gone, and items of the server with all of theirs; returns how many annotations that were."""
    seen_at = now()
    with database.transaction() as connection:
        project = project_of(database, round)
        have = _have(database, round, project, "remote_id", list(remote_ids))
        have |= _have(database, round, project, "annotation_id", list(annotation_ids))
        missing = {annotation_id for annotation_id, row in have.items() if row["gone_at"] is None}
        connection.executemany(
            "UPDATE annotations SET gone_at = ? WHERE round = ? AND project = ? AND annotation_id = ?",
            [(seen_at, round, project, annotation_id) for annotation_id in missing],
        )
        connection.executemany(
            "INSERT OR IGNORE INTO tombstones VALUES (?, ?, ?, ?)",
            [(round, project, annotation_id, seen_at) for annotation_id in missing],
        )
        connection.executemany(
            "DELETE FROM items WHERE round = ? AND project = ? AND remote_id = ?",
            [(round, project, remote_id) for remote_id in remote_ids],
        )
        _settle(connection, round, project, {row["remote_id"] for row in have.values()} - set(remote_ids))
    return len(missing)


def _settle(connection: sqlite3.Connection, round: str, project: int, remote_ids: Collection[int]) -> None:
    """Count anew what is held of these items."""
    counted = (
        "SELECT count(*) FROM annotations a JOIN annotation_versions v USING (round, project, annotation_id, version) "
        "WHERE (a.round, a.project, a.remote_id) = (items.round, items.project, items.remote_id) "
        "AND a.gone_at IS NULL AND coalesce(json_extract(v.raw, '$.was_cancelled'), 0) ="
    )
    connection.executemany(
        f"UPDATE items SET n_annotations = ({counted} 0), n_skips = ({counted} 1) "
        "WHERE round = ? AND project = ? AND remote_id = ?",
        [(round, project, remote_id) for remote_id in remote_ids],
    )


def items_of(database: Database, round: str, annotation_ids: Collection[int]) -> frozenset[int]:
    """Return the items on the server that these annotations are of."""
    found = _have(database, round, project_of(database, round), "annotation_id", list(annotation_ids))
    return frozenset(row["remote_id"] for row in found.values())


def alive_on(database: Database, round: str, remote_ids: Collection[int]) -> frozenset[int]:
    """Return the annotations held of these items that are not gone."""
    found = _have(database, round, project_of(database, round), "remote_id", list(remote_ids))
    return frozenset(annotation_id for annotation_id, row in found.items() if row["gone_at"] is None)


def count_kept(database: Database, round: str) -> tuple[int, int]:
    """Return how many annotations of the round are held that are not gone, and of how many sentences."""
    row = database.one(
        "SELECT count(*), count(DISTINCT sentence_id) FROM annotations WHERE round = ? AND gone_at IS NULL", (round,)
    )
    return (row[0], row[1]) if row is not None else (0, 0)


def says_the_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Return whether two submissions are one that was told in two ways: alike wherever both say something.

    A file holds fields that the server's lists do not, and a later server may tell more than an earlier one.
    """
    both = one.keys() & other.keys()
    return both >= _TOLD and all(one[name] == other[name] for name in both)


def _held(database: Database, key: tuple[object, ...]) -> Mapping[str, Any]:
    """What is held of an annotation under this digest; nothing where it is not there, which reading it finds out."""
    query = "SELECT raw FROM annotation_versions WHERE round = ? AND project = ? AND annotation_id = ? AND digest = ?"
    row = database.one(query, key)
    if row is None:
        return {}
    check_digest(database.path, f"annotation {key[0]}-{key[2]}", row["raw"], str(key[3]))
    found: Mapping[str, Any] = json.loads(row["raw"])
    return found


def _item_of_each(items: Sequence[SeenItem]) -> dict[int, int]:
    """The item each annotation is of, by annotation number; BadInput if one occurs twice."""
    pairs = [(annotation.annotation_id, item.remote_id) for item in items for annotation in item.annotations]
    item_of = dict(pairs)
    if len(item_of) < len(pairs):
        twice = sorted(number for number, n in Counter(number for number, _ in pairs).items() if n > 1)
        raise BadInput(
            "an annotation can be of one sentence only",
            faults=[Fault(f"annotation {number}", "occurs twice") for number in twice],
            todo="Export it from Label Studio again.",
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
            todo="Give an export of this round's own project, or name another round with `round_name=NAME`.",
        )


def project_of(database: Database, round: str) -> int:
    """Return which of the round's projects is the one it has now."""
    row = database.one("SELECT project FROM rounds WHERE round = ?", (round,))
    return int(row["project"]) if row is not None else 1


def _have(
    database: Database, round: str, project: int, by: Literal["remote_id", "annotation_id"], numbers: Sequence[int]
) -> dict[int, Any]:
    found: dict[int, Any] = {}
    for start in range(0, len(numbers), 500):
        chunk = tuple(numbers[start : start + 500])
        query = (
            "SELECT annotation_id, remote_id, digest, updated_at, gone_at, (SELECT max(version) "
            "FROM annotation_versions v WHERE (v.round, v.project, v.annotation_id) "
            "= (a.round, a.project, a.annotation_id)) AS versions "
            f"FROM annotations a WHERE round = ? AND project = ? AND {by} IN ({','.join('?' * len(chunk))})"
        )
        found.update({row["annotation_id"]: row for row in database.rows(query, (round, project, *chunk))})
    return found
