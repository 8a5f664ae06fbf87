"""What ``disagreements`` finds out: sentences with everybody's answers, the worst first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from toolkit.codebook.answers import Answer
from toolkit.loop.disputes import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedQuestion:
    """One question on one sentence: what everybody answered, and how far apart that is."""

    question: str
    outcome: Outcome | None
    """None where the question is kept out of agreement (confidence, note)."""
    disputed: bool
    """Whether this is a question for which the sentence was chosen."""
    disagreement: float
    """Mean distance of two annotators' answers, from 0 to 1 (``distances.py``); 0 where it is not disputed."""
    entropy: float
    """Shannon entropy of the different answers, in bits; 0 where it is not disputed."""
    answers: Mapping[str, Answer]
    """By the annotator's pseudonym."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputedSentence:
    """One sentence on which annotators differ."""

    sentence_id: str
    article_id: str
    position: int
    """Its place in the article, counted from 1."""
    title: str | None
    """That of the article."""
    text: str
    link: str | None
    """Opens it in Label Studio; None where the round has no project, or the sentence is not in it."""
    disagreement: float
    """The sum over its disputed questions."""
    entropy: float
    """The same of entropies."""
    questions: tuple[ComparedQuestion, ...]
    """Every question of the codebook that anybody could have answered, in its order."""

    @property
    def disputed(self) -> tuple[str, ...]:
        """The questions for which it was chosen."""
        return tuple(each.question for each in self.questions if each.disputed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreements:
    """The sentences of a round in dispute, by disagreement, then entropy, then as one reads."""

    round: str
    codebook: str
    annotators: tuple[str, ...]
    """Pseudonyms of everybody whose work counts in the round, in order: A, B, C … where they have letters."""
    n_compared: int
    """Sentences that two or more coded."""
    n_disputed: int
    """Sentences that are as asked for; ``sentences`` may be cut to fewer."""
    sentences: tuple[DisputedSentence, ...]
