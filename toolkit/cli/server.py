"""``intercoder server start|stop|status|check``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from toolkit.cli.options import StudyOption, chosen_study
from toolkit.cli.streams import say, show, stderr, tell

app = typer.Typer(no_args_is_help=True, help="Run the embedded Label Studio (SQLite, this machine).")


@app.command()
def start(
    host: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Address to listen on; only this machine unless said.")
    ] = None,
    port: Annotated[int | None, typer.Option(metavar="P", help="Port; a free one unless said.")] = None,
    tls_cert: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Serve https with this certificate (PEM), and its --tls-key.")
    ] = None,
    tls_key: Annotated[Path | None, typer.Option(metavar="FILE", help="Its private key (PEM, no passphrase).")] = None,
    https: Annotated[
        bool,
        typer.Option("--https", help="Serve https, with a certificate made on the spot if none is given."),
    ] = False,
    plain_http: Annotated[
        bool, typer.Option("--plain-http", help="Serve plain http to others, on a network you trust.")
    ] = False,
    study: StudyOption = None,
) -> None:
    """Start it; the first time takes about half a minute.

    With an address other machines can reach it serves https unless told otherwise. All of this is remembered.
    """
    from toolkit.labelstudio.connection import travels_open
    from toolkit.labelstudio.trust import fingerprint
    from toolkit.loop.online.connection import is_gated
    from toolkit.loop.server import start as begin
    from toolkit.study.blindness import ENFORCED, NOT_ENFORCED

    where = chosen_study(study)
    with stderr().status("Starting Label Studio …"):
        running = begin(
            where,
            host=host,
            port=port,
            tls_cert=tls_cert,
            tls_key=tls_key,
            https=https,
            plain_http=plain_http,
        )
    if travels_open(running.url):
        tell(
            "Warning: everybody who can reach this address can see the sign-in page, and traffic is not encrypted. "
            "Use it on a network you trust, or have it encrypted: `intercoder server stop`, then `intercoder server "
            "start --https`."
        )
    tell("Label Studio is running. Sign in as the lead with what `intercoder server status --password` prints.")
    tell(ENFORCED if is_gated(where) else f"{NOT_ENFORCED} `intercoder doctor` says how to enforce it.")
    if running.certificate is not None:
        tell(
            f"Its certificate is {running.certificate}, SHA-256 fingerprint:\n{fingerprint(running.certificate)}\n"
            "A browser that does not know it warns: go on only where it shows this fingerprint."
        )
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
    from toolkit.labelstudio.trust import fingerprint
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
        if running.certificate is not None:
            say(f"certificate  {running.certificate}\nSHA-256      {fingerprint(running.certificate)}")
    if password:
        lead = credentials(where.server_folder)
        say(f"lead      {lead.email}\npassword  {lead.password}")
    if running is None:
        raise typer.Exit(ServerUnreachable.exit_code)


@app.command()
def check(
    let_in: Annotated[
        bool, typer.Option("--let-in", help="Let annotators in to a release the gate does not know.")
    ] = False,
    study: StudyOption = None,
) -> None:
    """Hold the release of Label Studio that runs against the gate; ends with 6 while annotators are kept out."""
    from toolkit.errors import ServerRefused
    from toolkit.loop.release_check import check_release
    from toolkit.terminal.release_check import release_text

    found = check_release(chosen_study(study), let_in=let_in, tell=tell)
    show(release_text(found))
    if not found.serves:
        raise typer.Exit(ServerRefused.exit_code)
