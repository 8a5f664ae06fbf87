"""Articles that are nearly another one: wire copy under other headlines, shortened or edited a little.

Two articles are compared by their runs of five words, whatever their case and punctuation: the share of the shorter
one's runs that the longer one has as well (containment: Broder 1997, "On the resemblance and containment of
documents"). Which ones to compare is found by the smallest hashes of each: copies of one text share most of those.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from zlib import crc32

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint32]

RUN = 5
"""Words that are compared together."""

SHARE = 0.8
"""Of the shorter article's runs, so many make it a near duplicate."""

LEAST_WORDS = 20
"""A shorter text has too few runs to say anything."""

MOST_TIMES_LONGER = 4
"""A short text that stands in one longer than this is a quotation."""

_KEYS = 8
_COMMON = 100
"""Of articles that share a run the first so many are compared with: a line that stands under all costs no more."""
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class NearDuplicate:
    """An article, the earlier one it nearly is, and the share of the shorter one's runs that both have."""

    article_id: str
    like: str
    share: float


@dataclass(slots=True)
class NearDuplicates:
    """Finds near duplicates among articles that come one by one."""

    _ids: list[str] = field(default_factory=list)
    _runs: list[Hashes] = field(default_factory=list)
    _with_key: dict[int, int | list[int]] = field(default_factory=dict)
    """Articles by each of their smallest hashes: a list only where there are several, which few keys have."""

    def like(self, article_id: str, text: str) -> NearDuplicate | None:
        """Return the earlier article that this one nearly is, the one it shares most with; None where there is none."""
        runs = _runs_of(text)
        if runs is None:
            return None
        earlier = {number for key in _keys(runs) for number in self._numbers(key)}
        shared = {number: _shared(runs, self._runs[number]) for number in sorted(earlier)}
        best = max(shared, key=shared.__getitem__, default=None)
        if best is None or shared[best] < SHARE:
            return None
        return NearDuplicate(article_id, self._ids[best], shared[best])

    def keep(self, article_id: str, text: str) -> None:
        """Remember an article, for later ones to be compared with."""
        runs = _runs_of(text)
        if runs is None:
            return
        for key in _keys(runs):
            before = self._with_key.setdefault(key, len(self._ids))
            if isinstance(before, int):
                self._with_key[key] = [before, len(self._ids)] if before != len(self._ids) else before
            elif len(before) < _COMMON:
                before.append(len(self._ids))
        self._ids.append(article_id)
        self._runs.append(runs)

    def _numbers(self, key: int) -> Sequence[int]:
        found = self._with_key.get(key, ())
        return (found,) if isinstance(found, int) else found


@lru_cache(maxsize=1)  # what is kept was compared just before
def _runs_of(text: str) -> Hashes | None:
    """The hashes of the runs of words, each once, ascending; None where there are too few words."""
    words = _WORD.findall(text.casefold())
    if len(words) < LEAST_WORDS:
        return None
    hashes = {crc32(" ".join(words[at : at + RUN]).encode()) for at in range(len(words) - RUN + 1)}
    return np.array(sorted(hashes), dtype=np.uint32)


def _keys(runs: Hashes) -> list[int]:
    return [int(key) for key in runs[:_KEYS]]


def _shared(one: Hashes, other: Hashes) -> float:
    fewer, more = sorted((len(one), len(other)))
    if more > MOST_TIMES_LONGER * fewer:
        return 0.0
    return len(np.intersect1d(one, other, assume_unique=True)) / fewer
