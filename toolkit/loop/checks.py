"""What a look at something found: one line a thing, and what to do where it is not as it should be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Outcome = Literal["ok", "warning", "problem"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at; ``todo`` says what to do where it is not ok."""

    name: str
    outcome: Outcome
    found: str
    todo: str = ""
    exit_code: int = 0
    """What the command exits with where this is a problem: the code of the error that was met."""
