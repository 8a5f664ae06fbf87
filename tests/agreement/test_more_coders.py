"""One coder more: what is predicted from m coders against studies that m + 1 coded."""

from __future__ import annotations

import numpy as np
import pytest

from toolkit.agreement import levels
from toolkit.agreement.expected.limits import limits_of
from toolkit.agreement.expected.studies import LITTLE, MUCH, Difference, ExpectedStudy
from toolkit.agreement.jackknife import jackknife_interval
from toolkit.agreement.measures import Cut
from toolkit.agreement.more_coders import one_coder_more
from toolkit.agreement.patterns import Patterns, patterns_of_counts
from toolkit.agreement.reading import Coverage, Reading
from toolkit.agreement.resampling import Resampling
from toolkit.agreement.scale import Scale
from toolkit.agreement.sums import Sums, sums_of
from toolkit.files.arrays import IntArray

ARTICLES, SENTENCES, STUDIES = 30, 12, 80
BY_ARTICLE = Resampling("article", 100)


def coded(counts: IntArray, article: IntArray | None, level: str = "nominal") -> tuple[Sums, Patterns]:
    n = counts.shape[1]
    of = levels.ordinal(n) if level == "ordinal" else levels.nominal(n)
    patterns = patterns_of_counts(counts, article)
    scale = Scale(level=level, domain=tuple(range(n)), n_categories=n, alphas=(of,))
    reading = Reading(scale, patterns, Coverage(0, 0, 0), lambda: pytest.fail("alpha needs no annotators"))
    return sums_of([Cut(figure=of.alpha, level=level, alpha=of)], reading)[0], patterns


def study(coders: int, level: str, shares: tuple[float, ...], alpha: float, difference: Difference) -> ExpectedStudy:
    return ExpectedStudy(
        alpha=alpha,
        level=level,
        shares=shares,
        coders=coders,
        units_per_cluster=SENTENCES,
        difference=difference,
    )


def counts_of(one: ExpectedStudy, rng: np.random.Generator) -> IntArray:
    """The counts of every sentence, which the sums of an article no longer show."""
    keys = one._keys((1, ARTICLES), rng).reshape(-1)
    n = len(one.shares)
    values = np.stack([(keys // n**place) % n for place in range(one.coders)], axis=1)
    return np.asarray((values[..., None] == np.arange(n)).sum(axis=1), dtype=np.int64)


@pytest.mark.parametrize("coders", [3, 5])
@pytest.mark.parametrize(
    ("level", "shares", "alpha", "difference"),
    [
        ("nominal", (0.2,) * 5, 0.6, LITTLE),
        ("nominal", (0.8, 0.15, 0.05), 0.8, LITTLE),
        ("ordinal", (0.2,) * 5, 0.6, MUCH),
        ("ordinal", (0.2,) * 5, 0.8, LITTLE),
    ],
)
def test_half_widths_are_those_that_one_coder_more_brings(
    coders: int, level: str, shares: tuple[float, ...], alpha: float, difference: Difference
) -> None:
    """Medians: up to 4.5 % too wide (it promises less), and two errors of 3 % of the median of 80 studies."""
    rng = np.random.default_rng([8, coders])
    article = np.repeat(np.arange(ARTICLES), SENTENCES)
    predicted = []
    for _ in range(STUDIES):
        counts = counts_of(study(coders, level, shares, alpha, difference), rng)
        predicted.append(one_coder_more(*coded(counts, article, level), BY_ARTICLE).half_width)
    more = study(coders + 1, level, shares, alpha, difference)
    limits = limits_of(more.drawn(1000, ARTICLES, rng), more, confidence=0.95)
    found = np.median((limits.high - limits.low) / 2)
    ratio = np.median([each for each in predicted if each is not None]) / found
    assert 0.94 < ratio < 1.105
    assert sum(each is None for each in predicted) <= 2


def test_coders_who_say_what_the_article_says_help_nothing() -> None:
    """Every article is all alike or all at odds: another coder leaves the variance among articles as it is."""
    agreed, at_odds = [[3, 0, 0], [0, 3, 0], [0, 0, 3]] * 4, [[1, 1, 1]] * 12
    counts = np.array((agreed + at_odds) * 15)
    article = np.repeat(np.arange(30), 12)
    sums, patterns = coded(counts, article)
    value = float(sums.figure.values(sums.totals[None])[0])
    interval = jackknife_interval(sums, value, cluster="article", confidence=0.95)
    assert not isinstance(interval, str)
    assert one_coder_more(sums, patterns, BY_ARTICLE).half_width == pytest.approx(
        (interval.high - interval.low) / 2, rel=0.02
    )


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        ([[2, 0], [1, 1], [0, 2]] * 3, "told where all units have three values"),
        ([[3, 0], [2, 1], [0, 2]] * 3, "told where all units have three values"),
        ([[3, 0], [0, 3], [0, 3]] * 3, "next to no disagreement"),
        ([[3, 0]] * 9, "no variation"),
        ([[1, 0]] * 9, "no overlap"),
    ],
)
def test_what_cannot_be_told(counts: list[list[int]], reason: str) -> None:
    found = one_coder_more(*coded(np.array(counts), np.repeat(np.arange(3), 3)), BY_ARTICLE)
    assert (found.undefined_because, found.ci_low, found.ci_high, found.half_width) == (reason, None, None, None)


def test_units_only_one_coded_do_not_count_and_the_same_seed_says_the_same() -> None:
    rng = np.random.default_rng(1)
    counts = counts_of(study(3, "nominal", (0.5, 0.5), 0.6, LITTLE), rng)
    article = np.repeat(np.arange(ARTICLES), SENTENCES)
    one = one_coder_more(*coded(counts, article), BY_ARTICLE)
    again = one_coder_more(*coded(np.vstack([counts, [[1, 0]]]), np.append(article, 0)), BY_ARTICLE)
    assert one.half_width is not None
    assert one == again
    alone = one_coder_more(*coded(counts, None), Resampling("unit", 100))
    assert alone.half_width is not None
    assert alone.half_width < one.half_width
