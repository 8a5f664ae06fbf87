"""The ``intercoder`` command: what it is for, and what it says of itself."""

from __future__ import annotations

from typing import Annotated

import typer

from toolkit import __version__
from toolkit.cli.commands import Loop

app = typer.Typer(
    cls=Loop,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help=(
        "Who is speaking in an article, for whom, and how is it framed? Annotate every sentence in Label Studio, show "
        "that annotators agree, and hand over typed Parquet.\n\n"
        "The loop: init → add → push → (people annotate) → pull → agree → export. What coders differ on: "
        "disagreements → adjudicate → pull → feedback."
    ),
    epilog="Exit codes: 0 done · 2 usage · 3 bad input · 4 codebook or contract violated · 5 server unreachable · "
    "6 server refused · 7 transfer incomplete · 8 agreement under what was asked for · 9 agreement undecided.",
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"intercoder {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    pass
