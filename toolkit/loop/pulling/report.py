"""What a pull of one round found."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from toolkit.study.annotation_versions import Tally


@dataclass(slots=True)
class PullReport:
    """What a pull of one round found. Counts other than ``tally`` are of the annotations new or edited in this pull."""

    round: str
    tally: Tally = field(default_factory=Tally)
    n_items: int = 0
    skipped: int = 0
    repeats: int = 0
    edited_by_other: int = 0
    not_registered: int = 0
    withdrawn: int = 0
    """Annotations of people who were removed, made since then or withdrawn with them."""
    unknown_sentences: int = 0
    vanished_items: int = 0
    erased: int = 0
    """Annotations that were read and not taken in, because the person was erased from the study."""
    is_adopted: bool = False
    """Whether the round is one that was adopted: what vanished from it is not sent again."""
    decides_on: str | None = None
    """The round whose answers are decided on in this one; None where it is a round of coding."""
    n_new_sentences: int = 0
    """Items of an adopted project that became sentences in this pull."""
    not_taken: Counter[str] = field(default_factory=Counter)
    """Items of an adopted project that cannot be sentences, by reason."""
    n_texts_changed: int = 0
    """Sentences of an adopted project whose words were changed there since they were taken up."""
    codebook_taken_up: bool = False
    """Whether a codebook that was mended is the one answers are read with now."""
    codebook_differs: bool = False
    """Whether there is one that is not."""
    copies: int = 0
    """Items of the server that repeat a sentence of the round, as of now."""
    read_all_because: str | None = None
    """Why everything was read, not only what changed since the last pull."""
    impossible_seconds: list[str] = field(default_factory=list)
    """Annotations whose time on the page cannot be one, with what was sent: kept without a time."""
    rejected: Counter[str] = field(default_factory=Counter)
    """Answers the codebook does not vouch for, by ``question: reason``."""
    rejected_examples: list[str] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        """Whether anything was stored that was not there before."""
        moved = self.tally.new or self.tally.edited or self.tally.gone or self.tally.back
        return bool(moved or self.vanished_items or self.n_new_sentences)
