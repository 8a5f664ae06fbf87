"""How common each category is among the answers, over all of them and in parts of the clusters, with intervals.

Answers of one cluster resemble each other, so intervals come from leaving out whole clusters (``known/share.py``), on
the log-odds scale, because a share may truly be anything from 0 to 1. What is shown is what was *given*: a share
corrected for errors takes known answers (``known/corrected.py``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from toolkit.agreement.estimate import Estimate
from toolkit.agreement.estimation import estimate_from
from toolkit.agreement.known.corrected import NOTHING_GIVEN, PREVALENCE
from toolkit.agreement.known.share import share_sums_of
from toolkit.agreement.reading import Coverage
from toolkit.agreement.resampling import Resampling
from toolkit.files.arrays import BoolArray, IntArray

Part = tuple[str | None, str | None, BoolArray]
"""What clusters are divided by, the part, and which clusters are in it; (None, None, all of them) for the whole."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class GivenCategories:
    """The answers to one question: an entry for each, by the numbers of its unit, cluster and annotator."""

    question: str
    level: str
    categories: tuple[str, ...]
    named: BoolArray
    """Entries × categories: which of them the answer names; one, several (sets, spans) or none."""
    unit: IntArray
    cluster: IntArray
    annotator: IntArray


def category_shares(given: GivenCategories, parts: Sequence[Part], resampling: Resampling) -> tuple[Estimate, ...]:
    """Return the share of the answers that name each category, part by part, in the order of the categories.

    ``cluster`` of an entry is a place in the masks of the ``parts``.
    """
    return tuple(_shares(given, parts, resampling))


def _shares(given: GivenCategories, parts: Sequence[Part], resampling: Resampling) -> Iterator[Estimate]:
    if not parts:
        return
    n_clusters, n_annotators = len(parts[0][2]), int(given.annotator.max(initial=-1)) + 1
    totals = np.bincount(given.cluster, minlength=n_clusters)
    counts = [np.bincount(given.cluster, given.named[:, place], n_clusters) for place in range(len(given.categories))]
    units, first = np.unique(given.unit, return_index=True)
    n_units = np.bincount(given.cluster[first], minlength=n_clusters) if len(units) else np.zeros(n_clusters)
    who = np.bincount(given.cluster * n_annotators + given.annotator, minlength=n_clusters * n_annotators)
    coded = who.reshape(n_clusters, n_annotators) > 0
    for by, group, inside in parts:
        there = inside & (totals > 0)
        n = int(n_units[there].sum())
        coverage = Coverage(n, n, int(coded[there].any(axis=0).sum()))
        for category, of in zip(given.categories, counts, strict=True):
            sums = share_sums_of(of[there], totals[there], coverage, NOTHING_GIVEN, n_values=int(totals[there].sum()))
            found = estimate_from(
                given.question,
                PREVALENCE,
                given.level,
                replace(sums, in_odds=True),
                None,
                resampling,
                n_categories=len(given.categories),
            )
            yield replace(found, about="prevalence", category=category, by=by, group=group)
