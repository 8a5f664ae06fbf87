"""Categories that were renamed, merged or split in a coded round: which became which, and which round asks again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from toolkit.codebook.model import Codebook
from toolkit.study.database import Database, now
from toolkit.study.rounds import Decision, insert, insert_codebook


@dataclass(frozen=True, slots=True)
class AnswerMigration:
    """One step of a round: answers under its codebook version ``sequence - 1`` (counted from 1) and before, read with
    ``codes`` (as text), are answers under version ``sequence``.
    """

    sequence: int
    from_hash: str
    to_hash: str
    codes: str
    applied_at: str


@dataclass(frozen=True, slots=True)
class SplitRound:
    """A round that asks one question again, where one of its categories became several at a step of another round."""

    round: str
    of_round: str
    sequence: int
    question: str


def of_round(database: Database, round_name: str) -> tuple[AnswerMigration, ...]:
    """Return the steps of a round, oldest first."""
    query = (
        "SELECT sequence, from_hash, to_hash, codes, applied_at FROM answer_migrations WHERE round = ? "
        "ORDER BY sequence"
    )
    return tuple(AnswerMigration(*row) for row in database.rows(query, (round_name,)))


def left_behind(database: Database, codebook_hash: str) -> str | None:
    """Return the round in which answers under this codebook version are read as those of a later one, if any is."""
    query = (
        "SELECT m.round FROM answer_migrations m JOIN round_codebooks c ON c.round = m.round "
        "AND c.sequence < m.sequence WHERE c.hash = ? LIMIT 1"
    )
    row = database.one(query, (codebook_hash,))
    return row["round"] if row is not None else None


def record(
    database: Database, round_name: str, codebook: Codebook, *, document: str, codes: str, since: datetime
) -> None:
    """Record that a round runs with the next codebook from ``since`` (the server's clock) on, and what became of
    categories: in one transaction.
    """
    with database.transaction() as connection:
        insert_codebook(connection, codebook, document)
        query = "SELECT sequence, hash FROM round_codebooks WHERE round = ? ORDER BY sequence DESC LIMIT 1"
        sequence, before = connection.execute(query, (round_name,)).fetchone()
        connection.execute(
            "INSERT INTO round_codebooks VALUES (?, ?, ?, ?)",
            (round_name, sequence + 1, codebook.hash, since.isoformat()),
        )
        connection.execute(
            "INSERT INTO answer_migrations VALUES (?, ?, ?, ?, ?, ?)",
            (round_name, sequence + 1, before, codebook.hash, codes, now()),
        )


def split_rounds(database: Database, round_name: str) -> tuple[SplitRound, ...]:
    """Return the rounds that ask questions of this round again, as they were made."""
    query = "SELECT s.* FROM split_rounds s JOIN rounds r USING (round) WHERE of_round = ? ORDER BY r.sequence"
    return tuple(SplitRound(*row) for row in database.rows(query, (round_name,)))


def split_round(database: Database, round_name: str) -> SplitRound | None:
    """Return what this round asks again; None where it is a round of its own."""
    row = database.one("SELECT * FROM split_rounds WHERE round = ?", (round_name,))
    return SplitRound(*row) if row is not None else None


def asking_again(database: Database) -> frozenset[str]:
    """Return the rounds that only ask one question of another round again."""
    return frozenset(row["round"] for row in database.rows("SELECT round FROM split_rounds"))


def create_split_round(
    database: Database, split: SplitRound, decision: Decision, codebook: Codebook, *, document: str
) -> None:
    """Record a new round and what it asks again, in one transaction."""
    with database.transaction() as connection:
        insert(connection, split.round, decision, codebook, document=document)
        connection.execute(
            "INSERT INTO split_rounds VALUES (?, ?, ?, ?)",
            (split.round, split.of_round, split.sequence, split.question),
        )
