"""Words of messages: a count with its noun, and the known word somebody may have meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from string import ascii_uppercase

MEND_THESE = "Mend these, then run this again."
"""What to do where faults are listed, and each says what it is to be."""


def counted(n: int, noun: str) -> str:
    """Return a count with its noun.

    >>> counted(1, "sentence"), counted(1200, "sentence")
    ('1 sentence', '1,200 sentences')
    """
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def closest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that is spelled most like this one; None where none is like it.

    >>> closest("framming", ["framing", "source"]), closest("xyz", ["framing", "source"])
    ('framing', None)
    """
    return next(iter(get_close_matches(word, list(known), n=1)), None)


def shortened(name: str, most: int = 36) -> str:
    """Return a name of at most so many characters: a longer one without its middle, for ids differ at their ends.

    >>> shortened("https://example.org/2026/11/28/the-harbour-closed-1"), shortened("a-1")
    ('https://example.org/…arbour-closed-1', 'a-1')
    """
    if len(name) <= most:
        return name
    kept = most - 1
    return f"{name[: kept - kept * 3 // 7]}…{name[len(name) - kept * 3 // 7 :]}"


def letter(place: int) -> str:
    """Return the letter, or letters, by which the n-th of several is called, from 0.

    >>> letter(0), letter(25), letter(26), letter(52)
    ('A', 'Z', 'AA', 'BA')
    """
    before, own = divmod(place, len(ascii_uppercase))
    return (letter(before - 1) if before else "") + ascii_uppercase[own]


def letters_of(names: Iterable[str]) -> dict[str, str]:
    """Return a letter for each name, A for the first in the order of the names.

    >>> letters_of(["annotator-7", "annotator-1"])
    {'annotator-1': 'A', 'annotator-7': 'B'}
    """
    return {name: letter(place) for place, name in enumerate(sorted(set(names)))}
