"""What every measure is: sums over units first, one formula on those sums second."""

from __future__ import annotations

from typing import Protocol

from toolkit.agreement.ratings import FloatArray, IntArray


class Measure(Protocol):
    """A figure computed from sums of per-unit statistics.

    Because the sums are sufficient, a bootstrap replicate, a left-out article or a single pair of annotators is the
    same formula on other sums, and thousands of them are computed at once.
    """

    @property
    def id(self) -> str:
        """Name of the measure in columns and JSON."""
        ...

    def statistics(self, counts: IntArray) -> FloatArray:
        """Per-unit statistics (units × K) of units with at least two values, from their counts (units × values)."""
        ...

    def values(self, sums: FloatArray) -> FloatArray:
        """The measure for each row of summed statistics (R × K → R); NaN where it does not exist."""
        ...

    def undefined_because(self, sums: FloatArray) -> str | None:
        """Why the measure does not exist for one row of summed statistics, or None where it does."""
        ...
