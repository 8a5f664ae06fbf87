"""What can become of a request, each as a function of its ``Exchange``."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

from tests.faults.proxy import Exchange

_LONGEST_DRIP = 20  # seconds: for ever, to a client that has been given one or two


# ---------------------------------------------------------------- the network


def closed_at_accept(exchange: Exchange) -> None:
    """The connection is closed before a byte was read."""
    exchange.client.close()


def reset_before(exchange: Exchange) -> None:
    """The server never sees the request."""
    exchange.reset()


def reset_after(exchange: Exchange) -> None:
    """The server does what was asked; its answer is lost."""
    exchange.forward()
    exchange.reset()


def no_answer_before(exchange: Exchange) -> None:
    """The server never sees the request, and nobody says so."""
    exchange.say_nothing()


def no_answer_after(exchange: Exchange) -> None:
    """The server does what was asked, and nobody says so."""
    exchange.forward()
    exchange.say_nothing()


def truncated(exchange: Exchange) -> None:
    """Half of the body under the length of the whole."""
    head, _, body = exchange.forward().partition(b"\r\n\r\n")
    exchange.client.sendall(_head(head, length=len(body)) + body[: len(body) // 2])
    exchange.client.close()


def cut(exchange: Exchange) -> None:
    """Half of the body, without a word of how long it should have been."""
    head, _, body = exchange.forward().partition(b"\r\n\r\n")
    exchange.answer(_head(head, length=None) + body[: len(body) // 2])


def drip(exchange: Exchange) -> None:
    """The answer comes in forty pieces."""
    raw = exchange.forward()
    step = max(1, len(raw) // 40)
    exchange.proxy.about_to_answer(exchange.request)
    for start in range(0, len(raw), step):
        exchange.client.sendall(raw[start : start + step])
        time.sleep(0.005)


def endless(exchange: Exchange) -> None:
    """White space before the JSON, and nothing but."""
    exchange.forward()
    exchange.proxy.about_to_answer(exchange.request)
    exchange.client.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n")
    for _ in range(_LONGEST_DRIP * 5):
        exchange.client.sendall(b" ")
        time.sleep(0.2)


# ---------------------------------------------------------------- answers that are none


def status(code: int, reason: str, exchange: Exchange, *, after: bool = False, more: str = "") -> None:
    """A status in place of the answer; with ``after``, the server does what was asked all the same."""
    if after:
        exchange.forward()
    body = json.dumps({"status_code": code, "detail": reason}).encode()
    exchange.answer(_made(f"{code} {reason}", "application/json", body, more))


def redirect(exchange: Exchange) -> None:
    """A redirect to the page for signing in."""
    exchange.answer(_made("302 Found", "text/html", b"", "Location: /user/login/?next=/\r\n"))


def instead(body: bytes, media_type: str, exchange: Exchange) -> None:
    """Another body in place of the one of the answer."""
    exchange.forward()
    exchange.answer(_made("200 OK", media_type, body))


HTML = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>Please sign in</body></html>"


# ---------------------------------------------------------------- answers that are not true


def nothing_there(exchange: Exchange) -> None:
    """A project without sentences."""
    exchange.forward()
    _json(exchange, {"tasks": [], "total": 0, "total_annotations": 0, "total_predictions": 0})


def nothing_of_many(exchange: Exchange) -> None:
    """An empty page under the true total."""
    told = json.loads(exchange.forward().partition(b"\r\n\r\n")[2])
    _json(exchange, told | {"tasks": []})


def last_one_hidden(exchange: Exchange) -> None:
    """An answer of a copy of the database that lags behind: one sentence fewer, and its totals say the same."""
    told = json.loads(exchange.forward().partition(b"\r\n\r\n")[2])
    if told.get("tasks"):
        hidden = told["tasks"].pop()
        told["total"] -= 1
        told["total_annotations"] -= len(hidden.get("annotations") or [])
    _json(exchange, told)


def nobody_else(exchange: Exchange) -> None:
    """A list that is empty."""
    exchange.forward()
    empty: dict[str, object] = {"count": 0, "next": None, "previous": None, "results": []}
    _json(exchange, empty if exchange.request.path == "/api/projects/" else [])


def _json(exchange: Exchange, value: object) -> None:
    exchange.answer(_made("200 OK", "application/json", json.dumps(value).encode()))


# ---------------------------------------------------------------- twice, and late


def twice(exchange: Exchange, *, answer: int) -> None:
    """What Label Studio itself does when its database is locked, and some proxies when a connection breaks."""
    exchange.answer([exchange.forward(), exchange.forward()][answer])


def late(exchange: Exchange, *, requests: int | None) -> None:
    """The connection is reset, and the request arrives later: by so many requests, or (None) when the test says so."""
    after = None if requests is None else exchange.request.number + requests
    exchange.proxy.keep_for_later(exchange.request.raw, after=after)
    exchange.reset()


# ---------------------------------------------------------------- clocks


def clock(by: timedelta, exchange: Exchange) -> None:
    """The clock in the head of the answer is another."""
    head, _, body = exchange.forward().partition(b"\r\n\r\n")
    lines = [_other_time(line, by) for line in head.split(b"\r\n")]
    exchange.answer(b"\r\n".join(lines) + b"\r\n\r\n" + body)


def _other_time(line: bytes, by: timedelta) -> bytes:
    if not line.lower().startswith(b"date:"):
        return line
    moment = parsedate_to_datetime(line.partition(b":")[2].strip().decode("ascii"))
    return b"Date: " + format_datetime(moment + by, usegmt=True).encode("ascii")


# ---------------------------------------------------------------- making answers


def _made(status: str, media_type: str, body: bytes, more: str = "") -> bytes:
    date = format_datetime(datetime.now(UTC), usegmt=True)
    head = (
        f"HTTP/1.1 {status}\r\nDate: {date}\r\nContent-Type: {media_type}\r\n{more}"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode("ascii") + body


def _head(head: bytes, *, length: int | None) -> bytes:
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"content-length:")]
    if length is not None:
        lines.append(f"Content-Length: {length}".encode("ascii"))
    return b"\r\n".join(lines) + b"\r\n\r\n"
