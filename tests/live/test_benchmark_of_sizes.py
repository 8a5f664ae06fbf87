"""The benchmark of sizes, at a size that says nothing about speed: it still runs, and finds what it looks for."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.sizes import at_size
from tests.live.server import LiveServer

pytestmark = pytest.mark.live


def test_every_command_is_measured(server: LiveServer, tmp_path: Path) -> None:
    found = list(at_size(20, tmp_path, server.url, server.token, where="SQLite", before={}, grace=0))
    told = [row.what.split(",")[0].split(":")[0] for row in found]
    assert told == ["push", "push again", "pull", "pull again", "pull", "pull --full", "status"]
    assert [bool(row.ratio) for row in found] == [True, False, True, True, True, False, False]
