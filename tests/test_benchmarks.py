"""Every benchmark still runs: at toy sizes, which say nothing about speed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from benchmarks import add_articles, agreement_speed, export_tables, startup, validate_export

ROOT = Path(__file__).parents[1]
WITH_A_SERVER = {"push_pull"}
"""Tried in tests/live/test_benchmarks_with_a_server.py."""
TOYS = {add_articles: "400", export_tables: "60", validate_export: "60", startup: "", agreement_speed: ""}


@pytest.mark.parametrize("module", TOYS, ids=lambda module: module.__name__)
def test_it_runs(module: object, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, fewer in (("MILLION", 5_000), ("RUNS", 2), ("LOOPED", 2)):
        if hasattr(module, name):
            monkeypatch.setattr(module, name, fewer)
    rows = list(module.rows([size] if (size := TOYS[module]) else []))  # type: ignore[attr-defined, index]  # modules
    assert rows
    assert all(row.what and row.measured for row in rows)


def test_all_that_make_bench_runs_are_tried() -> None:
    (listed,) = re.findall(
        r"^    for module in \((.*)\):$", (ROOT / "benchmarks" / "__main__.py").read_text(), re.MULTILINE
    )
    assert {*listed.split(", ")} == {module.__name__.removeprefix("benchmarks.") for module in TOYS} | WITH_A_SERVER
