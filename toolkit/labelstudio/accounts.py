"""Accounts of annotators: made through the invite link and signed in to as a browser would.

Accounts made through the programming interface cannot sign in, so the sign-up form is filled in instead. No message
here carries an e-mail, a password or a token.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final, TypeVar
from urllib.parse import urlsplit

import httpx

from toolkit.errors import IntercoderError, ServerRefused
from toolkit.labelstudio.connection import clean_address, connection_headers, is_loopback, network_failure, refusal
from toolkit.labelstudio.records import Person
from toolkit.labelstudio.rows import UnexpectedAnswerError, person, text

T = TypeVar("T")

_CSRF: Final = re.compile(r'name="csrfmiddlewaretoken"\s+value="([^"]+)"')
_TAKEN: Final = "already exists"


def make_account(
    invite_link: str, *, email: str, password: str, transport: httpx.BaseTransport | None = None
) -> Person:
    """The account for ``email``, made through ``invite_link`` unless it is there; it can sign in with ``password``.

    Raises ``ServerRefused`` if it is there with another password, or if the password is too weak for the server.
    """
    url = invite_link.split("/user/signup", maxsplit=1)[0]
    with _browser(url, transport) as browser:
        page = urlsplit(invite_link)
        answer = _post_form(browser, f"/user/signup/?{page.query}", {"email": email, "password": password})
        if answer.status_code not in {200, 302}:
            raise ServerRefused(
                f"The invite link at {clean_address(url)} is not accepted ({answer.status_code}).",
                todo="Ask the lead of the server for a fresh one.",
            )
        refused = answer.status_code == 200 and _TAKEN not in answer.text
    if refused:
        raise ServerRefused(
            f"Label Studio at {clean_address(url)} made no account: the e-mail or the password is not good enough.",
            todo="Passwords need 8 characters or more and may not be a common word.",
        )
    with signed_in(url, email=email, password=password, transport=transport) as browser:
        return _whoami(browser)


def personal_token(url: str, *, email: str, password: str, transport: httpx.BaseTransport | None = None) -> str:
    """A token of the account, obtained by signing in: the legacy one where the server has them, else a new one."""
    with signed_in(url, email=email, password=password, transport=transport) as browser:
        legacy = _sent(browser, lambda: browser.get("/api/current-user/token"))
        settings = _sent(browser, lambda: browser.get("/api/jwt/settings"))
        if legacy.status_code == 200 and (
            settings.status_code != 200 or _json(browser, settings, dict).get("legacy_api_tokens_enabled", True)
        ):
            return _json(browser, legacy, lambda body: text(body, "token"))
        csrf = browser.cookies.get("csrftoken") or ""
        made = _sent(browser, lambda: browser.post("/api/token/", headers={"X-CSRFToken": csrf}), wrote=True)
        if made.status_code not in {200, 201}:
            raise refusal(made.status_code, None, url=_address(browser), wrote=False)
        return _json(browser, made, lambda body: text(body, "token"))


@contextmanager
def signed_in(
    url: str, *, email: str, password: str, transport: httpx.BaseTransport | None = None
) -> Iterator[httpx.Client]:
    """A client holding the session of the account; ``ServerRefused`` if e-mail and password do not match."""
    with _browser(url, transport) as browser:
        answer = _post_form(browser, "/user/login/", {"email": email, "password": password})
        if answer.status_code != 302:
            raise ServerRefused(
                f"Label Studio at {_address(browser)} does not accept this e-mail with this password.",
                todo="`intercoder annotators add EMAIL` prints the one of an embedded server; else ask its lead.",
            )
        yield browser


@contextmanager
def _browser(url: str, transport: httpx.BaseTransport | None) -> Iterator[httpx.Client]:
    address = clean_address(url)
    with httpx.Client(
        base_url=address,
        timeout=60,
        transport=transport,
        trust_env=not is_loopback(address),
        headers={"Referer": address} | connection_headers(address),
    ) as browser:
        yield browser


def _post_form(browser: httpx.Client, path: str, fields: Mapping[str, str]) -> httpx.Response:
    page = _sent(browser, lambda: browser.get(path))
    hidden = _CSRF.search(page.text)
    if page.status_code != 200 or hidden is None:
        raise ServerRefused(
            f"{_address(browser)} shows no form to sign in or up with ({page.status_code}).",
            todo="Is this a Label Studio whose accounts are its own (not single sign-on)?",
        )
    form = {"csrfmiddlewaretoken": hidden[1], **fields}
    return _sent(browser, lambda: browser.post(path, data=form), wrote=True)


def _whoami(browser: httpx.Client) -> Person:
    answer = _sent(browser, lambda: browser.get("/api/current-user/whoami"))
    if answer.status_code != 200:
        raise refusal(answer.status_code, None, url=_address(browser), wrote=False)
    return _json(browser, answer, person)


def _sent(browser: httpx.Client, send: Callable[[], httpx.Response], *, wrote: bool = False) -> httpx.Response:
    problem: IntercoderError
    try:
        return send()
    except (httpx.HTTPError, httpx.InvalidURL) as fault:
        problem = network_failure(fault, url=_address(browser), wrote=wrote)
    raise problem


def _json(browser: httpx.Client, answer: httpx.Response, read: Callable[[dict[str, object]], T]) -> T:
    try:
        body = answer.json()
        if isinstance(body, dict):
            return read(body)
    except (ValueError, RecursionError, UnexpectedAnswerError):
        pass
    raise refusal(200, None, url=_address(browser), wrote=False)


def _address(browser: httpx.Client) -> str:
    return str(browser.base_url).rstrip("/")
