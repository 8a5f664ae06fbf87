"""``intercoder server start|stop|status``."""

from __future__ import annotations

from typing import Annotated

import typer

from toolkit.cli.options import StudyOption, chosen_study
from toolkit.cli.streams import say, stderr, tell

app = typer.Typer(no_args_is_help=True, help="Run the embedded Label Studio (SQLite, this machine).")


@app.command()
def start(
    host: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Address to listen on; only this machine unless said.")
    ] = None,
    port: Annotated[int | None, typer.Option(metavar="P", help="Port; a free one unless said.")] = None,
    study: StudyOption = None,
) -> None:
    """Start it; the first time takes about half a minute."""
    from toolkit.labelstudio.connection import is_loopback
    from toolkit.loop.server import start as begin

    with stderr().status("Starting Label Studio …"):
        running = begin(chosen_study(study), host=host, port=port)
    if not is_loopback(running.url):
        tell(
            "Warning: everybody who can reach this address can see the sign-in page, and traffic is not encrypted. "
            "Use it on a network you trust."
        )
    tell("Label Studio is running. Sign in as the lead with what `intercoder server status --password` prints.")
    say(running.url)


@app.command()
def stop(study: StudyOption = None) -> None:
    """Stop it; nothing is lost."""
    from toolkit.loop.server import stop as end

    tell("Label Studio is stopped." if end(chosen_study(study)) else "Label Studio was not running.")


@app.command()
def status(
    password: Annotated[bool, typer.Option("--password", help="Also print the lead's login.")] = False,
    study: StudyOption = None,
) -> None:
    """Say whether it runs, and where; ends with 5 where it does not."""
    from toolkit.errors import ServerUnreachable
    from toolkit.labelstudio.embedded.server import credentials
    from toolkit.loop.server import state

    where = chosen_study(study)
    running = state(where)
    if running is None:
        tell("Label Studio is not running. Start it with `intercoder server start`.")
    else:
        tell("Label Studio is running." if running.answers else "Label Studio is starting.")
        if running.moved_from is not None:
            tell(
                f"The study was moved from {running.moved_from} while it ran: it cannot find its data now. "
                "Stop it and start it here: `intercoder server stop`, then `intercoder server start`."
            )
        say(running.url)
    if password:
        lead = credentials(where.server_folder)
        say(f"lead      {lead.email}\npassword  {lead.password}")
    if running is None:
        raise typer.Exit(ServerUnreachable.exit_code)
