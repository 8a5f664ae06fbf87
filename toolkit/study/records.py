"""What a study remembers of people's work, in our own words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from toolkit.codebook.answers import Answer

Exclusion = Literal[
    "not_registered", "edited_by_other", "skipped", "revised", "unknown_sentence", "gold", "withdrawn", "asked_again"
]
"""Why a whole annotation does not count in agreement; single answers carry their own ``rejected_because``."""

GOLD: Exclusion = "gold"
"""It would count, but is on a sentence that is in the round only because its answers are known: nothing is wrong."""

ASKED_AGAIN: Exclusion = "asked_again"
"""It would count, but its round only asks a question of another round again, where its answers count if they replace
one: nothing is wrong."""


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
    project: int = 1
    """Which of the round's projects it was submitted in, counted from 1."""


def annotation_name(round: str, project: int, number: int) -> str:
    """Return the id of an annotation in everything that is handed out; numbers are those of one project of the round.

    >>> annotation_name("pilot", 1, 12), annotation_name("pilot", 2, 12)
    ('pilot-12', 'pilot-2.12')
    """
    return f"{round}-{number}" if project == 1 else f"{round}-{project}.{number}"


def project_and_number(name: str) -> tuple[int, int]:
    """Return the project and the number in an annotation's name; project 0 and number 0 where it is no such name.

    >>> project_and_number("pilot-12"), project_and_number("pilot-2-2.12"), project_and_number("x")
    ((1, 12), (2, 12), (0, 0))
    """
    project, _, number = name.rpartition("-")[2].rpartition(".")
    return (int(project or 1), int(number)) if number.isdecimal() and (project or "1").isdecimal() else (0, 0)
