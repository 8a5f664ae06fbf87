"""One object store for all tests of a process, and a bucket for each."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping

import pytest

from tests.export.store.contents import FIRST, FROM
from tests.export.store.server import Bucket, environment, served
from toolkit.export.writing.write import export_tables


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # a line for each request of thousands
    with served() as address:
        yield address


@pytest.fixture
def bucket(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in environment(endpoint).items():
        monkeypatch.setenv(name, value)
    return Bucket(endpoint)


@pytest.fixture(scope="session")
def first(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    """What a first export leaves at an address; a test of its own says that it does."""
    folder = tmp_path_factory.mktemp("first")
    export_tables(FIRST, folder, FROM)
    files = (path for path in folder.rglob("*") if path.is_file())
    return {".draft/v1": b"", **{str(path.relative_to(folder)): path.read_bytes() for path in files}}


@pytest.fixture
def exported(bucket: Bucket, first: Mapping[str, bytes]) -> Bucket:
    """A bucket with a first export in it."""
    for name, data in first.items():
        bucket.put(name, data)
    return bucket
