"""Who gave which value to which unit, as a table: for every figure in which annotators are not interchangeable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from toolkit.agreement.patterns import Patterns, patterns_of_codes, row_keys
from toolkit.agreement.ratings import MISSING, Ratings
from toolkit.files.arrays import IntArray

LARGEST_TABLE = 200_000_000
"""Cells (units × annotators) beyond which no table is made: 1.6 GB."""


class TableTooLargeError(ValueError):
    """There are more units times annotators than a table is made of."""


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """Codes of the values, ``MISSING`` where an annotator gave none, and the clusters they lie in.

    ``rows`` (entries × annotators) stand for one unit each, or for as many alike as ``times`` says. Where units are
    parts of what was coded (tokens), ``whole`` says of which those of each row are: coverage counts the wholes.
    """

    rows: IntArray
    annotators: tuple[str, ...]
    cluster: IntArray | None
    whole: IntArray | None = None
    times: IntArray | None = None

    @property
    def codes(self) -> IntArray:
        """The codes unit by unit (units × annotators)."""
        return self.rows if self.times is None else np.repeat(self.rows, self.times, axis=0)

    @property
    def cluster_of_unit(self) -> IntArray | None:
        """The cluster of each unit; None where units are drawn."""
        return self.cluster if self.cluster is None or self.times is None else np.repeat(self.cluster, self.times)

    @property
    def whole_of_unit(self) -> IntArray | None:
        """What each unit is a part of; None where they are parts of nothing."""
        return self.whole if self.whole is None or self.times is None else np.repeat(self.whole, self.times)

    def ordered(self) -> Matrix:
        """Return the same unit by unit, those of a cluster by their values: whatever order they came in, draws that go
        through them meet the same.
        """
        codes, cluster, wholes = self.codes, self.cluster_of_unit, self.whole_of_unit
        keys, _ = row_keys((codes - MISSING).T, len(codes))
        order = np.argsort(keys, kind="stable") if cluster is None else np.lexsort((keys, cluster))
        return Matrix(
            rows=codes[order],
            annotators=self.annotators,
            cluster=None if cluster is None else cluster[order],
            whole=None if wholes is None else wholes[order],
        )

    def patterns(self, columns: Sequence[int] | None = None) -> Patterns:
        """Return the patterns of codes of all annotators, or of those in ``columns``."""
        rows = self.rows if columns is None else self.rows[:, list(columns)]
        return patterns_of_codes(rows, self.cluster, self.times)


def check_size(n_units: int, n_annotators: int) -> None:
    """Raise TableTooLargeError where a table of so many units and annotators would not fit into memory."""
    if n_units * n_annotators > LARGEST_TABLE:
        raise TableTooLargeError(
            f"{n_units:,} units × {n_annotators:,} annotators are too many for figures by annotator"
        )


def matrix_of(ratings: Ratings) -> Matrix:
    """Return the ratings as a table, annotators by name, those who gave no value left out.

    Raise TableTooLargeError where it would not fit into memory.
    """
    given = ratings.value != MISSING
    speaking = np.flatnonzero(np.bincount(ratings.annotator[given], minlength=len(ratings.annotators)))
    n_units, n_annotators = len(ratings.units), len(speaking)
    check_size(n_units, n_annotators)
    order = sorted(speaking.tolist(), key=lambda code: str(ratings.annotators[code]))
    place = np.zeros(len(ratings.annotators), dtype=np.int64)
    place[order] = np.arange(n_annotators)
    codes = np.full((n_units, n_annotators), MISSING, dtype=np.int64)
    if given.all():
        codes[ratings.unit, place[ratings.annotator]] = ratings.value
    else:
        codes[ratings.unit[given], place[ratings.annotator[given]]] = ratings.value[given]
    names = tuple(str(ratings.annotators[code]) for code in order)
    return Matrix(codes, names, ratings.cluster_of_unit)


def values_of_units(ratings: Ratings) -> IntArray:
    """Return the codes each unit was given, ascending, behind ``MISSING`` (units × most of a unit): however many
    annotators there are, no table of them is needed where they are interchangeable.
    """
    given = np.flatnonzero(ratings.value != MISSING)
    order = given[np.lexsort((ratings.value[given], ratings.unit[given]))]
    unit = ratings.unit[order]
    n_given = np.bincount(unit, minlength=len(ratings.units))
    most = int(n_given.max(initial=0))
    first = np.cumsum(n_given) - n_given
    codes = np.full((len(ratings.units), most), MISSING, dtype=np.int64)
    codes[unit, np.arange(len(order)) - first[unit] + most - n_given[unit]] = ratings.value[order]
    return codes
