"""What an address, a token and an answer of Label Studio must be, and what to say when they are not.

Nothing here sends anything. Messages are built from the status code and the server's own ``detail`` and
``validation_errors`` only: never from headers (one held a live session cookie), never from the whole body.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from ipaddress import ip_address
from urllib.parse import urlsplit

import httpx

from toolkit.errors import BadInput, Fault, IntercoderError, ServerRefused, ServerUnreachable
from toolkit.labelstudio.limited import AnswerTooLong, AnswerTooSlow
from toolkit.labelstudio.patience import AS_OFTEN_AS_PATIENCE_LASTS, Setback, asked_to_wait

_LONGEST = 300
_MOST_FAULTS = 20
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_NEVER_SENT = (*_NOT_SENT, httpx.UnsupportedProtocol, httpx.ProxyError, httpx.LocalProtocolError, httpx.InvalidURL)
_HOPELESS = (httpx.UnsupportedProtocol, httpx.LocalProtocolError, httpx.TooManyRedirects, httpx.InvalidURL)
PASSING = frozenset({408, 429, 502, 503, 504})
"""Statuses that pass by themselves."""


class AnswerLost(ServerUnreachable):
    """Something was sent and the answer never came: it may or may not have been done. Look before sending again."""


class ServerStumbled(ServerRefused):
    """Label Studio failed on a read (500): on all of it, or on one sentence of it."""


class ServerBusy(ServerRefused):
    """Label Studio, or what stands in front of it, has had too many requests, or waited too long for one: later."""


class NotThere(ServerRefused):
    """What was asked for is not on the server (any more), or this account cannot see it (404)."""


def clean_address(url: str) -> str:
    """Return ``url`` without a trailing slash, query or fragment; raises ``BadInput`` for anything that is not
    http(s).
    """
    todo = "Give it as in http://localhost:8080 or https://label-studio.example.org."
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        raise BadInput("the address of Label Studio cannot be read.", todo=todo) from None
    if parts.username is not None or parts.password is not None:
        raise BadInput("the address of Label Studio carries a name or password", todo=f"Give the address alone. {todo}")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise BadInput(f"{url.strip()!r} is not the address of a Label Studio.", todo=todo)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}{f':{port}' if port else ''}{parts.path.rstrip('/')}"


def clean_token(token: str) -> str:
    """Return ``token`` without surrounding blanks or a leading ``Token``/``Bearer``; ``BadInput`` if it cannot be a
    token.
    """
    words = token.split()
    if len(words) == 2 and words[0].lower() in {"token", "bearer"}:
        words = words[1:]
    if len(words) != 1 or not words[0].isascii() or not words[0].isprintable():
        raise BadInput(
            "the access token is empty or holds characters no token has.",
            todo="Copy it from Label Studio: Account & Settings, Access Token (or Personal Access Token).",
        )
    return words[0]


def is_loopback(url: str) -> bool:
    """Return whether only this machine can be meant by ``url``."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:  # a name: 127.example.org is somebody's, wherever it leads
        return False


def travels_open(url: str) -> bool:
    """Return whether what is sent to ``url`` can be read on its way: by plain http, to another machine."""
    return url.startswith("http://") and not is_loopback(url)


def connection_headers(url: str) -> dict[str, str]:
    """Return headers that make requests to ``url`` quick.

    Label Studio's own server sends an answer in two pieces, and on a connection kept open the second waits 40 ms for an
    acknowledgement of the first. A new connection for each request is faster by far, unless it must be encrypted first.
    """
    return {"connection": "close"} if url.startswith("http://") else {}


def unanswered(fault: httpx.HTTPError | httpx.InvalidURL, *, url: str, wrote: bool) -> Setback:
    """Return the setback of a request to which no answer came.

    A read may be asked again; a write only where it is certain that nothing was sent (no connection was had). What will
    be the same the next time is not: a certificate that is wrong, a host nobody knows, an answer that is too long.
    """
    reason = _reason(fault)
    lasting = isinstance(fault, (*_HOPELESS, AnswerTooLong)) or reason in {*_NOT_TRUSTED, _NO_HTTPS, _NO_HOST}
    may = not lasting and (not wrote or isinstance(fault, _NOT_SENT))
    return Setback(
        network_failure(fault, url=url, wrote=wrote),
        f"no answer from {url} ({reason})",
        AS_OFTEN_AS_PATIENCE_LASTS if may else 0,
    )


