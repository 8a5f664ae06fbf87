"""Why a number does not exist: a code that readers look up, and what was counted, as one text."""

from __future__ import annotations

from typing import Self


class Reason(str):
    """A reason with figures in it, such as ``12 replicates are too few``; one without is a plain text, its own code.

    It is the text, wherever a text is expected; ``code`` is the text with its figures left open, ``given`` are they.

    >>> few = Reason("{} replicates are too few", 12)
    >>> few, few.code, few.given
    ('12 replicates are too few', '{} replicates are too few', (12,))
    """

    __slots__ = ("code", "given")

    code: str
    given: tuple[object, ...]

    def __new__(cls, code: str, *given: object) -> Self:
        """Fill ``given`` into ``code``."""
        made = super().__new__(cls, code.format(*given))
        made.code, made.given = code, given
        return made

    def __reduce__(self) -> tuple[type[Reason], tuple[object, ...]]:
        """Return what makes it anew when it is copied or pickled."""
        return type(self), (self.code, *self.given)


def code_of(reason: str) -> str:
    """Return the code of a reason, with figures or without."""
    return reason.code if isinstance(reason, Reason) else reason
