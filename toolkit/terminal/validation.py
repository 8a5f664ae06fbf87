"""What is wrong with an export, and how it reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypedDict

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from toolkit.files.wording import counted


class ShownFault(TypedDict):
    """A fault as it is shown: its file, row (counted from 1) and column, and what is wrong there."""

    file: str
    row: int | None
    column: str | None
    what: str


class Shown(TypedDict):
    """What was checked and what is wrong with it; of many faults the first ones."""

    folder: str
    rows: Mapping[str, int]
    n_faults: int
    faults: Sequence[ShownFault]


def validation_text(found: Shown) -> Group:
    """Return one line where all is well; otherwise every fault with its file, row and column."""
    folder, rows, faults, n_faults = found["folder"], found["rows"], found["faults"], found["n_faults"]
    checked = f"{counted(len(rows), 'table')}, {counted(sum(rows.values()), 'row')}"
    if not n_faults:
        return Group(Text(f"{folder}: keeps its contract ({checked})."))
    said = f"{folder}: {counted(n_faults, 'fault')} ({checked} could be read)."
    parts: list[RenderableType] = [Text(said, style="bold"), _table(faults)]
    if n_faults > len(faults):
        parts.append(Text(f"The first {len(faults)} are listed."))
    return Group(*parts)


def _table(faults: Sequence[ShownFault]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=True)
    table.add_column("file", overflow="fold")
    table.add_column("row", justify="right", no_wrap=True)
    table.add_column("column", overflow="fold")
    table.add_column("what", overflow="fold", ratio=1)
    for fault in faults:
        row = "" if fault["row"] is None else f"{fault['row']:,}"
        table.add_row(Text(fault["file"]), row, Text(fault["column"] or ""), Text(fault["what"]))
    return table
