"""How often the 95 % intervals of alpha hold the true value: ``python -m benchmarks.coverage``, about three minutes.

Articles differ: in how often annotators guess (e, from a beta distribution with mean 1/4) and in how common the
categories are (from a Dirichlet distribution around P). Three annotators code every one of 5 to 15 sentences; each
sees the truth with probability 1 − e and otherwise guesses a category with probabilities P. Two annotators then agree
beyond chance with probability E(1 − e)², which is the true alpha of all articles there could be: 0.6, whatever P. A
population of 100,000 articles is simulated to check that.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from toolkit.agreement import levels
from toolkit.agreement.bootstrap import bootstrap_interval
from toolkit.agreement.estimation import replicated
from toolkit.agreement.jackknife import jackknife_interval
from toolkit.agreement.matrix import Matrix
from toolkit.agreement.measures import Cut
from toolkit.agreement.patterns import patterns_of_counts
from toolkit.agreement.reading import Coverage, Reading
from toolkit.agreement.resampling import LARGEST_UNDEFINED_SHARE, Resampling
from toolkit.agreement.scale import Scale
from toolkit.agreement.sums import Sums, sums_of
from toolkit.files.arrays import FloatArray, IntArray

SAMPLES = 10_000
REPLICATES = 1_000
ARTICLES = (3, 5, 10, 20, 200)
DESIGNS = {"even: 1/3 each": (1 / 3, 1 / 3, 1 / 3), "skewed: .90, .07, .03": (0.90, 0.07, 0.03)}
GUESSING = (1.0, 3.0)
LIKE_P = 5.0
FEWEST_SENTENCES, MOST_SENTENCES = 5, 15
ANNOTATORS = 3
POPULATION = 100_000
TRUE_ALPHA = 0.6
"""E(1 − e)² of the beta distribution with parameters 1 and 3: 3/4 squared, plus its variance 3/80."""


@dataclass(slots=True)
class Tally:
    """Samples in which one kind of interval held the true alpha, and those in which there was one."""

    covered: int = 0
    given: int = 0

    def add(self, low: float, high: float) -> None:
        self.given += 1
        self.covered += low <= TRUE_ALPHA <= high

    def __str__(self) -> str:
        share = self.covered / self.given
        return f"{share:.3f} ± {sqrt(share * (1 - share) / self.given):.3f}"


def main() -> None:
    print("| categories | articles | jackknife | BCa | percentile | percentile, sentences drawn | half-width | none |")
    print("|---|---|---|---|---|---|---|---|")
    for place, (name, shares) in enumerate(DESIGNS.items()):
        check_population(np.array(shares), np.random.default_rng(place))
        for n_articles in ARTICLES:
            print(line(name, np.array(shares), n_articles, np.random.default_rng([place, n_articles])), flush=True)
    print(
        f"\nTrue alpha {TRUE_ALPHA}. {SAMPLES:,} samples a line, {REPLICATES:,} replicates each; ± is one standard "
        "error of the simulation. Half-width: median of the jackknife interval's. None: share of the samples without "
        f"one; the bootstrap has none where more than {LARGEST_UNDEFINED_SHARE:.0%} of the replicates have no value. "
        "Coverage is among the others."
    )


def line(name: str, shares: FloatArray, n_articles: int, rng: np.random.Generator) -> str:
    jackknife, bca, percentile, by_sentence = Tally(), Tally(), Tally(), Tally()
    half_widths = []
    for sample in range(SAMPLES):
        counts, article = sentences(shares, n_articles, rng)
        sums = sums_of_counts(counts, article)
        undefined = sums.figure.undefined_because(sums.totals)
        value = np.nan if undefined else float(sums.figure.values(sums.totals[None, :])[0])
        limits = "undefined" if undefined else jackknife_interval(sums, value, cluster="article", confidence=0.95)
        if not isinstance(limits, str):
            jackknife.add(limits.low, limits.high)
            half_widths.append((limits.high - limits.low) / 2)
        values = replicate_values(sums, Resampling("article", REPLICATES, seed=sample))
        if values is not None:
            left_out = sums.figure.values(sums.left_out)
            interval = bootstrap_interval(value, values, left_out, sums.sizes, confidence=0.95)
            bca.add(interval.low, interval.high)
            percentile.add(*np.quantile(values, (0.025, 0.975)))
        values = replicate_values(sums_of_counts(counts, None), Resampling("unit", REPLICATES, seed=sample))
        if values is not None:
            by_sentence.add(*np.quantile(values, (0.025, 0.975)))
    missing = 1 - jackknife.given / SAMPLES
    half_width = float(np.median(half_widths))
    covered = f"{jackknife} | {bca} | {percentile} | {by_sentence}"
    return f"| {name} | {n_articles} | {covered} | {half_width:.3f} | {missing:.1%} |"


def sentences(shares: FloatArray, n_articles: int, rng: np.random.Generator) -> tuple[IntArray, IntArray]:
    """Counts of the categories in every sentence, and its article."""
    article = np.repeat(np.arange(n_articles), rng.integers(FEWEST_SENTENCES, MOST_SENTENCES + 1, n_articles))
    guesses = rng.beta(*GUESSING, n_articles)[article]
    common = rng.dirichlet(LIKE_P * shares, n_articles)[article]
    truth = (rng.random(len(article))[:, None] > common.cumsum(axis=1)[:, :-1]).sum(axis=1)
    guessed = rng.choice(len(shares), (len(article), ANNOTATORS), p=shares)
    seen = np.where(rng.random(guessed.shape) < guesses[:, None], guessed, truth[:, None])
    return np.stack([(seen == code).sum(axis=1) for code in range(len(shares))], axis=1), article


def check_population(shares: FloatArray, rng: np.random.Generator) -> None:
    """Alpha of a population as good as infinite, four standard errors at most from what is claimed."""
    sums = sums_of_counts(*sentences(shares, POPULATION, rng))
    value = float(sums.figure.values(sums.totals[None, :])[0])
    left_out = sums.figure.values(sums.left_out)
    error = float(np.sqrt((POPULATION - 1) * left_out.var()))
    assert abs(value - TRUE_ALPHA) < 4 * error < 0.02, (value, error)


def replicate_values(sums: Sums, resampling: Resampling) -> FloatArray | None:
    """Alpha in the replicates that have one; None where there would be no interval."""
    drawn = replicated([sums], resampling, needed=[True])[0]
    if drawn is None or sums.figure.undefined_because(sums.totals):
        return None
    values = sums.figure.values(drawn)
    defined = values[~np.isnan(values)]
    return defined if len(values) - len(defined) <= LARGEST_UNDEFINED_SHARE * len(values) else None


def sums_of_counts(counts: IntArray, article: IntArray | None) -> Sums:
    """Nominal alpha with what it is computed from, from counts of the categories in every sentence."""
    n_values = counts.shape[1]
    level = levels.nominal(n_values)
    scale = Scale(level="nominal", domain=tuple(range(n_values)), n_categories=n_values, alphas=(level,))
    reading = Reading(scale, patterns_of_counts(counts, article), Coverage(0, 0, 0), _nobody)
    return sums_of([Cut(figure=level.alpha, level="nominal")], reading)[0]


def _nobody() -> Matrix:
    raise AssertionError("alpha needs no annotators")


if __name__ == "__main__":
    main()
