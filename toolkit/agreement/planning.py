"""How many more clusters it takes until an agreement figure is known to within a given half-width.

The clusters coded so far stand for those to come: as many units each, annotators no better and no worse. Drawing
G′ of the G clusters with replacement shows how wide the percentile interval would be with G′ of them. (Bootstrap
samples of another size than the sample: Bickel, Götze & van Zwet 1997, *Statistica Sinica* 7(1), 1–31, smaller there.)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.agreement.bootstrap import resampled_sums
from toolkit.agreement.reason import Reason
from toolkit.agreement.resampling import FEWEST_RELIABLE_CLUSTERS, LARGEST_UNDEFINED_SHARE, Resampling
from toolkit.agreement.sums import Sums
from toolkit.files.arrays import FloatArray

MOST_CLUSTERS = 100_000
"""Clusters (or units) beyond which no number is given: nobody would code them."""

ALL_ALIKE = "all replicates are alike"
"""So what is coded so far cannot tell how much others would differ."""

_MOST_REDRAWN = 2
_CLOSE = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class ClustersPlan:
    """How many clusters (units, where units are drawn) are needed in total, and how many of them are still to come.

    ``n_needed`` and ``n_more`` are None exactly when ``undefined_because`` says why. ``caveats`` say why the number
    should not be trusted far.
    """

    cluster: str
    """What is drawn, as in ``Resampling``."""
    n_clusters: int
    """Those the figure rests on now."""
    half_width: float | None
    """Of the percentile interval now; None where there is none."""
    wanted: float
    n_needed: int | None = None
    n_more: int | None = None
    undefined_because: str | None = None
    caveats: tuple[str, ...] = ()

    @property
    def unreliable(self) -> bool:
        """Whether too few clusters are coded to tell how much clusters differ."""
        return self.n_clusters < FEWEST_RELIABLE_CLUSTERS


def clusters_needed(sums: Sums, resampling: Resampling, *, half_width: float) -> ClustersPlan:
    """Return the clusters needed until half the percentile interval's width is below ``half_width``, all else as it is.

    The number is as exact as half-widths from so many replicates are: 2,000 replicates leave about ±5 %, and the few
    clusters it is learnt from leave far more. A figure that is already known well enough needs 0 more.
    """
    if not half_width > 0:
        raise ValueError(f"a half-width must be above 0, not {half_width!r}")
    n_now = int(sums.sizes.sum())
    reason = _no_interval_because(sums, resampling, n_now)
    if reason:
        return ClustersPlan(
            cluster=resampling.cluster,
            n_clusters=n_now,
            half_width=None,
            wanted=half_width,
            undefined_because=reason,
        )
    now = _Drawn.of(sums, resampling, n_now)
    width = now.half_width(n_now)
    needed = n_now if width < half_width else _smallest(sums, resampling, now, half_width)
    return ClustersPlan(
        cluster=resampling.cluster,
        n_clusters=n_now,
        half_width=width if np.isfinite(width) else None,
        wanted=half_width,
        n_needed=needed,
        n_more=None if needed is None else needed - n_now,
        undefined_because=None if needed else Reason("more than {:,} {}s", MOST_CLUSTERS, resampling.cluster),
        caveats=_caveats(resampling.cluster, n_now, width),
    )


def _no_interval_because(sums: Sums, resampling: Resampling, n_now: int) -> str | None:
    undefined = sums.figure.undefined_because(sums.totals)
    if undefined:
        return undefined
    if resampling.replicates == 0:
        return "no replicates asked for"
    if resampling.replicates < resampling.fewest_replicates:
        return Reason("{} replicates are too few", resampling.replicates)
    return Reason("one {}", resampling.cluster) if min(n_now, sums.n_clusters) < 2 else None


def _caveats(cluster: str, n_now: int, width: float) -> tuple[str, ...]:
    found: list[str] = []
    if n_now < FEWEST_RELIABLE_CLUSTERS:
        found.append(Reason("learnt from {} {}s only", n_now, cluster))
    if width == 0:
        found.append(ALL_ALIKE)
    return tuple(found)


@dataclass(frozen=True, slots=True, eq=False)
class _Drawn:
    """Replicates of ``n`` clusters each, and what they tell about nearby numbers of clusters without drawing again."""

    sums: Sums
    resampling: Resampling
    n: int
    means: FloatArray
    deviations: FloatArray

    @classmethod
    def of(cls, sums: Sums, resampling: Resampling, n: int) -> _Drawn:
        rng = np.random.default_rng(resampling.seed)
        drawn = resampled_sums(sums.rows, sums.sizes, replicates=resampling.replicates, rng=rng, n_drawn=n)
        means = sums.totals / int(sums.sizes.sum())
        return cls(sums, resampling, n, means, drawn - n * means)

    def half_width(self, n: int) -> float:
        """Return half the percentile interval's width with ``n`` clusters; infinite where too many replicates have
        no value.

        Sums over n clusters lie about n times the mean, with a spread that grows with √n: the replicates are moved and
        stretched accordingly, and the figure is computed from them.
        """
        values = self.sums.figure.values(n * self.means + np.sqrt(n / self.n) * self.deviations)
        defined = values[~np.isnan(values)]
        if len(values) - len(defined) > LARGEST_UNDEFINED_SHARE * len(values):
            return np.inf
        tail = (1 - self.resampling.confidence) / 2
        low, high = np.quantile(defined, (tail, 1 - tail))
        return float(high - low) / 2

    def smallest(self, wanted: float, above: int) -> int | None:
        """Return the smallest number of clusters beyond ``above`` that is enough by these replicates, or None."""
        if self.half_width(MOST_CLUSTERS) >= wanted:
            return None
        too_few, enough = above, MOST_CLUSTERS
        while enough - too_few > 1:
            middle = (too_few + enough) // 2
            if self.half_width(middle) < wanted:
                enough = middle
            else:
                too_few = middle
        return enough


def _smallest(sums: Sums, resampling: Resampling, now: _Drawn, wanted: float) -> int | None:
    """The smallest number of clusters that is enough, by replicates of about as many."""
    drawn, found = now, now.smallest(wanted, now.n)
    for _ in range(_MOST_REDRAWN):
        near = found or max(MOST_CLUSTERS, now.n)
        if abs(near - drawn.n) <= _CLOSE * drawn.n:
            break
        drawn = _Drawn.of(sums, resampling, near)
        found = drawn.smallest(wanted, now.n)
    return found
