"""What the doctor looked at, and how it reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rich.table import Table
from rich.text import Text

from toolkit.report.options import in_options


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at; ``todo`` says what to do where it is not ok."""

    name: str
    outcome: Literal["ok", "warning", "problem"]
    found: str
    todo: str = ""
    exit_code: int = 0
    """What the command exits with where this is a problem: the code of the error that was met."""


def checks_text(checks: Sequence[Check]) -> Table:
    """One aligned line per check, and under it what to do where something is wrong."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    styles = {"ok": "green", "warning": "yellow", "problem": "bold red"}
    for check in checks:
        table.add_row(Text(check.outcome, styles[check.outcome]), check.name, Text(in_options(check.found)))
        if check.todo:
            table.add_row("", "", Text(in_options(check.todo), style="italic"))
    return table
