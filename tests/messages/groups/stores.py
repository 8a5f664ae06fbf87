"""Exporting to an object store: what it answers, and what is said then."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.messages.case import Case, Group, Step
from tests.messages.scenes import environment, missing_package, several
from tests.messages.work import Work

TO = "export --bootstrap 0 --to s3://bucket/study"
NOBODY = environment(AWS_EC2_METADATA_DISABLED="true", AWS_CONFIG_FILE="none", AWS_SHARED_CREDENTIALS_FILE="none")
NO_TOKEN = environment(
    AWS_WEB_IDENTITY_TOKEN_FILE="/nonexistent/token", AWS_ROLE_ARN="arn:aws:iam::123456789012:role/a"
)
SOMEBODY = environment(
    AWS_ENDPOINT_URL="http://127.0.0.1:1", AWS_ACCESS_KEY_ID="id", AWS_SECRET_ACCESS_KEY="key", AWS_MAX_ATTEMPTS="1"
)
TEMPORARY = ((r"folder \S+ cannot", "folder ~ cannot"),)
Answer = tuple[int, str]


class _Raw(io.BytesIO):
    def stream(self, **_: object) -> list[bytes]:
        return [self.read()]


def _answers(answer: Callable[[str, str], Answer]) -> Step:
    """A store that answers so: status and body, or what an error is called, to a method and a path."""

    def put(work: Work) -> None:
        from botocore.awsrequest import AWSResponse
        from botocore.httpsession import URLLib3Session

        def send(_: Any, request: Any) -> Any:
            status, said = answer(request.method, request.url.partition("bucket")[2])
            body = f"<Error><Code>{said}</Code></Error>" if status >= 400 else said
            headers = {"ETag": '"1"', "Content-Length": str(len(body))}
            return AWSResponse(request.url, status, headers, _Raw(body.encode()))

        SOMEBODY(work)
        work.patch.setattr(URLLib3Session, "send", send)

    return put


def _no(status: int, code: str) -> Step:
    return _answers(lambda *_: (status, code))


def _empty(method: str, path: str) -> Answer:
    """It holds nothing, and takes everything."""
    if method == "GET" and "list-type" not in path:
        return 404, "NoSuchKey"
    return 200, "<ListBucketResult></ListBucketResult>" if method == "GET" else ""


def _taken(method: str, path: str) -> Answer:
    """Somebody puts there just before."""
    return (412, "PreconditionFailed") if method == "PUT" else _empty(method, path)


def _pointed(method: str, path: str) -> Answer:
    return (200, "{}") if path.endswith("latest.json") else _empty(method, path)


def _full(work: Work) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    work.patch.setattr(Path, "write_bytes", full)
    work.patch.setattr(os, "fsync", full)


GROUP = Group(
    82,
    "stores",
    "Exporting to an object store",
    (
        Case("login", "A login stands in the address.", "export --bootstrap 0 --to s3://lead:hunter22@bucket/study",
             (several,)),
        Case("version", "The address is that of a version.", f"{TO}/v2", (several,)),
        Case("read-elsewhere", "The export that is to be checked lies in a bucket that is not of S3.",
             "validate gs://lead:hunter22@bucket/study"),
        Case("no-client", "What S3 is spoken with is not installed.", TO, (several, missing_package("boto3"))),
        Case("nobody", "The environment does not say who asks.", TO, (several, NOBODY)),
        Case("no-tool", "A file that the environment names for credentials is not there.", TO,
             (several, NOBODY, NO_TOKEN)),
        Case("away", "The store cannot be reached.", TO, (several, SOMEBODY)),
        Case("failed", "The store's server failed.", TO, (several, _no(503, "SlowDown"))),
        Case("refused", "You are not allowed to.", TO, (several, _no(403, "AccessDenied"))),
        Case("no-bucket", "There is no such bucket.", TO, (several, _no(404, "NoSuchBucket"))),
        Case("came-first", "Somebody else exports there at the same time.", TO, (several, _answers(_taken))),
        Case("unconditional", "The store does not know of conditions.", TO, (several, _answers(_empty))),
        Case("no-room", "This machine has no room for a copy of the newest version.", TO,
             (several, _answers(_pointed), _full), blur=TEMPORARY),
        Case("no-room-to-write", "This machine has no room for the new version before it goes there.", TO,
             (several, _answers(_empty), _full), blur=TEMPORARY),
    ),
)  # fmt: skip
