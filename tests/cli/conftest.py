"""The command in this process."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from toolkit.cli import main


@dataclass(frozen=True, slots=True)
class Ended:
    """What a run of the command left behind."""

    code: int
    out: str
    err: str


Command = Callable[..., Ended]


@pytest.fixture
def intercoder(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """The command in this process; a bug is not caught."""

    def run(*arguments: str | Path) -> Ended:
        monkeypatch.setattr(sys, "argv", ["intercoder", *map(str, arguments)])
        code: object = 0
        try:
            main()
        except SystemExit as ended:
            code = ended.code or 0
        assert isinstance(code, int)
        return Ended(code, *capfd.readouterr())

    return run
