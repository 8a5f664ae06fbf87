"""What is secret: every password, token and cookie of this session, and every address, noted where it comes to be.

Nothing is named by hand: what travels to a server as a credential is one, what a server hands out is one, and so is
what the toolkit makes for an account.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from http.cookies import CookieError, SimpleCookie
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from toolkit.labelstudio.embedded import files
from toolkit.loop.online import passwords
from toolkit.study import annotators

Kind = Literal["password", "token", "cookie", "invitation", "address"]
_SHORTEST, _FEWEST = 8, 4
"""Letters, and different ones: shorter ones are words that stand anywhere, as in a test that signs in with ``secret``;
forty zeros are a token that nobody has.
"""
_OF_KEY: dict[str, Kind] = {
    "password": "password",
    "token": "token",
    "access": "token",
    "refresh": "token",
    "csrfmiddlewaretoken": "cookie",
}


@dataclass(frozen=True, slots=True)
class Known:
    """What is secret, and of which kind."""

    kind_of: dict[str, Kind] = field(default_factory=dict)

    def note(self, value: object, kind: Kind) -> None:
        """Keep one; of what has several parts, the longest that no blank, colon or quote divides."""
        if isinstance(value, str):
            part = max(re.split(r"[\s:;\"']+", value), key=len)
            if len(part) >= _SHORTEST and len(set(part)) >= _FEWEST:
                self.kind_of.setdefault(part, kind)

    def of_kinds(self, *kinds: Kind) -> list[str]:
        return [value for value, kind in self.kind_of.items() if kind in kinds]


@contextmanager
def listening(known: Known, patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Note what comes to be a secret while this lasts."""
    with patch.context() as patched:
        patched.setattr(httpx.Client, "send", _sent(known, httpx.Client.send))
        patched.setattr(files.Credentials, "__init__", _credentials(known, files.Credentials.__init__))
        patched.setattr(passwords, "_password", _made(known, passwords._password))
        patched.setattr(annotators, "register", _registered(known, annotators.register))
        yield


def of_request(known: Known, request: httpx.Request) -> None:
    """Note what is sent as a credential."""
    if words := request.headers.get("authorization", "").split():
        known.note(words[-1], "token")
    for cookie in request.headers.get("cookie", "").split(";"):
        known.note(cookie.partition("=")[2], "cookie")
    try:
        body = request.content
    except httpx.RequestNotRead:
        return
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        _fields(known, {name: value[0] for name, value in parse_qs(body.decode(errors="replace")).items()})
    elif len(body) < 10_000:
        _fields(known, _json(body))


def of_response(known: Known, response: httpx.Response) -> None:
    """Note what a server hands out."""
    for header in response.headers.get_list("set-cookie"):
        try:
            for name, morsel in SimpleCookie(header).items():
                known.note(morsel.value, "cookie" if name != "user_email" else "address")
        except CookieError:
            continue
    if response.is_closed and len(response.content) < 10_000:
        answer = _json(response.content)
        _fields(known, answer)
        for invited in parse_qs(urlsplit(str(answer.get("invite_url", ""))).query).get("token", ()):
            known.note(invited, "invitation")


def _fields(known: Known, body: dict[str, object]) -> None:
    for name, value in body.items():
        if name in _OF_KEY:
            known.note(value, _OF_KEY[name])


def _json(content: bytes) -> dict[str, object]:
    try:
        found = json.loads(content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _sent(known: Known, send: Callable[..., httpx.Response]) -> Callable[..., httpx.Response]:
    @wraps(send)
    def noted(client: httpx.Client, request: httpx.Request, **given: Any) -> httpx.Response:
        of_request(known, request)
        response = send(client, request, **given)
        of_response(known, response)
        return response

    return noted


def _credentials(known: Known, init: Callable[..., None]) -> Callable[..., None]:
    @wraps(init)
    def noted(self: files.Credentials, email: str, password: str, token: str) -> None:
        init(self, email, password, token)
        known.note(password, "password")
        known.note(token, "token")

    return noted


def _made(known: Known, make: Callable[[], str]) -> Callable[[], str]:
    @wraps(make)
    def noted() -> str:
        made = make()
        known.note(made, "password")
        return made

    return noted


def _registered(known: Known, register: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(register)
    def noted(database: object, emails: Iterable[str], **given: Any) -> Any:
        emails = list(emails)
        for email in emails:
            if not email.endswith("@localhost"):  # the lead of an embedded server, as whom nobody can be written to
                known.note(email, "address")
        return register(database, emails, **given)

    return noted
