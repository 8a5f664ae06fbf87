"""Accounts of annotators: made through the invite link and signed in to as a browser would.

Accounts made through the programming interface cannot sign in, so the sign-up form is filled in instead. No message
here carries an e-mail, a password or a token.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import httpx

from toolkit.errors import ServerRefused
from toolkit.labelstudio.connection import (
    PASSING,
    clean_address,
    connection_headers,
    is_loopback,
    refusal,
    refused,
    unanswered,
)
from toolkit.labelstudio.limited import LimitedClient
from toolkit.labelstudio.patience import Patience, Setback, Tell, repeated, untold
from toolkit.labelstudio.records import Person
from toolkit.labelstudio.rows import UnexpectedAnswerError, person, text
from toolkit.labelstudio.trust import trusting

T = TypeVar("T")

_CSRF: Final = re.compile(r'name="csrfmiddlewaretoken"\s+value="([^"]+)"')
_TAKEN: Final = "already exists"
_PATIENCE: Final = Patience()


@dataclass(frozen=True, slots=True)
class _Visit:
    """A browser's session: pages are asked for again after a fault, forms are sent once."""

    browser: httpx.Client
    patience: Patience
    wait: Callable[[float], None]
    tell: Tell

    @property
    def address(self) -> str:
        return str(self.browser.base_url).rstrip("/")

    def page(self, path: str) -> httpx.Response:
        return self._answered(partial(self.browser.get, path), wrote=False)

    def send(self, path: str, **form: Any) -> httpx.Response:
        return self._answered(partial(self.browser.post, path, **form), wrote=True)

    def fill_in(self, path: str, fields: Mapping[str, str]) -> httpx.Response:
        page = self.page(path)
        hidden = _CSRF.search(page.text)
        if page.status_code != 200 or hidden is None:
            raise ServerRefused(
                f"{self.address} shows no form to sign in or up with ({page.status_code}).",
                todo="Is this a Label Studio whose accounts are its own (not single sign-on)?",
            )
        return self.send(path, data={"csrfmiddlewaretoken": hidden[1], **fields})

    def read(self, answer: httpx.Response, read: Callable[[dict[str, object]], T]) -> T:
        try:
            body = answer.json()
            if isinstance(body, dict):
                return read(body)
        except (ValueError, RecursionError, UnexpectedAnswerError):
            pass
        raise refusal(200, None, url=self.address, wrote=False)

    def _answered(self, send: Callable[[], httpx.Response], *, wrote: bool) -> httpx.Response:
        return repeated(partial(self._attempt, send, wrote=wrote), self.patience, wait=self.wait, tell=self.tell)

    def _attempt(self, send: Callable[[], httpx.Response], *, wrote: bool) -> httpx.Response | Setback:
        try:
            answer = send()
        except (httpx.HTTPError, httpx.InvalidURL) as fault:
            return unanswered(fault, url=self.address, wrote=wrote)
        if answer.status_code in PASSING or answer.status_code >= 500:
            return refused(answer.status_code, None, answer.headers, url=self.address, wrote=wrote)
        return answer  # what other answers mean depends on the page


def make_account(
    invite_link: str,
    *,
    email: str,
    password: str,
    ca_file: Path | None = None,
    transport: httpx.BaseTransport | None = None,
    patience: Patience = _PATIENCE,
    wait: Callable[[float], None] = time.sleep,
    tell: Tell = untold,
) -> Person:
    """Return the account for ``email``, made through ``invite_link`` unless it is there; it can sign in with
    ``password``.

    Raise ``ServerRefused`` if it is there with another password, or if the password is too weak for the server.
    ``ca_file``, ``patience``, ``wait`` and ``tell`` are those of ``session.connect``; ``transport`` replaces the
    network.
    """
    url = invite_link.split("/user/signup", maxsplit=1)[0]
    with _visit(url, ca_file, transport, patience, wait, tell) as visit:
        page = urlsplit(invite_link)
        answer = visit.fill_in(f"/user/signup/?{page.query}", {"email": email, "password": password})
        if answer.status_code not in {200, 302}:
            raise ServerRefused(
                f"the invite link at {clean_address(url)} is not accepted ({answer.status_code}).",
                todo="Ask the lead of the server for a fresh one.",
            )
        rejected = answer.status_code == 200 and _TAKEN not in answer.text
    if rejected:
        raise ServerRefused(
            f"Label Studio at {clean_address(url)} made no account: the e-mail or the password is not good enough.",
            todo="Passwords need 8 characters or more and may not be a common word.",
        )
    with _visit(url, ca_file, transport, patience, wait, tell) as visit:
        _sign_in(visit, email, password)
        answer = visit.page("/api/current-user/whoami")
        if answer.status_code != 200:
            raise refusal(answer.status_code, None, url=visit.address, wrote=False)
        return visit.read(answer, person)


def personal_token(
    url: str,
    *,
    email: str,
    password: str,
    ca_file: Path | None = None,
    transport: httpx.BaseTransport | None = None,
    patience: Patience = _PATIENCE,
    wait: Callable[[float], None] = time.sleep,
    tell: Tell = untold,
) -> str:
    """Return a token of the account, obtained by signing in: the legacy one where the server has them, else a new
    one.
    """
    with _visit(url, ca_file, transport, patience, wait, tell) as visit:
        _sign_in(visit, email, password)
        legacy = visit.page("/api/current-user/token")
        settings = visit.page("/api/jwt/settings")
        if legacy.status_code == 200 and (
            settings.status_code != 200 or visit.read(settings, dict).get("legacy_api_tokens_enabled", True)
        ):
            return visit.read(legacy, lambda body: text(body, "token"))
        made = visit.send("/api/token/", headers={"X-CSRFToken": visit.browser.cookies.get("csrftoken") or ""})
        if made.status_code not in {200, 201}:
            raise refusal(made.status_code, None, url=visit.address, wrote=False)
        return visit.read(made, lambda body: text(body, "token"))


@contextmanager
def signed_in(
    url: str, *, email: str, password: str, ca_file: Path | None = None, transport: httpx.BaseTransport | None = None
) -> Iterator[httpx.Client]:
    """Yield a client holding the session of the account; ``ServerRefused`` if e-mail and password do not match."""
    with _visit(url, ca_file, transport, _PATIENCE, time.sleep, untold) as visit:
        _sign_in(visit, email, password)
        yield visit.browser


def _sign_in(visit: _Visit, email: str, password: str) -> None:
    answer = visit.fill_in("/user/login/", {"email": email, "password": password})
    if answer.status_code != 302:
        raise ServerRefused(
            f"Label Studio at {visit.address} does not accept this e-mail with this password.",
            todo="`intercoder annotators add EMAIL` prints the one of an embedded server; else ask its lead.",
        )


@contextmanager
def _visit(
    url: str,
    ca_file: Path | None,
    transport: httpx.BaseTransport | None,
    patience: Patience,
    wait: Callable[[float], None],
    tell: Tell,
) -> Iterator[_Visit]:
    address = clean_address(url)
    with LimitedClient(
        patience,
        name=f"Label Studio at {address}",
        tell=tell,
        base_url=address,
        transport=transport,
        verify=trusting(ca_file),
        trust_env=not is_loopback(address),
        headers={"Referer": address} | connection_headers(address),
    ) as browser:
        yield _Visit(browser, patience, wait, tell)
