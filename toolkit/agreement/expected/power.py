"""How many clusters it takes until a study that is good enough is said to be, and what else it would be told.

Verdicts are those of ``jackknife.py``, on simulated studies; every number of clusters is looked at in the same studies,
which go on from one to the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from toolkit.agreement.expected.limits import limits_of
from toolkit.agreement.expected.studies import ExpectedStudy
from toolkit.agreement.reason import Reason
from toolkit.files.arrays import FloatArray

SAMPLES = 2000
"""Simulated studies; a share of them has a standard error of at most 1.1 percentage points."""

MOST_CLUSTERS = 1000
"""Clusters beyond which no number is looked for."""

NOT_ABOVE = "expected alpha is not above the target"

_FIRST = 10
_FEWEST = 2
_NEAR = 0.02
_MOST_FLOATS = 60_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What studies with so many clusters are told: the shares of each verdict; without an interval, undecided."""

    n_clusters: int
    reached: float
    undecided: float
    not_reached: float


@dataclass(slots=True, eq=False, kw_only=True)
class SimulatedStudies:
    """The same studies with more and more clusters."""

    study: ExpectedStudy
    rng: np.random.Generator
    samples: int = SAMPLES
    confidence: float = 0.95
    _rows: FloatArray = field(init=False)

    def __post_init__(self) -> None:
        self._rows = self.study.drawn(self.samples, _FIRST, self.rng)

    @property
    def most(self) -> int:
        """The most clusters they can have."""
        return min(MOST_CLUSTERS, _MOST_FLOATS // (self.samples * self._rows.shape[2]))

    def told(self, n_clusters: int, target: float) -> Told:
        """Return what they are told with so many clusters."""
        while (there := self._rows.shape[1]) < n_clusters:
            further = self.study.drawn(self.samples, min(there, self.most - there), self.rng)
            self._rows = np.concatenate([self._rows, further], axis=1)
        limits = limits_of(self._rows[:, :n_clusters], self.study, confidence=self.confidence)
        reached = int(limits.reached(target).sum())
        not_reached = int(limits.not_reached(target).sum())
        return Told(
            n_clusters=n_clusters,
            reached=reached / self.samples,
            undecided=(self.samples - reached - not_reached) / self.samples,
            not_reached=not_reached / self.samples,
        )

    def needed(self, target: float, power: float, *, cluster: str) -> int | Reason:
        """Return the clusters with which a share of ``power`` is said to have reached the target, to within 2 %; or why
        there is no such number. ``cluster`` is what a cluster is called.
        """
        if self.study.alpha <= target:
            return Reason(NOT_ABOVE)
        enough = _FIRST
        while self.told(enough, target).reached < power:
            if enough == self.most:
                return Reason("more than {:,} {}s", enough, cluster)
            enough = min(2 * enough, self.most)
        too_few = 1 if enough == _FIRST else enough // 2
        while enough - too_few > max(1, _NEAR * enough):
            middle = (too_few + enough) // 2
            if middle >= _FEWEST and self.told(middle, target).reached >= power:
                enough = middle
            else:
                too_few = middle
        return enough


def told_at(studies: SimulatedStudies, numbers: Sequence[int], target: float) -> tuple[Told, ...]:
    """Return what the studies are told with each of these numbers of clusters, as far as they can be simulated."""
    return tuple(studies.told(n, target) for n in numbers if n <= studies.most)
