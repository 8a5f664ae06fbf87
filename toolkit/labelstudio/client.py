"""The one place that talks to Label Studio through its SDK: requests in our words, faults in our words.

Everything goes through the SDK's signed-in HTTP client as plain JSON: its models check no types and its readers take
any 404 for the end. Reads are repeated after a fault, writes never, unless no connection was had; the SDK itself
repeats nothing. No foreign exception leaves this module, not even as a cause: the text of one can hold a session
cookie.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from typing import Final, TypeVar

import httpx
from pydantic import PydanticDeprecatedSince20

from toolkit.errors import IntercoderError
from toolkit.labelstudio import rows
from toolkit.labelstudio.connection import (
    ServerStumbled,
    clean_address,
    clean_token,
    connection_headers,
    is_loopback,
    refusal,
    refused,
    unanswered,
    unreadable,
)
from toolkit.labelstudio.limited import LimitedClient
from toolkit.labelstudio.patience import AS_OFTEN_AS_PATIENCE_LASTS, Patience, Setback, Tell, repeated
from toolkit.labelstudio.rows import Json, UnexpectedAnswerError
from toolkit.labelstudio.stand_in import stand_in_for
from toolkit.labelstudio.sweep import sweep
from toolkit.labelstudio.trust import trusting

# The SDK takes jsf along to invent example tasks, which takes Faker and, where they are installed, the client libraries
# of three clouds; and pandas to read exports in CSV. Nobody asks for either here: half of the start of every command.
with stand_in_for("jsf", "JSF"), stand_in_for("pandas", "DataFrame"):
    from label_studio_sdk import LabelStudio as _Sdk
    from label_studio_sdk.core.api_error import ApiError

T = TypeVar("T")

_JSON: Final = {"content-type": "application/json"}


@dataclass(frozen=True, slots=True)
class Response:
    """An answer that says success: its status, its headers, and what its JSON holds."""

    status_code: int
    headers: httpx.Headers
    json: object


class Client:
    """A signed-in client: reads and writes as plain JSON, whose only faults are this project's own.

    ``ca_file`` holds certificates to trust in place of public authorities; ``http`` replaces the network in tests;
    ``wait`` is called for each pause of ``patience``, ``tell`` hears of what is waited for and asked again. Raise
    ``BadInput`` for an address or token that cannot be one, ``ServerRefused`` for a token that has expired.
    """

    def __init__(
        self,
        url: str,
        token: str,
        *,
        ca_file: Path | None,
        http: httpx.Client | None,
        patience: Patience,
        wait: Callable[[float], None],
        tell: Tell,
    ) -> None:
        self.url: Final = clean_address(url)
        self._token = clean_token(token)
        self._patience, self._wait, self._tell = patience, wait, tell
        # No cookie is kept: the token alone says who we are. A proxy is never asked about this machine itself.
        self._http = http or LimitedClient(
            patience,
            name=f"Label Studio at {self.url}",
            tell=tell,
            headers=connection_headers(self.url),
            verify=trusting(ca_file),
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            trust_env=not is_loopback(self.url),
        )
        sdk: Callable[..., _Sdk] = _Sdk
        self.sdk = self.run(
            lambda: sdk(base_url=f"{self.url}/", api_key=self._token, httpx_client=self._http, max_retries=0)
        )

    def close(self) -> None:
        """Let go of the network connections."""
        self._http.close()

    def run(self, call: Callable[..., T], *given: object, wrote: bool = False) -> T:
        """Return what ``call`` returns; a foreign fault becomes ours. ``wrote`` says that a lost answer leaves
        doubt.
        """
        # The fault is raised outside the except block, so that the foreign one is not even its context.
        problem: IntercoderError
        try:
            return call(*given)
        except ApiError as fault:
            problem = refusal(fault.status_code, fault.body, url=self.url, wrote=wrote, secrets=[self._token])
        except UnexpectedAnswerError:
            problem = refusal(200, None, url=self.url, wrote=wrote)
        raise problem

    def write(
        self,
        method: str,
        path: str,
        body: object,
        read: Callable[[Json], T],
        params: Mapping[str, object] | None = None,
    ) -> T:
        """Return what ``read`` makes of the answer to a write, which is sent once; ``AnswerLost`` if nobody can
        tell.
        """
        return self.about_to_write(method, path, body, read, params)()

    def about_to_write(
        self,
        method: str,
        path: str,
        body: object,
        read: Callable[[Json], T],
        params: Mapping[str, object] | None = None,
    ) -> Callable[[], T]:
        """Put a large body in its form before it is its turn; return what sends it, as ``write`` does."""
        content = json.dumps(body, ensure_ascii=False).encode()

        def write() -> T:
            answer = self._send(partial(self._attempt, method, path, params, content))
            return self.run(read, self.body(answer, wrote=True), wrote=True)

        return write

    def ask(self, path: str, params: Mapping[str, object] | None = None, *, stumbles: int = 1) -> Response:
        """Return the answer to a read, asked again after a fault; after a plain 500 ``stumbles`` times."""
        return self._send(partial(self._attempt, "GET", path, params, None, stumbles=stumbles))

    def _send(self, attempt: Callable[[], Response | Setback]) -> Response:
        return repeated(attempt, self._patience, wait=self._wait, tell=self._tell)

    def _attempt(
        self,
        method: str,
        path: str,
        params: Mapping[str, object] | None,
        content: bytes | None,
        *,
        stumbles: int = 0,
    ) -> Response | Setback:
        wrote, headers = (True, _JSON) if content is not None else (False, None)
        if (unsigned := self._unsigned()) is not None:
            return unsigned
        request = self.sdk._client_wrapper.httpx_client.request
        try:
            response = request(path, method=method, params=dict(params or {}), content=content, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as fault:
            return unanswered(fault, url=self.url, wrote=wrote)
        if not response.is_success:
            setback = self._refused(response.status_code, _json_or_none(response), response.headers, wrote=wrote)
            stumbled = isinstance(setback.fault, ServerStumbled)
            return replace(setback, repeats=min(setback.repeats, stumbles)) if stumbled else setback
        if response.status_code == httpx.codes.NO_CONTENT:
            return Response(response.status_code, response.headers, None)
        try:
            return Response(response.status_code, response.headers, _json(response))
        except UnexpectedAnswerError:
            return unreadable(url=self.url, wrote=wrote)

    def _unsigned(self) -> Setback | None:
        # A personal access token is exchanged for a short one now and then: that is no write, and may be tried again.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", PydanticDeprecatedSince20)  # the SDK's own
            try:
                self.sdk._client_wrapper.get_headers()
            except (httpx.HTTPError, httpx.InvalidURL) as fault:
                return unanswered(fault, url=self.url, wrote=False)
            except ApiError as fault:
                return self._refused(fault.status_code, fault.body, wrote=False)
            except (ValueError, RecursionError):
                # No JSON, or no token in it. A proxy's page with 502 on it ends here as well: its status is lost.
                return replace(unreadable(url=self.url, wrote=False), repeats=AS_OFTEN_AS_PATIENCE_LASTS)
        return None

    def _refused(
        self, status: int | None, body: object, headers: Mapping[str, str] | None = None, *, wrote: bool
    ) -> Setback:
        return refused(status, body, headers or {}, url=self.url, wrote=wrote, secrets=[self._token])

    def body(self, answer: Response, *, wrote: bool = False) -> Json:
        """Return the JSON object of an answer."""
        if not isinstance(answer.json, dict):
            raise refusal(answer.status_code, None, url=self.url, wrote=wrote)
        return answer.json

    def delete(self, path: str) -> None:
        """Delete what is at ``path``, asked once; ``AnswerLost`` if nobody can tell, ``NotThere`` if it is gone."""
        answer = self._send(partial(self._attempt, "DELETE", path, None, b""))
        if answer.status_code != httpx.codes.NO_CONTENT:
            raise refusal(answer.status_code, None, url=self.url, wrote=True)

    def read(self, path: str, read: Callable[[Json], T], params: Mapping[str, object] | None = None) -> T:
        """Return what ``read`` makes of the answer to a read."""
        return self.run(read, self.body(self.ask(path, params)))

    def listed(self, path: str) -> list[Json]:
        """Return the objects a read lists, whether bare or as ``results``."""
        body = self.ask(path).json
        return self.run(rows.objects, body.get("results") if isinstance(body, dict) else body)

    def pages(
        self, project_id: int, asked: Sequence[Json] = (), *, fields: str, include: str, page_size: int, after: int = 0
    ) -> Iterator[tuple[list[Json], int]]:
        """Yield complete pages of sentences that meet the conditions, each with how many are left (see ``sweep``)."""

        def get(params: Mapping[str, object]) -> Json:
            return self.body(self.ask("api/tasks", params, stumbles=0))  # the sweep closes in on what breaks a page

        pages = sweep(get, project_id, asked, fields=fields, include=include, page_size=page_size, after=after)
        while (page := self.run(next, pages, None)) is not None:
            yield page

    def ids(self, project_id: int, asked: Sequence[Json]) -> list[int]:
        """Return ids of the sentences that meet the conditions, ascending."""
        pages = self.pages(project_id, asked, fields="task_only", include="id", page_size=1000)
        return list(dict.fromkeys(self.run(rows.number, row, "id") for page, _ in pages for row in page))


def _json(response: httpx.Response) -> object:
    try:
        body: object = response.json()
    except (ValueError, RecursionError):  # no JSON, or such as no reader can hold
        raise UnexpectedAnswerError from None
    return body


def _json_or_none(response: httpx.Response) -> object:
    try:
        return _json(response)
    except UnexpectedAnswerError:
        return None
