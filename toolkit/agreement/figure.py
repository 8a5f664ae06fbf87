"""What every number of agreement is: sums over units first, one formula on those sums second."""

from __future__ import annotations

from typing import Protocol

from toolkit.files.arrays import FloatArray, IntArray


class Figure(Protocol):
    """A number computed from sums of per-unit statistics.

    Because the sums are sufficient, a bootstrap replicate, a left-out cluster or a single pair of annotators is the
    same formula on other sums, and thousands of them are computed at once.
    """

    def statistics(self, rows: IntArray) -> FloatArray:
        """Return per-unit statistics (units × K) of units with at least two values.

        ``rows`` are the units' counts (units × values) where annotators are interchangeable, and their codes (units ×
        annotators, ``MISSING`` where none) where it matters who gave which value.
        """
        ...

    def values(self, sums: FloatArray) -> FloatArray:
        """Return the figure for each row of summed statistics (R × K → R); NaN where it does not exist."""
        ...

    def undefined_because(self, sums: FloatArray) -> str | None:
        """Return why the figure does not exist for one row of summed statistics, or None where it does."""
        ...
