"""Annotators who were removed: they are asked for nothing more, and what they did counts until then or not at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from toolkit.study.database import Database

Answers = Literal["kept", "withdrawn"]
"""What becomes of the answers of somebody who is removed; the lead says which."""


@dataclass(frozen=True, slots=True)
class Removal:
    """That somebody was removed, and when by the server's clock."""

    answers: Answers
    at: datetime

    def counts(self, last_changed: datetime) -> bool:
        """Return whether what the person submitted, last changed at this moment, counts although they are removed."""
        return self.answers == "kept" and last_changed <= self.at


def removals(database: Database) -> Mapping[str, Removal]:
    """Return who was removed, by address."""
    rows = database.rows("SELECT email, answers, at FROM removals ORDER BY email")
    return {row["email"]: Removal(row["answers"], datetime.fromisoformat(row["at"])) for row in rows}


def remove(connection: sqlite3.Connection, email: str, removal: Removal) -> None:
    """Record that a registered annotator is removed; removed before, they stay so from then on, and only what becomes
    of their answers is changed.
    """
    connection.execute(
        "INSERT INTO removals VALUES (?, ?, ?) ON CONFLICT (email) DO UPDATE SET answers = excluded.answers",
        (email.casefold(), removal.answers, removal.at.isoformat()),
    )


def take_back(connection: sqlite3.Connection, email: str) -> None:
    """Record that somebody is not removed any more: what they did counts as if they had never been."""
    connection.execute("DELETE FROM removals WHERE email = ?", (email.casefold(),))
