"""Whether a group agrees more with itself than any group of so many annotators would: a permutation test.

Prabhakaran et al. (2024), *GRASP*, NAACL, section 3.3: who belongs to the group is shuffled among annotators, whose
answers stay theirs. What is compared is α_in − κ_x: it says the same as the index α_in / κ_x, which jumps where κ_x
crosses 0. p is two-sided, twice the smaller share of relabellings that lie as far out on one side, the one that was
seen counted in: (b + 1) / (B + 1) (Phipson & Smyth 2010, *SAGMB* 9(1), 39). Where there are no more than B ways to
choose the members, all of them are looked at, and p is exact.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np

from toolkit.agreement.annotator_groups.cross_kappa import IntervalKappa, cross_kappa
from toolkit.agreement.levels import LevelOfValues
from toolkit.agreement.matrix import Matrix
from toolkit.agreement.patterns import patterns_of_codes
from toolkit.agreement.ratings import MISSING
from toolkit.agreement.reason import Reason
from toolkit.agreement.resampling import LARGEST_UNDEFINED_SHARE
from toolkit.files.arrays import IntArray

ALPHA = 0.05
"""The p that a test must be able to reach to be worth making."""

_TIE = 1e-9


@dataclass(frozen=True, slots=True)
class Relabelled:
    """The p of a group, or why there is none."""

    p_value: float | None
    undefined_because: str | None = None


def relabelled(
    matrix: Matrix,
    members: Sequence[int],
    others: Sequence[int],
    level: LevelOfValues,
    *,
    n_values: int,
    most: int,
    seed: int,
) -> Relabelled:
    """Return p of the group in columns ``members`` against ``others``, from at most ``most`` relabellings."""
    n = len(members) + len(others)
    n_ways = comb(n, len(members))
    if most == 0:
        return Relabelled(None, "no replicates asked for")
    if 2 / n_ways > ALPHA:
        return Relabelled(None, Reason("too few annotators for a test: {} ways to form such a group", n_ways))
    if n_ways > most and 2 / (most + 1) > ALPHA:
        return Relabelled(None, Reason("{} replicates are too few", most))
    gap = _Gap(matrix, [*members, *others], level, n_values)
    seen = gap.of(np.arange(len(members)))
    if np.isnan(seen):
        return Relabelled(None, "value undefined")
    every = n_ways <= most
    ways = _all(n, len(members)) if every else _some(n, len(members), most, seed)
    found = np.asarray([gap.of(way) for way in ways])
    known = found[~np.isnan(found)]
    if len(found) - len(known) > LARGEST_UNDEFINED_SHARE * len(found):
        return Relabelled(None, "too many relabellings have no value")
    beside = 0 if every else 1  # among all ways is the one that was seen
    above, below = (known >= seen - _TIE).sum() + beside, (known <= seen + _TIE).sum() + beside
    return Relabelled(float(min(1.0, 2 * min(above, below) / (len(known) + beside))))


def _all(n: int, k: int) -> Iterator[IntArray]:
    for way in combinations(range(n), k):
        yield np.asarray(way, dtype=np.int64)


def _some(n: int, k: int, times: int, seed: int) -> Iterator[IntArray]:
    rng = np.random.default_rng((seed, 2))
    for _ in range(times):
        yield rng.permutation(n)[:k]


class _Gap:
    """α within a group less κ between it and all others, for any choice of its members."""

    def __init__(self, matrix: Matrix, columns: Sequence[int], level: LevelOfValues, n_values: int) -> None:
        patterns = patterns_of_codes(matrix.codes[:, list(columns)], None).pairable()
        self._codes = patterns.rows
        self._weights = patterns.weights.astype(np.float64)
        self._level, self._n_values = level, n_values
        self._given: list[IntArray] = []
        if level.reads == "counts":
            self._given = [(np.arange(n_values) == column[:, None]).astype(np.int64) for column in self._codes.T]
        self._whole = np.sum(self._given, axis=0)

    def of(self, members: IntArray) -> float:
        """Return it for these members, by their place among the columns; NaN where either has no value."""
        alpha = self._level.alpha
        inside = np.zeros(self._codes.shape[1], dtype=np.bool_)
        inside[members] = True
        kappa = cross_kappa(self._level, len(members), self._n_values)
        codes = self._codes[:, inside]
        pairable = (codes != MISSING).sum(axis=1) >= 2
        if isinstance(kappa, IntervalKappa):
            within = alpha.statistics(codes[pairable])
            between = kappa.statistics(np.hstack([codes, self._codes[:, ~inside]]))
        else:
            counts = np.sum([self._given[place] for place in members.tolist()], axis=0)
            within = alpha.statistics(counts[pairable])
            between = kappa.of_counts(counts, self._whole - counts)
        one = alpha.values((self._weights[pairable] @ within)[None, :])[0]
        other = kappa.values((self._weights @ between)[None, :])[0]
        return float(one - other)
