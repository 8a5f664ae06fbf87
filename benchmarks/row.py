from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the results: what, how much, against which peer in the same run, and the ratio."""

    what: str
    measured: str
    against: str = ""
    ratio: str = ""
