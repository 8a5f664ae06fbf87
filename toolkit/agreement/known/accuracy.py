"""How often annotators are right: over all answers, where a category is true, and where it is given.

Sensitivity (recall) of a category is the share of the answers to units truly of it that say so; precision the share of
the answers that say so that are right (Yerushalmy 1947, *Public Health Reports* 62(40), 1432–1449; van Rijsbergen 1979,
*Information Retrieval*, ch. 7). Of two categories, the sensitivity of one is the specificity of the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from toolkit.agreement.estimate import Estimate
from toolkit.agreement.estimation import estimate_from
from toolkit.agreement.known.cases import Cases
from toolkit.agreement.known.share import share_sums
from toolkit.agreement.resampling import Resampling
from toolkit.files.arrays import BoolArray

ACCURACY, SENSITIVITY, PRECISION = "accuracy", "sensitivity", "precision"
NO_KNOWN_ANSWER = "no known answer"
NO_KNOWN_CASE = "no known case"
NEVER_GIVEN = "not given to known units"


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusions:
    """How often each category was given where each is known to be true, by one annotator or (None) by all."""

    annotator: str | None
    n_units: int
    counts: tuple[tuple[int, ...], ...]
    """True categories × categories given, in the order of the scale."""


def confusions_of(cases: Cases) -> tuple[Confusions, ...]:
    """Return the counts over all annotators first, then those of each with an answer to a unit that is known."""
    n = len(cases.categories)
    every = []
    for name, those in _whose(cases):
        cell = cases.true[those] * n + cases.given[those]
        counts = np.bincount(cell, minlength=n * n).reshape(n, n).tolist()
        n_units = len(np.unique(cases.unit[those]))
        every.append(Confusions(annotator=name, n_units=n_units, counts=tuple(map(tuple, counts))))
    return tuple(every)


def accuracy_estimates(question: str, level: str, cases: Cases, resampling: Resampling) -> Iterator[Estimate]:
    """Yield the share of right answers, then sensitivity and precision of every category; of all annotators, then of
    each.

    Categories that are neither known nor given anywhere are left out.
    """
    used = [code for code in range(len(cases.categories)) if _is_used(cases, code)]
    for name, those in _whose(cases):
        right = those & (cases.given == cases.true)
        yield _estimate(question, level, ACCURACY, None, name, right, those, NO_KNOWN_ANSWER, cases, resampling)
        for code in used:
            category = cases.categories[code]
            for measure, among, reason in (
                (SENSITIVITY, those & (cases.true == code), NO_KNOWN_CASE),
                (PRECISION, those & (cases.given == code), NEVER_GIVEN),
            ):
                yield _estimate(question, level, measure, category, name, right, among, reason, cases, resampling)


def _whose(cases: Cases) -> Iterator[tuple[str | None, BoolArray]]:
    """The answers to units that are known: of all annotators, then of each who has any."""
    known = cases.known
    yield None, known
    for place, name in enumerate(cases.annotators):
        those = known & (cases.annotator == place)
        if those.any():
            yield name, those


def _is_used(cases: Cases, code: int) -> bool:
    known = cases.known
    return bool((known & ((cases.true == code) | (cases.given == code))).any())


def _estimate(
    question: str,
    level: str,
    measure: str,
    category: str | None,
    annotator: str | None,
    right: BoolArray,
    among: BoolArray,
    reason: str,
    cases: Cases,
    resampling: Resampling,
) -> Estimate:
    sums = share_sums(right, among, cases.drawn, cases.unit, cases.annotator, reason)
    n = len(cases.categories)
    found = estimate_from(question, measure, level, sums, None, resampling, n_categories=n)
    return replace(found, about="known", category=category, annotator=annotator)
