"""Answers that say "this cannot be judged": how common they are, and whether annotators agree on giving them.

A codebook's missing categories say nothing on its scale, so alpha of the question leaves them out. Here they are
ordinary codes beside those of the scale: agreement on *judged or not* is any measure on two values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from toolkit.agreement.ratings import MISSING, IntArray

JUDGED, NOT_JUDGED = 0, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingShare:
    """How often one missing category was given."""

    category: str
    count: int
    n_answers: int
    """All answers: on the scale and missing categories."""
    share: float | None
    """``count`` of ``n_answers``; None where there are none."""
    undefined_because: str | None
    """``nothing answered``."""


def missing_shares(codes: IntArray, labels: Sequence[str], missing: Sequence[int]) -> tuple[MissingShare, ...]:
    """The share of each of the ``missing`` codes among all answers (codes: units × annotators, of ``labels``)."""
    given = np.bincount(codes[codes != MISSING], minlength=len(labels))
    n = int(given.sum())
    return tuple(
        MissingShare(
            category=labels[code],
            count=int(given[code]),
            n_answers=n,
            share=int(given[code]) / n if n else None,
            undefined_because=None if n else "nothing answered",
        )
        for code in missing
    )


def judged_or_not(codes: IntArray, missing: Sequence[int]) -> IntArray:
    """The same units × annotators with 1 where one of the ``missing`` codes was given and 0 for any other answer.

    With one code: this missing category against everything else, other missing categories included. With all of them:
    judged or not for whatever reason. Who gave no answer at all stays missing.

    >>> judged_or_not(np.array([[0, 3, -1], [3, 4, 1]]), [3])
    array([[ 0,  1, -1],
           [ 1,  0,  0]])
    """
    recode = np.full(max(int(codes.max(initial=MISSING)), *missing, 0) + 2, JUDGED, dtype=np.int64)
    recode[list(missing)] = NOT_JUDGED
    recode[MISSING] = MISSING  # the last place, which the code of a missing answer points at
    return recode[codes]
