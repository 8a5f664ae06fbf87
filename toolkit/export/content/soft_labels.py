"""Disagreement kept as numbers: how many annotators chose each category, and how likely it is by Dawid and Skene."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from toolkit.export.content.likely_categories import Likely
from toolkit.export.content.votes import CODED, Votes
from toolkit.files.arrays import FloatArray, IntArray

LEAST = 1e-6
"""A category nobody chose is left out where its posterior is less."""


@dataclass(frozen=True, slots=True, eq=False)
class SoftLabels:
    """By group of the votes and category in codebook order; ``posterior`` is NaN where there is none."""

    group: IntArray
    category: IntArray
    count: IntArray
    posterior: FloatArray


def soft_labels_of(votes: Votes, likely: Sequence[Likely], *, zeros: bool = False) -> SoftLabels:
    """Return the categories anybody chose, and where there are models also those that are likely.

    With ``zeros`` also every other category that could have been chosen where somebody answered.
    """
    tally = votes.codes
    if not likely and not zeros:
        return SoftLabels(tally.group, tally.value, tally.count, np.full(len(tally.group), np.nan))
    n = max(len(votes.categories), 1)
    none = np.empty(0, np.int64)
    keys = np.concatenate([none, *((one.groups[:, None] * n + one.categories[None, :]).ravel() for one in likely)])
    posteriors = np.concatenate([np.empty(0), *(one.found.posterior.ravel() for one in likely)])
    counted = tally.group * n + tally.value
    could_be = _could_be(votes, n) if zeros else none
    every = np.union1d(np.union1d(counted, keys[posteriors >= LEAST]), could_be)
    count, posterior = np.zeros(len(every), np.int64), np.full(len(every), np.nan)
    count[np.searchsorted(every, counted)] = tally.count
    order = np.argsort(keys)
    keys, posteriors = keys[order], posteriors[order]
    known = np.isin(every, keys)
    posterior[known] = posteriors[np.searchsorted(keys, every[known])]
    return SoftLabels(every // n, every % n, count, posterior)


def _could_be(votes: Votes, n: int) -> IntArray:
    answered = votes.of_level(*CODED, "set") & (votes.n_answers > 0)
    groups = [np.flatnonzero(answered & (votes.question == at)) for at in range(len(votes.questions))]
    keys = [
        (group[:, None] * n + offered[None, :]).ravel() for group, offered in zip(groups, votes.offered, strict=True)
    ]
    return np.concatenate([np.empty(0, np.int64), *keys])
