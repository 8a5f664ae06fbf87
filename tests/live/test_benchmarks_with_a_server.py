"""The benchmarks with a server, at sizes that say nothing about speed: they still run, and find what they look for."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import push_pull
from benchmarks.__main__ import HEAD, README, RESULTS, figures, main, results, with_figures
from benchmarks.sizes import at_size
from tests.live.server import LiveServer

pytestmark = pytest.mark.live


def test_every_command_is_measured(server: LiveServer, tmp_path: Path) -> None:
    found = list(at_size(20, tmp_path, server.url, server.token, where="SQLite", before={}, grace=0))
    told = [row.what.split(",")[0].split(":")[0] for row in found]
    assert told == ["push", "push again", "pull", "pull again", "pull", "pull --full", "status"]
    assert [bool(row.ratio) for row in found] == [True, False, True, True, True, False, False]


def test_make_bench_runs_to_its_end(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    written = RESULTS.read_bytes(), README.read_bytes()
    monkeypatch.setattr(push_pull, "GRACE", 0)
    main(["--toy"])
    said = capsys.readouterr().out
    for begun in (
        "`intercoder --help`",
        "add 400 articles",
        "alpha, 1,000 replicates",
        "export ",
        "validate ",
        "push 20",
    ):
        assert f"\n| {begun}" in f"\n{said}"
    assert any(line.startswith("| pull again, nothing new") for line in said.splitlines())
    assert "adjudicate start again, nothing to send" in said.splitlines()[-1]
    assert (RESULTS.read_bytes(), README.read_bytes()) == written


@pytest.mark.parametrize("asked", ["--help", "--tiny"])
def test_what_is_no_size_measures_nothing(asked: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([asked])
    assert "|" not in capsys.readouterr().out


def test_figures_are_read_and_shown_as_they_were_written() -> None:
    sections = {name: [f"| {name}, 1 | 2 s |  |  |", f"| {name}, 2 | 3 s |  |  |"] for name in ("one", "other")}
    assert figures(results(sections, "abc", 0.5)) == sections
    shown = with_figures(
        "Before.\n\n| what | measured | against | ratio |\n|---|---|---|---|\n| old | | | |\n\nAfter.\n", sections
    )
    assert "old" not in shown
    assert [line for line in shown.splitlines() if line.startswith("|") and line not in HEAD] == [
        row for section in sections.values() for row in section
    ]
    assert shown.startswith("Before.\n\n| what")
    assert shown.endswith("|\n\nAfter.\n")
