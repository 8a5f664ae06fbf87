"""``make bench``: every benchmark, one after the other, and what they measured in RESULTS.md and in README's table.

With ``--toy`` each runs at a size that says nothing about speed, and nothing is written: so none can rot.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import (
    add_articles,
    adjudication,
    agreement_speed,
    export_study,
    export_tables,
    next_sentence,
    push_pull,
    report_page,
    startup,
    validate_export,
)
from benchmarks.row import Row
from toolkit.cli.boundary import look_for_cycles_seldom

ROOT = Path(__file__).parents[1]
RESULTS, README = ROOT / "benchmarks" / "RESULTS.md", ROOT / "README.md"
TOYS: Mapping[Any, str] = {
    startup: "1",
    add_articles: "400",
    agreement_speed: "5000",
    export_tables: "60",
    export_study: "80",
    validate_export: "60",
    report_page: "40",
    push_pull: "20",
    next_sentence: "10",
    adjudication: "20",
}
"""Every benchmark, in the order they run, with its toy size."""
HEAD = ("| what | measured | against | ratio |", "|---|---|---|---|")
_OF_README = re.compile(r"(?<=\n)\| what \| measured \|.*?\n(?!\|)", re.DOTALL)


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser("python -m benchmarks", description="Every benchmark, in ten minutes.")
    parser.add_argument("--toy", action="store_true", help="at sizes that say nothing about speed; nothing is written")
    toy = parser.parse_args(arguments).toy
    look_for_cycles_seldom()  # as every command does
    commit = "" if toy else clean_commit()
    load = os.getloadavg()[0]
    sections: dict[str, list[str]] = {}
    for module, size in TOYS.items():
        name = module.__name__.removeprefix("benchmarks.")
        sections[name] = [said(row) for row in _shown(module.rows([size] if toy else []))]
    if not toy:
        RESULTS.write_text(results(sections, commit, load), encoding="utf-8")
        README.write_text(with_figures(README.read_text(encoding="utf-8"), sections), encoding="utf-8")


def clean_commit() -> str:
    """The commit that is measured; whoever has changed something since is told to commit it first."""
    changed = subprocess.run(
        ["git", "status", "--porcelain"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.strip()
    if changed:
        sys.exit(f"Figures are those of a commit: commit these first, or say --toy.\n{changed}")
    return subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.strip()


def results(sections: Mapping[str, Sequence[str]], commit: str, load: float) -> str:
    machine = f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores"
    lines = [
        "# Benchmark results",
        "",
        "Written by one run of `make bench`. Absolute times are of this machine and this hour; the ratios are what to",
        "look at. A peak of memory is that of a process of its own.",
        "",
        f"Commit `{commit}`, {datetime.now(UTC):%Y-%m-%d}, {machine}, load {load:.1f} at the start",
    ]
    for name, rows in sections.items():
        lines += ["", f"## {name}", "", *HEAD, *rows]
    return "\n".join(lines) + "\n"


def figures(text: str) -> dict[str, list[str]]:
    """The rows of each benchmark in a page that ``results`` wrote."""
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)[1:]
    return {
        name: [line for line in body.splitlines() if line.startswith("|") and line not in HEAD]
        for name, body in zip(parts[::2], parts[1::2], strict=True)
    }


def with_figures(readme: str, sections: Mapping[str, Sequence[str]]) -> str:
    """README's text with these figures in place of those it has."""
    rows = [row for section in sections.values() for row in section]
    return _OF_README.sub(lambda _: "\n".join([*HEAD, *rows]) + "\n", readme, count=1)


def said(row: Row) -> str:
    return f"| {row.what} | {row.measured} | {row.against} | {row.ratio} |"


def _shown(rows: Iterable[Row]) -> Iterable[Row]:
    for row in rows:
        print(said(row), flush=True)
        yield row


if __name__ == "__main__":
    main(sys.argv[1:])
