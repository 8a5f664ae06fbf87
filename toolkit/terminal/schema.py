"""What changed in the schemas, and how it reads."""

from __future__ import annotations

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from toolkit.loop.schema import SchemaDifference

_ASKS = {
    "patch": "Nothing changed for readers.",
    "minor": "minor: there is more to read; what read the old one reads the new one.",
    "major": "major: what read the old one has to be looked at, where it says so.",
}


def schema_text(found: SchemaDifference) -> Group:
    """Return the changes by table, those that break readers first, and what they come to."""
    parts: list[RenderableType] = [Text(f"From {found.old} to {found.new}", style="bold")]
    if found.changes:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=True)
        for name in ("table", "column", "what"):
            table.add_column(name, overflow="fold")
        table.add_column("asks", no_wrap=True)
        for one in sorted(found.changes, key=lambda one: one.level != "major"):
            table.add_row(Text(one.table), Text(one.column or ""), Text(one.what), one.level)
        parts.append(table)
    parts.append(Text(_ASKS[found.level]))
    return Group(*parts)
