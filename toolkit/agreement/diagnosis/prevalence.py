"""How often each category is used, and when that is why a high percent agreement goes with a low alpha.

Feinstein & Cicchetti (1990), *Journal of Clinical Epidemiology* 43(6), 543–549: where nearly all answers are of one
category, agreement by chance is high, so little is left to be explained and the few disagreements weigh much. It is
their first paradox: high observed agreement, low chance-corrected agreement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from toolkit.agreement.diagnosis.counts import pairable_marginals, weights_of
from toolkit.files.arrays import FloatArray, IntArray

HIGH_PERCENT_AGREEMENT = 0.80
"""From here percent agreement looks good enough to make a low alpha a surprise. Ours to set: the paradox itself has no
limit."""

LOWEST_TENTATIVE_ALPHA = 0.667
"""What alpha is held against where the question has no target (Krippendorff 2004, p. 241)."""

DOMINATING_SHARE = 0.80
"""From here one category dominates. Two answers drawn at random are then both of it in .80² = .64 of all cases or
more, against .50 with two categories used equally: chance alone does most of the agreeing. Ours to set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prevalence:
    """How often one category was given, among all answers and among those agreement is computed from."""

    category: str
    count: int
    """Answers that name the category."""
    share: float | None
    """Of all answers; None where nothing was answered."""
    pairable_count: int
    """The same in units at least two annotators answered."""
    pairable_share: float | None
    """Of all answers in such units; None without any."""
    undefined_because: str | None
    """``nothing answered`` (neither share exists) or ``no overlap`` (the second does not)."""


def prevalences(
    counts: IntArray,
    categories: Sequence[str],
    *,
    weights: IntArray | None = None,
    membership: FloatArray | None = None,
) -> tuple[Prevalence, ...]:
    """Return how often each category was given, in the order of ``categories``, from value counts (units × values).

    ``membership`` (values × categories, 1 where the value names the category) is for sets: their shares add up to more
    than 1. Without, values are categories. ``weights`` says how many units each row stands for.
    """
    times = weights_of(counts, weights)
    given: IntArray = times @ counts
    pairable = pairable_marginals(counts, times)
    n_given, n_pairable = int(given.sum()), int(pairable.sum())
    reason = "nothing answered" if not n_given else "no overlap" if not n_pairable else None
    if membership is not None:
        named = membership.astype(np.int64)
        given, pairable = given @ named, pairable @ named
    return tuple(
        Prevalence(
            category=category,
            count=count,
            share=count / n_given if n_given else None,
            pairable_count=among,
            pairable_share=among / n_pairable if n_pairable else None,
            undefined_because=reason,
        )
        for category, count, among in zip(categories, given.tolist(), pairable.tolist(), strict=True)
    )


def skew_sentence(
    percent_agreement: float | None,
    alpha: float | None,
    of_each: Sequence[Prevalence],
    *,
    target: float | None = None,
) -> str | None:
    """Return why alpha is low although percent agreement is high, where that is because one category dominates; else
    None.

    All three must hold: percent agreement ≥ .80, alpha below ``target`` (.667 without one), and one category that makes
    up ≥ .80 of the answers agreement is computed from. The last keeps it silent where alpha is low because annotators
    mix up categories that are all in use.

    >>> none = Prevalence(
    ...     category="none", count=97, share=0.97, pairable_count=97, pairable_share=0.97, undefined_because=None
    ... )
    >>> skew_sentence(0.95, 0.15, [none])
    '97 % of the answers are `none`; with so little variation one disagreement weighs much.'
    """
    if percent_agreement is None or alpha is None:
        return None
    low = alpha < (LOWEST_TENTATIVE_ALPHA if target is None else target)
    if not low or percent_agreement < HIGH_PERCENT_AGREEMENT:
        return None
    share, category = max(
        ((one.pairable_share, one.category) for one in of_each if one.pairable_share is not None),
        default=(0.0, ""),
        key=lambda shared: shared[0],
    )
    if share < DOMINATING_SHARE:
        return None
    return f"{_percent(share)} of the answers are `{category}`; with so little variation one disagreement weighs much."


def _percent(share: float) -> str:
    # "100 % of the answers" would say that there is no variation at all
    return "more than 99 %" if 0.995 <= share < 1 else f"{share * 100:.0f} %"
