from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from toolkit.files.whole import write_private, write_whole


def test_a_private_file_is_private_from_the_first_byte(tmp_path: Path) -> None:
    path = tmp_path / "credentials.json"
    path.write_text("old", encoding="utf-8")
    path.chmod(0o644)
    write_private(path, "secret")
    assert path.read_text(encoding="utf-8") == "secret"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_what_killed_runs_leave_behind_does_not_pile_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(_: Path, __: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", killed)
        for process in (1, 2, 3):
            patched.setattr(os, "getpid", lambda process=process: process)
            with pytest.raises(KeyboardInterrupt):
                write_private(tmp_path / "credentials.json", "{}")
    assert len(list(tmp_path.iterdir())) == 1
    write_private(tmp_path / "credentials.json", "{}")
    assert [path.name for path in tmp_path.iterdir()] == ["credentials.json"]


def test_what_replaces_a_private_file_is_private_while_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "study.yaml"
    path.write_bytes(b"old")
    path.chmod(0o600)
    seen: list[int] = []
    flush = os.fsync

    def looking(descriptor: int) -> None:
        seen.append(stat.S_IMODE(os.fstat(descriptor).st_mode))
        flush(descriptor)

    monkeypatch.setattr(os, "fsync", looking)
    write_whole(path, b"new")
    assert seen == [0o600]


def test_without_a_mode_the_permissions_of_the_file_replaced_stay(tmp_path: Path) -> None:
    path = tmp_path / "study.yaml"
    path.write_bytes(b"old")
    path.chmod(0o640)
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
