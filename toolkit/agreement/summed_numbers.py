"""Numbers that were added up where they are: all that alpha at interval level and percent agreement need of them."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

import numpy as np

from toolkit.agreement.alpha import IntervalAlpha
from toolkit.agreement.confirmation import Recipe
from toolkit.agreement.levels import LevelOfValues
from toolkit.agreement.scale import Scale
from toolkit.files.arrays import FloatArray, IntArray

if TYPE_CHECKING:
    from toolkit.agreement.reading import Coverage

OF_ALPHA: Final = slice(0, 4)
"""Columns as ``IntervalAlpha.statistics`` has them."""
OF_AGREEMENT: Final = slice(4, 6)
"""Columns as ``PercentAgreement.statistics`` has them."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class SummedNumbers:
    """Units of numbers, of which there are too many different ones to count each.

    ``rows`` (G × 6) are the statistics of units with two values or more, added up by cluster, or those of single units
    where these are drawn: ``sizes`` then says how many a row stands for. ``clusters`` are places among the clusters by
    name, one a row; None where units are drawn. Numbers are taken from ``centre``. ``points`` are, ascending, the
    smallest and the greatest of them and some that are evenly spread over those in use, each given ``use`` times (0: by
    nobody who was not alone).
    """

    rows: FloatArray
    sizes: IntArray
    clusters: IntArray | None
    centre: float
    points: FloatArray
    use: IntArray
    n_distinct: int
    n_values: int
    coverage: Coverage

    @property
    def n_clusters(self) -> int:
        """Clusters (units, without clusters) that hold a unit with two values."""
        return len(self.sizes) if self.clusters is not None else self.coverage.n_pairable

    def scale(self) -> Scale:
        """Return the scale they are on."""
        alpha = IntervalAlpha(self.points, centre=self.centre)
        return Scale(
            level="interval",
            domain=cast("tuple[Hashable, ...]", range(self.n_distinct)),  # nobody looks at more than how many there are
            n_categories=self.n_distinct,
            alphas=(LevelOfValues("interval", alpha, Recipe("interval", self.points)),),
            points=self.points,
        )

    def statistics(self, columns: slice) -> FloatArray:
        """Return some of the columns."""
        return np.ascontiguousarray(self.rows[:, columns])
