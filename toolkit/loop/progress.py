"""How a long step tells whoever is watching how far it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Progress = Callable[[str, int, int | None], None]
"""Called with what is being done, how many are done, and how many there are (None while nobody knows)."""


def silent(what: str, done: int, total: int | None) -> None:
    """Nobody is watching."""


_T = TypeVar("_T")
_SAID_EVERY = 1_000


def telling(progress: Progress, what: str, found: Iterable[_T], total: int) -> Iterator[_T]:
    """Yield what is found, and tell every now and then, and at the end, how many there were so far."""
    done = 0
    for done, one in enumerate(found, start=1):
        if done % _SAID_EVERY == 0:
            progress(what, done, total)
        yield one
    if done >= _SAID_EVERY:
        progress(what, done, total)
