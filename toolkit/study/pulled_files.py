"""Rounds that a file was pulled into: it says nothing of what it lacks, so it moves no watermark of the server's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from toolkit.study.database import Database, now

PulledFrom = Literal["server", "file"]


@dataclass(frozen=True, slots=True)
class PulledFile:
    """The file that was pulled last: when, by this machine's clock, and when the newest annotation in it was saved."""

    pulled_at: str
    newest: datetime | None


def record(database: Database, round: str, *, newest: datetime | None) -> None:
    """Record that a file was pulled into a round."""
    with database.transaction() as connection:
        connection.execute(
            "INSERT OR REPLACE INTO pulled_files VALUES (?, ?, ?)",
            (round, newest.isoformat() if newest is not None else None, now()),
        )


def find(database: Database, round: str) -> PulledFile | None:
    """Return the file that was pulled into a round last; None where none was."""
    row = database.one("SELECT newest, pulled_at FROM pulled_files WHERE round = ?", (round,))
    if row is None:
        return None
    return PulledFile(row["pulled_at"], datetime.fromisoformat(row["newest"]) if row["newest"] else None)
