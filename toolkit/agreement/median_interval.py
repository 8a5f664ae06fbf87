"""The interval of a median of values that come in clusters, by drawing clusters whole.

Percentiles of the median in bootstrap samples of clusters (Davison & Hinkley 1997, *Bootstrap Methods and Their
Application*, pp. 100-101, 202-203).
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

from toolkit.agreement.reason import Reason
from toolkit.agreement.resampling import Resampling
from toolkit.files.arrays import FloatArray, IntArray


def median_interval(
    values: Sequence[float], clusters: Sequence[Hashable], resampling: Resampling
) -> tuple[float, float] | str:
    """Return the limits of the median of ``values``, or why there are none; ``clusters`` are those they are in.

    >>> median_interval([5.0, 7.0], ["a", "a"], Resampling("article"))
    'one article'
    """
    if not resampling.replicates:
        return "no replicates asked for"
    if resampling.replicates < resampling.fewest_replicates:
        return Reason("{} replicates are too few", resampling.replicates)
    together: dict[Hashable, list[float]] = {}
    for value, cluster in zip(values, clusters, strict=True):
        together.setdefault(cluster, []).append(value)
    if len(together) < 2:
        return Reason("one {}", resampling.cluster)
    rng = np.random.default_rng(resampling.seed)
    drawn = rng.integers(len(together), size=(resampling.replicates, len(together)))
    medians = _medians([np.asarray(part) for part in together.values()], drawn)
    tail = (1 - resampling.confidence) / 2
    low, high = np.quantile(medians, [tail, 1 - tail]).tolist()
    return low, high


def _medians(parts: Sequence[FloatArray], drawn: IntArray) -> list[float]:
    """The median of what each row of places draws: values are sorted once, and counted as often as they are drawn."""
    values = np.concatenate(parts)
    order = np.argsort(values, kind="stable")
    values, part = values[order], np.repeat(np.arange(len(parts)), [len(each) for each in parts])[order]
    medians = []
    for places in drawn:
        up_to = np.cumsum(np.bincount(places, minlength=len(parts))[part])
        middle = np.searchsorted(up_to, [(up_to[-1] - 1) // 2, up_to[-1] // 2], side="right")
        medians.append(float(values[middle].mean()))
    return medians
