"""A second opinion on alpha from the package ``krippendorff``: the only module that knows it exists.

What it is protected from here: its default level (interval), the orientation of its matrix, unsigned integers that
wrap, the string "nan" it drops, an alphabetical instead of the codebook's order, a value domain it guesses, and the
memory it takes. It gets counts of integer codes, an explicit ordered domain of floats, and only categories in use. It
adds unit to unit, so that in double precision its own rounding can pass 1e-12 from a hundred thousand units on: where
it disagrees, it is asked again in the widest float of the machine, which takes two and a half times as long.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import krippendorff
import numpy as np
import numpy.typing as npt

from toolkit.agreement.patterns import Patterns
from toolkit.agreement.ratings import MISSING
from toolkit.files.arrays import FloatArray

LARGEST_PROBLEM = 10_000_000
"""Units × values² beyond which the package is not asked (it takes about 32 bytes for each)."""

TOLERANCE = 1e-12

_DOUBLE = float(np.finfo(np.float64).eps)
_WIDER_THAN_DOUBLE = bool(np.finfo(np.longdouble).eps < _DOUBLE)


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
    """Return name and version of the package that recomputed ``value`` from all units; None where they are too many.

    Raise ConfirmationError on a difference above 1e-12. On machines with nothing wider than double precision a larger
    difference that is no more than its rounding over so many units is no opinion either: None.
    """
    in_use = _in_use(patterns, len(recipe.points))
    n_values = int(in_use.sum())
    n_units = patterns.n_units
    if n_units * n_values**2 > LARGEST_PROBLEM:
        return None
    rows = patterns.counts(slice(None), len(in_use)) if patterns.holds_codes else patterns.rows
    counts = rows[:, in_use][patterns.pattern_of_unit]
    level: Any = recipe.level
    if recipe.distances is not None:
        level = _lookup(recipe.distances[np.ix_(in_use, in_use)])
    package = f"krippendorff {_version()}"
    other = value
    for dtype in (np.float64, np.longdouble) if _WIDER_THAN_DOUBLE else (np.float64,):
        other = float(
            krippendorff.alpha(
                value_counts=counts,
                value_domain=recipe.points[in_use],
                level_of_measurement=level,
                dtype=dtype,
            )
        )
        if abs(value - other) <= TOLERANCE:
            return package
    if not _WIDER_THAN_DOUBLE and abs(value - other) <= n_units * _DOUBLE:
        return None
    raise ConfirmationError(f"alpha is {value!r} here and {other!r} by {package}")


@cache
def _version() -> str:
    """The version of the package, as the folder beside it is called in which its installation is recorded (PEP 376):
    to read what is in there takes Python's parser of e-mails, which takes longer to import than alpha to be computed.
    """
    before, after = "krippendorff-", ".dist-info"
    recorded = list(Path(krippendorff.__file__).parents[1].glob(f"{before}*{after}"))
    if len(recorded) == 1:
        return recorded[0].name.removeprefix(before).removesuffix(after)
    from importlib.metadata import version  # installed in another way

    return version("krippendorff")


def _in_use(patterns: Patterns, n_values: int) -> npt.NDArray[np.bool_]:
    if not patterns.holds_codes:
        return np.asarray(patterns.rows.any(axis=0))
    codes = patterns.rows[patterns.rows != MISSING]
    return np.bincount(codes, minlength=n_values) > 0


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
