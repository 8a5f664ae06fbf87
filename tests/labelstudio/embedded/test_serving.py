"""The log of the embedded server, and what its answers are sent in; no server is needed."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from toolkit.labelstudio.embedded.serving import Environ, dated, in_pieces, listening, logged

REQUEST: Environ = {
    "REQUEST_METHOD": "POST",
    "PATH_INFO": "/user/signup/",
    "QUERY_STRING": "token=the-invitation&email=ana@example.org",
    "HTTP_COOKIE": "sessionid=a-live-session",
    "HTTP_AUTHORIZATION": "Token the-token",
}


class Answer:
    """Parts of an answer, whether they were let go of, and what they begin with."""

    def __init__(self, *parts: bytes, length: bool = True) -> None:
        self.parts = parts
        self.length = length
        self.closed = False

    def __call__(self, _: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        size = [("Content-Length", str(sum(map(len, self.parts))))] if self.length else []
        start_response("200 OK", [("Set-Cookie", "sessionid=another"), *size])
        return self

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.parts)

    def close(self) -> None:
        self.closed = True


def test_a_line_says_what_was_asked_and_nothing_that_is_secret() -> None:
    lines: list[str] = []
    answer = Answer(b"body")
    assert list(logged(answer, log=lines.append)(REQUEST, lambda *_: None)) == [b"body"]
    assert answer.closed
    (line,) = lines
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d POST /user/signup/ 200 \d+ ms", line)


def test_a_path_cannot_break_the_line_or_forge_another() -> None:
    lines: list[str] = []
    forged = {**REQUEST, "PATH_INFO": "/a\n2026-01-01 GET /b é".encode().decode("latin-1")}
    list(logged(Answer(), log=lines.append)(forged, lambda *_: None))
    (line,) = lines
    assert "\n" not in line
    assert " /a%0A2026-01-01%20GET%20/b%20%C3%A9 " in line


def test_a_request_that_breaks_has_its_line_as_well() -> None:
    lines: list[str] = []

    def breaks(*_: object) -> Iterable[bytes]:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        list(logged(breaks, log=lines.append)(REQUEST, lambda *_: None))
    assert " - " in lines[0]


def test_answers_of_known_length_go_out_in_large_pieces() -> None:
    parts = [b"x" * 8192] * 100
    answer = Answer(*parts)
    pieces = list(in_pieces(answer)(REQUEST, lambda *_: None))
    assert b"".join(pieces) == b"".join(parts)
    assert len(pieces) < 5
    assert answer.closed


def test_an_answer_whose_length_nobody_knows_is_not_held_back() -> None:
    answer = Answer(b"first", b"second", length=False)
    assert list(in_pieces(answer)(REQUEST, lambda *_: None)) == [b"first", b"second"]


def test_one_address_is_listened_at_also_where_a_name_has_several() -> None:
    with listening("localhost", 0) as door:
        assert door.family == socket.AF_INET
        assert door.proto == socket.IPPROTO_TCP  # else every small answer on a connection kept open takes 40 ms more
    try:
        with listening("::1", 0) as door:
            assert door.family == socket.AF_INET6
    except OSError:
        pytest.skip("this machine has no IPv6")


def test_every_answer_says_when_it_began() -> None:
    told: list[tuple[str, str]] = []
    before = int(time.time())
    list(dated(Answer())(REQUEST, lambda _, headers: told.extend(headers)))
    (moment,) = [parsedate_to_datetime(value).timestamp() for name, value in told if name == "Date"]
    assert before <= moment <= time.time()
