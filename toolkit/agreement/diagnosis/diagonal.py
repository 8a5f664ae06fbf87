"""How often two ratings that should be independent are simply the same rank: reliability A–F and credibility 1–6.

Coders who do not keep the reliability of a source apart from the credibility of its information give A1, B2, C3 …: the
diagonal of the Admiralty table. What independent use of both scales would put there is Σ p_k q_k, the chance agreement
of Cohen (1960), *Educational and Psychological Measurement* 20(1), 37–46, with two questions in place of two coders.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.agreement.ratings import MISSING
from toolkit.files.arrays import IntArray

NEVER_BOTH = "no annotation answers both questions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagonal:
    """Share of annotations with the same rank on both questions, beside what chance would give."""

    n_annotations: int
    """Annotations that answer both questions."""
    share: float | None
    """Of them, with the same rank on both."""
    by_chance: float | None
    """Σ_k p_k q_k, from how often each rank is used on either question in these annotations."""
    undefined_because: str | None
    """``no annotation answers both questions``."""


def diagonal(one: IntArray, other: IntArray, n_ranks: int) -> Diagonal:
    """Return the diagonal of two questions: ranks from lowest (0) to highest, in parallel, of the same annotations.

    Arrays of any one shape (annotations, or units × annotators), ``MISSING`` where a question was not answered or not
    on its scale. Raise ValueError where the shapes differ or a rank is beyond ``n_ranks``.
    """
    if one.shape != other.shape:
        raise ValueError(f"both questions need the same annotations, not {one.shape} and {other.shape}")
    highest = max(int(one.max(initial=MISSING)), int(other.max(initial=MISSING)))
    if highest >= n_ranks:
        raise ValueError(f"rank {highest} is beyond {n_ranks - 1}, the highest of {n_ranks}")
    both = (one != MISSING) & (other != MISSING)
    n = int(both.sum())
    if not n:
        return Diagonal(n_annotations=0, share=None, by_chance=None, undefined_because=NEVER_BOTH)
    first, second = one[both], other[both]
    p, q = (np.bincount(ranks, minlength=n_ranks) for ranks in (first, second))
    return Diagonal(
        n_annotations=n, share=int((first == second).sum()) / n, by_chance=int(p @ q) / n**2, undefined_because=None
    )
