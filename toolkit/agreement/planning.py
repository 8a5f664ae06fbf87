"""How many more clusters it takes until an agreement figure is known well enough: to a half-width, or for a verdict.

The clusters coded so far stand for those to come: as many units each, annotators no better and no worse, and as much
difference among them. Then the figure stays what it is, and its interval is what leaving out one of so many would give.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from toolkit.agreement.estimate import Verdict, verdict_on
from toolkit.agreement.interval import Interval
from toolkit.agreement.jackknife import Outlook, outlook_of
from toolkit.agreement.reason import Reason
from toolkit.agreement.resampling import FEWEST_RELIABLE_CLUSTERS, Resampling
from toolkit.agreement.sums import Sums

MOST_CLUSTERS = 100_000
"""Clusters (or units) beyond which no number is given: nobody would code them."""

NO_DISAGREEMENT = "no disagreement yet"
"""So the number holds only if there is none in those to come either."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClustersPlan:
    """How many clusters (units, where units are drawn) are needed in total, and how many of them are still to come.

    ``n_needed`` and ``n_more`` are None exactly when ``undefined_because`` says why. ``caveats`` say why the number
    should not be trusted far. Either ``wanted`` or ``target`` is what was asked about.
    """

    cluster: str
    """What is drawn, as in ``Resampling``."""
    n_clusters: int
    """Those the figure rests on now."""
    half_width: float | None
    """Of the interval now; None where there is none."""
    wanted: float | None = None
    """The half-width that is wanted."""
    target: float | None = None
    """The target that a verdict is wanted on."""
    verdict: Verdict | None = None
    """The verdict that so many clusters would bring."""
    n_needed: int | None = None
    n_more: int | None = None
    undefined_because: str | None = None
    caveats: tuple[str, ...] = ()

    @property
    def unreliable(self) -> bool:
        """Whether too few clusters are coded to tell how much clusters differ."""
        return self.n_clusters < FEWEST_RELIABLE_CLUSTERS


def clusters_needed(sums: Sums, resampling: Resampling, *, half_width: float) -> ClustersPlan:
    """Return the clusters needed until half the interval's width is below ``half_width``, all else as it is.

    A figure that is already known well enough needs 0 more.
    """
    if not half_width > 0:
        raise ValueError(f"a half-width must be above 0, not {half_width!r}")
    planned = _Planned.of(sums, resampling)
    return planned.plan(lambda interval: (interval.high - interval.low) / 2 < half_width, wanted=half_width)


def clusters_to_decide(sums: Sums, resampling: Resampling, *, target: float) -> ClustersPlan:
    """Return the clusters needed until the interval lies on one side of ``target``, all else as it is.

    A figure that is already decided needs 0 more.
    """
    planned = _Planned.of(sums, resampling)
    return planned.plan(lambda interval: verdict_on(target, interval.low, interval.high) != "undecided", target=target)


@dataclass(frozen=True, slots=True)
class _Planned:
    """What one figure can be planned with, or why it cannot."""

    sums: Sums
    resampling: Resampling
    outlook: Outlook | None
    undefined_because: str | None

    @classmethod
    def of(cls, sums: Sums, resampling: Resampling) -> _Planned:
        undefined_because = sums.figure.undefined_because(sums.totals)
        if undefined_because is None and resampling.replicates == 0:
            undefined_because = "no replicates asked for"
        if undefined_because is not None:
            return cls(sums, resampling, None, undefined_because)
        value = float(sums.figure.values(sums.totals[None, :])[0])
        found = outlook_of(sums, value, cluster=resampling.cluster)
        if isinstance(found, Reason):
            return cls(sums, resampling, None, found)
        return cls(sums, resampling, found, None)

    def plan(
        self, enough: Callable[[Interval], bool], *, wanted: float | None = None, target: float | None = None
    ) -> ClustersPlan:
        """The smallest number of clusters whose interval is ``enough``."""
        cluster = self.resampling.cluster
        if self.outlook is None:
            return ClustersPlan(
                cluster=cluster,
                n_clusters=self.sums.n_clusters,
                half_width=None,
                wanted=wanted,
                target=target,
                undefined_because=self.undefined_because,
            )
        now = self._interval(self.outlook, self.outlook.n_clusters)
        needed = self._smallest(self.outlook, enough)
        verdict = None
        if target is not None and needed is not None:
            then = self._interval(self.outlook, needed)
            verdict = verdict_on(target, then.low, then.high)
        return ClustersPlan(
            cluster=cluster,
            n_clusters=self.outlook.n_clusters,
            half_width=(now.high - now.low) / 2,
            wanted=wanted,
            target=target,
            verdict=verdict,
            n_needed=needed,
            n_more=None if needed is None else needed - self.outlook.n_clusters,
            undefined_because=None if needed else Reason("more than {:,} {}s", MOST_CLUSTERS, cluster),
            caveats=self._caveats(self.outlook),
        )

    def _interval(self, outlook: Outlook, n_clusters: int) -> Interval:
        return outlook.interval(n_clusters, self.resampling.confidence)

    def _smallest(self, outlook: Outlook, enough: Callable[[Interval], bool]) -> int | None:
        if enough(self._interval(outlook, outlook.n_clusters)):
            return outlook.n_clusters
        if not enough(self._interval(outlook, max(MOST_CLUSTERS, outlook.n_clusters))):
            return None
        too_few, found = outlook.n_clusters, max(MOST_CLUSTERS, outlook.n_clusters)
        while found - too_few > 1:
            middle = (too_few + found) // 2
            if enough(self._interval(outlook, middle)):
                found = middle
            else:
                too_few = middle
        return found

    def _caveats(self, outlook: Outlook) -> tuple[str, ...]:
        said: list[str] = []
        if outlook.n_clusters < FEWEST_RELIABLE_CLUSTERS:
            said.append(Reason("learnt from {} {}s only", outlook.n_clusters, self.resampling.cluster))
        if outlook.n_disputed == 0:
            said.append(NO_DISAGREEMENT)
        return tuple(said)
