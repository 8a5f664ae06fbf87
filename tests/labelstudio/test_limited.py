"""Every request ends: an answer that drips, has no end or breaks off; and whoever waits is told."""

from __future__ import annotations

import gzip
import json
import re
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

import httpx
import pytest

from tests.labelstudio.fake_server import COOKIE, DATE, TOKEN, URL
from tests.labelstudio.test_client_faults import READS, WRITES, Call, every
from toolkit.errors import BadInput, IntercoderError, ServerRefused, ServerUnreachable
from toolkit.labelstudio.connection import AnswerLost
from toolkit.labelstudio.limited import LimitedClient
from toolkit.labelstudio.patience import Patience, limit_from
from toolkit.labelstudio.session import LabelStudio, connect

PATIENCE = Patience(limit=300, most_bytes=1000, pauses=(1, 2))
ME = json.dumps({"id": 1, "email": "lead@example.org"}).encode()
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
NO_END = 10_000  # pieces after which a test that should have ended by itself does


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Dripping(httpx.SyncByteStream):
    """A body of which a piece comes every ``seconds``."""

    def __init__(self, clock: Clock, *pieces: bytes, seconds: float) -> None:
        self.clock, self.pieces, self.seconds, self.closed = clock, pieces, seconds, 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self.pieces:
            self.clock.now += self.seconds
            yield piece

    def close(self) -> None:
        self.closed += 1


def session(
    respond: Callable[[httpx.Request], httpx.Response], clock: Clock, pauses: list[float] | None = None
) -> LabelStudio:
    transport = httpx.MockTransport(respond)
    http = LimitedClient(PATIENCE, name="the server", clock=clock, transport=transport)
    return connect(URL, TOKEN, http=http, patience=PATIENCE, wait=([] if pauses is None else pauses).append)


def failing(call: Call, body: Callable[[], Dripping], clock: Clock) -> tuple[IntercoderError, list[Dripping]]:
    sent: list[Dripping] = []

    def respond(_: httpx.Request) -> httpx.Response:
        sent.append(body())
        return httpx.Response(200, stream=sent[-1])

    with pytest.raises(IntercoderError) as raised:
        call(session(respond, clock))
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None
    return raised.value, sent


@every(READS)
def test_a_dripping_answer_to_a_read_is_given_up_and_asked_for_again(call: Call) -> None:
    clock = Clock()
    fault, sent = failing(call, lambda: Dripping(clock, *[b" "] * NO_END, seconds=7), clock)
    assert type(fault) is ServerUnreachable
    assert "did not end in time" in str(fault)
    assert "INTERCODER_TIMEOUT" in str(fault)
    assert len(sent) == 3
    assert all(body.closed for body in sent)
    assert clock.now == 3 * 301  # a piece every 7 s: the first one after 300 s ends it


@every(WRITES)
def test_a_dripping_answer_to_a_write_is_lost(call: Call) -> None:
    clock = Clock()
    fault, sent = failing(call, lambda: Dripping(clock, *[b" "] * NO_END, seconds=7), clock)
    assert isinstance(fault, AnswerLost)
    assert len(sent) == 1


@every(READS)
def test_an_answer_without_end_is_refused(call: Call) -> None:
    clock = Clock()
    fault, sent = failing(call, lambda: Dripping(clock, *[b"[" * 100] * NO_END, seconds=0), clock)
    assert type(fault) is ServerRefused
    assert "no end" in str(fault)
    assert len(sent) == 1


@every(WRITES)
def test_an_answer_without_end_to_a_write_is_lost(call: Call) -> None:
    clock = Clock()
    assert isinstance(failing(call, lambda: Dripping(clock, *[b"["] * NO_END, seconds=0), clock)[0], AnswerLost)


def test_what_unpacks_to_more_than_is_taken_is_refused() -> None:
    packed = gzip.compress(b"[" * 100_000)
    assert len(packed) < PATIENCE.most_bytes
    ls = session(lambda _: httpx.Response(200, content=packed, headers={"content-encoding": "gzip"}), Clock())
    with pytest.raises(ServerRefused, match="no end"):
        ls.me()


def test_an_answer_within_the_limits_arrives_as_it_is() -> None:
    clock = Clock()

    def respond(_: httpx.Request) -> httpx.Response:
        packed = gzip.compress(ME)
        headers = {"content-encoding": "gzip", "date": DATE, "set-cookie": COOKIE}
        return httpx.Response(200, stream=Dripping(clock, packed[:9], packed[9:], seconds=150), headers=headers)

    assert session(respond, clock).me().email == "lead@example.org"
    http = LimitedClient(PATIENCE, name="it", transport=httpx.MockTransport(respond), clock=clock)
    given = http.get(URL)
    assert given.json() == json.loads(ME)
    assert given.headers["date"] == DATE
    assert http.cookies["sessionid"] == "a-live-session"


# ---------------------------------------------------------------- words


def test_whoever_waits_is_told_until_the_answer_comes() -> None:
    clock, heard, told = Clock(), threading.Event(), list[str]()

    def tell(message: str, *, passing: bool = False) -> None:
        assert passing
        told.append(message)
        if "(12 s)" in message:
            heard.set()

    def respond(_: httpx.Request) -> httpx.Response:
        clock.now += 12
        assert heard.wait(60)
        return httpx.Response(200, content=ME)

    before = threading.active_count()
    transport = httpx.MockTransport(respond)
    http = LimitedClient(PATIENCE, name="the server", tell=tell, word_every=0.001, clock=clock, transport=transport)
    http.get(URL)
    assert threading.active_count() == before
    assert told[-1] == "waiting for the server (12 s)"


