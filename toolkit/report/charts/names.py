"""Names in pictures: no longer than there is room for, each still told from all others.

They are cut here and not by what draws: that counts halves of characters, and fails where it cuts an emoji in two; and
it measures again and again, minutes long where a name has ten thousand letters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from unicodedata import category, east_asian_width

BESIDE, ABOVE = 30, 24
"""Letters that a name may have beside a picture, and above a panel of several: as wide as two, where they are wide."""


def short_names(names: Iterable[str], most: int = BESIDE) -> Mapping[str, str]:
    """Return what each name is called where there is room for so many letters; two that begin alike get a number.

    >>> list(short_names(["The Courier of the Harbour", "The Courier of the Hills", "Wire"], 20).values())
    ['The Courier of the …', 'The Courier of the … 2', 'Wire']
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        if name in found:
            continue
        first = shown = _cut(_drawable(" ".join(name.split())), most)
        number = 1
        while shown in taken:
            number += 1
            shown = f"{first} {number}"
        taken.add(shown)
        found[name] = shown
    return found


def _drawable(name: str) -> str:
    """The name without what no SVG may hold."""
    return "".join("\N{REPLACEMENT CHARACTER}" if category(each) in {"Cc", "Cs"} else each for each in name)


def _cut(name: str, most: int) -> str:
    room = float(most)
    for place, letter in enumerate(name):
        room -= 2 if east_asian_width(letter) in "WF" else 1
        if room < 0:
            return name[: place - 1] + "…"
    return name
