"""How right annotators are by decisions on what they differ on and on a sample of what they agree on: truth and limits.

``python -m benchmarks.adjudicated``, minutes. Three annotators answer yes or no to the 5 to 15 sentences of each
article; 30 % are truly yes. A sentence is easy (each is right with .98), hard (.6) or misleading (.1: annotators are
wrong alike, and nobody sees it in what they differ on). Articles differ in how many of each they have (Dirichlet
distributions whose parameters add up to 20). Known are all sentences on which annotators differ, and an evenly drawn
tenth of the others. A limit is wrong where the truth, of all articles there could be, lies beyond it. Beside the
limits of accuracy stand those of leaving out articles of all answers at once.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from itertools import islice, product

import numpy as np

from benchmarks.known_answers import answered_by_all, wrong
from toolkit.agreement.estimate import Estimate
from toolkit.agreement.interval import Interval
from toolkit.agreement.jackknife import jackknife_interval
from toolkit.agreement.known.accuracy import ACCURACY, PRECISION, SENSITIVITY, accuracy_estimates
from toolkit.agreement.known.cases import Cases
from toolkit.agreement.known.corrected import CORRECTED, prevalence_estimates
from toolkit.agreement.known.share import share_sums
from toolkit.agreement.ratings import MISSING
from toolkit.agreement.resampling import Resampling
from toolkit.files.arrays import BoolArray

SAMPLES = 1_000
ANNOTATORS = 3
ALIKE = 20.0
SHARE = 0.1
YES = 0.3
RIGHT = np.array([0.98, 0.6, 0.1])
ARTICLES = (10, 20, 50)
KINDS = ((0.88, 0.1, 0.02), (0.65, 0.3, 0.05), (0.8, 0.1, 0.1))
"""Shares of easy, hard and misleading sentences."""
MEASURES = ("accuracy", "of one annotator", "sensitivity", "precision", "corrected")


def cases(n_articles: int, kinds: Sequence[float], rng: np.random.Generator) -> Cases:
    """The answers of one study."""
    article = np.repeat(np.arange(n_articles), rng.integers(5, 16, n_articles))
    n = len(article)
    common = rng.gamma(ALIKE * np.array(kinds), 1.0, (n_articles, len(kinds)))
    upto = np.cumsum(common / common.sum(axis=1, keepdims=True), axis=1)[article]
    kind = np.minimum((rng.random(n)[:, None] > upto).sum(axis=1), len(kinds) - 1)
    true = (rng.random(n) < YES).astype(np.int64)
    right = rng.random((n, ANNOTATORS)) < RIGHT[kind][:, None]
    given = np.where(right, true[:, None], 1 - true[:, None])
    disputed = (given != given[:, :1]).any(axis=1)
    known = disputed | drawn(~disputed, rng)
    return answered_by_all(
        article,
        given,
        np.where(known, true, MISSING),
        weight=np.where(known & ~disputed, 1 / SHARE, 1.0),
        disputed=disputed,
    )


def drawn(agreed: BoolArray, rng: np.random.Generator) -> BoolArray:
    """A systematic sample of those, from a random start."""
    steps = np.floor(rng.random() + SHARE * np.arange(agreed.sum() + 1))
    found = np.zeros(len(agreed), dtype=np.bool_)
    found[np.flatnonzero(agreed)[np.diff(steps) > 0]] = True
    return found


def found_in(study: Cases) -> Mapping[str, Estimate | None]:
    """Each of the ``MEASURES``; of categories that of yes."""
    resampling = Resampling("article", replicates=1)
    of_all_and_one = islice(accuracy_estimates("q", "nominal", study, resampling), 2 + 2 * len(study.categories))
    right = {(one.measure, one.category, one.annotator): one for one in of_all_and_one}
    corrected, _ = prevalence_estimates("q", "nominal", study, resampling, ())
    every = {(one.measure, one.category): one for one in corrected}
    return {
        "accuracy": right.get((ACCURACY, None, None)),
        "of one annotator": right.get((ACCURACY, None, "a")),
        "sensitivity": right.get((SENSITIVITY, "yes", None)),
        "precision": right.get((PRECISION, "yes", None)),
        "corrected": every.get((CORRECTED, "yes")),
    }


def unweighted(study: Cases) -> float:
    """The share of all known answers that are right, whatever they stand for."""
    known = study.known
    return float((study.given == study.true)[known].mean()) if known.any() else np.nan


def at_once(study: Cases) -> Interval | None:
    """The interval of accuracy by leaving out articles of disputed and drawn answers at once."""
    places = study.drawn, study.unit, study.annotator
    sums = share_sums(study.given == study.true, study.known, *places, "", weights=study.weight)
    value = float(sums.figure.values(sums.totals[None, :])[0])
    found = jackknife_interval(sums, value, cluster="article", confidence=Resampling("article", 1).confidence)
    return found if isinstance(found, Interval) else None


def beyond(found: Sequence[Interval | None], truth: float) -> str:
    """The per cent of limits above and below the truth."""
    limits = [each for each in found if each is not None]
    n = max(len(limits), 1)
    above, below = sum(one.low > truth for one in limits) / n, sum(one.high < truth for one in limits) / n
    return f"{100 * above:.1f} / {100 * below:.1f}"


def truths(kinds: Sequence[float]) -> Mapping[str, float]:
    """The same in all articles there could be: right is as likely of yes as of no."""
    right = float(RIGHT @ np.array(kinds))
    precision = YES * right / (YES * right + (1 - YES) * (1 - right))
    return dict(zip(MEASURES, (right, right, right, precision, YES), strict=True))


def mean(values: Sequence[float | None]) -> str:
    there = [value for value in values if value is not None]
    return f"{np.mean(there):.3f}" if there else "-"


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser("python -m benchmarks.adjudicated", description="Limits beyond the truth.")
    parser.add_argument("--toy", action="store_true", help="few samples")
    samples = 20 if parser.parse_args(arguments).toy else SAMPLES
    print("| easy, hard, misleading | articles | | truth | unweighted | weighted | low / high wrong | none | at once |")
    print("|---|---|---|---|---|---|---|---|---|")
    for place, (kinds, n_articles) in enumerate(product(KINDS, ARTICLES)):
        rng = np.random.default_rng([12, place])
        studies = [cases(n_articles, kinds, rng) for _ in range(samples)]
        found = [found_in(study) for study in studies]
        for measure, truth in truths(kinds).items():
            own = [each[measure] for each in found]
            is_accuracy = measure == "accuracy"
            plain = mean([unweighted(study) for study in studies]) if is_accuracy else ""
            together = beyond([at_once(study) for study in studies], truth) if is_accuracy else ""
            weighted = mean([one.value for one in own if one is not None])
            row = (
                ", ".join(map(str, kinds)),
                n_articles,
                measure,
                f"{truth:.3f}",
                plain,
                weighted,
                wrong(own, truth),
                together,
            )
            print(f"| {' | '.join(map(str, row))} |", flush=True)
    print(f"\nPer cent of {samples:,} studies a line; none: of studies without an interval.")


if __name__ == "__main__":
    main(sys.argv[1:])
