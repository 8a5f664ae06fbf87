"""How often intervals hold what other annotators would agree on: ``python -m benchmarks.annotators``, three minutes.

Annotators differ in how often they see the truth (beta distribution) and in what they guess otherwise (Dirichlet around
the shares of the categories), articles in how often it can be seen. Two annotators, drawn from all there could be, then
agree beyond chance with probability E(a²) E(s)², a of articles and s of annotators: the true alpha. Sparse designs give
every sentence to a few of the annotators, drawn by chance.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from toolkit.agreement import levels
from toolkit.agreement.estimate import Estimate
from toolkit.agreement.estimation import estimates_of
from toolkit.agreement.measures import krippendorff_alpha
from toolkit.agreement.ratings import Ratings
from toolkit.agreement.reading import reading_of
from toolkit.agreement.resampling import Resampling
from toolkit.agreement.scale import Scale

SAMPLES = 2_000
SEEN, ARTICLES_SEEN = 0.9, 0.93
ARTICLES_ALIKE, GUESSES_ALIKE = 10.0, 30.0
FEWEST_SENTENCES, MOST_SENTENCES = 5, 15
TRUE_ALPHA = SEEN**2 * (ARTICLES_SEEN**2 + ARTICLES_SEEN * (1 - ARTICLES_SEEN) / (ARTICLES_ALIKE + 1))


@dataclass(frozen=True, slots=True)
class Design:
    """How many annotators there are, how many a sentence has, how many articles; how alike annotators are."""

    annotators: int
    per_sentence: int
    articles: int
    shares: tuple[float, ...]
    alike: float
    """The sum of the beta distribution's parameters: 6 is very different, 1,000 the same."""


EVEN, SKEWED = (0.4, 0.3, 0.3), (0.9, 0.1)
DESIGNS = (
    Design(5, 5, 20, EVEN, 6),
    Design(5, 5, 20, SKEWED, 6),
    Design(5, 3, 20, EVEN, 6),
    Design(8, 8, 20, EVEN, 6),
    Design(8, 2, 50, EVEN, 6),
    Design(20, 3, 50, EVEN, 6),
    Design(20, 2, 20, EVEN, 20),
    Design(10, 3, 20, EVEN, 1_000),
)


def estimates(design: Design, samples: int, rng: np.random.Generator, *, annotators: bool) -> Iterator[Estimate]:
    """Alpha of nominal answers in so many studies, with its interval."""
    n = len(design.shares)
    scale = Scale(level="nominal", domain=tuple(range(n)), n_categories=n, alphas=(levels.nominal(n),))
    resampling = Resampling("article", replicates=1, annotators=annotators)
    for _ in range(samples):
        yield estimates_of("q", reading_of(study(design, rng), scale), [krippendorff_alpha.MEASURE], resampling)[0]


def study(design: Design, rng: np.random.Generator) -> Ratings:
    """The answers of one study."""
    n, shares = design.annotators, np.array(design.shares)
    article = np.repeat(np.arange(design.articles), rng.integers(FEWEST_SENTENCES, MOST_SENTENCES + 1, design.articles))
    seen_by = rng.beta(SEEN * design.alike, (1 - SEEN) * design.alike, n)
    seen_in = rng.beta(ARTICLES_SEEN * ARTICLES_ALIKE, (1 - ARTICLES_SEEN) * ARTICLES_ALIKE, design.articles)
    guesses = rng.dirichlet(GUESSES_ALIKE * shares, n).cumsum(axis=1)
    shape = (len(article), n)
    truth = rng.choice(len(shares), len(article), p=shares)
    guessed = (rng.random(shape)[..., None] > guesses[None, :, :-1]).sum(axis=2)
    value = np.where(rng.random(shape) < seen_in[article][:, None] * seen_by, truth[:, None], guessed)
    asked = np.sort(rng.random(shape).argsort(axis=1)[:, : design.per_sentence], axis=1)
    unit = np.repeat(np.arange(len(article)), design.per_sentence)
    return Ratings(
        units=range(len(article)),
        annotators=[f"{place:03}" for place in range(n)],
        domain=tuple(range(len(shares))),
        unit=unit,
        annotator=asked.ravel(),
        value=value[unit, asked.ravel()],
        clusters=range(design.articles),
        cluster_of_unit=article,
    )


def coverage(found: Sequence[Estimate]) -> str:
    """The share of the intervals that hold the true alpha, with its standard error, and half their median width."""
    limits = np.array([(one.ci_low, one.ci_high) for one in found if one.ci_low is not None], dtype=np.float64)
    held = ((limits[:, 0] <= TRUE_ALPHA) & (limits[:, 1] >= TRUE_ALPHA)).mean()
    error = np.sqrt(held * (1 - held) / len(limits))
    return f"{held:.3f} ± {error:.3f} | {np.median(limits[:, 1] - limits[:, 0]) / 2:.3f}"


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser("python -m benchmarks.annotators", description="Intervals for other annotators.")
    parser.add_argument("--toy", action="store_true", help="few samples")
    samples = 20 if parser.parse_args(arguments).toy else SAMPLES
    print(
        "| annotators | a sentence | articles | categories | annotators differ | these: held | ± | others: held | ± |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for place, design in enumerate(DESIGNS):
        said = [
            coverage(list(estimates(design, samples, np.random.default_rng([9, place]), annotators=both)))
            for both in (False, True)
        ]
        categories = " / ".join(f"{share:g}" for share in design.shares)
        differ = {6: "very much", 20: "much", 1_000: "not at all"}[int(design.alike)]
        row = (design.annotators, design.per_sentence, design.articles, categories, differ, *said)
        print(f"| {' | '.join(map(str, row))} |", flush=True)
    print(f"\nTrue alpha {TRUE_ALPHA:.3f}, {samples:,} samples a line; ± after a share is one standard error of it.")


if __name__ == "__main__":
    main(sys.argv[1:])
