"""An HTTP client whose every request ends: within a time, within a size, and not in silence.

httpx's own time-outs are per read, so an answer that drips in byte by byte never ends. Everything that is sent passes
through ``send``, whoever sends it: our own requests, the SDK's exchange of tokens, the forms of a browser's session.
The body is read here, by the clock; status and headers are read by httpx, on connections that know the deadline.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ssl import SSLContext
from threading import Event, Thread, local
from typing import Any, Final

import httpcore
import httpx

from toolkit.labelstudio.patience import Patience, Tell, untold

WORD_EVERY: Final = 5.0
_PIECE: Final = 65_536
_OF_THE_BODY: Final = {"content-encoding", "content-length", "transfer-encoding"}


class AnswerTooSlow(httpx.ReadTimeout):
    """The answer had begun, and did not end within the limit."""


class AnswerTooLong(httpx.TransportError):
    """The answer grew over the most that is taken."""


class LimitedClient(httpx.Client):
    """An ``httpx.Client`` that reads each answer whole, within ``patience``, and says when one is waited for.

    ``name`` is what is waited for, in words; ``clock`` counts seconds. Other arguments are those of ``httpx.Client``.
    """

    def __init__(
        self,
        patience: Patience,
        *,
        name: str,
        tell: Tell = untold,
        word_every: float = WORD_EVERY,
        clock: Callable[[], float] = time.monotonic,
        **settings: Any,
    ) -> None:
        connecting = min(10.0, patience.silence)
        super().__init__(timeout=httpx.Timeout(patience.silence, connect=connecting, pool=connecting), **settings)
        self._patience = patience
        self._name = name
        self._tell = tell
        self._word_every = word_every
        self._clock = clock
        self._deadline = local()
        # httpx offers no other way to have a say in single reads of a connection; a test with a real one holds it.
        for transport in (self._transport, *self._mounts.values()):
            if isinstance(transport, httpx.HTTPTransport):
                transport._pool._network_backend = _Backend(transport._pool._network_backend, self._left)

    def _left(self) -> float:
        left: float = self._deadline.moment - self._clock()
        return left

    def send(self, request: httpx.Request, *, stream: bool = False, **settings: Any) -> httpx.Response:  # noqa: ARG002
        """Return the answer, always read to its end; raises what httpx raises, ``AnswerTooSlow`` and
        ``AnswerTooLong``.
        """
        self._deadline.moment = self._clock() + self._patience.limit  # of this thread: others may be sending as well
        with self._words():
            response = super().send(request, stream=True, **settings)
            try:
                body = self._read(response)
            finally:
                response.close()
        headers = [(key, value) for key, value in response.headers.multi_items() if key not in _OF_THE_BODY]
        return httpx.Response(response.status_code, headers=headers, content=body, request=request)

    def _read(self, response: httpx.Response) -> bytes:
        body = bytearray()
        for piece in response.iter_bytes():
            body += piece
            if len(body) > self._patience.most_bytes:
                raise AnswerTooLong("the answer is too long", request=response.request)
            if self._left() < 0:
                raise AnswerTooSlow("the answer timed out", request=response.request)
        return bytes(body)

    @contextmanager
    def _words(self) -> Iterator[None]:
        # Only where somebody listens: a thread a request is little, but not nothing.
        if self._tell is untold:
            yield
            return
        answered, begun = Event(), self._clock()

        def speak() -> None:
            while not answered.wait(self._word_every):
                self._tell(f"waiting for {self._name} ({self._clock() - begun:.0f} s)", passing=True)

        speaker = Thread(target=speak, name="waiting", daemon=True)
        speaker.start()
        try:
            yield
        finally:
            answered.set()
            speaker.join()


class _Backend(httpcore.NetworkBackend):
    """Connections on which nothing takes longer than what is ``left`` of the request's time."""

    def __init__(self, backend: httpcore.NetworkBackend, left: Callable[[], float]) -> None:
        self._backend = backend
        self._left = left

    def connect_tcp(self, *address: Any, **settings: Any) -> httpcore.NetworkStream:
        return _Connection(self._backend.connect_tcp(*address, **settings), self._left)

    def connect_unix_socket(self, *address: Any, **settings: Any) -> httpcore.NetworkStream:
        return _Connection(self._backend.connect_unix_socket(*address, **settings), self._left)

    def sleep(self, seconds: float) -> None:
        self._backend.sleep(seconds)


class _Connection(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, left: Callable[[], float]) -> None:
        self._stream = stream
        self._left = left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._capped(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), _PIECE):
            self._stream.write(buffer[start : start + _PIECE], self._capped(timeout, httpcore.WriteTimeout))

    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        capped = self._capped(timeout, httpcore.ConnectTimeout)
        return _Connection(self._stream.start_tls(ssl_context, server_hostname, capped), self._left)

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

    def _capped(self, timeout: float | None, late: type[Exception]) -> float:
        left = self._left()
        if left <= 0:
            raise late("timed out")
        return left if timeout is None else min(timeout, left)
