"""How a long step tells whoever is watching how far it is."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int | None], None]
"""Called with what is being done, how many are done, and how many there are (None while nobody knows)."""


def silent(what: str, done: int, total: int | None) -> None:
    """Nobody is watching."""
