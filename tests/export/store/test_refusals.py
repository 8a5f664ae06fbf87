"""What an object store answers when it does not do what it is asked: one error, and no key in it."""

from __future__ import annotations

import errno
import os
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from botocore.exceptions import EndpointConnectionError

from tests.export.store.contents import FIRST, FROM, SECOND, shown, whole_versions
from tests.export.store.server import SECRET, Bucket, watched
from toolkit.errors import BadInput, IntercoderError, ServerRefused, ServerUnreachable, UsageError
from toolkit.export.store.objects import Objects
from toolkit.export.store.publishing import export_to_store
from toolkit.loop.validate import validate

pytestmark = pytest.mark.slow


def refused(bucket: Bucket, kind: type[IntercoderError]) -> str:
    with pytest.raises(kind) as raised:
        export_to_store(SECOND, bucket.address, FROM)
    assert SECRET not in str(raised.value)
    assert raised.value.__cause__ is None, "what the client says may hold what it was called with"
    return raised.value.what


def without_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)


def test_a_bucket_that_is_not_there(bucket: Bucket) -> None:
    bucket.address = replace(bucket.address, bucket="of-nobody")
    assert refused(bucket, BadInput) == "there is no bucket 'of-nobody'"


def test_no_permission(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server asks who somebody is from now on, and knows nobody."""
    monkeypatch.setattr("moto.settings.INITIAL_NO_AUTH_ACTION_COUNT", 0.0)
    assert refused(bucket, ServerRefused) == f"{bucket.address}: its server answered no (InvalidAccessKeyId)"
    assert bucket.objects() == {}


@pytest.mark.parametrize("step", ["PUT v2/answers.parquet", "PUT latest.json"])
def test_the_server_is_away_from_some_moment_on(exported: Bucket, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    gone: list[str] = []

    def before(_: int, said: str) -> None:
        if gone or said == step:
            gone.append(said)
            raise EndpointConnectionError(endpoint_url=f"http://{SECRET}@…")

    with watched(monkeypatch, before=before):
        assert "nobody answered" in refused(exported, ServerUnreachable)
    assert export_to_store(SECOND, exported.address, FROM).changed
    assert len(whole_versions(exported.objects())) == 2


@pytest.mark.parametrize("header", ["If-None-Match", "If-Match"])
def test_a_store_that_passes_over_conditions_is_not_written_to(
    exported: Bucket, monkeypatch: pytest.MonkeyPatch, header: str
) -> None:
    from botocore.httpsession import URLLib3Session

    before, real = shown(exported.objects()), URLLib3Session.send

    def send(session: object, request: object) -> object:
        request.headers.pop(header, None)  # type: ignore[attr-defined]  # a request of botocore, imported here only
        return real(session, request)

    monkeypatch.setattr(URLLib3Session, "send", send)
    assert "writes on no condition" in refused(exported, BadInput)
    assert shown(exported.objects()) == before


def test_an_environment_that_says_nothing(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http//{SECRET}@nowhere")
    assert "does not say who asks, or where (ValueError)" in refused(bucket, UsageError)


def test_a_program_for_credentials_that_is_not_there(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    without_keys(monkeypatch)
    profiles = tmp_path / "config"
    profiles.write_text(f"[default]\ncredential_process = /nonexistent/{SECRET} --key {SECRET}\n", encoding="utf-8")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(profiles))
    assert refused(bucket, UsageError).endswith("that is to say who asks cannot be used (FileNotFoundError)")
    profiles.write_text(f"[default]\ncredential_process = {tmp_path}\n", encoding="utf-8")
    assert refused(bucket, UsageError).endswith("that is to say who asks cannot be used (PermissionError)")


@pytest.mark.parametrize(
    "named",
    [
        {"AWS_WEB_IDENTITY_TOKEN_FILE": f"/nonexistent/{SECRET}", "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/a"},
        {
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:1/",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": f"/nonexistent/{SECRET}",
        },
    ],
)
def test_a_file_for_credentials_that_is_not_there(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch, named: dict[str, str]
) -> None:
    without_keys(monkeypatch)
    for name, value in named.items():
        monkeypatch.setenv(name, value)
    assert refused(bucket, UsageError) == (
        f"{bucket.address}: a program or file that is to say who asks cannot be used (FileNotFoundError)"
    )


def test_a_full_temporary_folder_is_no_fault_of_the_store(exported: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    before = shown(exported.objects())
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr("os.fsync", full)
        with pytest.raises(BadInput) as raised:
            export_to_store(SECOND, exported.address, FROM)
    assert raised.value.what == (
        f"the temporary folder {tempfile.gettempdir()} cannot be written (No space left on device)"
    )
    assert "TMPDIR" in raised.value.todo
    assert shown(exported.objects()) == before
    assert export_to_store(SECOND, exported.address, FROM).version == 2


def test_a_temporary_folder_that_is_gone(exported: Bucket, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    monkeypatch.setattr(tempfile, "tempdir", str(gone))
    for read in (f"{exported.address}", f"{exported.address}/v1"):
        with pytest.raises(BadInput) as raised:
            validate(read)
        assert raised.value.what == f"the temporary folder {gone} cannot be written (No such file or directory)"


def test_what_the_content_breaks_is_said_of_the_address(exported: Bucket) -> None:
    """It is no fault of the temporary folder."""
    with pytest.raises(BadInput, match=f"^{exported.address} holds exports of another study"):
        export_to_store(SECOND, exported.address, replace(FROM, study_id="another"))


def test_one_object(bucket: Bucket) -> None:
    objects = Objects(bucket.address)
    assert objects.read("a") is None
    assert not objects.replace("a", b"1", tag='"of no object"')
    assert objects.create("a", b"1")
    assert not objects.create("a", b"2")
    was = objects.read("a")
    assert was is not None
    assert objects.replace("a", b"2", tag=was.tag)
    assert not objects.replace("a", b"3", tag=was.tag)
    assert objects.listed() == {"a": 1}
    objects.remove(["a", "b"])
    assert objects.listed() == {}


def test_more_objects_than_a_list_has_at_once(bucket: Bucket) -> None:
    for number in range(1, 1003):
        bucket.put(f"v{number}/x", b"")
    assert len(Objects(bucket.address).listed()) == 1002
    assert export_to_store(FIRST, bucket.address, FROM).version == 1003
