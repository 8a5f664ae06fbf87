"""From what an annotator submitted to answers the codebook vouches for: pure, so a mend never needs a new pull."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Status = Literal["answered", "cannot_be_judged", "unanswered", "not_shown", "skipped", "rejected"]
OffsetUnit = Literal["code_point", "utf16"]


@dataclass(frozen=True, slots=True)
class Mark:
    """A marked span as submitted: half-open offsets into the sentence, in the unit the server used."""

    label: str
    start: int
    end: int
    text: str | None


@dataclass(frozen=True, slots=True)
class Response:
    """What was submitted for one control of the page, unchecked; a question may occur more than once."""

    question: str
    codes: tuple[str, ...] = ()
    numbers: tuple[float, ...] = ()
    texts: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """A checked span: half-open code-point offsets into the sentence, and the words they cover."""

    label: str
    start: int
    end: int
    text: str
    offset_unit: OffsetUnit


Value = str | tuple[str, ...] | float | tuple[Span, ...]
"""nominal, ordinal: a code · taxonomy: a path, ``EXPERT/think_tank`` · text: the text · set: codes in codebook order ·
interval, ratio: a number · span: spans. Where the answer cannot be judged: the code that says so."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One annotator's value for one question on one sentence; ``value`` is None where the status says why."""

    question: str
    status: Status
    value: Value | None = None
    rejected_because: str | None = None
    migrated_from: tuple[str, ...] | None = None
    """The categories that were chosen, where the codebook renamed, merged or split any of them since."""
