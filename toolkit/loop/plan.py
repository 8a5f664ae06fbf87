"""Plan: before any data, how many articles it takes until a study that is good enough is said to be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isclose

import numpy as np

from toolkit.agreement.expected.power import SAMPLES, SimulatedStudies, Told, told_at
from toolkit.agreement.expected.studies import (
    LEVELS,
    LITTLE,
    MOST_CATEGORIES,
    MOST_CODERS,
    MUCH,
    Difference,
    ExpectedStudy,
)
from toolkit.errors import UsageError
from toolkit.loop.progress import Progress, silent

POWER = 0.8
CONFIDENCE = 0.95
CODERS = (2, 3, 5)
"""Numbers of coders that are planned beside the one asked about."""
ARTICLES = (5, 10, 20, 50, 100, 200)
"""Numbers of articles at which the shares of the verdicts are given, beside the one that is needed."""
DIFFERENCES = {each.name: each for each in (LITTLE, MUCH)}
_MOST_SENTENCES = 500
_ROUNDING = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class NeededArticles:
    """Articles it takes with so many coders; None exactly when ``undefined_because`` says why."""

    differ: str
    coders: int
    articles: int | None
    annotations: int | None
    """All sentences of those articles, by every coder."""
    undefined_because: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldStudies:
    """What studies of the coders asked about are told with so many articles, by their true alpha."""

    differ: str
    articles: int
    expected: Told
    """Where true alpha is the expected one."""
    at_target: Told
    """Where true alpha is the target: both *reached* and *not reached* are then wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyPlan:
    """How many articles a study needs that nobody has coded yet, and all that was supposed."""

    level: str
    shares: tuple[float, ...]
    expect: float
    target: float
    power: float
    coders: int
    sentences_per_article: int
    confidence: float
    samples: int
    seed: int
    needed: tuple[NeededArticles, ...]
    told: tuple[ToldStudies, ...]


_ANOTHER = "Give one in that range."


def plan(
    *,
    level: str,
    categories: int | Sequence[float],
    expect: float,
    target: float,
    coders: int,
    sentences_per_article: int,
    differ: str | None = None,
    power: float = POWER,
    seed: int = 0,
    samples: int = SAMPLES,
    progress: Progress = silent,
) -> StudyPlan:
    """Return how many articles it takes until a study is said to have reached its target with this power, simulated.

    ``expect`` is the true alpha supposed. ``categories`` are how many there are, alike often, or their shares.
    ``differ`` is how much articles differ, ``little`` or ``much``; both are planned where it is None. ``samples``
    studies are simulated. The same seed gives the same plan. Raise ``UsageError`` for what cannot be planned.
    """
    if level not in LEVELS:
        raise UsageError(f"a study cannot be planned at level {level!r}", todo=f"There is: {', '.join(LEVELS)}.")
    shares = _shares(categories)
    _check(expect=expect, target=target, power=power, seed=seed)
    if not 2 <= coders <= MOST_CODERS:
        raise UsageError(f"a study is planned with 2 to {MOST_CODERS} coders, not {coders}", todo=_ANOTHER)
    if not 1 <= sentences_per_article <= _MOST_SENTENCES:
        raise UsageError(
            f"articles have 1 to {_MOST_SENTENCES} sentences here, not {sentences_per_article}", todo=_ANOTHER
        )
    if differ is not None and differ not in DIFFERENCES:
        raise UsageError(f"articles cannot differ {differ!r}", todo=f"There is: {', '.join(DIFFERENCES)}.")
    several = sorted({*CODERS, coders})
    needed: list[NeededArticles] = []
    told: list[ToldStudies] = []
    chosen = [each for name, each in DIFFERENCES.items() if differ in {None, name}]
    steps = len(chosen) * (len(several) + 1)

    def simulated(alpha: float, k: int, difference: Difference, stream: int) -> SimulatedStudies:
        study = ExpectedStudy(
            alpha=alpha,
            level=level,
            shares=shares,
            coders=k,
            units_per_cluster=sentences_per_article,
            difference=difference,
        )
        place = list(DIFFERENCES).index(difference.name)
        rng = np.random.default_rng([seed, place, k, stream])
        return SimulatedStudies(study=study, rng=rng, samples=samples, confidence=CONFIDENCE)

    for difference in chosen:
        for k in several:
            studies = simulated(expect, k, difference, 0)
            found = studies.needed(target, power, cluster="article")
            n = found if isinstance(found, int) else None
            needed.append(
                NeededArticles(
                    differ=difference.name,
                    coders=k,
                    articles=n,
                    annotations=None if n is None else n * sentences_per_article * k,
                    undefined_because=None if isinstance(found, int) else found,
                )
            )
            progress("simulating studies", len(needed) + len(told), steps)
            if k == coders:
                at_target = simulated(target, k, difference, 1)
                told += _told(difference, studies, at_target, sorted({*ARTICLES, *([] if n is None else [n])}), target)
    progress("simulating studies", steps, steps)
    return StudyPlan(
        level=level,
        shares=shares,
        expect=expect,
        target=target,
        power=power,
        coders=coders,
        sentences_per_article=sentences_per_article,
        confidence=CONFIDENCE,
        samples=samples,
        seed=seed,
        needed=tuple(needed),
        told=tuple(told),
    )


def _told(
    difference: Difference,
    expected: SimulatedStudies,
    at_target: SimulatedStudies,
    numbers: Sequence[int],
    target: float,
) -> Iterator[ToldStudies]:
    both = zip(told_at(expected, numbers, target), told_at(at_target, numbers, target), strict=True)
    for good, even in both:
        yield ToldStudies(differ=difference.name, articles=good.n_clusters, expected=good, at_target=even)


def _shares(categories: int | Sequence[float]) -> tuple[float, ...]:
    if isinstance(categories, int):
        if not 2 <= categories <= MOST_CATEGORIES:
            raise UsageError(
                f"a study is planned with 2 to {MOST_CATEGORIES} categories, not {categories}", todo=_ANOTHER
            )
        return (1 / categories,) * categories
    shares = tuple(categories)
    if not 2 <= len(shares) <= MOST_CATEGORIES:
        raise UsageError(f"a study is planned with 2 to {MOST_CATEGORIES} categories, not {len(shares)}", todo=_ANOTHER)
    total = sum(shares)
    if not all(0 < share < 1 for share in shares) or not isclose(total, 1, abs_tol=_ROUNDING):
        said = ", ".join(f"{share:g}" for share in shares)
        raise UsageError(
            f"shares of categories lie between 0 and 1 and add up to 1; these do not: {said}",
            todo="Give shares such as .6,.3,.1.",
        )
    return tuple(share / total for share in shares)


def _check(*, expect: float, target: float, power: float, seed: int) -> None:
    if not 0 < expect <= 1:
        raise UsageError(f"an expected alpha is above 0 and at most 1, not {expect:g}", todo=_ANOTHER)
    if not 0 < target < 1:
        raise UsageError(f"a target to plan for lies between 0 and 1, not {target:g}", todo=_ANOTHER)
    if not 0 < power < 1:
        raise UsageError(f"a power lies between 0 and 1, not {power:g}", todo=_ANOTHER)
    if seed < 0:
        raise UsageError(f"a seed is 0 or more, not {seed}", todo=_ANOTHER)
