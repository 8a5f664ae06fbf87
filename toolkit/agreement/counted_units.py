"""Units counted by the values they were given, where the rows behind them stay where they are: in an engine."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from functools import partial
from typing import Self

import numpy as np

from toolkit.agreement.matrix import Matrix
from toolkit.agreement.patterns import Patterns, patterns_of_codes, patterns_of_counts
from toolkit.agreement.ratings import MISSING, recoding
from toolkit.files.arrays import IntArray


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class CountedUnits:
    """How many units of which cluster were given which values, whoever gave them.

    ``kinds`` (kinds × most values of a unit) are the codes of the values in ``domain`` that a unit was given, then
    ``MISSING`` where they are fewer. Parallel entries say which ``kind`` of unit there is how many ``times`` in which
    ``cluster`` (a place among the clusters by name; None where single units are drawn). ``n_annotators`` gave any of
    the values. Who gave which is asked for by ``ask_matrix``, only where a measure needs it.
    """

    domain: tuple[Hashable, ...]
    kinds: IntArray
    kind: IntArray
    times: IntArray
    cluster: IntArray | None
    n_annotators: int
    ask_matrix: Callable[[], Matrix]

    def use(self) -> IntArray:
        """Return how often each value of the domain was given."""
        units = np.bincount(self.kind, weights=self.times, minlength=len(self.kinds)).astype(np.int64)
        return units @ self._counts()

    def recoded(self, rename: Callable[[Hashable], Hashable]) -> Self:
        """Return the same with every value of the domain renamed; values renamed alike become one."""
        return self.coded(*recoding(self.domain, rename))

    def coded(self, domain: tuple[Hashable, ...], codes: IntArray, *, n_annotators: int | None = None) -> Self:
        """Return the same on another domain; ``codes`` are those of the present values there, then ``MISSING``.

        ``n_annotators`` gave any of the values that are left, where some are not.
        """
        ask = partial(_recoded, self.ask_matrix, codes)
        n = self.n_annotators if n_annotators is None else n_annotators
        return replace(self, domain=domain, kinds=codes[self.kinds], n_annotators=n, ask_matrix=ask)

    def patterns(self, *, as_codes: bool) -> Patterns:
        """Return the patterns of value counts, or of sorted codes where counts would be nearly all 0."""
        if as_codes:
            found = patterns_of_codes(np.sort(self.kinds, axis=1), None)
        else:
            found = patterns_of_counts(self._counts(), None)
        pattern_of_kind = np.full(len(self.kinds), MISSING, dtype=np.int64)
        pattern_of_kind[(self.kinds != MISSING).any(axis=1)] = found.pattern
        pattern = pattern_of_kind[self.kind]
        there = pattern != MISSING
        cluster = None if self.cluster is None else self.cluster[there]
        return replace(found, pattern=pattern[there], cluster=cluster, times=self.times[there])

    def _counts(self) -> IntArray:
        """How often each kind of unit was given each value (kinds × values)."""
        n_values = len(self.domain)
        given = self.kinds != MISSING
        cell = np.repeat(np.arange(len(self.kinds)), given.sum(axis=1)) * n_values + self.kinds[given]
        return np.bincount(cell, minlength=len(self.kinds) * n_values).reshape(len(self.kinds), n_values)


def _recoded(ask: Callable[[], Matrix], codes: IntArray) -> Matrix:
    matrix = ask()
    rows = codes[matrix.rows]
    speak = (rows != MISSING).any(axis=0)
    names = tuple(name for name, speaks in zip(matrix.annotators, speak.tolist(), strict=True) if speaks)
    return replace(matrix, rows=rows[:, speak], annotators=names)
