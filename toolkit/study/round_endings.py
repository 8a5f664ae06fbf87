"""What a lead has ended: a round that is closed asks for no more work, one that is discarded counts for nothing.

Nothing of either is lost: an ending can be taken back.
"""

from __future__ import annotations

from typing import Literal

from toolkit.study.database import Database, now

Ending = Literal["closed", "discarded"]
State = Literal["open", "closed", "discarded"]


def endings(database: Database, name: str) -> frozenset[str]:
    """Return how a round was ended: nothing for one that is open."""
    return frozenset(
        row["ending"] for row in database.rows("SELECT ending FROM round_endings WHERE round = ?", (name,))
    )


def state(database: Database, name: str) -> State:
    """Return the state of a round; one that is both closed and discarded is discarded."""
    ended = endings(database, name)
    return "discarded" if "discarded" in ended else "closed" if ended else "open"


def end(database: Database, name: str, ending: Ending) -> None:
    """Record that a round is ended; again changes nothing."""
    with database.transaction() as connection:
        connection.execute("INSERT OR IGNORE INTO round_endings VALUES (?, ?, ?)", (name, ending, now()))


def take_back(database: Database, name: str, ending: Ending) -> None:
    """Record that a round is not ended in this way any more."""
    with database.transaction() as connection:
        connection.execute("DELETE FROM round_endings WHERE round = ? AND ending = ?", (name, ending))
