"""What adjudicators decided, and what is settled by it, in our own words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from toolkit.study.adjudications import Because, Where
from toolkit.study.records import Deleted, Exclusion

Outcome = Literal["decided", "both_defensible", "not_shown", "open", "rejected", "skipped"]
"""One value is right · none is, and the coders' distribution is kept · an answer decided before it makes the question
superfluous · it was left out · the codebook does not vouch for it · the sentence was passed over."""

SETTLING: frozenset[Outcome] = frozenset({"decided", "both_defensible", "not_shown"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What one adjudicator decided on one question of one sentence; ``value`` in the form JSON holds it."""

    sentence_id: str
    article_id: str
    question: str
    adjudicator: str
    annotation_id: str
    decided_at: datetime
    outcome: Outcome
    value: Any
    reason: str | None
    """Why the coders differed, in the adjudicator's eyes: asked once per sentence."""
    suggestion: str | None
    """What the codebook should say."""
    because: Because
    chance: float
    """The probability with which the question came to be asked."""
    where: Where
    """What of the round is decided on at all."""
    anchored: bool
    """Whether the page offered an answer beforehand."""
    coded: tuple[Any, ...]
    """The answers of the coders that were shown, without those who gave none."""
    coded_by: tuple[str, ...]
    """The name of the annotation each of these was in."""
    excluded_because: Exclusion | Deleted | None
    """Why it does not count: the adjudicator is not registered for it, somebody else edited it, …"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What a question of a sentence is, by decision or because all coders agreed.

    ``outcome`` is ``agreed`` where the answer was taken over unasked. ``reason`` is None where two adjudicators gave
    two.
    """

    sentence_id: str
    question: str
    outcome: Outcome | Literal["agreed"]
    value: Any
    decided_by: tuple[str, ...] = ()
    reason: str | None = None
    because: Because | None = None
    chance: float | None = None
    where: Where | None = None
    anchored: bool = False
    coded: tuple[Any, ...] = ()
    """The coders' answers it was decided on, as they were shown; where both are defensible, the label is how these are
    distributed."""
    coded_by: tuple[str, ...] = ()
