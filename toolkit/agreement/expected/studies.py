"""Studies as they might come out, with a true alpha that is known.

An annotator sees the truth with probability 1 − e and otherwise guesses, with the shares of the categories; e and how
common categories are differ between clusters (beta and Dirichlet distributions). Two annotators then agree beyond
chance with probability E(1 − e)²: who guesses is as far from the other as any two values by chance, so that is the true
alpha of all clusters there could be, whatever the shares, at every level whose distances do not depend on the sample
(and of ordered categories in the limit of many units, where theirs do not either).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import product
from math import inf, isinf, sqrt

import numpy as np

from toolkit.agreement.alpha import OrdinalAlpha, TableAlpha
from toolkit.agreement.distances import interval_distances, nominal_distances
from toolkit.files.arrays import FloatArray, IntArray

LEVELS = ("nominal", "ordinal", "interval")
"""Levels a study can be expected at; numbers are the categories' ranks, evenly spaced."""

MOST_CATEGORIES = 10
MOST_CODERS = 6
_CELLS_AT_ONCE = 1_000_000


@dataclass(frozen=True, slots=True)
class Difference:
    """How much clusters differ: the smaller, the more, in how often annotators guess and how common categories are.

    Both are the sum of the parameters of a beta (Dirichlet) distribution; with infinity all clusters are alike.
    """

    name: str
    guessing: float
    categories: float


NOT = Difference("not", inf, inf)
LITTLE = Difference("little", 20, 50)
MUCH = Difference("much", 4, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedStudy:
    """One kind of study; every annotator codes every unit."""

    alpha: float
    """True alpha, above 0 and up to 1."""
    level: str
    shares: tuple[float, ...]
    """How common the categories are; they add up to 1."""
    coders: int
    units_per_cluster: int
    difference: Difference

    @property
    def figure(self) -> TableAlpha | OrdinalAlpha:
        """The alpha that would be computed."""
        return _figure(self.level, len(self.shares))

    @property
    def marginals(self) -> slice:
        """Where among the statistics of the figure the counts of the values stand."""
        n = len(self.shares)
        return slice(0, n) if self.level == "ordinal" else slice(1, n + 1)

    def drawn(self, samples: int, clusters: int, rng: np.random.Generator) -> FloatArray:
        """Return the statistics of each cluster of so many studies (samples × clusters × K)."""
        kinds, statistics = _units(self.level, len(self.shares), self.coders)
        rows = np.zeros((samples, clusters, statistics.shape[1]))
        at_once = max(_CELLS_AT_ONCE // (clusters * self.units_per_cluster), 1)
        for first in range(0, samples, at_once):
            part = rows[first : first + at_once]
            kind = kinds[self._keys(part.shape[:2], rng)]
            for place in range(self.units_per_cluster):
                part += statistics[kind[..., place]]
        return rows

    def _keys(self, shape: tuple[int, ...], rng: np.random.Generator) -> IntArray:
        """The values of each unit, as digits of one number (samples × clusters × units)."""
        units = (*shape, self.units_per_cluster)
        e = self._guessing(shape, rng)[..., None]
        truth = _chosen(rng.random(units), self._common(shape, rng)[..., None, :])
        guess_by = np.array(self.shares)
        keys = np.zeros(units, dtype=np.int64)
        for _ in range(self.coders):
            u = rng.random(units)
            guessed = u < e  # and then u / e is as good as a number drawn anew
            guess = _chosen(np.divide(u, e, out=np.zeros(units), where=guessed), guess_by)
            keys = keys * len(self.shares) + np.where(guessed, guess, truth)
        return keys

    def _guessing(self, shape: tuple[int, ...], rng: np.random.Generator) -> FloatArray:
        if isinf(self.difference.guessing) or self.alpha >= 1:
            return np.full(shape, 1 - sqrt(self.alpha))
        return np.asarray(rng.beta(*beta_of_guessing(self.alpha, self.difference.guessing), shape))

    def _common(self, shape: tuple[int, ...], rng: np.random.Generator) -> FloatArray:
        shares = np.array(self.shares)
        if isinf(self.difference.categories):
            return np.broadcast_to(shares, (*shape, len(shares)))
        drawn = rng.standard_gamma(self.difference.categories * shares, (*shape, len(shares)))
        return np.asarray(drawn / drawn.sum(axis=-1, keepdims=True))


def beta_of_guessing(alpha: float, total: float) -> tuple[float, float]:
    """Return the parameters, adding up to ``total``, of the beta distribution of e with E(1 − e)² = alpha < 1.

    >>> a, b = beta_of_guessing(0.6, 4)
    >>> round((b / 4) ** 2 + a * b / (4**2 * 5), 12)
    0.6
    """
    b = (sqrt(1 + 4 * alpha * total * (total + 1)) - 1) / 2
    return total - b, b


def _chosen(u: FloatArray, shares: FloatArray) -> IntArray:
    """The category that each number from 0 to 1 stands for."""
    bounds = np.cumsum(shares, axis=-1)
    chosen = np.zeros(u.shape, dtype=np.int64)
    for category in range(shares.shape[-1] - 1):
        chosen += u >= bounds[..., category]
    return chosen


def _figure(level: str, n_values: int) -> TableAlpha | OrdinalAlpha:
    if level == "ordinal":
        return OrdinalAlpha(n_values)
    return TableAlpha(nominal_distances(n_values) if level == "nominal" else interval_distances(range(n_values)))


@cache
def _units(level: str, n_values: int, coders: int) -> tuple[IntArray, FloatArray]:
    """Which kind of unit each combination of values is, and the statistics of each kind."""
    values = np.array(list(product(range(n_values), repeat=coders)))
    counts = np.stack([(values == value).sum(axis=1) for value in range(n_values)], axis=1)
    kinds, of_key = np.unique(counts, axis=0, return_inverse=True)
    return of_key.reshape(-1), _figure(level, n_values).statistics(kinds)
