"""Memory is given back where the C library can, and nowhere is that an error."""

from __future__ import annotations

import ctypes
from types import SimpleNamespace
from typing import Any

import pytest

from toolkit.files.heap import give_back


def test_it_is_asked_to_give_back_all_it_can(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(ctypes, "CDLL", lambda _: SimpleNamespace(malloc_trim=asked.append))
    give_back()
    assert [one.value for one in asked] == [0]


@pytest.mark.parametrize("fault", [OSError, TypeError, AttributeError])
def test_another_library_is_left_alone(monkeypatch: pytest.MonkeyPatch, fault: type[Exception]) -> None:
    def refuses(_: object) -> object:
        raise fault

    monkeypatch.setattr(ctypes, "CDLL", refuses)
    give_back()
    monkeypatch.setattr(ctypes, "CDLL", lambda _: SimpleNamespace())
    give_back()
