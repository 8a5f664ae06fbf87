"""A review of a codebook: of every category why coders differed, what it is taken for, what it should say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What an adjudicator wrote the codebook should say, and the sentence it was written on."""

    says: str
    sentence_id: str
    sentence: str
    reason: str | None
    decided: tuple[str, ...]
    """Codes that were decided; those of all coders where more than one answer is defensible."""
    given: tuple[str, ...]
    """Codes that coders gave and were not decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """A category that coders gave where this one was decided, or the other way round; single categories only."""

    category: str
    n_given: int
    """Answers that gave the other one where this one was decided."""
    n_decided: int
    """Answers that gave this one where the other was decided."""
    n_sentences: int
    reasons: Mapping[str, int]
    """Of those sentences, as in ``REASONS``."""
    given_on: tuple[str, ...]
    """Ids of the sentences on which the other one was given and this one decided, slips apart."""
    decided_on: tuple[str, ...]
    """The same where this one was given and the other decided."""

    @property
    def n_slips(self) -> int:
        """Sentences that say nothing of the codebook."""
        return self.reasons.get("slip", 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryReview:
    """What was decided about one category (or label of marked words); counts are of sentences."""

    category: str
    title: str
    definition: str
    n_decided: int
    """Decided so."""
    n_defensible: int
    """On which it is one of several answers that can be argued."""
    reasons: Mapping[str, int]
    """Why coders differed where some gave it and others did not, or where it was decided otherwise."""
    quotes: tuple[Quote, ...]
    neighbours: tuple[Neighbour, ...]
    """Those confused most often first."""

    @property
    def n_slips(self) -> int:
        """Sentences on which somebody overlooked something: no matter of the codebook."""
        return self.reasons.get("slip", 0)

    @property
    def n_open(self) -> int:
        """Sentences on which coders differed for another reason: codebook or text leave something open."""
        return sum(self.reasons.values()) - self.n_slips


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeToConsider:
    """Two categories that are taken for each other for other reasons than slips, and what making one of them costs.

    A higher alpha is no reason to merge: what coders do tell apart is lost with it.
    """

    category: str
    other_category: str
    alpha_before: float
    alpha_after: float
    n_confused: int
    """Answers that gave the one where the other was decided."""
    n_sentences: int
    n_slips: int
    n_told_apart: int
    """Answers that gave the one or the other and were decided so: what would be lost."""
    conditions: tuple[str, ...]
    """Questions that are shown after one of the two and not after the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionReview:
    """What was decided on one question; counts are of sentences."""

    question: str
    text: str
    level: str
    n_settled: int
    n_disputed: int
    """Those on which coders differed."""
    n_defensible: int
    reasons: Mapping[str, int]
    """Why coders differed, of those in dispute where it was said."""
    categories: tuple[CategoryReview, ...]
    merges: tuple[MergeToConsider, ...]
    """Greatest gain first; computed for nominal and ordinal questions only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Skeleton:
    """The codebook with its version raised, and comments where decisions say that something is to be mended."""

    version: str
    text: str
    diff: str
    """Unified diff from the study's ``codebook.yaml``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodebookReview:
    """A review of the codebook of a round by what was decided on it."""

    round: str
    codebook: str
    version: str
    """The version that was coded with."""
    questions: tuple[QuestionReview, ...]
    skeleton: Skeleton
