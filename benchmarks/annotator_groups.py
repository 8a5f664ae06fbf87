"""Groups of annotators, simulated: ``python -m benchmarks.annotator_groups``, two or three minutes.

How often the 95 % interval of kappa between two groups holds the true value, and how often the test of the association
index says p ≤ .05. Articles differ in how often annotators guess: e, from a beta distribution with mean 1/4. Three (of
the test: five) annotators in each of two groups code every one of 5 to 15 sentences. A sentence has a true category,
with probabilities P; in a share of the sentences the second group sees another, drawn anew. An annotator gives what the
group sees with probability 1 − e and otherwise guesses, with probabilities P. Two annotators of different groups then
agree beyond chance with probability E(1 − e)² · (1 − share), which is the true kappa whatever P.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import numpy as np

from toolkit.agreement import levels
from toolkit.agreement.annotator_groups.cross_kappa import cross_sums
from toolkit.agreement.annotator_groups.relabelling import relabelled
from toolkit.agreement.interval import Interval
from toolkit.agreement.jackknife import jackknife_interval
from toolkit.agreement.matrix import Matrix

SAMPLES = 5_000
TESTS = 500
MEMBERS_TESTED = 5
ARTICLES = (3, 5, 10, 20, 50)
DESIGNS = {"even: 1/3 each": (1 / 3, 1 / 3, 1 / 3), "skewed: .90, .07, .03": (0.90, 0.07, 0.03)}
GUESSING = (1.0, 3.0)
AGREED = 0.6
"""E(1 − e)² of the beta distribution with parameters 1 and 3: 3/4 squared, plus its variance 3/80."""
SEEN_OTHERWISE = 0.2
NOMINAL = levels.nominal(3)


def main() -> None:
    print("| categories | articles | coverage | wholly above | wholly below | none |\n|---|---|---|---|---|---|")
    for place, (name, shares) in enumerate(DESIGNS.items()):
        for n_articles in ARTICLES:
            rng = np.random.default_rng([place, n_articles])
            print(f"| {name} | {n_articles} | {' | '.join(_coverage(shares, n_articles, rng))} |", flush=True)
    print("\n| second group sees otherwise | articles | p ≤ .05 |\n|---|---|---|")
    for otherwise in (0.0, 0.1, 0.2):
        for n_articles in (10, 30):
            rng = np.random.default_rng([n_articles, round(10 * otherwise)])
            print(
                f"| {otherwise:.0%} of the sentences | {n_articles} | {_small(otherwise, n_articles, rng)} |",
                flush=True,
            )


def _coverage(shares: Sequence[float], n_articles: int, rng: np.random.Generator) -> list[str]:
    true = AGREED * (1 - SEEN_OTHERWISE)
    given: list[Interval] = []
    for _ in range(SAMPLES):
        sums = cross_sums(_coded(shares, n_articles, 3, SEEN_OTHERWISE, rng), (0, 1, 2), (3, 4, 5), NOMINAL, 3)
        value = float(sums.figure.values(sums.totals[None, :])[0])
        if not np.isnan(value):
            found = jackknife_interval(sums, value, cluster="article", confidence=0.95)
            given += [found] if isinstance(found, Interval) else []
    above = sum(each.low > true for each in given)
    below = sum(each.high < true for each in given)
    covered = len(given) - above - below
    shown = [_share(n, len(given)) for n in (covered, above, below)]
    return [*shown, f"{1 - len(given) / SAMPLES:.1%}"]


def _small(otherwise: float, n_articles: int, rng: np.random.Generator) -> str:
    n = 0
    for _ in range(TESTS):
        matrix = _coded(DESIGNS["even: 1/3 each"], n_articles, MEMBERS_TESTED, otherwise, rng)
        found = relabelled(
            matrix,
            range(MEMBERS_TESTED),
            range(MEMBERS_TESTED, 2 * MEMBERS_TESTED),
            NOMINAL,
            n_values=3,
            most=2000,
            seed=0,
        )
        n += found.p_value is not None and found.p_value <= 0.05
    return _share(n, TESTS)


def _share(n: int, of: int) -> str:
    share = n / of
    return f"{share:.3f} ± {sqrt(share * (1 - share) / of):.3f}"


def _coded(
    shares: Sequence[float], n_articles: int, members: int, otherwise: float, rng: np.random.Generator
) -> Matrix:
    article = np.repeat(np.arange(n_articles), rng.integers(5, 16, n_articles))
    n = len(article)
    guessing = rng.beta(*GUESSING, n_articles)[article]
    truth = rng.choice(3, n, p=shares)
    seen = truth, np.where(rng.random(n) < otherwise, rng.choice(3, n, p=shares), truth)
    codes = [
        np.where(rng.random(n) < guessing, rng.choice(3, n, p=shares), what) for what in seen for _ in range(members)
    ]
    return Matrix(np.column_stack(codes).astype(np.int64), tuple(map(str, range(2 * members))), article)


if __name__ == "__main__":
    main()
