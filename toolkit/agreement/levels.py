"""A level of measurement applied to given values: the alpha it means, and the recipe by which that is confirmed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Literal

import numpy as np

from toolkit.agreement.alpha import IntervalAlpha, OrdinalAlpha, TableAlpha
from toolkit.agreement.confirmation import Recipe
from toolkit.agreement.distances import (
    checked_distances,
    interval_distances,
    jaccard_distances,
    masi_distances,
    nominal_distances,
    ratio_distances,
    wu_palmer_distances,
)
from toolkit.files.arrays import FloatArray

MOST_TABLED_NUMBERS = 200
"""Distinct numbers up to which interval distances are kept in a table; equal values are then exactly 0 apart."""

MOST_DISTINCT = 2000
"""Values beyond which no table of distances between all of them is made: it would take time and memory squared."""

_SMALLEST, _LARGEST = 1e-60, 1e60
_SUMMABLE = float(np.finfo(np.float64).max) / 2


@dataclass(frozen=True, slots=True, eq=False)
class LevelOfValues:
    """Name of the level (as reported), alpha at that level, and the recipe by which it is confirmed."""

    name: str
    alpha: TableAlpha | OrdinalAlpha | IntervalAlpha
    recipe: Recipe

    @property
    def reads(self) -> Literal["counts", "values"]:
        """What alpha is computed from: counts of values, or the values where a table of counts would be near empty."""
        return "values" if isinstance(self.alpha, IntervalAlpha) else "counts"


def nominal(n_values: int, *, name: str = "nominal") -> LevelOfValues:
    """Return the nominal level: categories without order."""
    return LevelOfValues(name, TableAlpha(nominal_distances(n_values)), Recipe("nominal", _ranks(n_values)))


def ordinal(n_values: int) -> LevelOfValues:
    """Return the ordinal level: categories from low to high."""
    return LevelOfValues("ordinal", OrdinalAlpha(n_values), Recipe("ordinal", _ranks(n_values)))


def interval(values: Sequence[float]) -> LevelOfValues:
    """Return the interval level: ascending numbers whose differences mean something."""
    points = comfortable(values)
    few = len(points) <= MOST_TABLED_NUMBERS
    alpha = TableAlpha(interval_distances(points.tolist())) if few else IntervalAlpha(points)
    return LevelOfValues("interval", alpha, Recipe("interval", points))


def ratio(values: Sequence[float]) -> LevelOfValues:
    """Return the ratio level: ascending numbers with a true zero."""
    points = np.asarray(values, dtype=np.float64)
    distances = ratio_distances(values)
    if points.max(initial=0.0) > _SUMMABLE:  # the other program would add them up
        return LevelOfValues("ratio", TableAlpha(distances), Recipe(None, _ranks(len(points)), distances))
    return LevelOfValues("ratio", TableAlpha(distances), Recipe("ratio", points))


def sets_by_masi(sets: Sequence[AbstractSet[str]]) -> LevelOfValues:
    """Return the level of sets of categories, compared by MASI (Passonneau 2006)."""
    return by_table("set:masi", masi_distances(sets))


def sets_by_jaccard(sets: Sequence[AbstractSet[str]]) -> LevelOfValues:
    """Return the level of sets of categories, compared by Jaccard distance."""
    return by_table("set:jaccard", jaccard_distances(sets))


def taxonomy(paths: Sequence[str]) -> LevelOfValues:
    """Return the level of paths in a tree, compared by Wu–Palmer distance."""
    return by_table("taxonomy", wu_palmer_distances(paths))


def by_table(name: str, table: Sequence[Sequence[float]] | FloatArray) -> LevelOfValues:
    """Return the level of values compared by a table of distances (values × values)."""
    distances = checked_distances(table)
    return LevelOfValues(name, TableAlpha(distances), Recipe(None, _ranks(len(distances)), distances))


def comfortable(values: Sequence[float]) -> FloatArray:
    """Return the numbers, divided by a power of two where their squares would leave the range of floating-point
    numbers.
    """
    points = np.asarray(values, dtype=np.float64)
    largest = float(np.abs(points).max(initial=0.0))
    if largest == 0 or _SMALLEST < largest < _LARGEST:
        return points
    return np.asarray(np.ldexp(points, -math.frexp(largest)[1]), dtype=np.float64)


def _ranks(n_values: int) -> FloatArray:
    return np.arange(n_values, dtype=np.float64)
