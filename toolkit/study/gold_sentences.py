"""Which sentences of a round are gold: their answers are known in advance, and everybody is held against them.

It stands here only. What travels with a sentence to Label Studio says nothing of it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from toolkit.study.database import Database


@dataclass(frozen=True, slots=True)
class GoldSentences:
    """The gold of a round: ``every`` one of it, and what is in the round ``only`` because it is gold."""

    every: frozenset[str] = frozenset()
    only: frozenset[str] = frozenset()


def gold_of(database: Database, round_name: str) -> GoldSentences:
    """Return the gold sentences of a round; none where it has none."""
    rows = database.rows("SELECT sentence_id, planned FROM gold_sentences WHERE round = ?", (round_name,))
    planned = {row["sentence_id"]: bool(row["planned"]) for row in rows}
    return GoldSentences(frozenset(planned), frozenset(one for one, is_planned in planned.items() if not is_planned))


def record(connection: sqlite3.Connection, round_name: str, gold: Mapping[str, bool]) -> None:
    """Record gold sentences of a round, each with whether the round has it in any case."""
    connection.executemany(
        "INSERT INTO gold_sentences VALUES (?, ?, ?)",
        [(round_name, sentence_id, int(planned)) for sentence_id, planned in gold.items()],
    )
