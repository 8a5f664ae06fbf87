"""Answers as Label Studio gives them, without a network: the real SDK is in the path."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

import httpx

from toolkit.labelstudio.patience import ASKING_ONCE, Patience, Tell, untold
from toolkit.labelstudio.session import LabelStudio, connect

URL = "http://label-studio.test"
TOKEN = "0123456789abcdef0123456789abcdef01234567"
COOKIE = "sessionid=a-live-session"
DATE = "Sun, 22 Nov 2026 13:20:23 GMT"

Answer = httpx.Response | Exception


def answer(body: object = None, *, status: int = 200, text: str | None = None) -> httpx.Response:
    """An answer with the headers a real one has, cookie included."""
    headers = {"set-cookie": COOKIE, "date": DATE}
    if text is not None:
        return httpx.Response(status, text=text, headers=headers)
    return httpx.Response(status, json=body, headers=headers)


def connected(
    handler: Callable[[httpx.Request], Answer],
    *,
    patience: Patience = ASKING_ONCE,
    wait: Callable[[float], None] = lambda _: None,
    tell: Tell = untold,
    token: str = TOKEN,
) -> LabelStudio:
    """A connection whose requests are answered by ``handler``; an exception it returns is raised."""

    def respond(request: httpx.Request) -> httpx.Response:
        given = handler(request)
        if isinstance(given, Exception):
            raise given
        return given

    http = httpx.Client(transport=httpx.MockTransport(respond))
    return connect(URL, token, http=http, patience=patience, wait=wait, tell=tell)


def answering(*answers: Answer) -> LabelStudio:
    """A connection that gets these answers, one after the other."""
    left = iter(answers)
    return connected(lambda _: next(left))


class Sentences:
    """A project of the data manager: honours the id filter, the page size and ``total``, as the real one does."""

    def __init__(self, ids: Iterable[int], *, largest_page: int = 10_000) -> None:
        self.ids = list(ids)
        self.largest_page = largest_page
        self.asked: list[int] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        query: dict[str, Any] = json.loads(request.url.params["query"])
        after = next(item["value"] for item in query["filters"]["items"] if item["filter"] == "filter:tasks:id")
        size = min(int(request.url.params["page_size"]), self.largest_page)
        left = [each for each in self.ids if each > after]
        self.asked.append(after)
        return answer({"tasks": [row(each) for each in left[:size]], "total": len(left)})


def row(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "data": {"sentence_id": f"a:{number}"},
        "updated_at": "2026-11-22T13:20:23.689721Z",
        "overlap": 1,
        "total_annotations": 0,
        "cancelled_annotations": 0,
        "is_labeled": False,
        "annotations": [],
    }
