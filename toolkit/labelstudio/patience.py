"""How long an answer is waited for, what is asked again and after which pause, and who is told meanwhile.

Nothing here sends anything. An attempt returns its answer, or a ``Setback``: what to raise if it stays so, and whether
asking again may help. Only what cannot change anything on the server is ever asked again.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Final, Protocol, TypeVar

from toolkit.errors import BadInput, IntercoderError

T = TypeVar("T")

AS_OFTEN_AS_PATIENCE_LASTS: Final = 1_000
_LIMITS: Final = (1.0, 86_400.0)


class Tell(Protocol):
    """Who is told what a request is waiting for; ``passing`` words are of the moment, of no use in a log."""

    def __call__(self, message: str, *, passing: bool = False) -> None:
        """Take note of ``message``."""


def untold(message: str, *, passing: bool = False) -> None:
    """Nobody listens."""


@dataclass(frozen=True, slots=True)
class Patience:
    """What a server is granted: seconds and bytes of one answer, and the pauses before a read is asked again."""

    limit: float = 300.0
    """Seconds from sending a request to the last byte of its answer."""
    most_bytes: int = 256 * 2**20
    """Size of one answer; the largest page of a large study holds some millions."""
    pauses: tuple[float, ...] = (1.0, 2.0, 4.0)
    """Seconds before each repeat: there are as many repeats as pauses."""
    longest_pause: float = 120.0
    """A server that asks (Retry-After) to be left alone for longer is not asked again."""

    @property
    def silence(self) -> float:
        """Seconds without a single byte after which nothing is expected any more."""
        return self.limit * 0.4


ASKING_ONCE: Final = Patience(pauses=())
"""For a first look: whether anybody is there should be said at once."""


def limit_from(text: str, *, name: str) -> float:
    """Return the seconds ``text`` asks for; raises ``BadInput`` naming ``name``, the variable it stands in, if it is
    none.

    >>> limit_from(" 90 ", name="SECONDS")
    90.0
    """
    low, high = _LIMITS
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not low <= seconds <= high:  # what is no number at all is not between them either
        raise BadInput(
            f"{name} is {text.strip()[:40]!r}, which is no number of seconds from {low:g} to {high:,.0f}",
            todo=f"Set it to the longest that one answer of Label Studio may take, as in {name}=600, or unset it.",
        )
    return seconds


@dataclass(frozen=True, slots=True)
class Setback:
    """An attempt that failed: what to raise if it stays so, and the reason in a few words."""

    fault: IntercoderError
    reason: str
    repeats: int = 0
    """How often an attempt may be repeated for this reason."""
    after: float | None = None
    """Seconds for which the server asked to be left alone."""


def repeated(attempt: Callable[[], T | Setback], patience: Patience, *, wait: Callable[[float], None], tell: Tell) -> T:
    """Return what ``attempt`` returns in the end; raises the fault of the last one when there is no point in
    another.
    """
    made, met = 0, Counter[str]()
    while isinstance(given := attempt(), Setback):
        most = min(len(patience.pauses), made + given.repeats - met[given.reason])
        if made >= most:
            raise given.fault
        pause = max(patience.pauses[made], given.after or 0.0)
        if pause > patience.longest_pause:
            raise given.fault
        met[given.reason] += 1
        tell(f"{given.reason}: asking again in {pause:g} s ({made + 2} of {most + 1})")
        wait(pause)
        made += 1
    return given


def asked_to_wait(headers: Mapping[str, str]) -> float | None:
    """Return the seconds an answer asks to be left alone for (Retry-After); None if it does not, or not in a known
    way.

    A moment is compared with the server's own clock, never with this machine's.

    >>> asked_to_wait({"retry-after": "7"})
    7.0
    >>> at = "Sun, 22 Nov 2026 13:20:{}3 GMT"
    >>> asked_to_wait({"retry-after": at.format(3), "date": at.format(2)})
    10.0
    """
    said = headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", said):
        return float(said)
    try:
        until, now = parsedate_to_datetime(said), parsedate_to_datetime(headers.get("date", ""))
        return max(0.0, (until - now).total_seconds())
    except (ValueError, TypeError, OverflowError):  # no moment; or one with a time zone and one without
        return None
