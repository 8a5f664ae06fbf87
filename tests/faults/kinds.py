"""Every kind of fault, each with the requests it can befall and the exit codes that say it rightly.

A fault that the tool survives ends with 0, and then nothing may be missing. What else is right is named here:
5 nobody answered, 6 the server refused, 7 the transfer is incomplete.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from tests.faults import deals
from tests.faults.proxy import Deal, Request, passes

UNREACHABLE, REFUSED, INCOMPLETE = 5, 6, 7
_OF_THE_NETWORK = frozenset({UNREACHABLE})
_OF_ANSWERS = frozenset({UNREACHABLE, REFUSED, INCOMPLETE})


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of fault: what it does to the request it befalls, and to which requests it can happen."""

    name: str
    says: str
    does: Deal
    befalls: Callable[[Request], bool]
    codes: frozenset[int]
    lasting: bool = False
    """Whether every later request of the command meets it as well."""
    short_of_patience: bool = False
    """Whether the client must not wait as long as it does for people."""
    gone: bool = False
    """Whether nobody listens at the port from this request on."""
    late: str | None = None
    """For a request that arrives late: after the ``command``, or after the ``clean`` run that follows it."""


def _any(_: Request) -> bool:
    return True


def _write(request: Request) -> bool:
    return request.writes


def _sentences(request: Request) -> bool:
    return request.lists_sentences


def _others(request: Request) -> bool:
    return request.lists_others


def _first(request: Request) -> bool:
    return request.number == 1


# ---------------------------------------------------------------- the network


def _network(name: str, says: str, does: Deal, befalls: Callable[[Request], bool] = _any) -> Kind:
    return Kind(name, says, does, befalls, _OF_THE_NETWORK)


_NETWORK = (
    replace(_network("refused", "nobody listens at the port, from this request on", passes), gone=True),
    _network("closed at accept", "the connection is closed before a byte was read", deals.closed_at_accept),
    _network("reset before", "the connection is reset, and the server never saw the request", deals.reset_before),
    replace(
        _network("reset from then on", "this and every later connection is reset", deals.reset_before), lasting=True
    ),
    _network("reset after", "the server did what was asked; a reset in place of the answer", deals.reset_after),
    replace(
        _network(
            "time-out before", "the server never sees the request; no answer comes", deals.no_answer_before, _write
        ),
        short_of_patience=True,
    ),
    replace(
        _network("time-out after", "the server does what was asked; no answer comes", deals.no_answer_after),
        short_of_patience=True,
    ),
    Kind("truncated", "the connection ends in the middle of the body", deals.truncated, _any, _OF_ANSWERS),
    Kind("cut", "half of the body, and no length to know it by", deals.cut, _any, _OF_ANSWERS),
    Kind("slow drip", "the answer comes in forty pieces", deals.drip, _any, frozenset()),
    replace(
        Kind("endless drip", "a byte of the answer now and then, for ever", deals.endless, _any, _OF_ANSWERS),
        short_of_patience=True,
    ),
)

# ---------------------------------------------------------------- answers


def _failures(code: int, reason: str) -> Iterator[Kind]:
    before, after = partial(deals.status, code, reason), partial(deals.status, code, reason, after=True)
    yield Kind(f"{code} before", f"{code}, and nothing was done", before, _any, _OF_ANSWERS)
    yield Kind(f"{code} after", f"{code}, although what was asked was done", after, _write, _OF_ANSWERS)
    yield Kind(
        f"{code} from then on", f"{code} to this and every later request", before, _any, _OF_ANSWERS, lasting=True
    )


def _instead(name: str, body: bytes, media_type: str = "application/json") -> Kind:
    says = "a page to sign in at" if name == "HTML" else "an empty body" if name == "empty" else f"`{name}`"
    return Kind(name, f"200, and {says}", partial(deals.instead, body, media_type), _any, _OF_ANSWERS)


_BUSY = partial(deals.status, 429, "Too Many Requests", more="Retry-After: 1\r\n")
_NO_TOKEN = partial(deals.status, 401, "Invalid token.")
_NOT_ALLOWED = partial(deals.status, 403, "You do not have permission to perform this action.")
_NOT_THERE = partial(deals.status, 404, "Not found.")
_ANSWERS = (
    *_failures(500, "Internal Server Error"),
    *_failures(502, "Bad Gateway"),
    *_failures(503, "Service Unavailable"),
    Kind("429 with Retry-After", "429, and a second to wait", _BUSY, _any, _OF_ANSWERS),
    Kind("429 from then on", "429 to this and every later request", _BUSY, _any, _OF_ANSWERS, lasting=True),
    Kind("401 from then on", "the token is no longer taken", _NO_TOKEN, _any, frozenset({REFUSED}), lasting=True),
    Kind("403", "no permission for this request", _NOT_ALLOWED, _any, _OF_ANSWERS),
    Kind("404", "not there, for this request", _NOT_THERE, _any, _OF_ANSWERS),
    Kind("302", "a redirect to the page for signing in", deals.redirect, _any, _OF_ANSWERS),
    _instead("HTML", deals.HTML, "text/html"),
    _instead("null", b"null"),
    _instead("[]", b"[]"),
    _instead("{}", b"{}"),
    _instead("empty", b""),
)

# ---------------------------------------------------------------- what is not true, twice, late, or of another time

_HIDDEN = "200, and one sentence fewer, in the page and in its totals"
_DAY = timedelta(days=1)
_OTHER = (
    Kind("no sentences, total 0", "200, and a project without sentences", deals.nothing_there, _sentences, _OF_ANSWERS),
    Kind("no sentences, true total", "200, and an empty page", deals.nothing_of_many, _sentences, _OF_ANSWERS),
    Kind("last sentence hidden", _HIDDEN, deals.last_one_hidden, _sentences, _OF_ANSWERS),
    Kind("no projects or people", "200, and an empty list", deals.nobody_else, _others, _OF_ANSWERS),
    Kind("done twice, first answer", "done twice, as Label Studio does itself when its database is locked",
         partial(deals.twice, answer=0), _write, _OF_ANSWERS),
    Kind("done twice, second answer", "the same, and the second answer comes back",
         partial(deals.twice, answer=1), _write, _OF_ANSWERS),
    Kind("late by one request", "a reset, and the request arrives just before the next one",
         partial(deals.late, requests=1), _write, _OF_ANSWERS),
    Kind("late by twelve requests", "the same, twelve requests later, or after the command",
         partial(deals.late, requests=12), _write, _OF_ANSWERS, late="command"),
    Kind("late: after the command", "the same, after the command has ended",
         partial(deals.late, requests=None), _write, _OF_ANSWERS, late="command"),
    Kind("late: after the next run", "the same, after the next run has ended well",
         partial(deals.late, requests=None), _write, _OF_ANSWERS, late="clean"),
    Kind("clock a day ahead", "the server's clock is a day ahead", partial(deals.clock, _DAY), _first, frozenset(),
         lasting=True),
    Kind("clock a day behind", "the server's clock is a day behind", partial(deals.clock, -_DAY), _first, frozenset(),
         lasting=True),
)  # fmt: skip

KINDS: tuple[Kind, ...] = (*_NETWORK, *_ANSWERS, *_OTHER)

BY_NAME = {kind.name: kind for kind in KINDS}


def planned(kind: Kind, at: int) -> Callable[[Request], Deal]:
    """The plan of a fault of this kind at request number ``at``."""

    def plan(request: Request) -> Deal:
        return kind.does if request.number == at or (kind.lasting and request.number > at) else passes

    return plan
