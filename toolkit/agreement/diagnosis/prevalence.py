"""How often each category is used, and when that is why a high percent agreement goes with a low alpha.

Feinstein & Cicchetti (1990), *Journal of Clinical Epidemiology* 43(6), 543–549: where nearly all answers are of one
category, agreement by chance is high, so little is left to be explained and the few disagreements weigh much. It is
their first paradox: high observed agreement, low chance-corrected agreement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from toolkit.agreement.diagnosis.counts import pairable_marginals, pattern_counts, weights_of
from toolkit.agreement.reading import Reading
from toolkit.files.arrays import FloatArray, IntArray

HIGH_PERCENT_AGREEMENT = 0.80
"""From here percent agreement looks good enough to make a low alpha a surprise. Ours to set: the paradox itself has no
limit."""

LOWEST_TENTATIVE_ALPHA = 0.667
"""What alpha is held against where the question has no target (Krippendorff 2004, p. 241)."""

HANDFUL = 5
"""So many units in disagreement or fewer are few: then it is true that one of them weighs much. Ours to set."""

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
    specific: float | None = None
    """Specific agreement: where one annotator names it, the share of others who do (see the measure of that name)."""
    n_split: int = 0
    """Units at least two annotators answered in which some name it and some do not."""


def reading_prevalences(reading: Reading) -> tuple[Prevalence, ...]:
    """Return how often each category was given; nothing for numbers."""
    scale = reading.scale
    if scale.membership is None:
        return ()
    counts, weights = pattern_counts(reading.patterns, scale.n_values)
    several = scale.membership if scale.level == "set" else None
    return prevalences(counts, scale.categories, weights=weights, membership=several)


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
    specific, n_split = _agreed_on(counts if membership is None else counts @ membership, counts.sum(axis=1), times)
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
            specific=share if among else None,
            n_split=split,
        )
        for category, count, among, share, split in zip(
            categories, given.tolist(), pairable.tolist(), specific.tolist(), n_split.tolist(), strict=True
        )
    )


def _agreed_on(named: FloatArray | IntArray, answered: IntArray, times: IntArray) -> tuple[FloatArray, IntArray]:
    """For each category its specific agreement (0 where it is never named), and in how many units only some name it."""
    two = answered >= 2
    among, of, units = named[two].astype(np.float64), answered[two].astype(np.float64)[:, None], times[two]
    both, once = units @ (among * (among - 1) / (of - 1)), units @ among
    share = np.divide(both, once, out=np.zeros_like(once, dtype=np.float64), where=once > 0)
    return share, units @ ((among > 0) & (among < of)).astype(np.int64)


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
    mix up categories that are all in use. A handful of disagreements is excused; of more, it says how far the most
    frequent of the rare categories is agreed on, for that is what alpha is low about.

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
    used = sorted((one for one in of_each if one.pairable_share), key=lambda one: -(one.pairable_share or 0.0))
    if not used or (used[0].pairable_share or 0.0) < DOMINATING_SHARE:
        return None
    most = f"{_percent(used[0].pairable_share or 0.0)} of the answers are `{used[0].category}`"
    if used[0].n_split <= HANDFUL or len(used) == 1 or used[1].specific is None:
        return f"{most}; with so little variation one disagreement weighs much."
    rare = used[1]
    how = "not agreed on" if (rare.specific or 0.0) < _AGREED_ON else "agreed on in part only"
    return (
        f"{most}; `{rare.category}` is rare ({_percent(rare.pairable_share or 0.0)}) and {how}: where one annotator "
        f"gives it, another does in {_percent(rare.specific or 0.0)} ({rare.n_split:,} disagreements)."
    )


_AGREED_ON = 0.5
"""Below it another annotator gives the category less often than not."""


def _percent(share: float) -> str:
    # "100 % of the answers" would say that there is no variation at all
    return "more than 99 %" if 0.995 <= share < 1 else f"{share * 100:.0f} %"
