"""``intercoder schema diff``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from toolkit.cli.options import FormatOption, RawCsvOption, check_raw
from toolkit.cli.streams import Format, plain, show, show_csv, show_json

app = typer.Typer(no_args_is_help=True, help="See what changed in the tables between two exports.")


@app.callback()
def schema() -> None:
    """See what changed in the tables between two exports."""


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="An export's folder, or one of its versions.")],
    new: Annotated[
        Path | None, typer.Argument(metavar="NEW", help="Another one; by default what this program writes.")
    ] = None,
    format: FormatOption = Format.table,
    raw_csv: RawCsvOption = False,
) -> None:
    """Show what whoever reads the tables of one export meets in another: columns new, gone, renamed, retyped."""
    from toolkit.loop.schema import schema_difference
    from toolkit.terminal.schema import schema_text

    check_raw(raw_csv, format)
    found = schema_difference(old, new)
    if format is Format.json:
        show_json(found)
    elif format is Format.csv:
        show_csv([plain(change) for change in found.changes], raw=raw_csv)
    else:
        show(schema_text(found))
