"""Adopted rounds: projects that intercoder did not make, whose items became sentences and are only read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.corpus.given import GIVEN, VERSION, GivenArticle
from toolkit.study import articles
from toolkit.study.database import Database


@dataclass(frozen=True, slots=True)
class Adoption:
    """How a round's project is read: the fields of its items that hold sentence and article, and what stands for what
    (as text that the server's reader wrote).
    """

    text_field: str
    article_field: str | None
    names: str


def find(database: Database, round_name: str) -> Adoption | None:
    """Return how an adopted round is read; None for a round that was pushed."""
    query = "SELECT text_field, article_field, names FROM adoptions WHERE round = ?"
    row = database.one(query, (round_name,))
    return Adoption(*row) if row is not None else None


def record(database: Database, round_name: str, adoption: Adoption) -> None:
    """Record that a round was adopted, and how it is read."""
    with database.transaction() as connection:
        connection.execute(
            "INSERT INTO adoptions VALUES (?, ?, ?, ?)",
            (round_name, adoption.text_field, adoption.article_field, adoption.names),
        )


def take_in(database: Database, round_name: str, given: Sequence[GivenArticle], *, annotators_wanted: int) -> None:
    """Freeze articles whose sentences are items of the round's project, all of them or none."""
    with database.transaction() as connection:
        articles.insert(
            connection, [(one.article, one.sentences) for one in given], splitter=GIVEN, splitter_version=VERSION
        )
        start = connection.execute("SELECT coalesce(max(sequence), 0) FROM ledger WHERE round = ?", (round_name,))
        pairs = [pair for one in given for pair in zip(one.sentences, one.numbers, strict=True)]
        connection.executemany(
            "INSERT INTO ledger (round, sequence, sentence_id, annotators_wanted, remote_id) VALUES (?, ?, ?, ?, ?)",
            [
                (round_name, sequence, sentence.sentence_id, annotators_wanted, number)
                for sequence, (sentence, number) in enumerate(pairs, start=start.fetchone()[0] + 1)
            ],
        )
        connection.executemany(
            "INSERT INTO adopted_items VALUES (?, ?, ?)",
            [(round_name, number, sentence.sentence_id) for sentence, number in pairs],
        )
        # What was answered on an item while it could not be a sentence is answered on the sentence it is now.
        for table in ("annotations", "items"):
            connection.executemany(
                f"UPDATE {table} SET sentence_id = ? WHERE round = ? AND remote_id = ?",
                [(sentence.sentence_id, round_name, number) for sentence, number in pairs],
            )


def sentences_by_item(database: Database, round_name: str) -> dict[int, str]:
    """Return the sentence of each item the round's project ever had."""
    query = "SELECT remote_id, sentence_id FROM adopted_items WHERE round = ?"
    return {row["remote_id"]: row["sentence_id"] for row in database.rows(query, (round_name,))}
