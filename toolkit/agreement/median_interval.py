"""The interval of a median of values that come in clusters, by drawing clusters whole.

Percentiles of the median in bootstrap samples of clusters (Davison & Hinkley 1997, *Bootstrap Methods and Their
Application*, pp. 100-101, 202-203).
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

from toolkit.agreement.reason import Reason
from toolkit.agreement.resampling import Resampling


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
    parts = [np.asarray(part) for part in together.values()]
    rng = np.random.default_rng(resampling.seed)
    drawn = rng.integers(len(parts), size=(resampling.replicates, len(parts)))
    medians = [float(np.median(np.concatenate([parts[place] for place in places]))) for places in drawn.tolist()]
    tail = (1 - resampling.confidence) / 2
    low, high = np.quantile(medians, [tail, 1 - tail]).tolist()
    return low, high
