"""Units nobody coded, to ask of a figure what one more of them would do: one all agree on, one somebody deviates in.

They are counted by the figure's own statistics, so that the question can be put to every measure alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from toolkit.agreement.ratings import MISSING
from toolkit.files.arrays import FloatArray, IntArray

MOST_VALUES = 50
"""Values beyond which so many, evenly spread over those in use, stand for all."""

_MOST_CELLS = 4_000_000


@dataclass(frozen=True, slots=True, eq=False)
class MadeUp:
    """Statistics of made-up units with as many values as a unit has on average."""

    agreed: FloatArray
    """Of a unit all agree on (K), every value in use as often as any other."""
    disputed: FloatArray
    """Of units (V × K) in which one annotator gives this value and all others another one, by how often it is used."""
    use: FloatArray
    """How often two values are this and another one, by chance (V)."""


def made_up_units(
    statistics: Callable[[IntArray], FloatArray], use: IntArray, per_unit: float, *, width: int | None = None
) -> MadeUp | None:
    """Return the made-up units of a figure, or None where no value is in use.

    ``use`` says how often each value is given in units with two values or more, which have ``per_unit`` values on
    average. ``width`` is the number of annotators where rows are codes, None where they are counts.
    """
    used = np.flatnonzero(use)
    if not len(used):
        return None
    few = MOST_VALUES if width is None else min(max(int(_MOST_CELLS**0.5) // width, 2), MOST_VALUES)
    if len(used) > few:
        used = used[np.linspace(0, len(used) - 1, few).round().astype(np.int64)]
    m = max(round(per_unit), 2)
    agreed = _statistics_of(statistics, np.repeat(used[:, None], m, axis=1), len(use), width)
    one, all_others = (used[places] for places in np.nonzero(~np.eye(len(used), dtype=np.bool_)))
    alike = np.repeat(all_others[:, None], m - 1, axis=1)
    disputed = _statistics_of(statistics, np.column_stack([one, alike]), len(use), width)
    weights = use[all_others].astype(np.float64).reshape(len(used), -1)
    by_value = disputed.reshape(len(used), len(used) - 1, disputed.shape[1])
    mass = weights.sum(axis=1)
    mean = np.einsum("vo,vok->vk", weights, by_value) / np.maximum(mass, 1)[:, None]
    return MadeUp(agreed.mean(axis=0), mean[mass > 0], (use[used] * mass)[mass > 0])


def _statistics_of(
    statistics: Callable[[IntArray], FloatArray], values: IntArray, n_values: int, width: int | None
) -> FloatArray:
    """Of units from their values (units × m): from counts, or from codes of so many annotators."""
    if width is None:
        return statistics(_counts(values, n_values))
    return _in_turn(statistics, values[:, :width], width)


def _counts(values: IntArray, n_values: int) -> IntArray:
    """How often each value is given, per unit, from the values of each (units × m)."""
    cell = np.arange(len(values))[:, None] * n_values + values
    return np.bincount(cell.ravel(), minlength=len(values) * n_values).reshape(len(values), n_values)


def _in_turn(statistics: Callable[[IntArray], FloatArray], values: IntArray, width: int) -> FloatArray:
    """The mean over annotators giving these values in turn, so that no order among annotators matters."""
    n, m = values.shape
    if n == 0:
        return statistics(np.full((0, width), MISSING, dtype=np.int64))
    codes = np.full((width, n, width), MISSING, dtype=np.int64)
    for first in range(width):
        codes[first][:, (first + np.arange(m)) % width] = values
    found = statistics(codes.reshape(width * n, width))
    return np.asarray(found.reshape(width, n, -1).mean(axis=0))
