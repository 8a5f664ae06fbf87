"""A level of measurement applied to given values: the alpha it means, and the recipe by which that is confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

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
from toolkit.agreement.ratings import FloatArray

MOST_TABLED_NUMBERS = 200
"""Distinct numbers up to which interval distances are kept in a table; equal values are then exactly 0 apart."""


@dataclass(frozen=True, slots=True, eq=False)
class LevelOfValues:
    """Name of the level (as reported), alpha at that level, and the recipe by which it is confirmed."""

    name: str
    alpha: TableAlpha | OrdinalAlpha | IntervalAlpha
    recipe: Recipe


def nominal(n_values: int, *, name: str = "nominal") -> LevelOfValues:
    """Categories without order."""
    return LevelOfValues(name, TableAlpha(nominal_distances(n_values)), Recipe("nominal", _ranks(n_values)))


def ordinal(n_values: int) -> LevelOfValues:
    """Categories from low to high."""
    return LevelOfValues("ordinal", OrdinalAlpha(n_values), Recipe("ordinal", _ranks(n_values)))


def interval(values: Sequence[float]) -> LevelOfValues:
    """Ascending numbers whose differences mean something."""
    points = np.asarray(values, dtype=np.float64)
    few = len(points) <= MOST_TABLED_NUMBERS
    alpha = TableAlpha(interval_distances(values)) if few else IntervalAlpha(points)
    return LevelOfValues("interval", alpha, Recipe("interval", points))


def ratio(values: Sequence[float]) -> LevelOfValues:
    """Ascending numbers with a true zero."""
    points = np.asarray(values, dtype=np.float64)
    return LevelOfValues("ratio", TableAlpha(ratio_distances(values)), Recipe("ratio", points))


def sets_by_masi(sets: Sequence[AbstractSet[str]]) -> LevelOfValues:
    """Sets of categories, compared by MASI (Passonneau 2006)."""
    return by_table("set:masi", masi_distances(sets))


def sets_by_jaccard(sets: Sequence[AbstractSet[str]]) -> LevelOfValues:
    """Sets of categories, compared by Jaccard distance."""
    return by_table("set:jaccard", jaccard_distances(sets))


def taxonomy(paths: Sequence[str]) -> LevelOfValues:
    """Paths in a tree, compared by Wu–Palmer distance."""
    return by_table("taxonomy", wu_palmer_distances(paths))


def by_table(name: str, table: Sequence[Sequence[float]] | FloatArray) -> LevelOfValues:
    """Values compared by a table of distances (values × values)."""
    distances = checked_distances(table)
    return LevelOfValues(name, TableAlpha(distances), Recipe(None, _ranks(len(distances)), distances))


def _ranks(n_values: int) -> FloatArray:
    return np.arange(n_values, dtype=np.float64)
