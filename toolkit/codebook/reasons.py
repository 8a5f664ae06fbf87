"""Why coders differed on a sentence: what an adjudicator gives as the reason of a decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Reason = Literal["slip", "codebook_gap", "ambiguous", "both_defensible", "badly_cut", "other"]


@dataclass(frozen=True, slots=True)
class ReasonWords:
    """What a reason is called, and when it applies."""

    title: str
    definition: str


REASONS: Final[Mapping[Reason, ReasonWords]] = {
    "slip": ReasonWords("Slip", "The codebook and the sentence are clear; somebody overlooked something."),
    "codebook_gap": ReasonWords("Codebook gap", "The codebook does not say, or can be read in two ways."),
    "ambiguous": ReasonWords("Ambiguous text", "The sentence itself can be read in two ways."),
    "both_defensible": ReasonWords("Both defensible", "Text and codebook are clear, and both answers can be argued."),
    "badly_cut": ReasonWords("Badly cut", "This is no whole sentence, or more than one."),
    "other": ReasonWords("Other", "None of these; say it below."),
}
"""The reasons, in the order shown."""


def words_of(reason: str | None) -> ReasonWords | None:
    """Return the words of a reason; None where there is no such reason.

    >>> words_of("slip").title, words_of(None)
    ('Slip', None)
    """
    return next((words for name, words in REASONS.items() if name == reason), None)
