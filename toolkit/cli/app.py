"""The ``intercoder`` command and its subcommands, in the order of the loop."""

from __future__ import annotations

from typing import Annotated

import typer

from toolkit import __version__
from toolkit.cli import (
    add,
    adjudicate,
    adopt,
    agree,
    annotators,
    backup,
    codebook,
    connect,
    disagreements,
    doctor,
    escalate,
    export,
    feedback,
    init,
    plan,
    pull,
    push,
    replay,
    report,
    rounds,
    schema,
    server,
    status,
    validate,
)
from toolkit.cli.interruption import Interruptible

app = typer.Typer(
    cls=Interruptible,
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
_LOOP, _SETUP = "The loop", "Setting up"


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


app.command(rich_help_panel=_LOOP)(init.init)
app.command(rich_help_panel=_LOOP, help=add.HELP)(add.add)
app.command(rich_help_panel=_LOOP)(push.push)
app.command(rich_help_panel=_LOOP)(status.status)
app.command(rich_help_panel=_LOOP)(pull.pull)
app.command(rich_help_panel=_LOOP)(agree.agree)
app.command(rich_help_panel=_LOOP)(report.report)
app.command(rich_help_panel=_LOOP)(disagreements.disagreements)
app.add_typer(adjudicate.app, name="adjudicate", rich_help_panel=_LOOP)
app.command(rich_help_panel=_LOOP)(feedback.feedback)
app.command(rich_help_panel=_LOOP)(escalate.escalate)
app.command(rich_help_panel=_LOOP)(export.export)
app.command(rich_help_panel=_LOOP)(validate.validate)
app.add_typer(schema.app, name="schema", rich_help_panel=_LOOP)
app.add_typer(codebook.app, name="codebook", rich_help_panel=_SETUP)
app.add_typer(server.app, name="server", rich_help_panel=_SETUP)
app.command(rich_help_panel=_SETUP)(plan.plan)
app.command(rich_help_panel=_SETUP)(connect.connect)
app.command(rich_help_panel=_SETUP)(adopt.adopt)
app.add_typer(annotators.app, name="annotators", rich_help_panel=_SETUP)
app.add_typer(rounds.app, name="rounds", rich_help_panel=_SETUP)
app.command(rich_help_panel=_SETUP)(doctor.doctor)
app.command(rich_help_panel=_SETUP)(backup.backup)
app.command(rich_help_panel=_SETUP)(replay.replay)
