"""Label and value pairs, aligned: how short facts are printed."""

from __future__ import annotations

from collections.abc import Iterable

from rich.table import Table
from rich.text import Text


def fact_table(facts: Iterable[tuple[str, str]], *, indent: int = 2) -> Table:
    """Return a borderless two-column table of facts; the first column is as wide as its longest label."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for label, value in facts:
        table.add_row(Text(" " * indent + label), Text(value))
    return table
