"""How often one annotator is right over all answers, from those whose truth was found out with known chances.

The answers looked into are the disputed ones and a sample of the others, so that each stands for 1/p answers, p the
chance with which it came to be looked into. The share is the ratio Σ right/p ÷ Σ 1/p (Hájek 1971, in Godambe & Sprott,
*Foundations of Statistical Inference*, p. 236); its interval is put together in ``disputed_and_drawn``.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from toolkit.agreement.estimate import Estimate
from toolkit.agreement.known.accuracy import accuracy_estimates
from toolkit.agreement.known.cases import Cases
from toolkit.agreement.resampling import Resampling
from toolkit.files.arrays import IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedInto:
    """One answer whose truth was found out, and the chance with which it was looked into, above 0."""

    unit: str
    cluster: str
    right: bool
    chance: float


def sampled_accuracy(
    question: str,
    level: str,
    annotator: str,
    answers: Sequence[LookedInto],
    resampling: Resampling,
    *,
    n_categories: int,
) -> Estimate:
    """Return the share of right answers among all those that the ones looked into stand for."""
    n = len(answers)
    unit = _codes([one.unit for one in answers])
    cases = Cases(
        categories=("wrong", "right"),
        annotators=(annotator,),
        unit=unit,
        drawn=_codes([one.cluster for one in answers]) if resampling.clustered else unit,
        annotator=np.zeros(n, dtype=np.int64),
        given=np.array([one.right for one in answers], dtype=np.int64),
        true=np.ones(n, dtype=np.int64),
        entry=np.arange(n),
        weight=np.array([1 / one.chance for one in answers], dtype=np.float64),
        disputed=np.array([one.chance == 1 for one in answers], dtype=np.bool_),
        by_decision=True,
    )
    found = next(accuracy_estimates(question, level, cases, resampling))
    return replace(found, annotator=annotator, n_categories=n_categories)


def _codes(names: Sequence[Hashable]) -> IntArray:
    code_of = {name: code for code, name in enumerate(dict.fromkeys(names))}
    return np.array([code_of[name] for name in names], dtype=np.int64)
