"""A letter to one coder: what of their answers stands, and where the decision was another one. Nobody else is in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from toolkit.agreement.estimate import Estimate


@dataclass(frozen=True, slots=True)
class Meaning:
    """A category as the codebook explains it."""

    title: str
    definition: str
    borders: tuple[str, ...] = ()
    """When another of the categories at issue applies in its place, as the codebook says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceRead:
    """A sentence with what stands before it in its article, and where that is."""

    sentence_id: str
    text: str
    before: str
    """One line; empty where the article begins."""
    place: str
    """The article, as annotators see it called, and the sentence's number in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedOtherwise:
    """A sentence on which the decision is not the coder's answer."""

    sentence: SentenceRead
    reason: str | None
    """As in ``REASONS``; None where none was given, or two adjudicators gave two."""
    suggestions: tuple[str, ...]
    """What the codebook should say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SameDifference:
    """Sentences on which the coder gave one and the same answer, and the decision is one and the same other."""

    given: str
    decided: str
    meanings: tuple[Meaning, ...]
    """Of the categories that make the difference."""
    sentences: tuple[DecidedOtherwise, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Defensible:
    """A sentence on which no single answer is right: the coder's stands beside others."""

    sentence: SentenceRead
    given: str
    suggestions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryFound:
    """How many of the sentences decided as this category the coder had so."""

    category: str
    n: int
    n_found: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenFor:
    """How often the coder gave ``given`` where ``decided`` was decided, of ``n_decided`` such sentences.

    ``low`` and ``high`` are the exact 95 % limits of that share (Clopper & Pearson), as if sentences came one by one.
    """

    given: Meaning
    decided: Meaning
    n: int
    n_decided: int
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionLetter:
    """What was decided on one coder's answers to one question."""

    question: str
    text: str
    n_disputed: int
    """Answers decided on where coders differed; those on which both are defensible are not among them."""
    n_disputed_stand: int
    n_drawn: int
    """Answers decided on though all coders agreed: drawn, or because everything was decided on."""
    n_drawn_stand: int
    n_unasked: int
    """Answers that all coders of the sentence gave, taken over without asking."""
    n_waiting: int
    """Answers that somebody is still to decide on, or about which adjudicators do not agree."""
    share: Estimate | None
    """The share of all the coder's answers that stand, each counted for those it was drawn for."""
    share_undefined_because: str | None
    found: tuple[CategoryFound, ...]
    """Categories that were decided, in the order of the codebook; none for numbers, sets and marked words."""
    taken_for: tuple[TakenFor, ...]
    """Most frequent first."""
    differences: tuple[SameDifference, ...]
    defensible: tuple[Defensible, ...]

    @property
    def n_decided(self) -> int:
        """Answers on which one answer was decided."""
        return self.n_disputed + self.n_drawn

    @property
    def n_stand(self) -> int:
        """Those that the decision leaves as they are."""
        return self.n_disputed_stand + self.n_drawn_stand


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """Everything one coder is told; ``questions`` are those with anything decided, in the order of the codebook."""

    annotator: str
    study: str
    round: str
    codebook: str
    """Name and version."""
    questions: tuple[QuestionLetter, ...]
    reasons: Mapping[str, int]
    """Sentences on which a decision is not the coder's answer, by reason."""

    @property
    def n_decided(self) -> int:
        """Answers on which one answer was decided."""
        return sum(one.n_decided for one in self.questions)

    @property
    def n_stand(self) -> int:
        """Those that the decision leaves as they are."""
        return sum(one.n_stand for one in self.questions)

    @property
    def n_defensible(self) -> int:
        """Answers where no single one is right."""
        return sum(len(one.defensible) for one in self.questions)
