"""Studies as they might come out, with a true alpha that is known.

An annotator sees the truth with probability 1 − e and otherwise guesses, with the probabilities of the two categories;
e and the share of the rarer category differ between articles (beta distributions). Two annotators then agree beyond
chance with probability E(1 − e)², which is the true alpha of all articles there could be, whatever the categories.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.agreement.expected.studies import LITTLE, MUCH, beta_of_guessing
from toolkit.files.arrays import FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Variance:
    """How much articles differ: the smaller, the more, in how often annotators guess and how common categories are."""

    name: str
    guessing: float
    categories: float


VARIANCES = (
    Variance("small", LITTLE.guessing, LITTLE.categories),
    Variance("large", MUCH.guessing, MUCH.categories),
)


@dataclass(frozen=True, slots=True)
class Design:
    """One kind of study."""

    alpha: float
    coders: int
    rarer: float
    variance: Variance
    articles: int
    fewest: int = 5
    most: int = 15
    """Sentences an article, all numbers between alike often."""

    def guessing(self) -> tuple[float, float] | None:
        """The beta distribution of e with E(1 − e)² = alpha; None where nobody ever guesses."""
        if self.alpha >= 1:
            return None
        return beta_of_guessing(self.alpha, self.variance.guessing)


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """What alpha of two categories needs of each article (samples × articles): disagreement, values, rarer ones."""

    disagreement: FloatArray
    rarer: FloatArray
    values: FloatArray
    counts: IntArray
    """Of each sentence the rarer values (samples × articles × sentences), −1 where the article has ended."""

    @classmethod
    def drawn(cls, design: Design, n: int, rng: np.random.Generator) -> Samples:
        shape = (n, design.articles, design.most)
        lengths = rng.integers(design.fewest, design.most + 1, shape[:2])
        guesses = design.guessing()
        e = np.zeros(shape[:2]) if guesses is None else rng.beta(*guesses, shape[:2])
        of_p = design.variance.categories
        common = rng.beta(of_p * design.rarer, of_p * (1 - design.rarer), shape[:2])
        truth = rng.random(shape) < common[..., None]
        counts = np.zeros(shape, dtype=np.int64)
        for _ in range(design.coders):
            guessed = rng.random(shape) < e[..., None]
            counts += np.where(guessed, rng.random(shape) < design.rarer, truth)
        there = np.arange(design.most) < lengths[..., None]
        apart = 2.0 * counts * (design.coders - counts) / (design.coders - 1)
        return cls(
            (apart * there).sum(axis=2),
            (counts * there).sum(axis=2).astype(np.float64),
            design.coders * lengths.astype(np.float64),
            np.where(there, counts, -1),
        )


def alphas(disagreement: FloatArray, rarer: FloatArray, values: FloatArray) -> FloatArray:
    """Nominal alpha of two categories from sums; NaN without variation."""
    expected = 2 * rarer * (values - rarer)
    out = np.full_like(expected, np.nan)
    return np.asarray(1 - (values - 1) * np.divide(disagreement, expected, out=out, where=expected > 0))