def refused(
    status: int | None,
    body: object,
    headers: Mapping[str, str],
    *,
    url: str,
    wrote: bool,
    secrets: Sequence[str] = (),
) -> Setback:
    """Return the setback of a request that was answered with another status than success.

    What passes by itself (overloaded, starting, too many requests) is asked again as often as patience lasts, a plain
    500 once: it may be a locked database, and may be a bug.
    """
    repeats = AS_OFTEN_AS_PATIENCE_LASTS if status in PASSING else 1 if status is not None and status >= 500 else 0
    return Setback(
        refusal(status, body, url=url, wrote=wrote, secrets=secrets),
        f"Label Studio at {url} {'is busy' if status == 429 else 'failed'} ({status})",
        0 if wrote else repeats,
        asked_to_wait(headers),
    )


def unreadable(*, url: str, wrote: bool) -> Setback:
    """Return the setback of an answer that is no JSON: a read may be asked again once, for it may have been cut
    short.
    """
    return Setback(refusal(200, None, url=url, wrote=wrote), f"the answer of {url} cannot be read", 0 if wrote else 1)


def network_failure(fault: httpx.HTTPError | httpx.InvalidURL, *, url: str, wrote: bool) -> IntercoderError:
    """Return what to raise when no answer came; ``AnswerLost`` if a write may have reached the server."""
    if (reason := _reason(fault)) in _NOT_TRUSTED:
        return ServerUnreachable(f"{url} is not trusted, and nothing was sent: {reason}.", todo=_NOT_TRUSTED[reason])
    if isinstance(fault, _NEVER_SENT):
        todo = "Does it speak plain http? Then its address begins with that." if reason == _NO_HTTPS else _IS_IT_THERE
        return ServerUnreachable(
            f"no Label Studio answers at {url}: {_reason(fault)}.",
            todo=todo,
        )
    if wrote:
        return AnswerLost(
            f"the connection to {url} broke before Label Studio said whether it did what was asked ({_reason(fault)}).",
            todo="Run the command again: it looks at the server before it sends anything.",
        )
    if isinstance(fault, AnswerTooLong):
        return ServerRefused(
            f"what {url} answers has no end, or is more than is taken in at once.",
            todo="Is this the address of a Label Studio, not of a page in front of it?",
        )
    todo = "Run the command again; nothing was lost."
    if url.startswith("http://") and _reason(fault) == _HUNG_UP:
        todo += " Or does it speak https? Then its address begins with that."
    if isinstance(fault, httpx.TimeoutException):
        todo += " If the server is only slow, grant it more seconds (INTERCODER_TIMEOUT)."
    return ServerUnreachable(f"the connection to {url} broke: {_reason(fault)}.", todo=todo)


def refusal(  # noqa: PLR0911 - one answer per kind of status
    status: int | None, body: object, *, url: str, wrote: bool, secrets: Sequence[str] = ()
) -> IntercoderError:
    """Return what to raise for an answer that is not the one asked for, in words fit for a screen and a log."""
    if status is None:
        return ServerRefused(
            f"the request to {url} could not be made{_colon(_detail(body, secrets))}.", todo="Run the command again."
        )
    if status >= 500:
        said = f"Label Studio at {url} failed ({status}{_colon(_detail(body, secrets))})"
        if wrote:
            return AnswerLost(
                f"{said}, perhaps after doing what was asked.", todo="Run the command again: it looks first."
            )
        if status in {502, 503, 504}:
            return ServerUnreachable(f"{said}.", todo="It may be starting or overloaded: try again in a minute.")
        return ServerStumbled(f"{said}.", todo="Its own log says more.")
    if 300 <= status < 400:
        return ServerRefused(
            f"{url} answers with a redirect ({status}).",
            todo="Connect to the address it leads to (https instead of http?).",
        )
    if status < 300:
        if wrote:
            return AnswerLost(
                f"{url} took the request, but its answer cannot be read.", todo="Run the command again: it looks first."
            )
        return ServerRefused(
            f"what {url} answers is not what Label Studio answers.",
            todo="Is this the address of a Label Studio, not of a page in front of it?",
        )
    kind = NotThere if status == 404 else ServerBusy if status in PASSING else ServerRefused
    return kind(
        f"Label Studio at {url} refused ({status}{_colon(_detail(body, secrets))}).",
        todo=_ADVICE.get(status, _ADVICE[400]),
        faults=tuple(_validation_faults(body, secrets))[:_MOST_FAULTS],
    )


