"""What is asked again, how often and after which pause; and that no write is ever sent twice."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.labelstudio.fake_server import TOKEN, Answer, Sentences, answer, connected
from tests.labelstudio.test_client_faults import LEAKY, READS, WRITES, Call, every, shown
from tests.labelstudio.test_client_pages import Failing
from toolkit.errors import IntercoderError, ServerRefused, ServerUnreachable, TransferIncomplete
from toolkit.labelstudio.connection import AnswerLost
from toolkit.labelstudio.patience import ASKING_ONCE, Patience, Setback, repeated, untold
from toolkit.labelstudio.session import LabelStudio

PATIENCE = Patience(pauses=(1, 2, 4))
ME = answer({"id": 1, "email": "lead@example.org"})

PASSING: dict[str, Answer] = {
    "refused": httpx.ConnectError("[Errno 111] Connection refused"),
    "no connection": httpx.ConnectTimeout("timed out"),
    "no free connection": httpx.PoolTimeout(""),
    "no name now": httpx.ConnectError("[Errno -3] Temporary failure in name resolution"),
    "reset": httpx.ReadError("[Errno 104] Connection reset by peer"),
    "broken pipe": httpx.WriteError("[Errno 32] Broken pipe"),
    "hung up": httpx.RemoteProtocolError("Server disconnected without sending a response."),
    "broke off": httpx.RemoteProtocolError("peer closed connection without sending complete message body"),
    "no answer": httpx.ReadTimeout("timed out"),
    "not taken": httpx.WriteTimeout("timed out"),
    "damaged": httpx.DecodingError("incorrect header check"),
    "proxy": httpx.ProxyError("503 Service Unavailable"),
    "408": answer(status=408, text=""),
    "429": answer({"detail": "slow down"}, status=429),
    "502": answer(status=502, text="<html>"),
    "503": answer(status=503, text="busy"),
    "504": answer(status=504, text=""),
}
ONCE_MORE: dict[str, Answer] = {
    "500": answer({"detail": "database is locked"}, status=500),
    "cut short": answer(text='{"id": 1, "emai'),
    "empty": answer(text=""),
    "a page": answer(text="<html>"),
}
LASTING: dict[str, Answer] = {
    "certificate": httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed"),
    "no host": httpx.ConnectError("[Errno -2] Name or service not known"),
    "no address": httpx.InvalidURL("no host"),
    "no http": httpx.UnsupportedProtocol("gopher"),
    "302": answer(status=302, text=""),
    "400": answer({"detail": "no"}, status=400),
    "401": answer({"detail": "no"}, status=401),
    "403": answer({"detail": "no"}, status=403),
    "404": answer({"detail": "no"}, status=404),
    "wrong kind": answer("text"),
}
PAGED = {"sentences_on_server", "pages_changed_since", "pages_of", "states", "in_progress", "done_by"}
WHOLE = sorted(READS.keys() - PAGED)


def of(faults: dict[str, Answer]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("given_answer", faults.values(), ids=faults.keys())


def tried(call: Call, *answers: Answer, patience: Patience = PATIENCE) -> tuple[list[httpx.Request], list[float]]:
    """The requests and the pauses of a call that gets these answers, the last of them again and again, and fails."""
    left: Iterator[Answer] = iter(answers)
    requests: list[httpx.Request] = []
    pauses: list[float] = []

    def respond(request: httpx.Request) -> Answer:
        requests.append(request)
        return next(left, answers[-1])

    with pytest.raises(IntercoderError):
        call(connected(respond, patience=patience, wait=pauses.append))
    return requests, pauses


@every(READS)
@of(PASSING)
def test_a_read_is_repeated_as_often_as_patience_lasts(call: Call, given_answer: Answer) -> None:
    requests, pauses = tried(call, given_answer)
    assert len(requests) == 4
    assert len({str(request.url) for request in requests}) == 1
    assert pauses == [1, 2, 4]


@of(PASSING)
@pytest.mark.parametrize("n_faults", [1, 2, 3])
def test_a_read_that_is_answered_in_the_end_returns_the_answer(given_answer: Answer, n_faults: int) -> None:
    answers = iter([*[given_answer] * n_faults, ME])
    told: list[str] = []

    def tell(message: str, *, passing: bool = False) -> None:
        assert not passing
        told.append(message)

    ls = connected(lambda _: next(answers), patience=PATIENCE, tell=tell)
    assert ls.me().email == "lead@example.org"
    assert len(told) == n_faults
    assert told[-1].endswith(f"asking again in {2 ** (n_faults - 1)} s ({n_faults + 1} of 4)")


@of(PASSING | ONCE_MORE)
def test_asking_once_is_asking_once(given_answer: Answer) -> None:
    requests, pauses = tried(READS["me"], given_answer, patience=ASKING_ONCE)
    assert (len(requests), pauses) == (1, [])


@pytest.mark.parametrize("call", [READS[name] for name in WHOLE], ids=WHOLE)
@of(ONCE_MORE)
def test_a_read_that_was_cut_short_or_stumbled_over_is_repeated_once(call: Call, given_answer: Answer) -> None:
    requests, pauses = tried(call, given_answer)
    assert (len(requests), pauses) == (2, [1])


def test_a_page_the_server_stumbles_over_is_closed_in_on_at_once() -> None:
    pauses: list[float] = []
    sentences = Failing(list(range(1, 9)), on={5})
    ls = connected(sentences, patience=PATIENCE, wait=pauses.append)
    with pytest.raises(TransferIncomplete, match="1 of the sentences"):
        list(ls.pages_changed_since(1, None, page_size=8))
    assert pauses == []


def test_a_sweep_goes_on_after_a_fault_in_its_middle() -> None:
    sentences, faults = Sentences(range(1, 9)), iter([None, PASSING["reset"], ONCE_MORE["cut short"], None])

    def respond(request: httpx.Request) -> Answer:
        fault = next(faults, None)
        return fault if fault is not None else sentences(request)

    pages = connected(respond, patience=PATIENCE).pages_changed_since(1, None, page_size=3)
    assert [entry.remote_id for page in pages for entry in page.entries] == list(range(1, 9))
    assert sentences.asked == [0, 3, 6]


@every(READS)
@of(LASTING)
def test_what_will_be_the_same_next_time_is_not_asked_again(call: Call, given_answer: Answer) -> None:
    requests, pauses = tried(call, given_answer)
    assert (len(requests), pauses) == (1, [])


@pytest.mark.parametrize(
    ("headers", "pauses"),
    [
        ({"retry-after": "0"}, [1, 2, 4]),
        ({"retry-after": "3"}, [3, 3, 4]),
        ({"retry-after": "120"}, [120, 120, 120]),
        ({"retry-after": "121"}, []),
        ({"retry-after": "9" * 5000}, [1, 2, 4]),
        ({"retry-after": "-5"}, [1, 2, 4]),
        ({"retry-after": "soon"}, [1, 2, 4]),
        ({"retry-after": "Sun, 22 Nov 2026 13:20:28 GMT", "date": "Sun, 22 Nov 2026 13:20:23 GMT"}, [5, 5, 5]),
        ({"retry-after": "Sun, 22 Nov 2026 13:20:28 GMT"}, [1, 2, 4]),
        ({"retry-after": "Sun, 22 Nov 2026 13:20:28", "date": "Sun, 22 Nov 2026 13:20:23 GMT"}, [1, 2, 4]),
        ({"retry-after": "Sun, 22 Nov 2099 13:20:28 GMT", "date": "Sun, 22 Nov 2026 13:20:23 GMT"}, []),
    ],
    ids=lambda value: str(value)[:40],
)
@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_asks_to_be_left_alone_is(headers: dict[str, str], pauses: list[float], status: int) -> None:
    requests, waited = tried(READS["me"], httpx.Response(status, json={}, headers=headers))
    assert waited == pauses
    assert len(requests) == len(pauses) + 1


NEVER_SENT = {"refused", "no connection", "no free connection", "no name now"}


@every(WRITES)
@of(PASSING | ONCE_MORE | LASTING)
def test_a_write_is_repeated_only_where_nothing_was_sent(call: Call, given_answer: Answer) -> None:
    requests, pauses = tried(call, given_answer)
    if any(given_answer is PASSING[name] for name in NEVER_SENT):
        assert (len(requests), pauses) == (4, [1, 2, 4])
    else:
        assert (len(requests), pauses) == (1, [])


@every(WRITES)
def test_a_write_that_was_sent_after_all_and_lost_is_lost(call: Call) -> None:
    left = iter([PASSING["refused"], PASSING["reset"]])
    sent: list[str] = []

    def respond(request: httpx.Request) -> Answer:
        sent.append(request.method)
        return next(left)

    with pytest.raises(AnswerLost):
        call(connected(respond, patience=PATIENCE))
    assert len(sent) == 2


@every(READS | WRITES)
@of({name: fault for name, fault in PASSING.items() if isinstance(fault, Exception)})
def test_repeats_show_no_secrets_and_chain_no_foreign_fault(call: Call, given_answer: Answer) -> None:
    assert isinstance(given_answer, Exception)
    leaking = type(given_answer)(LEAKY)
    told: list[str] = []
    ls = connected(lambda _: leaking, patience=PATIENCE, tell=lambda message, **_: told.append(message))
    with pytest.raises(IntercoderError) as raised:
        call(ls)
    for said in (shown(raised.value), *told):
        assert TOKEN not in said
        assert "sessionid" not in said
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None


# ---------------------------------------------------------------- personal access tokens


def jwt(**claims: Any) -> str:
    parts = ({"alg": "HS256", "typ": "JWT"}, {"exp": 4_102_444_800, **claims})
    return (
        ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts) + ".c2ln"
    )


class Exchange:
    """A server that stumbles over the exchange of a personal token before it gives a short-lived one."""

    def __init__(self, *faults: Answer) -> None:
        self.faults = iter(faults)
        self.requests: list[str] = []

    def __call__(self, request: httpx.Request) -> Answer:
        self.requests.append(f"{request.method} {request.url.path}")
        if request.url.path == "/api/token/refresh/":
            return next(self.faults, answer({"access": jwt(token_type="access")}))
        assert request.headers["authorization"] == f"Bearer {jwt(token_type='access')}"
        return answer({"id": 1, "email": "lead@example.org"})

    def session(self, pauses: list[float]) -> LabelStudio:
        return connected(self, patience=PATIENCE, wait=pauses.append, token=jwt(token_type="refresh"))


@of(PASSING | {"a page": answer(text="<html>", status=502)})
@pytest.mark.parametrize("wrote", [False, True])
def test_the_exchange_of_a_token_is_repeated_before_reads_and_writes(given_answer: Answer, wrote: bool) -> None:
    server, pauses = Exchange(given_answer, given_answer), list[float]()
    (WRITES["skip"] if wrote else READS["me"])(server.session(pauses))
    wanted = "POST /api/tasks/1/annotations/" if wrote else "GET /api/current-user/whoami"
    assert server.requests == [*["POST /api/token/refresh/"] * 3, wanted]
    assert pauses == [1, 2]


@of(PASSING)
def test_an_exchange_that_fails_leaves_no_doubt_about_a_write(given_answer: Answer) -> None:
    server = Exchange(*[given_answer] * 4)
    with pytest.raises((ServerUnreachable, ServerRefused)) as raised:
        WRITES["skip"](server.session([]))
    assert not isinstance(raised.value, AnswerLost)
    assert server.requests == ["POST /api/token/refresh/"] * 4


# ---------------------------------------------------------------- the rule itself


def test_the_last_fault_is_the_one_raised() -> None:
    faults = [ServerUnreachable("first"), ServerRefused("second")]
    left = iter([Setback(faults[0], "a", repeats=9), Setback(faults[1], "b")])
    with pytest.raises(ServerRefused, match="second"):
        repeated(lambda: next(left), PATIENCE, wait=lambda _: None, tell=untold)


@given(
    setbacks=st.lists(st.tuples(st.integers(0, 9), st.none() | st.floats(0, 500)), max_size=8),
    pauses=st.lists(st.floats(0, 100), max_size=5),
    longest=st.floats(0, 300),
)
def test_patience_is_bounded(setbacks: list[tuple[int, float | None]], pauses: list[float], longest: float) -> None:
    faults = [ServerUnreachable(str(number)) for number in range(len(setbacks))]
    attempts = [Setback(fault, "", repeats, after) for fault, (repeats, after) in zip(faults, setbacks, strict=True)]
    left: Iterator[Setback | str] = iter([*attempts, "answer"])
    waited: list[float] = []
    patience = Patience(pauses=tuple(pauses), longest_pause=longest)
    answered = False
    with suppress(ServerUnreachable):
        answered = repeated(lambda: next(left), patience, wait=waited.append, tell=untold) == "answer"
    assert answered == (len(waited) == len(setbacks))
    assert len(waited) <= len(pauses)
    assert all(least <= pause <= longest for least, pause in zip(pauses, waited, strict=False))
    for (repeats, after), pause, number in zip(setbacks, waited, range(9), strict=False):
        assert repeats > number
        assert pause >= (after or 0)
