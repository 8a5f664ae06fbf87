"""How often annotators are right: over all answers, where a category is true, and where it is given.

Sensitivity (recall) of a category is the share of the answers to units truly of it that say so; precision the share of
the answers that say so that are right (Yerushalmy 1947, *Public Health Reports* 62(40), 1432–1449; van Rijsbergen 1979,
*Information Retrieval*, ch. 7). Of two categories, the sensitivity of one is the specificity of the other.

Where units came to be known with different probabilities, each answer weighs the inverse of that of its unit, in
numerator and denominator alike (Hájek 1971, in Godambe & Sprott, *Foundations of Statistical Inference*, 236; Särndal,
Swensson & Wretman 1992, *Model Assisted Survey Sampling*, ch. 5).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from toolkit.agreement.estimate import Estimate
from toolkit.agreement.estimation import estimate_from
from toolkit.agreement.figure import without_rounding
from toolkit.agreement.interval import Interval
from toolkit.agreement.known.cases import Cases
from toolkit.agreement.known.disputed_and_drawn import NEVER, NOT_DRAWN, interval_of_both
from toolkit.agreement.known.share import share_sums
from toolkit.agreement.reason import Reason
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
    """True categories × categories given, in the order of the scale: counted, not weighed."""
    n_disputed: int = 0
    """Answers to units that are known because annotators differ on them."""
    n_agreed: int = 0
    """Answers to the other units, drawn from those annotators agree on, or all of these; 0 where it is not known how
    units came to be known."""


def confusions_of(cases: Cases) -> tuple[Confusions, ...]:
    """Return the counts over all annotators first, then those of each with an answer to a unit that is known."""
    n = len(cases.categories)
    every = []
    for name, those in _whose(cases):
        cell = cases.true[those] * n + cases.given[those]
        counts = np.bincount(cell, minlength=n * n).reshape(n, n).tolist()
        n_units = len(np.unique(cases.unit[those]))
        every.append(
            Confusions(
                annotator=name,
                n_units=n_units,
                counts=tuple(map(tuple, counts)),
                n_disputed=int((those & cases.disputed).sum()),
                n_agreed=int((those & ~cases.disputed).sum()) if cases.by_decision else 0,
            )
        )
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
    n, drawn, n_values = len(cases.categories), among & cases.sampled, int(among.sum())
    if among.any() and cases.never:
        among, reason = np.zeros_like(among), NEVER
    elif among.any() and cases.sampled.any() and not drawn.any():  # of disputed units alone it says nothing of all
        among, reason = np.zeros_like(among), NOT_DRAWN
    sums = share_sums(right, among, cases.drawn, cases.unit, cases.annotator, reason, weights=cases.weight)
    found = estimate_from(question, measure, level, sums, None, resampling, n_categories=n)
    if drawn.any() and resampling.replicates and not resampling.annotators:
        found = _with_limits(found, interval_of_both(right, among, cases, resampling))
    return replace(found, about="known", category=category, annotator=annotator, n_values=n_values)


def _with_limits(estimate: Estimate, found: Interval | Reason) -> Estimate:
    if isinstance(found, Reason):
        return replace(estimate, ci_low=None, ci_high=None, interval_method=None, interval_undefined_because=found)
    low, high = without_rounding(found.low), without_rounding(found.high)
    return replace(estimate, ci_low=low, ci_high=high, interval_method=found.method, interval_undefined_because=None)
