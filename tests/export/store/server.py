"""An object store of this machine, a real server of moto's; and what a bad day does to whoever writes there."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote, urlsplit

import boto3
import pytest
from botocore.httpsession import URLLib3Session

from toolkit.export.store.address import StoreAddress

SECRET = "hunter22-of-nobody"  # it opens nothing
Happening = Callable[[int, str], None]
"""Called with the number of a request, from 1, and what it is: ``PUT v1/manifest.json``."""


class Bucket:
    """A bucket that nobody else uses, and an address in it."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.address = StoreAddress(f"of-{uuid.uuid4().hex}", "exports/study")
        self.client = boto3.session.Session().client("s3")
        self.client.create_bucket(Bucket=self.address.bucket)

    def objects(self, address: StoreAddress | None = None) -> dict[str, bytes]:
        """Every object below the address, by name: looked up where moto keeps it, which takes no request."""
        start = (address or self.address).key("")
        keys = _backend().buckets[self.address.bucket].keys
        return {name.removeprefix(start): keys[name].value for name in [*keys] if name.startswith(start)}

    def put(self, name: str, data: bytes) -> None:
        """Write an object as somebody else would."""
        _backend().put_object(self.address.bucket, self.address.key(name), data)

    def elsewhere(self) -> StoreAddress:
        """Another address in the bucket."""
        return StoreAddress(self.address.bucket, uuid.uuid4().hex)


def _backend() -> Any:
    from moto.core import DEFAULT_ACCOUNT_ID
    from moto.s3.models import s3_backends

    return s3_backends[DEFAULT_ACCOUNT_ID]["aws"]


@contextmanager
def served() -> Iterator[str]:
    """The address of a server that is up meanwhile."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def environment(endpoint: str) -> dict[str, str]:
    """Who asks, and where, as it is said to every tool for S3."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "nobody",
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_RETRY_MODE": "standard",
        "AWS_MAX_ATTEMPTS": "1",
    }


class Killed(BaseException):
    """Nothing happens after it, as after SIGKILL."""


@contextmanager
def watched(
    patch: pytest.MonkeyPatch, *, before: Happening | None = None, after: Happening | None = None
) -> Iterator[list[str]]:
    """Have something happen before requests are sent, or once they were answered. What was sent is listed."""
    sent: list[str] = []
    real, lock = URLLib3Session.send, threading.RLock()

    def send(session: Any, request: Any) -> Any:
        with lock:
            at, said = len(sent) + 1, f"{request.method} {_name(request.url)}"
            sent.append(said)
        if before is not None:
            before(at, said)
        answer = real(session, request)
        if after is not None:
            after(at, said)
        return answer

    with patch.context() as only:
        only.setattr(URLLib3Session, "send", send)
        yield sent


def _name(url: str) -> str:
    """What is asked for, below the address of tests; nothing of a list."""
    return unquote(urlsplit(url).path).partition("/exports/study/")[2]
