"""What the study holds of a round's project on the server: what a pull compares with what the server announces."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.study.database import Database

_KNOWN = (
    "SELECT l.remote_id FROM ledger l WHERE l.round = ? AND l.remote_id IS NOT NULL "
    "UNION SELECT i.remote_id FROM items i JOIN rounds r USING (round, project) WHERE i.round = ?"
)


@dataclass(frozen=True, slots=True)
class Held:
    """What the study holds of a round's project: sentences known to be there, and annotations on them that count.

    ``n_annotations`` is without skips, as the server counts them; None while that is not known of every sentence.
    """

    n_items: int
    n_annotations: int | None


def held(database: Database, round: str) -> Held:
    """Return what the study holds of a round's project now, to be compared with what the server announces."""
    n_items = database.one(f"SELECT count(*) FROM ({_KNOWN})", (round, round))
    counts = database.one(
        "SELECT coalesce(sum(n_annotations), 0), coalesce(sum(n_annotations IS NULL), 0) "
        "FROM items JOIN rounds USING (round, project) WHERE round = ?",
        (round,),
    )
    return Held(n_items[0] if n_items else 0, counts[0] if counts is not None and not counts[1] else None)


def n_alive(database: Database, round: str) -> int:
    """Return how many annotations of the round's project are held that are not gone, skips included."""
    row = database.one(
        "SELECT count(*) FROM annotations JOIN rounds USING (round, project) WHERE round = ? AND gone_at IS NULL",
        (round,),
    )
    return int(row[0]) if row is not None else 0


def known_items(database: Database, round: str) -> frozenset[int]:
    """Return the items on the server that are known: the ledger's, and every other a sweep has seen."""
    return frozenset(row["remote_id"] for row in database.rows(_KNOWN, (round, round)))


@dataclass(frozen=True, slots=True)
class ItemState:
    """How an item stands: when it last changed (the server's ISO time), and how many annotations and skips it has."""

    remote_id: int
    updated_at: str | None
    n_annotations: int | None
    n_skips: int | None


def states(database: Database, round: str, *, first: int, last: int) -> dict[int, ItemState]:
    """Return how the items with these numbers (both ends included) stood when they were last read."""
    query = (
        "SELECT remote_id, updated_at, n_annotations, n_skips FROM items JOIN rounds USING (round, project) "
        "WHERE round = ? AND remote_id BETWEEN ? AND ?"
    )
    return {row["remote_id"]: ItemState(*row) for row in database.rows(query, (round, first, last))}


def copies(database: Database, round: str) -> dict[str, tuple[int, ...]]:
    """Return items of the server that repeat a sentence of the round, by sentence; the one that counts is not among
    them.
    """
    query = (
        "SELECT i.sentence_id, i.remote_id FROM items i JOIN rounds r USING (round, project) "
        "JOIN ledger l ON l.round = i.round AND l.sentence_id = i.sentence_id "
        "WHERE i.round = ? AND l.remote_id IS NOT NULL AND l.remote_id != i.remote_id ORDER BY l.sequence, i.remote_id"
    )
    found: dict[str, tuple[int, ...]] = {}
    for row in database.rows(query, (round,)):
        found[row["sentence_id"]] = (*found.get(row["sentence_id"], ()), row["remote_id"])
    return found
