"""What the consensus of k annotators is worth: how far it would agree with that of k others on the same units.

A single annotator's reliability is alpha; what is used is mostly a mean or a majority, which is more reliable (Wong &
Paritosh 2022, *k-Rater Reliability*, ACL, short papers). Three ways to know it, the first that can be had:

``spearman_brown``
    Of numbers, whose consensus is a mean: kα / (1 + (k − 1) α) (Spearman 1910; Brown 1910).
``panels``
    Of categories, where units enough have 2k annotators: these are divided at random into two panels of k, and alpha
    is that of the two majorities; ties have none and are left out.
``models``
    Otherwise it cannot be known from the data: with the same alpha, a majority helps much where all units are equally
    hard, and not at all where a few are beyond anybody. Three models with the alpha and the shares of the categories
    that were found give a range: every annotator sees any unit with the same probability; a share α of the units is
    clear and the others are guessed; each unit has shares of its own (Dirichlet). The truth need not lie between.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Literal

import numpy as np

from toolkit.agreement.alpha import TableAlpha
from toolkit.agreement.distances import nominal_distances
from toolkit.agreement.reading import Reading
from toolkit.files.arrays import FloatArray, IntArray

Method = Literal["spearman_brown", "panels", "models"]

FEWEST_UNITS = 100
"""Units with 2k annotators from which on panels are drawn."""

NO_CONSENSUS = "no consensus of sets and spans"

_SPLITS = 20
_MODELLED = 20_000
_TIE = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsensusReliability:
    """The reliability of a consensus of k annotators; ``low`` and ``high`` are one number but for models.

    They are None exactly when ``undefined_because`` says why.
    """

    k: int
    low: float | None
    high: float | None
    method: Method | None
    undefined_because: str | None = None


def said_in_json(found: ConsensusReliability) -> dict[str, object]:
    """Return it as a plain dictionary, ready for ``json.dumps``."""
    return {field.name: getattr(found, field.name) for field in fields(found)}


def consensus_reliability(reading: Reading, k: int, *, seed: int = 0) -> ConsensusReliability:
    """Return how far the mean or majority of ``k`` annotators would agree with that of k others."""
    if reading.scale.kind in {"set", "span"} or not reading.scale.alphas:
        return _none(k, NO_CONSENSUS)
    pairable = reading.patterns.pairable()
    if reading.scale.kind in {"interval", "ratio"}:
        return _of_means(reading, k)
    return _of_majorities(pairable.rows[pairable.pattern_of_unit], k, np.random.default_rng(seed))


def _none(k: int, because: str) -> ConsensusReliability:
    return ConsensusReliability(k=k, low=None, high=None, method=None, undefined_because=because)


def _of_means(reading: Reading, k: int) -> ConsensusReliability:
    figure, pairable = reading.scale.alphas[0].alpha, reading.patterns.pairable()
    totals = np.asarray(pairable.weights.astype(np.float64) @ figure.statistics(pairable.rows))
    because = figure.undefined_because(totals)
    if because is not None:
        return _none(k, because)
    alpha = float(figure.values(totals[None, :])[0])
    value = k * alpha / (1 + (k - 1) * alpha) if alpha > 0 else alpha
    return ConsensusReliability(k=k, low=value, high=value, method="spearman_brown")


def _of_majorities(counts: IntArray, k: int, rng: np.random.Generator) -> ConsensusReliability:
    figure = TableAlpha(nominal_distances(counts.shape[1]))
    totals = np.asarray(figure.statistics(counts).sum(axis=0))
    because = figure.undefined_because(totals)
    if because is not None:
        return _none(k, because)
    alpha = float(figure.values(totals[None, :])[0])
    many = counts[counts.sum(axis=1) >= 2 * k]
    if k == 1:
        found = [alpha]
    elif len(many) >= FEWEST_UNITS:
        found = [float(np.mean([of_panels(*_divided(many, k, rng)) for _ in range(_SPLITS)]))]
    else:
        shares = np.asarray(counts.sum(axis=0) / counts.sum())
        found = [of_panels(drawn(p, k, rng), drawn(p, k, rng)) for p in models(alpha, shares, rng)]
    low, high = float(min(found)), float(max(found))
    return ConsensusReliability(k=k, low=low, high=high, method="models" if len(found) > 1 else "panels")


def models(alpha: float, shares: FloatArray, rng: np.random.Generator) -> Iterator[FloatArray]:
    """Yield for each model the probabilities of the categories in 20,000 units (units × categories)."""
    alpha = min(max(alpha, 1e-6), 1 - 1e-6)
    n = _MODELLED
    truth = rng.choice(len(shares), n, p=shares)
    seen = np.sqrt(alpha)
    equally_hard = np.tile((1 - seen) * shares, (n, 1))
    equally_hard[np.arange(n), truth] += seen
    yield equally_hard
    clear = np.tile(shares, (n, 1))
    sure = rng.random(n) < alpha
    clear[sure] = 0
    clear[sure, truth[sure]] = 1
    yield clear
    gammas = rng.standard_gamma(np.tile((1 - alpha) / alpha * shares, (n, 1)) + 1e-9)
    sums = gammas.sum(axis=1)
    gammas[sums == 0, truth[sums == 0]] = 1  # so concentrated that numbers have no room for it
    yield gammas / gammas.sum(axis=1, keepdims=True)


def drawn(probabilities: FloatArray, k: int, rng: np.random.Generator) -> IntArray:
    """Return counts of the answers of k annotators to each unit (units × categories)."""
    return rng.multinomial(k, probabilities)


def _divided(counts: IntArray, k: int, rng: np.random.Generator) -> tuple[IntArray, IntArray]:
    """Counts of two panels of k, drawn without replacement from each unit's answers."""
    one = np.array([rng.multivariate_hypergeometric(row, k) for row in counts])
    other = np.array([rng.multivariate_hypergeometric(row, k) for row in counts - one])
    return one, other


def of_panels(one: IntArray, other: IntArray) -> float:
    """Return nominal alpha of two panels' majorities, where both have one; NaN where none has."""
    both = np.stack([_majority(one), _majority(other)], axis=1)
    both = both[(both != _TIE).all(axis=1)]
    n_values = one.shape[1]
    counts = np.stack([(both == value).sum(axis=1) for value in range(n_values)], axis=1)
    alpha = TableAlpha(nominal_distances(n_values))
    if not len(counts):
        return np.nan
    return float(alpha.values(alpha.statistics(counts).sum(axis=0)[None, :])[0])


def _majority(counts: IntArray) -> IntArray:
    most = counts.max(axis=1)
    return np.where((counts == most[:, None]).sum(axis=1) > 1, _TIE, counts.argmax(axis=1))
