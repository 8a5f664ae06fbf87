"""A case: a situation in which a user meets an error, told in plain words and brought about for real."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.messages.work import Work

Step = Callable[[Work], object]


@dataclass(frozen=True, slots=True)
class Case:
    """One error as somebody meets it. ``when`` says what they had done; ``also`` what helps besides what it says."""

    name: str
    when: str
    run: str | Step
    """The command, or a call of the library where no command comes there."""
    given: tuple[Step, ...] = ()
    """What is there beforehand, one step after the other."""
    also: str = ""
    prints: bool = False
    """Whether the command prints its data first: it found what it looked for, and that is the trouble."""
    blur: tuple[tuple[str, str], ...] = ()
    """What differs from one machine or release to the next, as patterns, with what stands for it."""


@dataclass(frozen=True, slots=True)
class Group:
    """Cases of one thing people do."""

    place: int
    """Where it stands among the others: in the order in which a study goes."""
    name: str
    title: str
    cases: tuple[Case, ...]
    about: str = ""


@dataclass(frozen=True, slots=True)
class Met:
    """What somebody saw, and where in the code it comes from."""

    command: str
    code: int
    out: str
    err: str
    places: tuple[str, ...] = field(default=())


_ALWAYS = (
    (r"annotator-[0-9a-f]{8}", "annotator-…"),
    (r"\b[0-9a-f]{12,64}\b", "…"),
)


def blurred(text: str, case: Case, home: str) -> str:
    """The text with what differs from run to run replaced: the folder by ``~``, keys and pseudonyms by ``…``."""
    text = text.replace(home, "~")
    for pattern, stands_for in (*_ALWAYS, *case.blur):
        text = re.sub(pattern, stands_for, text)
    return text