def test_the_word_ends_with_a_request_that_fails() -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("reset", request=request)

    before = threading.active_count()
    transport = httpx.MockTransport(respond)
    http = LimitedClient(PATIENCE, name="it", tell=lambda *_, **__: None, transport=transport)
    with pytest.raises(httpx.ReadError):
        http.get(URL)
    assert threading.active_count() == before


# ---------------------------------------------------------------- a real connection


def request_on(connection: socket.socket) -> bytes:
    # To its last byte: closed with some of it unread, a connection is reset, and what was answered is thrown away.
    with connection.makefile("rb", buffering=0) as sent:
        head = b"".join(iter(sent.readline, b"\r\n"))
        length = re.search(rb"(?i)^content-length: (\d+)", head, re.MULTILINE)
        return head + b"\r\n" + (sent.read(int(length[1])) or b"" if length else b"")


@contextmanager
def server(serve: Callable[[socket.socket], None]) -> Iterator[tuple[str, list[bytes]]]:
    """The address of a server that hands each connection, after its request, to ``serve``; and the requests."""
    asked: list[bytes] = []

    def run() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:  # shut down: the test is over
                return
            with connection, suppress(OSError):  # whoever asked may have gone
                connection.settimeout(60)
                asked.append(request_on(connection))
                serve(connection)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}", asked
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()


def over(url: str, clock: Callable[[], float]) -> LabelStudio:
    # All that drips fits in: on a slow machine it may arrive at once, and time is what is tried here.
    http = LimitedClient(replace(PATIENCE, most_bytes=2 * NO_END), name="it", clock=clock, trust_env=False)
    return connect(url, TOKEN, http=http, patience=PATIENCE, wait=lambda _: None)


@pytest.mark.parametrize("before", [b"", b"HTTP/1.1 200 OK\r\nX-Drip: ", HEAD + b"\r\n"], ids=["line", "head", "body"])
@pytest.mark.parametrize(
    ("call", "kind", "n_sent"), [(READS["me"], ServerUnreachable, 3), (WRITES["skip"], AnswerLost, 1)]
)
def test_an_answer_that_drips_over_a_real_connection_ends(
    before: bytes, call: Call, kind: type[IntercoderError], n_sent: int
) -> None:
    clock = Clock()

    def drip(connection: socket.socket) -> None:
        connection.sendall(before)
        for number in range(NO_END):
            if number < 43:  # 301 s, and no more: the next request begins while this one still drips
                clock.now += 7
            connection.sendall(b"HTTP/1.1 200 O"[number % 14 : number % 14 + 1])

    with server(drip) as (url, asked), pytest.raises(ServerUnreachable, match="in time") as raised:
        call(over(url, clock))
    assert type(raised.value) is kind
    assert len(asked) == n_sent


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def cut_short(connection: socket.socket) -> None:
    connection.sendall(HEAD + b"Content-Length: 500\r\n\r\n" + ME)


def cut_short_without_a_length(connection: socket.socket) -> None:
    connection.sendall(HEAD + b"\r\n" + ME[:-5])


def hung_up(connection: socket.socket) -> None:
    connection.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("fault", [reset, cut_short, cut_short_without_a_length, hung_up])
def test_what_breaks_off_over_a_real_connection_is_asked_again_and_never_written_again(
    fault: Callable[[socket.socket], None],
) -> None:
    faults = iter([fault])

    def serve(connection: socket.socket) -> None:
        next(faults, lambda to: to.sendall(HEAD + b"\r\n" + ME))(connection)

    with server(serve) as (url, asked):
        assert over(url, Clock()).me().email == "lead@example.org"
        assert len(asked) == 2
    with server(fault) as (url, asked):
        with pytest.raises(AnswerLost):
            over(url, Clock()).skip(1, seconds=1)
        assert len(asked) == 1


def test_a_port_nobody_listens_at_is_tried_again_even_for_a_write() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    pauses: list[float] = []
    http = LimitedClient(PATIENCE, name="it", trust_env=False)
    nobody = connect(f"http://127.0.0.1:{port}", TOKEN, http=http, patience=PATIENCE, wait=pauses.append)
    with pytest.raises(ServerUnreachable, match="connection refused") as raised:
        nobody.skip(1, seconds=1)
    assert type(raised.value) is ServerUnreachable
    assert pauses == [1, 2]


def test_a_session_of_its_own_is_limited() -> None:
    with connect(URL, TOKEN) as ls:
        assert isinstance(ls._client._http, LimitedClient)


# ---------------------------------------------------------------- the limit as somebody sets it


@pytest.mark.parametrize("text", ["", "x", "0", "0.5", "-3", "nan", "inf", "1e9", "5 minutes"])
def test_a_limit_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="INTERCODER_TIMEOUT"):
        limit_from(text, name="INTERCODER_TIMEOUT")


@pytest.mark.parametrize(("text", "seconds"), [("1", 1), ("600", 600), (" 2.5\n", 2.5), ("86400", 86_400)])
def test_a_limit_is_read_as_seconds(text: str, seconds: float) -> None:
    assert limit_from(text, name="N") == seconds
