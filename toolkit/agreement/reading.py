"""A question read at one level: its scale, and who gave which value, ready to be counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from toolkit.agreement.counted_units import CountedUnits
from toolkit.agreement.levels import MOST_TABLED_NUMBERS
from toolkit.agreement.matrix import Matrix, matrix_of, values_of_units
from toolkit.agreement.patterns import Patterns, patterns_of, patterns_of_codes
from toolkit.agreement.ratings import MISSING, Ratings
from toolkit.agreement.scale import Scale
from toolkit.agreement.summed_numbers import SummedNumbers
from toolkit.files.arrays import IntArray

Rated = Ratings | CountedUnits
"""What readings are made from: ratings one by one, or units counted by their values."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the values rest on: units anybody answered, those two answered, and how many annotators."""

    n_units: int
    n_pairable: int
    n_annotators: int
    per_unit: float = 0.0
    """Annotators of a unit two answered, on average; 0 where there is none."""


@dataclass(eq=False)
class Reading:
    """The values of a question on one scale, and everything that is counted from them once.

    ``whole`` marks the question's own level, at which every measure is computed; further readings (a taxonomy's
    depths, "not shown" as a category) have the headline measures only.
    """

    scale: Scale
    patterns: Patterns
    coverage: Coverage
    make_matrix: Callable[[], Matrix]
    target: float | None = None
    whole: bool = True
    summed: SummedNumbers | None = None
    """What there is in place of patterns, where numbers were added up where they are."""
    _matrix: Matrix | None = field(default=None, init=False)

    @property
    def matrix(self) -> Matrix:
        """Who gave which value; made when first asked for."""
        if self._matrix is None:
            self._matrix = self.make_matrix()
        return self._matrix

    @property
    def n_clusters(self) -> int:
        """Clusters (units, without clusters) that hold a unit with two values."""
        return self.patterns.pairable().n_clusters if self.summed is None else self.summed.n_clusters

    @property
    def n_values(self) -> int:
        """Values of units that have two or more."""
        return self.patterns.pairable().n_values if self.summed is None else self.summed.n_values

    def forget_matrix(self) -> None:
        """Let go of it until it is asked for again: of tokens, label by label, it would fill memory."""
        self._matrix = None

    def coverage_of(self, columns: Sequence[int] | None, patterns: Patterns) -> Coverage:
        """Return what the values of all annotators rest on, or those of annotators in ``columns``, whose codes have the
        ``patterns``.
        """
        if columns is None:
            return self.coverage
        whole = self.matrix.whole
        if whole is None:
            return coverage(patterns, n_annotators=int((patterns.rows != MISSING).any(axis=0).sum()))
        given = self.matrix.rows[:, list(columns)] != MISSING
        per_row = given.sum(axis=1)
        return Coverage(
            n_units=len(np.unique(whole[per_row >= 1])),
            n_pairable=len(np.unique(whole[per_row >= 2])),
            n_annotators=int(given.any(axis=0).sum()),
            per_unit=mean_of_pairable(per_row[np.unique(whole, return_index=True)[1]]),
        )


def coverage(patterns: Patterns, *, n_annotators: int) -> Coverage:
    """Return what the values of so many annotators rest on, by the patterns of all their units."""
    pairable = patterns.pairable()
    per_unit = pairable.n_values / pairable.n_units if pairable.n_units else 0.0
    return Coverage(patterns.n_units, pairable.n_units, n_annotators, per_unit)


def mean_of_pairable(per_unit: IntArray) -> float:
    """Return how many annotators a unit has on average, among those that have two; 0 where there is none."""
    pairable = per_unit[per_unit >= 2]
    return float(pairable.mean()) if len(pairable) else 0.0


def reading_of(ratings: Rated, scale: Scale, *, target: float | None = None, whole: bool = True) -> Reading:
    """Return the reading of these ratings, whose codes are those of ``scale``."""
    as_codes = scale.n_values > MOST_TABLED_NUMBERS
    if isinstance(ratings, CountedUnits):
        patterns, make_matrix = ratings.patterns(as_codes=as_codes), ratings.ask_matrix
    elif as_codes:
        make_matrix = partial(matrix_of, ratings)
        patterns = patterns_of_codes(values_of_units(ratings), ratings.cluster_of_unit)
    else:
        patterns, make_matrix = patterns_of(ratings), partial(matrix_of, ratings)
    rests_on = coverage(patterns, n_annotators=ratings.n_annotators)
    return Reading(scale, patterns, rests_on, make_matrix, target, whole)


def summed_reading(numbers: SummedNumbers, *, target: float | None = None) -> Reading:
    """Return the reading of numbers that were added up where they are."""
    none = np.empty((0, 0), dtype=np.int64)
    return Reading(
        numbers.scale(), patterns_of_codes(none, None), numbers.coverage, _of_sums_only, target, summed=numbers
    )


def _of_sums_only() -> Matrix:
    raise TypeError("of numbers that were added up nobody knows who gave which")