_ADVICE = {
    401: "The token is wrong, expired or switched off: run `intercoder connect` with a fresh one.",
    403: "This account lacks the permission: use the token of somebody who may manage projects.",
    404: "It is not there (any more), or this account cannot see it.",
    400: "Its own log may say more; `intercoder doctor` looks at what is on the server.",
    429: "Too many requests: wait a minute and run the command again.",
}


_OTHER_HOST = "its certificate is for another address"
_EXPIRED = "its certificate has expired"
_UNKNOWN = "nobody trusted here vouches for its certificate"
_NOT_TRUSTED = {
    _OTHER_HOST: "Give the address the certificate is for, or have whoever runs the server get one for this address.",
    _EXPIRED: "Is the clock of this machine right? Else whoever runs the server has to renew the certificate.",
    _UNKNOWN: "Ask whoever runs the server for its certificate as a file, or for that of who signed it, and "
    "connect with it: `connect(URL, ca_file=FILE)`.",
}
_IS_IT_THERE = "Is it running, and is the address right? `intercoder doctor` looks closer."
_HUNG_UP = "it hung up"
_NO_HTTPS = "it speaks no https"
_NO_HOST = "no such host"
_BY_TEXT = {
    "refused": "connection refused",
    "mismatch, certificate": _OTHER_HOST,
    "certificate has expired": _EXPIRED,
    "certificate_verify_failed": _UNKNOWN,
    "wrong_version_number": _NO_HTTPS,
    "record_layer_failure": _NO_HTTPS,
    "reset": "connection reset",
    "temporary failure in name resolution": "its name cannot be looked up now",
    "name or service": _NO_HOST,
    "getaddrinfo": _NO_HOST,
    "nodename": _NO_HOST,
    "name resolution": _NO_HOST,
    "timed out": "no answer in time",
    "without sending a response": _HUNG_UP,
    "incomplete": "its answer broke off",
}
_BY_KIND: dict[type[Exception], str] = {
    AnswerTooSlow: "its answer did not end in time",
    AnswerTooLong: "its answer is too long",
    httpx.TimeoutException: "no answer in time",
    httpx.DecodingError: "its answer is damaged",
    httpx.ProxyError: "the proxy let nothing through",
    httpx.ConnectError: "no connection",
    httpx.NetworkError: "the connection broke",
    httpx.RemoteProtocolError: "its answer is no HTTP",
}


def _reason(fault: httpx.HTTPError | httpx.InvalidURL) -> str:
    # The text of a fault may quote headers, so it is only searched, never repeated.
    ours = (AnswerTooSlow, AnswerTooLong)
    text = str(fault).lower()
    if not isinstance(fault, ours):
        for clue, reason in _BY_TEXT.items():
            if clue in text:
                return reason
    return next((reason for kind, reason in _BY_KIND.items() if isinstance(fault, kind)), type(fault).__name__)


def _colon(text: str) -> str:
    return f": {text}" if text else ""


def _plain(text: str, secrets: Sequence[str]) -> str:
    for secret in secrets:
        if secret:
            text = text.replace(secret, "…")
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split()).rstrip(".")
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _detail(body: object, secrets: Sequence[str]) -> str:
    detail = body.get("detail") if isinstance(body, Mapping) else None
    return _plain(detail, secrets) if isinstance(detail, str) else ""


def _validation_faults(body: object, secrets: Sequence[str]) -> Iterator[Fault]:
    errors = body.get("validation_errors") if isinstance(body, Mapping) else None
    pending: list[tuple[str, object]] = [("", errors)]
    while pending:
        place, value = pending.pop(0)
        if isinstance(value, str):
            yield Fault(_plain(place, secrets), _plain(value, secrets))
        elif isinstance(value, Mapping):
            pending += [(f"{place}.{key}" if place else str(key), inner) for key, inner in value.items()]
        elif isinstance(value, list):
            pending += [(place, inner) for inner in value[:_MOST_FAULTS]]
