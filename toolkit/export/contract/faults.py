"""What is wrong with tables: every fault counted, the first ones said in full."""

from __future__ import annotations

from dataclasses import dataclass, field

from toolkit.errors import Fault

LISTED = 50
"""How many faults are listed; the others are counted."""


@dataclass(slots=True)
class Faults:
    """Faults found so far: the first ones in full, all of them counted."""

    listed: list[Fault] = field(default_factory=list)
    count: int = 0

    def add(self, place: str, message: str) -> None:
        """A fault in the place named."""
        if self.count < LISTED:
            self.listed.append(Fault(place, message))
        self.count += 1

    def at(self, table: str, row: int, column: str, message: str) -> None:
        """A fault in one cell; rows are shown counted from 1."""
        self.add(f"{table}, row {row + 1}, column {column}", message)

    def counted(self, of_what: str) -> str:
        """Return how many there are, of what, and whether all of them are listed."""
        faults = f"{self.count} {'fault' if self.count == 1 else 'faults'} {of_what}"
        return faults + (f" (the first {LISTED} are listed)" if self.count > LISTED else "")
