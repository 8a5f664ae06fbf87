"""A second opinion on alpha from the package ``krippendorff``: the only module that knows it exists.

What it is protected from here: its default level (interval), the orientation of its matrix, unsigned integers that
wrap, the string "nan" it drops, an alphabetical instead of the codebook's order, a value domain it guesses, and the
memory it takes. It gets counts of integer codes, an explicit ordered domain of floats, and only categories in use. It
adds unit to unit, so that in double precision its own rounding passes 1e-12 near two million units: it computes in the
widest float of the machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Literal

import krippendorff
import numpy as np
import numpy.typing as npt

from toolkit.agreement.patterns import Patterns
from toolkit.agreement.ratings import FloatArray

LARGEST_PROBLEM = 10_000_000
"""Units × values² beyond which the package is not asked (it takes about 32 bytes for each)."""

TOLERANCE = 1e-12

MANY_UNITS = 100_000
"""Units beyond which double precision may not do, on machines that have nothing wider."""

_WIDER_THAN_DOUBLE = bool(np.finfo(np.longdouble).eps < np.finfo(np.float64).eps)


@dataclass(frozen=True, slots=True, eq=False)
class Recipe:
    """How the package is told the same level: one of its own by name, or our table of distances.

    ``points`` are the values as ascending floats: the numbers themselves, or ranks where they are not numbers.
    """

    level: Literal["nominal", "ordinal", "interval", "ratio"] | None
    points: FloatArray
    distances: FloatArray | None = None


class ConfirmationError(RuntimeError):
    """Two programs computed different alphas from the same counts. That is a bug: nothing must be reported."""


def confirm_alpha(value: float, patterns: Patterns, recipe: Recipe) -> str | None:
    """Name and version of the package that recomputed ``value`` from all units, or None where they are too many.

    Raises ConfirmationError on a difference above 1e-12.
    """
    in_use = patterns.counts.any(axis=0)
    n_values = int(in_use.sum())
    n_units = len(patterns.pattern_of_unit)
    if n_units * n_values**2 > LARGEST_PROBLEM or (n_units > MANY_UNITS and not _WIDER_THAN_DOUBLE):
        return None
    counts = patterns.counts[:, in_use][patterns.pattern_of_unit]
    level: Any = recipe.level
    if recipe.distances is not None:
        level = _lookup(recipe.distances[np.ix_(in_use, in_use)])
    other = float(
        krippendorff.alpha(
            value_counts=counts,
            value_domain=recipe.points[in_use],
            level_of_measurement=level,
            dtype=np.longdouble,
        )
    )
    package = f"krippendorff {version('krippendorff')}"
    if not abs(value - other) <= TOLERANCE:
        raise ConfirmationError(f"alpha is {value!r} here and {other!r} by {package}")
    return package


def _lookup(table: FloatArray) -> Any:
    def distance(
        _v1: npt.NDArray[Any],
        _v2: npt.NDArray[Any],
        i1: npt.NDArray[np.intp],
        i2: npt.NDArray[np.intp],
        dtype: Any = np.float64,
        **_marginals: Any,
    ) -> FloatArray:
        """Distances of the value pairs at positions ``i1`` and ``i2``."""
        return np.asarray(table[i1, i2], dtype=dtype)

    return distance
