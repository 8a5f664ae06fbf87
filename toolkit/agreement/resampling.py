"""What is drawn in a bootstrap, how often, and from which seed."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

UNIT = "unit"
"""What is drawn where there are no clusters: single units."""

FEWEST_RELIABLE_CLUSTERS = 10
"""Clusters below which an interval is marked: it is too short (see the simulated coverage in ``docs/agreement.md``)."""

LARGEST_UNDEFINED_SHARE = 0.05
"""Share of replicates without a value above which there is no interval."""


@dataclass(frozen=True, slots=True)
class Resampling:
    """What is drawn, how often, from which seed, and for which confidence."""

    cluster: str
    """What is drawn whole, by the name the caller has for it, such as ``article``; ``UNIT`` for single units."""
    replicates: int = 2000
    seed: int = 0
    confidence: float = 0.95
    annotators: bool = False
    """Whether intervals are about other annotators as well, not only about other clusters."""

    def __post_init__(self) -> None:
        if self.replicates < 0:
            raise ValueError(f"replicates must be 0 or more, not {self.replicates}")
        if not 0 < self.confidence < 1:
            raise ValueError(f"confidence must lie between 0 and 1, not {self.confidence}")

    @property
    def clustered(self) -> bool:
        """Whether clusters are drawn whole."""
        return self.cluster != UNIT

    def together(self, n: int) -> Resampling:
        """Return the same with intervals of which n hold together with this confidence, as if independent.

        Šidák (1967), *Journal of the American Statistical Association* 62(318), 626–633.

        >>> round(Resampling("article").together(3).confidence, 4)
        0.983
        """
        return replace(self, confidence=self.confidence ** (1 / n)) if n > 1 else self

    @property
    def fewest_replicates(self) -> int:
        """Replicates below which a tail of the interval holds less than one of them: 40 for 95 %.

        >>> Resampling("cluster").fewest_replicates
        40
        """
        return math.ceil(round(2 / (1 - self.confidence), 6))
