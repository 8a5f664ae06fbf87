"""Answers that say "this cannot be judged": how common they are.

A codebook's missing categories say nothing on its scale, so alpha of the question leaves them out. Here they are
ordinary codes beside those of the scale.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.files.arrays import IntArray


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


def missing_shares(given: IntArray, labels: Sequence[str], missing: Sequence[int]) -> tuple[MissingShare, ...]:
    """Return the share of each of the ``missing`` codes among all answers; ``given`` says how often each of ``labels``
    was.
    """
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
