"""What chance-corrected measures share: agreement within units, use of the categories, and the correction itself.

Every such measure is (P_a − P_e)/(1 − P_e): P_a is the agreement observed in units with two values or more, P_e the
agreement expected by chance, which is where the measures differ. Statistics of a unit are laid out as its agreement,
1 where it has two values or more, 1 where it has any, and then what P_e is computed from, one column a category.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from toolkit.agreement.levels import MOST_DISTINCT
from toolkit.agreement.measures import TOO_MANY_VALUES
from toolkit.agreement.scale import Scale
from toolkit.files.arrays import FloatArray, IntArray

_NO_ROOM = 1e-12
"""1 − P_e below which it is rounding: one deviating value among ten million still leaves 2 · 10⁻⁷."""


def one_category_per_answer(scale: Scale) -> str | None:
    """Return why values that are not one category each cannot be compared by category, or None where they can."""
    if scale.kind in {"interval", "ratio"}:
        return "for categories, not numbers"
    if scale.kind == "set":
        return "for one category per answer, not sets"
    return TOO_MANY_VALUES if scale.n_values > MOST_DISTINCT else None


def ordered_or_numbers(scale: Scale) -> str | None:
    """Return why values have no place on a line from low to high, or are too many there, or None where neither is
    so.
    """
    if scale.points is None:
        return "needs ordered categories or numbers"
    return TOO_MANY_VALUES if scale.n_values > MOST_DISTINCT else None


def agreement_and_use(counts: IntArray, distances: FloatArray | None = None) -> FloatArray:
    """Return agreement, 1 if two values, 1 if any, and the share c_k/m of each category, per unit (units × (3 +
    values)).

    Agreement is the mean over pairs of annotators of 1 − distance, with ``distances`` None of "the same value"; it is
    0 where there is no pair.
    """
    c = counts.astype(np.float64)
    m = c.sum(axis=1)
    together = np.einsum("uv,uv->u", c, c) - m
    if distances is not None:
        together = m * (m - 1) - np.einsum("uv,uv->u", c @ distances, c)
    statistics = np.empty((len(c), 3 + c.shape[1]))
    statistics[:, 0] = _per_pair(together, m)
    statistics[:, 1] = m >= 2
    statistics[:, 2] = m >= 1
    statistics[:, 3:] = c / np.maximum(m, 1)[:, None]
    return statistics


def observed_agreement(sums: FloatArray) -> FloatArray:
    """Return P_a for each row of sums: the mean over units with two values or more; NaN where there is none."""
    n = sums[:, 1]
    return np.divide(sums[:, 0], n, out=np.full_like(n, np.nan), where=n > 0)


def category_shares(sums: FloatArray) -> FloatArray:
    """Return π for each row of sums (R × values): the mean share of each category over units with any value."""
    shares: FloatArray = sums[:, 3:] / np.maximum(sums[:, 2:3], 1)
    return shares


def beyond_chance(observed: FloatArray, expected: FloatArray) -> FloatArray:
    """Return (P_a − P_e)/(1 − P_e); NaN where P_a is, and where chance leaves nothing to be gained (P_e = 1)."""
    room = 1 - expected
    return np.divide(observed - expected, room, out=np.full_like(room, np.nan), where=room > _NO_ROOM)


def why_undefined(
    values: Callable[[FloatArray], FloatArray], sums: FloatArray, *, n_categories: int | None = None
) -> str | None:
    """Return why ``values`` has none for one row of sums: ``no overlap``, ``one category``, ``no variation``; None
    if it has.

    ``n_categories`` is given by measures whose P_e depends on how many categories there could be.
    """
    if sums[1] == 0:
        return "no overlap"
    if n_categories is not None and n_categories < 2:
        return "one category"
    return "no variation" if np.isnan(values(sums[None, :])[0]) else None


def share_of_agreeing_pairs(counts: IntArray) -> FloatArray:
    """Return the share of the pairs of annotators that gave the same value, per unit; 0 where there is no pair."""
    m = counts.sum(axis=1)
    return _per_pair(np.einsum("uv,uv->u", counts, counts) - m, m)


def _per_pair(together: FloatArray | IntArray, m: FloatArray | IntArray) -> FloatArray:
    return np.divide(together, m * (m - 1), out=np.zeros(len(m)), where=m >= 2)
