"""What a lead has ended: a round that is closed asks for no more work, one that is discarded counts for nothing.

Nothing of either is lost: an ending can be taken back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from toolkit.study.database import Database, now

Ending = Literal["closed", "discarded"]
State = Literal["open", "closed", "discarded"]


def asks_again(database: Database, name: str) -> str | None:
    """Return the round one of whose questions is asked again in this one; None where it is a round of its own."""
    row = database.one("SELECT of_round FROM split_rounds WHERE round = ?", (name,))
    return str(row["of_round"]) if row is not None else None


def endings(database: Database, name: str) -> frozenset[str]:
    """Return how a round was ended: nothing for one that is open.

    One that decides on another round, or asks a question of it again, is discarded where that one is.
    """
    row = database.one("SELECT of_round FROM adjudications WHERE round = ?", (name,))
    coded = str(row["of_round"]) if row is not None else name
    query = "SELECT ending FROM round_endings WHERE round = ? OR (round = ? AND ending = 'discarded')"
    return frozenset(each["ending"] for each in database.rows(query, (name, asks_again(database, coded) or coded)))


def state(database: Database, name: str) -> State:
    """Return the state of a round; one that is both closed and discarded is discarded."""
    ended = endings(database, name)
    return "discarded" if "discarded" in ended else "closed" if ended else "open"


def end(database: Database, name: str, ending: Ending, *, and_with_it: Sequence[str] = ()) -> None:
    """Record that a round is ended, and others with it, in one transaction; again changes nothing."""
    with database.transaction() as connection:
        connection.executemany(
            "INSERT OR IGNORE INTO round_endings VALUES (?, ?, ?)",
            [(each, ending, now()) for each in (name, *and_with_it)],
        )


def take_back(database: Database, name: str, ending: Ending, *, and_with_it: Sequence[str] = ()) -> None:
    """Record that a round is not ended in this way any more, nor those that were with it."""
    with database.transaction() as connection:
        connection.executemany(
            "DELETE FROM round_endings WHERE round = ? AND ending = ?",
            [(each, ending) for each in (name, *and_with_it)],
        )
