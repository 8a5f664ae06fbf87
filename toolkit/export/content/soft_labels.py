"""Disagreement kept as numbers: how many annotators chose each category, and how likely it is by Dawid and Skene."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from toolkit.consensus.dawid_skene import dawid_skene
from toolkit.export.content.flat_answers import numbered
from toolkit.export.content.votes import Votes
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


def soft_labels_of(votes: Votes, rounds: pa.Array, *, posteriors: bool) -> SoftLabels:
    """Return the categories anybody chose; with ``posteriors`` also those that are likely. ``rounds`` are names by
    unit.

    Annotators are as reliable as they are in one question of one round. A set has no posterior: its categories do not
    exclude each other.
    """
    tally = votes.codes
    none = SoftLabels(tally.group, tally.value, tally.count, np.full(len(tally.group), np.nan))
    if not posteriors:
        return none
    n = max(len(votes.categories), 1)
    keys, likely = _posteriors(votes, rounds, n)
    counted = tally.group * n + tally.value
    every = np.union1d(counted, keys[likely >= LEAST])
    count, posterior = np.zeros(len(every), np.int64), np.full(len(every), np.nan)
    count[np.searchsorted(every, counted)] = tally.count
    order = np.argsort(keys)
    keys, likely = keys[order], likely[order]
    known = np.isin(every, keys)
    posterior[known] = likely[np.searchsorted(keys, every[known])]
    return SoftLabels(every // n, every % n, count, posterior)


def _posteriors(votes: Votes, rounds: pa.Array, n: int) -> tuple[IntArray, FloatArray]:
    """Group and category (as one number), and how likely the category is."""
    group, annotator, category = votes.single
    names, of_unit = numbered(rounds.to_pylist())
    model = votes.question[group] * len(names) + of_unit[votes.unit[group]]
    keys: list[IntArray] = [np.empty(0, np.int64)]
    likely: list[FloatArray] = [np.empty(0)]
    for each in np.unique(model):
        here = np.flatnonzero(model == each)
        groups, unit = np.unique(group[here], return_inverse=True)
        people, person = np.unique(annotator[here], return_inverse=True)
        categories, value = np.unique(category[here], return_inverse=True)
        shape = (len(groups), len(people), len(categories))
        found = dawid_skene(unit, person, value, shape=shape)
        keys.append((groups[:, None] * n + categories[None, :]).ravel())
        likely.append(found.posterior.ravel())
    return np.concatenate(keys), np.concatenate(likely)
