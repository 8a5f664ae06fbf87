"""The one place that talks to Label Studio through its SDK: requests in our words, faults in our words.

Everything goes through the SDK's signed-in HTTP client as plain JSON: its models check no types and its readers take
any 404 for the end. Reads are repeated after a fault, writes never. No foreign exception leaves this module, not even
as a cause: the text of one can hold a session cookie.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from http.cookiejar import CookieJar, DefaultCookiePolicy
from json import JSONDecodeError
from typing import Final, TypeVar

import httpx
from label_studio_sdk import LabelStudio as _Sdk
from label_studio_sdk.core.api_error import ApiError
from label_studio_sdk.core.request_options import RequestOptions
from pydantic import PydanticDeprecatedSince20, ValidationError

from toolkit.errors import IntercoderError
from toolkit.labelstudio import rows
from toolkit.labelstudio.connection import (
    clean_address,
    clean_token,
    connection_headers,
    is_loopback,
    network_failure,
    refusal,
)
from toolkit.labelstudio.rows import Json, UnexpectedAnswerError
from toolkit.labelstudio.sweep import sweep

T = TypeVar("T")

_ONCE: Final[RequestOptions] = {"max_retries": 0}
_JSON: Final = {"content-type": "application/json"}
_TIMEOUT: Final = httpx.Timeout(120, connect=10, pool=10)


class Client:
    """A signed-in client: reads and writes as plain JSON, whose only faults are this project's own.

    ``http`` replaces the network in tests; ``retries`` counts for reads only. Raises ``BadInput`` for an address or
    token that cannot be one, ``ServerRefused`` for a token that has expired.
    """

    def __init__(self, url: str, token: str, *, http: httpx.Client | None, retries: int) -> None:
        self.url: Final = clean_address(url)
        self._token = clean_token(token)
        # No cookie is kept: the token alone says who we are. A proxy is never asked about this machine itself.
        self._http = http or httpx.Client(
            timeout=_TIMEOUT,
            headers=connection_headers(self.url),
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            trust_env=not is_loopback(self.url),
        )
        sdk: Callable[..., _Sdk] = _Sdk
        self.sdk = self.run(
            lambda: sdk(base_url=f"{self.url}/", api_key=self._token, httpx_client=self._http, max_retries=retries)
        )

    def close(self) -> None:
        """Let go of the network connections."""
        self._http.close()

    def run(self, call: Callable[..., T], *given: object, wrote: bool = False) -> T:
        """What ``call`` returns; a foreign fault becomes ours. ``wrote`` says that a lost answer leaves doubt."""
        # The fault is raised outside the except block, so that the foreign one is not even its context.
        problem: IntercoderError
        try:
            return call(*given)
        except ApiError as fault:
            problem = refusal(fault.status_code, fault.body, url=self.url, wrote=wrote, secrets=[self._token])
        except (httpx.HTTPError, httpx.InvalidURL) as fault:
            problem = network_failure(fault, url=self.url, wrote=wrote)
        except (JSONDecodeError, UnicodeDecodeError, ValidationError, UnexpectedAnswerError):
            problem = refusal(200, None, url=self.url, wrote=wrote)
        raise problem

    def _sign(self) -> None:
        # A personal access token is exchanged for a short one now and then: that is no write, and may fail cleanly.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", PydanticDeprecatedSince20)  # the SDK's own
            self.run(self.sdk._client_wrapper.get_headers)

    def write(
        self,
        method: str,
        path: str,
        body: object,
        read: Callable[[Json], T],
        params: Mapping[str, object] | None = None,
    ) -> T:
        """What ``read`` makes of the answer to a write, which is sent once; ``AnswerLost`` if nobody can tell."""
        response = self._send(method, path, params, body=json.dumps(body, ensure_ascii=False).encode())
        return self.run(read, self.body(response, wrote=True), wrote=True)

    def ask(self, path: str, params: Mapping[str, object] | None = None) -> httpx.Response:
        """The answer to a read."""
        return self._send("GET", path, params)

    def _send(
        self, method: str, path: str, params: Mapping[str, object] | None, *, body: bytes | None = None
    ) -> httpx.Response:
        # Through the SDK's own client: signed, and repeated after a fault, unless it writes.
        self._sign()
        request = self.sdk._client_wrapper.httpx_client.request
        once: Json = {} if body is None else {"request_options": _ONCE, "headers": _JSON}
        response: httpx.Response = self.run(
            lambda: request(path, method=method, params=dict(params or {}), content=body, **once),
            wrote=body is not None,
        )
        if not response.is_success:
            said, secrets = _json_or_none(response), [self._token]
            raise refusal(response.status_code, said, url=self.url, wrote=body is not None, secrets=secrets)
        return response

    def body(self, response: httpx.Response, *, wrote: bool = False) -> Json:
        """The JSON object of an answer."""
        body: object = self.run(_json, response, wrote=wrote)
        if not isinstance(body, dict):
            raise refusal(response.status_code, None, url=self.url, wrote=wrote)
        return body

    def delete(self, path: str) -> None:
        """Delete what is at ``path``, asked once; ``AnswerLost`` if nobody can tell, ``NotThere`` if it is gone."""
        response = self._send("DELETE", path, None, body=b"")
        if response.status_code != httpx.codes.NO_CONTENT:
            raise refusal(response.status_code, None, url=self.url, wrote=True)

    def read(self, path: str, read: Callable[[Json], T], params: Mapping[str, object] | None = None) -> T:
        """What ``read`` makes of the answer to a read."""
        return self.run(read, self.body(self.ask(path, params)))

    def listed(self, path: str) -> list[Json]:
        """The objects a read lists, whether bare or as ``results``."""
        body: object = self.run(_json, self.ask(path))
        return self.run(rows.objects, body.get("results") if isinstance(body, dict) else body)

    def pages(
        self, project_id: int, asked: Sequence[Json] = (), *, fields: str, include: str, page_size: int, after: int = 0
    ) -> Iterator[tuple[list[Json], int]]:
        """Complete pages of sentences that meet the conditions, each with how many are left (see ``sweep``)."""

        def get(params: Mapping[str, object]) -> Json:
            return self.body(self.ask("api/tasks", params))

        pages = sweep(get, project_id, asked, fields=fields, include=include, page_size=page_size, after=after)
        while (page := self.run(next, pages, None)) is not None:
            yield page

    def ids(self, project_id: int, asked: Sequence[Json]) -> list[int]:
        """Ids of the sentences that meet the conditions, ascending."""
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
