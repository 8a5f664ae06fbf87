"""What is wrong with an export, and how it reads."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from toolkit.export.checking.found import ExportFault
from toolkit.export.checking.validate import Validation
from toolkit.files.wording import counted


def validation_text(found: Validation) -> Group:
    """Return one line where all is well; otherwise every fault with its file, row and column."""
    rows, faults, n_faults = found.rows, found.faults, found.n_faults
    folder = "/".join((found.address, *found.folder.parts)) if found.address else found.folder
    checked = f"{counted(len(rows), 'table')}, {counted(sum(rows.values()), 'row')}"
    if len(found.versions) > 1:
        checked = f"{counted(len(found.versions), 'version')}; the newest has {checked}"
    if not n_faults:
        return Group(Text(f"{folder}: keeps its contract ({checked})."))
    said = f"{folder}: {counted(n_faults, 'fault')} ({checked} could be read)."
    parts: list[RenderableType] = [Text(said, style="bold"), _table(faults)]
    if n_faults > len(faults):
        parts.append(Text(f"The first {len(faults)} are listed."))
    return Group(*parts)


def _table(faults: Sequence[ExportFault]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=True)
    table.add_column("file", overflow="fold")
    table.add_column("row", justify="right", no_wrap=True)
    table.add_column("column", overflow="fold")
    table.add_column("what", overflow="fold", ratio=1)
    for fault in faults:
        row = "" if fault.row is None else f"{fault.row:,}"
        table.add_row(Text(fault.file), row, Text(fault.column or ""), Text(fault.what))
    return table
