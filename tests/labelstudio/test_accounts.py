"""Signing up and in by forms through faults: pages are asked for again, a form is sent once."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from tests.labelstudio.fake_server import URL, Answer, answer
from tests.labelstudio.test_client_faults import shown
from tests.labelstudio.test_repeats import LASTING, NEVER_SENT, ONCE_MORE, PASSING, of
from toolkit.errors import IntercoderError, ServerRefused, ServerUnreachable
from toolkit.labelstudio.accounts import make_account, personal_token
from toolkit.labelstudio.connection import AnswerLost
from toolkit.labelstudio.patience import Patience

EMAIL, PASSWORD = "ana@example.org", "a-long-passphrase"
PATIENCE = Patience(pauses=(1, 2, 4))


class Forms(httpx.MockTransport):
    """A server with its forms, on which the requests numbered in ``faults`` (from 0) fail in the given way."""

    def __init__(self, faults: dict[int, Answer]) -> None:
        super().__init__(self.respond)
        self.faults = faults
        self.requests: list[str] = []

    def respond(self, request: httpx.Request) -> httpx.Response:
        number = len(self.requests)
        self.requests.append(f"{request.method} {request.url.path}")
        if (fault := self.faults.get(number)) is not None:
            if isinstance(fault, Exception):
                raise fault
            return fault
        if request.method == "GET" and request.url.path.startswith("/user/"):
            return answer(text='<input name="csrfmiddlewaretoken" value="abc">')
        if request.url.path == "/api/token/":
            return answer({"token": "new-token"}, status=201)
        if request.method == "POST":
            return answer(text="", status=302)
        if request.url.path.endswith("whoami"):
            return answer({"id": 7, "email": EMAIL})
        return answer({"token": "legacy-token", "legacy_api_tokens_enabled": False})


def sign_up(forms: Forms, pauses: list[float]) -> object:
    link = f"{URL}/user/signup/?token=t"
    person = make_account(link, email=EMAIL, password=PASSWORD, transport=forms, patience=PATIENCE, wait=pauses.append)
    return person.user_id


def get_token(forms: Forms, pauses: list[float]) -> object:
    return personal_token(URL, email=EMAIL, password=PASSWORD, transport=forms, patience=PATIENCE, wait=pauses.append)


WAYS: dict[str, tuple[Callable[[Forms, list[float]], object], list[str], object]] = {
    "sign up": (
        sign_up,
        [
            "GET /user/signup/",
            "POST /user/signup/",
            "GET /user/login/",
            "POST /user/login/",
            "GET /api/current-user/whoami",
        ],
        7,
    ),
    "token": (
        get_token,
        [
            "GET /user/login/",
            "POST /user/login/",
            "GET /api/current-user/token",
            "GET /api/jwt/settings",
            "POST /api/token/",
        ],
        "new-token",
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_without_a_fault_each_request_is_made_once(way: str) -> None:
    go, requests, result = WAYS[way]
    forms, pauses = Forms({}), list[float]()
    assert go(forms, pauses) == result
    assert (forms.requests, pauses) == (requests, [])


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("number", range(5))
@of(PASSING)
def test_a_fault_at_each_request_in_turn(way: str, number: int, given_answer: Answer) -> None:
    go, requests, result = WAYS[way]
    forms, pauses = Forms({number: given_answer}), list[float]()
    again = [*requests[: number + 1], *requests[number:]]
    if requests[number].startswith("GET") or any(given_answer is PASSING[name] for name in NEVER_SENT):
        assert go(forms, pauses) == result
        assert (forms.requests, pauses) == (again, [1])
        return
    with pytest.raises((ServerUnreachable, ServerRefused)) as raised:
        go(forms, pauses)
    assert (forms.requests, pauses) == (requests[: number + 1], [])
    doubtful = not isinstance(given_answer, httpx.ProxyError) and (
        isinstance(given_answer, Exception) or given_answer.status_code >= 500
    )
    assert isinstance(raised.value, AnswerLost) == doubtful
    assert PASSWORD not in shown(raised.value)
    assert EMAIL not in shown(raised.value)
    assert raised.value.__context__ is None


@pytest.mark.parametrize("way", WAYS)
@of(PASSING)
def test_patience_with_a_page_ends(way: str, given_answer: Answer) -> None:
    go, requests, _ = WAYS[way]
    forms, pauses = Forms(dict.fromkeys(range(9), given_answer)), list[float]()
    with pytest.raises((ServerUnreachable, ServerRefused)):
        go(forms, pauses)
    assert (forms.requests, pauses) == ([requests[0]] * 4, [1, 2, 4])


@of({name: LASTING[name] for name in ("401", "404", "certificate")} | {"a page": ONCE_MORE["a page"]})
def test_a_page_that_is_another_is_not_asked_for_again(given_answer: Answer) -> None:
    forms, pauses = Forms({0: given_answer}), list[float]()
    with pytest.raises(IntercoderError):
        get_token(forms, pauses)
    assert (len(forms.requests), pauses) == (1, [])
