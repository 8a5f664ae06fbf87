"""The benchmarks with a server, at sizes that say nothing about speed: they still run, and find what they look for."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import push_pull
from benchmarks.sizes import at_size
from tests.live.server import LiveServer

pytestmark = pytest.mark.live


def test_every_command_is_measured(server: LiveServer, tmp_path: Path) -> None:
    found = list(at_size(20, tmp_path, server.url, server.token, where="SQLite", before={}, grace=0))
    told = [row.what.split(",")[0].split(":")[0] for row in found]
    assert told == ["push", "push again", "pull", "pull again", "pull", "pull --full", "status"]
    assert [bool(row.ratio) for row in found] == [True, False, True, True, True, False, False]


def test_push_and_pull_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(push_pull, "GRACE", 0)
    assert [bool(row.ratio) for row in push_pull.rows(["20"])] == [True, False, True, False, False, False]
