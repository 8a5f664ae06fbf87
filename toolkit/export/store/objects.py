"""Objects of a store that speaks S3: read, listed, and written on a condition. The one place that knows boto3.

Neither Arrow's file systems nor fsspec's put on a condition. obstore does, in half the megabytes; boto3 is here because
who somebody is may be said in every way it is said to AWS's own tools: variables, profiles, single sign-on, roles.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.errors import BadInput, ServerRefused, ServerUnreachable, UsageError
from toolkit.export.store.address import StoreAddress

_NO_TAG = f'"{"0" * 32}"'
_NOT_MET = {"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey", "412", "409"}
"""What a store answers to a put whose condition does not hold, or may not: somebody else writes there just now."""
_SERVER_FAILED = 500
_WORD = re.compile(r"[A-Za-z0-9]{1,60}")


@dataclass(frozen=True, slots=True)
class Stored:
    """What an object holds, and the tag that is another one once it holds something else."""

    data: bytes
    tag: str


class Objects:
    """The objects below an address, by name. Every method raises, of what the store or the way to it does:

    ``ServerUnreachable`` where nobody answered or the server failed, ``BadInput`` where there is no such bucket,
    ``ServerRefused`` where the store answered no, ``UsageError`` where the environment does not say who asks. No
    message repeats what the store or the environment said: there may be keys in it.
    """

    def __init__(self, address: StoreAddress) -> None:
        self._address = address
        with _translated(address):
            self._client = _client(address)

    def read(self, name: str) -> Stored | None:
        """Return an object; None where there is none."""
        with _translated(self._address):
            try:
                found = self._client.get_object(**self._named(name))
                return Stored(found["Body"].read(), found["ETag"])
            except self._client.exceptions.NoSuchKey:
                return None

    def listed(self) -> dict[str, int]:
        """Return the size in bytes of every object, by name."""
        start = self._address.key("")
        with _translated(self._address):
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._address.bucket, Prefix=start)
            return {one["Key"].removeprefix(start): one["Size"] for page in pages for one in page.get("Contents", ())}

    def fetch(self, name: str, path: Path) -> None:
        """Write an object over a file of this machine, which is gone where there is no such object any more."""
        with _translated(self._address):
            try:
                found = self._client.get_object(**self._named(name))
            except self._client.exceptions.NoSuchKey:
                path.unlink(missing_ok=True)
                return
            with path.open("wb") as file:
                for chunk in found["Body"].iter_chunks(1 << 20):
                    file.write(chunk)

    def write(self, name: str, data: bytes) -> None:
        """Write an object, whatever is there."""
        self._put(name, data)

    def create(self, name: str, data: bytes | Path) -> bool:
        """Write an object where there is none, in one step, and return whether it is there now, as it was written.

        So it is as well where an answer got lost and the request came twice.
        """
        return self._put(name, data, IfNoneMatch="*") or self._holds(name, data)

    def replace(self, name: str, data: bytes, *, tag: str | None) -> bool:
        """Write an object over the one with this tag, or where there was none, and return whether it is there now."""
        if tag is None:
            return self.create(name, data)
        return self._put(name, data, IfMatch=tag) or self._holds(name, data)

    def remove(self, names: Iterable[str]) -> None:
        """Remove objects, in this order; where there is none nothing happens."""
        with _translated(self._address):
            for name in names:
                self._client.delete_object(**self._named(name))

    def check_conditions(self, name: str) -> None:
        """Raise ``BadInput`` where the store writes over an object in spite of a condition that does not hold.

        Servers that do not know of conditions pass over them without a word.
        """
        if self._put(name, b"", IfNoneMatch="*") or self._put(name, b"", IfMatch=_NO_TAG):
            self.remove([name])
            raise BadInput(
                f"{self._address} lies in a store that writes on no condition: of two exports at a time one would "
                "overwrite the other",
                todo="Export to a folder here and copy it there whole, latest.json last.",
            )

    def _put(self, name: str, data: bytes | Path, **condition: str) -> bool:
        from botocore.exceptions import ClientError

        with _translated(self._address):
            try:
                if isinstance(data, bytes):
                    self._client.put_object(**self._named(name), Body=data, **condition)
                else:
                    with data.open("rb") as file:
                        self._client.put_object(**self._named(name), Body=file, **condition)
            except ClientError as fault:
                if _code(fault) in _NOT_MET:
                    return False
                raise
        return True

    def _holds(self, name: str, data: bytes | Path) -> bool:
        there = self.read(name)
        return there is not None and there.data == (data if isinstance(data, bytes) else data.read_bytes())

    def _named(self, name: str) -> dict[str, str]:
        return {"Bucket": self._address.bucket, "Key": self._address.key(name)}


def _client(address: StoreAddress) -> Any:
    try:
        import boto3
    except ModuleNotFoundError:
        raise UsageError(
            "what goes to an object store goes through boto3, which is not installed here",
            todo="Install it: pip install 'intercoder[s3]'",
        ) from None
    session = boto3.session.Session()  # as the environment is now, not as it was when somebody first asked
    try:  # the session keeps them; asked for by a request, an error of the system would look like one of anything else
        credentials = session.get_credentials()
        if credentials is not None:
            credentials.get_frozen_credentials()
    except OSError as fault:
        raise UsageError(
            f"{address}: a program or file that is to say who asks cannot be used ({type(fault).__name__})",
            todo="Mend what the environment names, or take it away: credential_process of the profile, "
            "AWS_WEB_IDENTITY_TOKEN_FILE, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE.",
        ) from None
    return session.client("s3")


@contextmanager
def _translated(address: StoreAddress) -> Iterator[None]:
    try:
        from botocore import exceptions
    except ModuleNotFoundError:
        yield
        return
    try:
        yield
    except exceptions.ClientError as fault:
        raise _refusal(address, _code(fault), fault.response["ResponseMetadata"]["HTTPStatusCode"]) from None
    except (exceptions.ConnectionError, exceptions.HTTPClientError, exceptions.IncompleteReadError) as fault:
        raise ServerUnreachable(
            f"{address}: nobody answered, or the connection broke ({type(fault).__name__})",
            todo="Check the network, and AWS_ENDPOINT_URL where the store is not Amazon's. Then run this again: it is "
            "safe.",
        ) from None
    except (exceptions.BotoCoreError, ValueError) as fault:
        raise UsageError(
            f"{address}: the environment does not say who asks, or where ({type(fault).__name__})",
            todo="Say it as to any tool for S3: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE; "
            "AWS_REGION; AWS_ENDPOINT_URL.",
        ) from None


def _refusal(address: StoreAddress, code: str, status: int) -> BadInput | ServerRefused | ServerUnreachable:
    if code == "NoSuchBucket":
        return BadInput(
            f"there is no bucket {address.bucket!r}", todo="Make it first, or mend the address: s3://bucket/prefix."
        )
    if status >= _SERVER_FAILED:
        return ServerUnreachable(f"{address}: its server failed ({code})", todo="Run this again later: it is safe.")
    return ServerRefused(
        f"{address}: its server answered no ({code})",
        todo="Whoever exports there must be allowed to list, read, write and delete objects: s3:ListBucket, "
        "s3:GetObject, s3:PutObject, s3:DeleteObject.",
    )


def _code(fault: Any) -> str:
    """What a store calls its refusal: one word, whatever else a server may have put there."""
    said = str(fault.response.get("Error", {}).get("Code", ""))
    return said if _WORD.fullmatch(said) else "without a reason"
