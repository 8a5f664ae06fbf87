"""What a study remembers of people's work, in our own words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal

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


Deleted = Literal["deleted"]
DELETED: Deleted = "deleted"
"""It is gone from the server; what was pulled before that stays."""

_EDITED_AFTER: Final = timedelta(seconds=1)
"""An annotation that nobody touched was last changed some 30 µs after it was made, by the server's clock."""


@dataclass(frozen=True, slots=True)
class AnnotationVersion:
    """What an annotation was at some pull, in the order of the pulls; ``seen_at`` is this machine's clock, in UTC.

    ``changed_by`` is the pseudonym of whoever saved it last, None where nobody knows. One version is ``in_force``, the
    one that was pulled last; answers are read as those of the annotation are.
    """

    version: int
    seen_at: datetime
    updated_at: datetime
    changed_by: str | None
    seconds_spent: float | None
    skipped: bool
    codebook_version: str
    codebook_hash: str
    in_force: bool
    answers: tuple[Answer, ...]


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
    excluded_because: Exclusion | Deleted | None
    answers: tuple[Answer, ...]
    project: int = 1
    """Which of the round's projects it was submitted in, counted from 1."""
    blind: bool | None = field(default=None, compare=False)
    """Whether the server enforced that annotators see their own answers only when it was made and last changed; None
    where nobody says, as in exports of before."""
    changed_by: str | None = field(default=None, compare=False)
    """Pseudonym of whoever saved it last; None where the server does not say."""
    deleted_at: datetime | None = None
    """When a pull found that it is gone from the server."""
    versions: tuple[AnnotationVersion, ...] = ()
    """Every version of it that was ever pulled, where somebody asked for them."""

    @property
    def edited(self) -> bool:
        """Whether it was saved again after it was submitted."""
        return len(self.versions) > 1 or saved_again(self.created_at, self.updated_at)


def saved_again(created_at: datetime, updated_at: datetime) -> bool:
    """Return whether an annotation was saved again after it was submitted, as far as its two moments say."""
    return updated_at - created_at >= _EDITED_AFTER


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
