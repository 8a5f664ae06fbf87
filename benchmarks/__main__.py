from __future__ import annotations

import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import add_articles, agreement_speed, export_tables, push_pull, startup, validate_export

RESULTS = Path(__file__).parent / "RESULTS.md"


def main() -> None:
    lines = [
        "# Benchmark results",
        "",
        "Written by `make bench`. Absolute times are of this machine and this hour; the ratios are what to look at.",
        "",
        f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {platform.machine()}",
        "",
        "| what | measured | against | ratio |",
        "|---|---|---|---|",
    ]
    for module in (startup, add_articles, agreement_speed, export_tables, validate_export, push_pull):
        for row in module.rows(sys.argv[1:]):
            lines.append(f"| {row.what} | {row.measured} | {row.against} | {row.ratio} |")
            print(lines[-1], flush=True)
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")


main()
