"""What a study remembers of people's work, in our own words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from toolkit.codebook.answers import Answer

Exclusion = Literal["not_registered", "edited_by_other", "skipped", "revised", "unknown_sentence"]
"""Why a whole annotation does not count in agreement; single answers carry their own ``rejected_because``."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """One annotator's submission on one sentence, with the answers derived from it.

    ``annotator`` is the pseudonym; e-mail addresses live in the study's annotator register only. Times are UTC.
    """

    annotation_id: str
    sentence_id: str
    article_id: str
    round: str
    annotator: str
    created_at: datetime
    updated_at: datetime
    seconds_spent: float | None
    skipped: bool
    edited_by_other: bool
    from_prediction: bool
    repeat: bool
    codebook_version: str
    codebook_hash: str
    excluded_because: Exclusion | None
    answers: tuple[Answer, ...]
