"""Whether somebody's answers to a question hardly vary: the share of the commonest one, with its exact interval.

The interval is that of Clopper & Pearson (1934) for answers counted singly: what is asked is whether this person uses
more than one answer at all, and not how they would answer on other clusters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.agreement import binomial

HARDLY = 0.9
"""Where the whole interval of the share is above it, answers hardly vary: 36 answers that are all the same do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SameAnswer:
    """The commonest answer of one annotator to one question, and how far it is the only one."""

    annotator: str
    question: str
    answer: str
    n: int
    """Answers in all."""
    share: float
    ci_low: float
    ci_high: float
    hardly_varies: bool
    """Set where the whole interval is above nine of ten."""


def same_answer(annotator: str, question: str, answers: Sequence[str], *, confidence: float = 0.95) -> SameAnswer:
    """Return the commonest of these answers, of which there is one at least; of several the first by name.

    >>> found = same_answer("ana", "confidence", ["sure"] * 35)
    >>> round(found.ci_low, 3), found.hardly_varies, same_answer("ana", "confidence", ["sure"] * 36).hardly_varies
    (0.9, False, True)
    """
    answer, n = min(Counter(answers).items(), key=lambda item: (-item[1], item[0]))
    tail = (1 - confidence) / 2
    low = 1 - binomial.upper_limit(len(answers) - n, len(answers), tail)
    return SameAnswer(
        annotator=annotator,
        question=question,
        answer=answer,
        n=len(answers),
        share=n / len(answers),
        ci_low=low,
        ci_high=binomial.upper_limit(n, len(answers), tail),
        hardly_varies=low > HARDLY,
    )
