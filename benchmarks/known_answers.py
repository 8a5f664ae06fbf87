"""How often the limits of shares against known answers, and of corrected prevalences, lie beyond the truth.

``python -m benchmarks.known_answers``, two minutes. Three annotators answer yes or no to the 5 to 15 sentences of each
article. Articles differ in how common yes is and in how often annotators find it and what is not it (beta distributions
whose parameters add up to 20). The true category is known of all sentences of a third of the articles, or of a third of
the sentences of all. A limit is wrong where the truth, of all articles there could be, lies beyond it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from itertools import product

import numpy as np

from toolkit.agreement.estimate import Estimate
from toolkit.agreement.known.accuracy import SENSITIVITY, accuracy_estimates
from toolkit.agreement.known.cases import Cases
from toolkit.agreement.known.corrected import CORRECTED, prevalence_estimates
from toolkit.agreement.ratings import MISSING
from toolkit.agreement.resampling import Resampling
from toolkit.files.arrays import BoolArray, FloatArray, IntArray

SAMPLES = 2_000
ANNOTATORS = 3
ALIKE = 20.0
ARTICLES = (5, 10, 20, 50)
RATES = ((0.3, 0.9, 0.95), (0.1, 0.9, 0.99), (0.3, 0.8, 0.9))
"""Share of yes, sensitivity, specificity."""


def cases(n_articles: int, share: float, rates: tuple[float, float], known: str, rng: np.random.Generator) -> Cases:
    """The answers of one study."""
    article = np.repeat(np.arange(n_articles), rng.integers(5, 16, n_articles))
    n = len(article)
    common, finds, spares = (rng.beta(ALIKE * p, ALIKE * (1 - p), n_articles)[article] for p in (share, *rates))
    true = (rng.random(n) < common).astype(np.int64)
    right = rng.random((n, ANNOTATORS)) < np.where(true == 1, finds, spares)[:, None]
    given = np.where(right, true[:, None], 1 - true[:, None])
    is_known = article % 3 == 0 if known == "articles" else rng.random(n) < 1 / 3
    return answered_by_all(
        article, given, np.where(is_known, true, MISSING), weight=np.ones(n), disputed=np.zeros(n, dtype=np.bool_)
    )


def answered_by_all(
    article: IntArray, given: IntArray, true: IntArray, *, weight: FloatArray, disputed: BoolArray
) -> Cases:
    """Answers no (0) or yes (1) that every annotator gave to every sentence: ``given`` is sentences × annotators."""
    n, annotators = given.shape
    unit = np.repeat(np.arange(n), annotators)
    return Cases(
        categories=("no", "yes"),
        annotators=tuple("abc"[:annotators]),
        unit=unit,
        drawn=article[unit],
        annotator=np.tile(np.arange(annotators), n),
        given=given.ravel(),
        true=true[unit],
        entry=np.arange(n * annotators),
        weight=weight[unit],
        disputed=disputed[unit],
    )


def found_in(study: Cases) -> tuple[Estimate | None, Estimate | None]:
    """Sensitivity of yes over all annotators, and its corrected prevalence, where yes is used."""
    resampling = Resampling("article", replicates=1)
    of_all = (each for each in accuracy_estimates("q", "nominal", study, resampling) if each.annotator is None)
    corrected, _ = prevalence_estimates("q", "nominal", study, resampling, ())
    return (
        next((each for each in of_all if (each.measure, each.category) == (SENSITIVITY, "yes")), None),
        next((each for each in corrected if (each.measure, each.category) == (CORRECTED, "yes")), None),
    )


def wrong(found: Sequence[Estimate | None], truth: float) -> str:
    """The per cent of limits above and below the truth, and of studies without an interval."""
    there = [each for each in found if each is not None]
    limits = [(each.ci_low, each.ci_high) for each in there if each.ci_low is not None and each.ci_high is not None]
    n = max(len(limits), 1)
    too_high, too_low = sum(low > truth for low, _ in limits) / n, sum(high < truth for _, high in limits) / n
    return f"{100 * too_high:.1f} / {100 * too_low:.1f} | {100 * (1 - len(limits) / len(found)):.0f}"


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser("python -m benchmarks.known_answers", description="Limits beyond the truth.")
    parser.add_argument("--toy", action="store_true", help="few samples")
    samples = 20 if parser.parse_args(arguments).toy else SAMPLES
    print(
        "| yes, se, sp | known | articles | sensitivity: low / high wrong | none | corrected: low / high wrong | none |"
    )
    print("|---|---|---|---|---|---|---|")
    designs = product(RATES, ("articles", "sentences"), ARTICLES)
    for place, ((share, se, sp), known, n_articles) in enumerate(designs):
        rng = np.random.default_rng([11, place])
        studies = [found_in(cases(n_articles, share, (se, sp), known, rng)) for _ in range(samples)]
        sensitivity, corrected = [one[0] for one in studies], [one[1] for one in studies]
        row = (f"{share:g}, {se:g}, {sp:g}", known, n_articles, wrong(sensitivity, se), wrong(corrected, share))
        print(f"| {' | '.join(map(str, row))} |", flush=True)
    print(f"\nPer cent of {samples:,} studies a line; none: of studies without an interval.")


if __name__ == "__main__":
    main(sys.argv[1:])
