"""What the doctor looked at."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from toolkit.loop.checks import Check
from toolkit.terminal.parameters_as_options import in_options


def checks_text(checks: Sequence[Check]) -> Table:
    """Return one aligned line per check, and under it what to do where something is wrong."""
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
