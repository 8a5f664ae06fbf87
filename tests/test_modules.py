"""What is put out of ``sys.modules`` for a test is back after it, and nowhere a second copy of it."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType

import pytest

from tests.modules import not_loaded

PACKAGE = "toolkit.report"


def loaded() -> dict[str, ModuleType]:
    return {name: module for name, module in sys.modules.items() if f"{name}.".startswith(f"{PACKAGE}.")}


def test_copies_loaded_meanwhile_are_gone_afterwards() -> None:
    mine = importlib.import_module("toolkit.report.study_page.files")
    before = loaded()
    with not_loaded(PACKAGE):
        assert not loaded()
        assert importlib.import_module("toolkit.report.study_page.files") is not mine
        importlib.import_module("toolkit.report.review.files")
    assert loaded() == before
    for name, module in before.items():
        package, _, own = name.rpartition(".")
        assert getattr(sys.modules[package], own) is module
    assert importlib.import_module("toolkit.report.review.files").__name__ in loaded()


def test_so_are_they_where_loading_fails() -> None:
    importlib.import_module("toolkit.report.study_page.files")
    before = loaded()
    with pytest.raises(ModuleNotFoundError), not_loaded(PACKAGE):
        importlib.import_module("toolkit.report.nothing_of_this_name")
    assert loaded() == before
    assert sys.modules["toolkit"].report is before[PACKAGE]
