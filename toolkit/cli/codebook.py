"""``intercoder codebook check|show|diff``."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from toolkit.cli.streams import show, show_json, tell


class CodebookFormat(StrEnum):
    """How a codebook is printed."""

    table = "table"
    json = "json"


app = typer.Typer(no_args_is_help=True, help="Check, read and compare codebooks.")
Book = Annotated[str, typer.Argument(metavar="CODEBOOK", help="A YAML file, or the name of a shipped codebook.")]


@app.command()
def check(file: Annotated[str, typer.Argument(metavar="FILE", help="The YAML file.")]) -> None:
    """Report every fault of a codebook with line and column."""
    from toolkit.loop.codebook import check as examine
    from toolkit.loop.codebook import page_notes

    book = examine(file)
    for note in page_notes(book):
        tell(f"Note: {note}.")
    tell(f"{file}: no faults. {book.name} {book.version}, {len(book.questions)} questions.")


@app.command(name="show")
def show_(
    codebook: Book,
    format: Annotated[
        CodebookFormat, typer.Option("--format", help="Print for reading, or JSON.")
    ] = CodebookFormat.table,
) -> None:
    """Print a codebook for reading."""
    from toolkit.loop.codebook import check as read
    from toolkit.terminal.codebook import codebook_text

    book = read(codebook)
    if format is CodebookFormat.json:
        show_json(book.model_dump(mode="json"))
    else:
        show(codebook_text(book))


@app.command()
def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help="The codebook before.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The codebook after.")],
    format: Annotated[
        CodebookFormat, typer.Option("--format", help="Print for reading, or JSON.")
    ] = CodebookFormat.table,
) -> None:
    """Say what changed between two codebooks and whether old answers stay valid."""
    from toolkit.loop.codebook import diff as compare
    from toolkit.terminal.codebook import changes_text

    found = compare(old, new)
    if format is CodebookFormat.json:
        show_json(found)
    else:
        show(changes_text(found.changes))
