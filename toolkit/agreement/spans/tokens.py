"""Tokens of many texts at once: letters in a row, or one other visible character."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from toolkit.files.arrays import IntArray

_WORD = re.compile(r"\w")
_SPACE = re.compile(r"\s")
_CODE_POINTS = 0x110000
_AT_ONCE = 20_000
"""Texts that are looked at together: their characters take some ten bytes each meanwhile."""

Places = npt.NDArray[np.signedinteger[Any]]
"""Whole numbers, of four bytes each where that will do."""


@dataclass(frozen=True, slots=True, eq=False)
class Tokens:
    """Every token of texts laid end to end: which text it is in, and where it starts and ends.

    ``start`` and ``end`` count code points from the start of the first text; ``edges`` says where each text starts, and
    last where all end.
    """

    text: Places
    start: Places
    end: Places
    edges: IntArray

    def covered(self, start: IntArray, end: IntArray) -> tuple[IntArray, IntArray]:
        """Return for spans from ``start`` to ``end``: each span as often as it covers any part of a token, and that
        token.
        """
        first = np.searchsorted(self.end, start, side="right")
        # A span over nothing but spaces covers no token.
        n_covered = np.maximum(np.searchsorted(self.start, end, side="left") - first, 0)
        span = np.repeat(np.arange(len(start)), n_covered)
        step = np.arange(len(span)) - (np.cumsum(n_covered) - n_covered)[span]
        return span, first[span] + step


def tokens_of(texts: Sequence[str]) -> Tokens:
    r"""Return the tokens of all texts, each found as the pattern ``\w+|[^\w\s]`` would find it in its own text.

    >>> found = tokens_of(["Oil, he", "said"])
    >>> found.text.tolist(), found.start.tolist(), found.end.tolist()
    ([0, 0, 0, 1], [0, 3, 5, 7], [3, 4, 7, 11])
    """
    lengths = np.asarray([len(text) for text in texts], dtype=np.int64)
    edges = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths)])
    number: type[np.signedinteger[Any]] = np.int32 if edges[-1] <= np.iinfo(np.int32).max else np.int64
    starts: list[Places] = [np.zeros(0, number)]
    ends: list[Places] = [np.zeros(0, number)]
    for first in range(0, len(texts), _AT_ONCE):
        start, end = _bounds(texts[first : first + _AT_ONCE])
        starts.append((start + edges[first]).astype(number))
        ends.append((end + edges[first]).astype(number))
    start, end = np.concatenate(starts), np.concatenate(ends)
    del starts, ends
    text: Places = (np.searchsorted(edges, start, side="right") - 1).astype(number)
    return Tokens(text, start, end, edges)


def _bounds(texts: Sequence[str]) -> tuple[IntArray, IntArray]:
    """Where each token of the texts starts and ends, in code points from the start of the first."""
    lengths = np.asarray([len(text) for text in texts], dtype=np.int64)
    # Lone surrogates are code points of a text like any other.
    points = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype="<u4")
    word, visible = _classes(points)
    goes_on = np.zeros(len(points), dtype=np.bool_)
    goes_on[1:] = word[1:] & word[:-1]
    goes_on[(np.cumsum(lengths) - lengths)[lengths > 0]] = False
    start = np.flatnonzero(visible & ~goes_on)
    ends = np.ones(len(points), dtype=np.bool_)
    ends[:-1] = ~goes_on[1:]
    return start, np.flatnonzero(visible & ends) + 1


def _classes(points: npt.NDArray[np.uint32]) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Whether each character is a letter, digit or underscore, and whether it is visible at all."""
    in_use = np.zeros(_CODE_POINTS, dtype=np.bool_)
    in_use[points] = True
    word, visible = np.zeros(_CODE_POINTS, dtype=np.bool_), np.zeros(_CODE_POINTS, dtype=np.bool_)
    for point in np.flatnonzero(in_use).tolist():
        word[point] = _WORD.match(chr(point)) is not None
        visible[point] = _SPACE.match(chr(point)) is None
    return word[points], visible[points]
