"""What every number of agreement is: sums over units first, one formula on those sums second."""

from __future__ import annotations

from typing import Protocol

from toolkit.files.arrays import FloatArray, IntArray

ROUNDING = 1e-14
"""What is nearer than this to a whole number is that number: forty times the rounding of one step, of which figures
take several (6.7e-16 was the most on 500 small tables); and far below what a figure can be that is not 0, or the 1e-12
to which alpha is recomputed by another package."""


def without_rounding(value: float) -> float:
    """Return a figure, a limit or a difference; 0 and 1 themselves where only rounding keeps it from them.

    >>> without_rounding(1 - 3 * (1 / 3 - 1e-16)), without_rounding(0.1 + 0.2 - 0.3), without_rounding(-0.0)
    (0.0, 0.0, 0.0)
    >>> without_rounding(sum([1 / 6] * 6)), without_rounding(1e-12), without_rounding(0.7)
    (1.0, 1e-12, 0.7)
    """
    nearest = float(round(value))
    return nearest if abs(value - nearest) < ROUNDING else value


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
